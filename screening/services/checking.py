"""The check: who is this, what must be done, by which article. One question, one receipt, one fact."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.utils.crypto import salted_hmac

from accounts.selectors import departments_by_id
from audit.selectors import handlers_of
from audit.services import wake
from kernel import identifiers
from kernel.actor import Actor, Kind, system
from kernel.errors import Malformed, NotPermitted, RuleBroken, Unavailable
from office.selectors import division_names
from screening import policies, selectors
from screening.events import CHECK_CALLED, CHECK_MADE
from screening.rules import answer as rules
from screening.rules.again import Earlier, compared
from screening.rules.answer import Candidate, CheckResult, Role, Subject, SubjectAnswer, Why, calls_for_feedback
from screening.rules.identity import Ask, Question, question, role_for
from screening.rules.record import content_of
from screening.selectors.asking import may_ask
from subjects.selectors import Resolution, resolve_code
from toolkit.clock import day_of
from toolkit.crypto import blind_index
from toolkit.db import call_json

RECORD = (
    "screening_record(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s::bigint[], %s::jsonb, %s::jsonb,"
    " %s, %s::text[])"
)
MOST_SUBJECTS = 50
MOST_LOOKS = 5  # a plan may be overtaken by a publication while it is made; this often in a row, it is an import


class MayNotCheck(NotPermitted):
    code = "screening.may_not_check"
    message = "您没有信用核查的权限。"


class NotYourMatter(NotPermitted):
    code = "screening.not_your_matter"
    message = (
        "该事项不由本单位实施或受理，不能核查。请转实施部门或综合窗口办理；"
        "如确由本单位受理，请联系信用办在应用清单中登记受理窗口。"
    )


class NothingAsked(Malformed):
    code = "screening.nothing_asked"
    message = "请至少输入一个主体的统一社会信用代码、名称或扫描内容。"


class TooManyAsked(Malformed):
    code = "screening.too_many_asked"
    message = f"一次最多核查 {MOST_SUBJECTS} 个主体，请分次核查。"


class UnknownRole(Malformed):
    code = "screening.unknown_role"
    message = "本事项的应用清单中没有这个角色。"


class FileNumberTellsAPerson(Malformed):
    code = "screening.file_number_tells_a_person"
    message = "办件号中含有公民身份号码，不得写入回执。请填写本次办件的编号。"


class RegisterMoving(Unavailable):
    code = "screening.register_moving"
    message = "名单或措施清单正在更新，未能核查，不得据此认定为无记录。请稍后重试。"


class KeyUsedForAnother(RuleBroken):
    code = "screening.key_used_for_another"
    message = "该请求编号已用于另一次核查，请换一个编号重新提交。"


@dataclass(frozen=True, slots=True)
class Applicant:
    """What was typed or scanned for one subject in its role; without a role, every subject that the text names."""

    text: str
    role: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A check as its receipt keeps it; page, print and interface all show `content` (rules.record.content_of)."""

    number: str
    checked_at: datetime
    as_of: date
    stage: str
    file_number: str
    answer: str
    complete: bool
    no_measure: bool
    content: dict[str, Any]
    repeated: bool
    given: tuple[str, ...] = ()  # what was typed for each subject: shown once, kept nowhere


def check(
    *,
    matter_code: str,
    stage: str,
    file_number: str,
    applicants: Sequence[Applicant],
    key: str,
    actor: Actor,
    now: datetime,
    as_of: date | None = None,
    earlier: Earlier | None = None,
) -> Checked:
    """Answer for every subject of an application, and write the receipt and the fact in one statement.

    `key`: the request's idempotency key; the same request again gets the same receipt. `as_of`: the legal day, today
    when None. `earlier`: the check that this one repeats; its receipt is named, and what differs. Raises MayNotCheck,
    UnknownMatter, NotYourMatter, NothingAsked, FileNumberTellsAPerson, TooManyAsked, UnknownRole, KeyUsedForAnother,
    RegisterMoving (published anew again and again while we looked).
    """
    if not policies.may_check(actor):
        raise MayNotCheck
    day = as_of or day_of(now)
    prepared, answers, looked = _ask(
        matter_code=matter_code,
        stage=stage,
        file_number=file_number,
        applicants=applicants,
        day=day,
        actor=actor,
        now=now,
    )
    result = CheckResult(
        checked_at=now,
        as_of=day,
        plan=prepared.plan,
        file_number=file_number,
        operator=actor.display or actor.name,
        operator_department=_department_name(actor),
        subjects=tuple(answers),
        consulted=tuple(looked.sources[i] for i in prepared.asked),
        vector=looked.vector,
    )
    return _record(result, applicants=applicants, earlier=earlier, key=key, actor=actor, now=now)


def preview(
    *, matter_code: str, stage: str, applicants: Sequence[Applicant], as_of: date, now: datetime
) -> tuple[SubjectAnswer, ...]:
    """The same answers without a receipt, for the platform's own comparisons (tests, the demo's table).

    Never offered to a person or an interface: a look without a record is not allowed (feature E9).
    """
    _, answers, _ = _ask(
        matter_code=matter_code,
        stage=stage,
        file_number="",
        applicants=applicants,
        day=as_of,
        actor=system("preview"),
        now=now,
    )
    return tuple(answers)


def _ask(
    *,
    matter_code: str,
    stage: str,
    file_number: str,
    applicants: Sequence[Applicant],
    day: date,
    actor: Actor,
    now: datetime,
) -> tuple[selectors.PreparedPlan, list[SubjectAnswer], selectors.Looked]:
    if not any(a.text.strip() for a in applicants):
        raise NothingAsked
    if file_number and identifiers.holds_citizen_id(file_number):
        raise FileNumberTellsAPerson
    prepared = _plan_for(actor, matter_code=matter_code, stage=stage, day=day)
    questions = _questions(prepared.plan.roles, applicants, file_number=file_number, today=day_of(now))
    known = _resolve(questions)
    codes = [q.found.value if q.ask is Ask.CODE else None for q in questions]
    ids = [r.subject_id if r and q.ask is not Ask.CODE else None for q, r in zip(questions, known, strict=True)]
    for _ in range(MOST_LOOKS):
        looked = selectors.look(prepared, codes=codes, ids=ids, as_of=day)
        if looked.revisions == prepared.made_from:
            return prepared, _answers(questions, known, prepared.plan, looked), looked
        prepared = _plan_for(actor, matter_code=matter_code, stage=stage, day=day, fresh=True)
    raise RegisterMoving  # never an answer of one plan under the revisions of another


def _plan_for(
    actor: Actor, *, matter_code: str, stage: str, day: date, fresh: bool = False
) -> selectors.PreparedPlan:
    """The plan, if the actor's department may ask about the matter; nobody is refused by a plan that is not fresh."""
    prepared = selectors.prepared_plan(matter_code=matter_code, stage=stage, as_of=day, fresh=fresh)
    if may_ask(actor, asked_by=prepared.asked_by):
        return prepared
    if fresh:
        raise NotYourMatter
    return _plan_for(actor, matter_code=matter_code, stage=stage, day=day, fresh=True)


def _questions(
    roles: Sequence[Role], applicants: Sequence[Applicant], *, file_number: str, today: date
) -> list[Question]:
    by_code = {role.code: role for role in roles}
    unknown = sorted({a.role for a in applicants if a.role} - by_code.keys())
    if unknown:
        raise UnknownRole(f"本事项的应用清单中没有角色“{'、'.join(unknown)}”，可用：{'、'.join(by_code)}。")
    asked = [
        question(found, role=by_code[a.role] if a.role else role_for(found, roles), file_number=file_number)
        for a in applicants
        for found in (
            [identifiers.read(a.text, today=today)] if a.role else identifiers.read_all(a.text, today=today)
        )
    ]
    if len(asked) > MOST_SUBJECTS:
        raise TooManyAsked
    return asked


def _resolve(questions: Sequence[Question]) -> list[Resolution | None]:
    """What the register says of everything but a bare unified code, which the lookup itself finds."""
    return [
        resolve_code(q.found)
        if q.ask in (Ask.PERSON, Ask.LEGACY, Ask.NAME) or (q.ask is Ask.CODE and q.found.name)
        else None
        for q in questions
    ]


def _answers(
    questions: Sequence[Question], known: Sequence[Resolution | None], plan: rules.Plan, looked: selectors.Looked
) -> list[SubjectAnswer]:
    answers = []
    for q, resolution, found in zip(questions, known, looked.subjects, strict=True):
        subject = _subject(q, resolution, found)
        if subject.why is not Why.NONE:
            answers.append(rules.unidentified(subject))
            continue
        answers.append(
            rules.answer_subject(
                subject,
                plan=plan,
                sources=looked.sources,
                triggers=found.triggers,
                related=found.related,
                doubted=found.doubted,
            )
        )
    return answers


def _subject(q: Question, resolution: Resolution | None, found: selectors.FoundSubject) -> Subject:
    """The subject as the answer names it. A valid code or ID that is not in our register is still identified."""
    given = q.subject()
    if resolution is not None:
        given = replace(given, warnings=resolution.warnings, candidates=_candidates(resolution))
        if resolution.state == "invalid":
            return replace(given, why=Why.INVALID_CODE, problem=resolution.problem)
        if resolution.state == "verify":
            return replace(given, why=Why.IDENTIFY, problem=resolution.problem)
    if q.ask is Ask.LEGACY and found.id is None:
        return replace(given, why=Why.LEGACY_NUMBER_UNKNOWN)
    if q.ask is Ask.PERSON and found.id is None:
        key_id, digest = blind_index(q.found.value, purpose=q.found.kind)
        return replace(given, kind="natural_person", blind=f"{key_id}:{digest.hex()}")
    if found.id is None:
        return given
    return replace(given, id=found.id, kind=found.kind, name=found.name, code=found.code or given.code)


def _candidates(resolution: Resolution) -> tuple[Candidate, ...]:
    found = resolution.candidates
    areas = division_names([c.division_code for c in found]) if found else {}
    return tuple(
        Candidate(name=c.name, uscc=c.uscc, area=areas.get(c.division_code, c.division_code), why=c.why)
        for c in found
    )


def _department_name(actor: Actor) -> str:
    if actor.department_id is None:
        return ""
    found = departments_by_id({actor.department_id})
    return found[actor.department_id].short_name if actor.department_id in found else ""


def _record(
    result: CheckResult,
    *,
    applicants: Sequence[Applicant],
    earlier: Earlier | None,
    key: str,
    actor: Actor,
    now: datetime,
) -> Checked:
    """One SQL function: key, receipt and fact commit together or not at all."""
    asked: list[Any] = [
        result.plan.matter_code,
        result.plan.stage,
        result.file_number,
        *((a.role, a.text) for a in applicants),
    ]
    content = content_of(result)
    if earlier is not None:
        asked.append(earlier.number)
        content["earlier"] = compared(earlier, content)
    fact = CHECK_CALLED if calls_for_feedback(result) else CHECK_MADE
    written = call_json(
        RECORD,
        actor.key,
        key,
        _digest(asked),
        now,
        result.as_of,
        result.plan.matter_id,
        result.plan.stage,
        result.file_number,
        actor.department_id,
        result.plan.department_id,
        result.answer.value,
        result.complete,
        result.no_measure,
        [s.subject.id for s in result.subjects if s.subject.id is not None],
        json.dumps(content, ensure_ascii=False),
        json.dumps(dict(result.vector)),
        fact,
        list(handlers_of(fact)),
    )
    if not written["same"]:
        raise KeyUsedForAnother
    if written["repeated"]:
        return _as_it_was(written["number"])
    if fact == CHECK_CALLED and actor.kind is Kind.USER:
        wake(event_id=written["event"])  # the office that owes feedback sees it at once; else within the minute
    return Checked(
        number=written["number"],
        checked_at=now,
        as_of=result.as_of,
        stage=result.plan.stage,
        file_number=result.file_number,
        answer=result.answer.value,
        complete=result.complete,
        no_measure=result.no_measure,
        content=content,
        repeated=False,
        given=tuple(s.subject.given for s in result.subjects),
    )


def _digest(asked: Sequence[Any]) -> bytes:
    """What was asked, under a key: a plain digest of a citizen's number could be guessed back to the number."""
    return salted_hmac("screening.request", json.dumps(asked, ensure_ascii=False), algorithm="sha256").digest()


def _as_it_was(number: str) -> Checked:
    receipt = selectors.receipt(number)
    return Checked(
        number=number,
        checked_at=receipt.checked_at,
        as_of=receipt.as_of,
        stage=receipt.stage,
        file_number=receipt.file_number,
        answer=receipt.answer,
        complete=receipt.complete,
        no_measure=receipt.no_measure,
        content=receipt.content,
        repeated=True,
    )
