"""The check: who is this, what must be done, by which article. One question, one receipt, one fact."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from accounts.selectors import departments_by_id
from audit.services import wake
from kernel import identifiers
from kernel.actor import Actor, Kind, system
from kernel.errors import Malformed, NotPermitted, RuleBroken, Unavailable
from office.selectors import division_names
from screening import policies, selectors
from screening.events import CHECK_CALLED
from screening.rules import answer as rules
from screening.rules.again import Earlier, compared
from screening.rules.answer import CheckResult, SubjectAnswer
from screening.rules.identity import Ask, Question, question, role_for
from screening.rules.question import Candidate, Consulted, Role, Subject, Why
from screening.rules.record import content_of
from screening.selectors.asking import may_ask
from screening.selectors.checks import Held
from screening.selectors.looking import held_now, looked_of, vector_of
from screening.services.recording import (
    UNKNOWN,
    Expected,
    Request,
    Written,
    digest_of,
    record,
    record_nothing,
)
from screening.services.recording import Checked as Checked  # what `check` returns
from subjects.rules.persons import id_purpose
from subjects.selectors import PERSON_KINDS, Resolution, resolve_code
from toolkit.clock import day_of
from toolkit.crypto import blind_index

MOST_SUBJECTS = 50
EXPECTED_KEPT = 100  # prepared answers of a plan: by actor, minute and roles
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
    asked = _asked(
        matter_code=matter_code,
        stage=stage,
        file_number=file_number,
        applicants=applicants,
        day=as_of or day_of(now),
        actor=actor,
        now=now,
    )
    said = [matter_code, stage, file_number, *((a.role, a.text) for a in applicants)]
    request = Request(actor, key, digest_of([*said, earlier.number] if earlier else said), now)
    seen = None
    if earlier is None and asked.by_code_alone:
        checked, seen = _at_once(asked, request)
        if checked is not None:
            return checked
    looked = _look(asked, seen)
    result = _result(asked, request, _answers(asked, looked), looked.sources, looked.vector)
    content = content_of(result)
    if earlier is not None:
        content["earlier"] = compared(earlier, content)
    given = tuple(s.subject.given for s in result.subjects)
    return _checked(result, record(result, content, request=request), request, file_number, given)


def preview(
    *, matter_code: str, stage: str, applicants: Sequence[Applicant], as_of: date, now: datetime
) -> tuple[SubjectAnswer, ...]:
    """The same answers without a receipt, for the platform's own comparisons (tests, the demo's table).

    Never offered to a person or an interface: a look without a record is not allowed (feature E9).
    """
    asked = _asked(
        matter_code=matter_code,
        stage=stage,
        file_number="",
        applicants=applicants,
        day=as_of,
        actor=system("preview"),
        now=now,
    )
    return _answers(asked, _look(asked))


@dataclass(slots=True)
class _Asked:
    """What is asked, of the register as it was resolved, by a plan that a look may show to be overtaken."""

    actor: Actor
    day: date
    file_number: str
    questions: list[Question]
    known: list[Resolution | None]
    prepared: selectors.PreparedPlan

    @property
    def by_code_alone(self) -> bool:
        """Nothing but unified codes, without names: what the lookup finds by itself."""
        return all(q.ask is Ask.CODE for q in self.questions) and not any(self.known)


def _asked(
    *,
    matter_code: str,
    stage: str,
    file_number: str,
    applicants: Sequence[Applicant],
    day: date,
    actor: Actor,
    now: datetime,
) -> _Asked:
    if not any(a.text.strip() for a in applicants):
        raise NothingAsked
    if file_number and identifiers.holds_citizen_id(file_number):
        raise FileNumberTellsAPerson
    prepared = _plan_for(actor, matter_code=matter_code, stage=stage, day=day)
    questions = _questions(prepared.plan.roles, applicants, file_number=file_number, today=day_of(now))
    return _Asked(actor, day, file_number, questions, _resolve(questions), prepared)


def _at_once(asked: _Asked, request: Request) -> tuple[Checked | None, selectors.Looked | None]:
    """The answer that stands if nothing is in force, recorded if that is so; else what was seen instead."""
    prepared, actor = asked.prepared, request.actor
    held = held_now(prepared, as_of=asked.day)
    # all that the content says beside codes and what the register knows of them
    mark = (actor.key, actor.display, actor.department_id, _department_name(actor), f"{request.now:%Y%m%d%H%M}")
    place = (*mark, *(q.role.code for q in asked.questions))
    expected = held.expected.get(place)
    if expected is None:
        if len(held.expected) >= EXPECTED_KEPT:
            held.expected.clear()
        expected = held.expected[place] = _expected(asked, held, request)
    codes = [q.found.value for q in asked.questions]
    written, seen = record_nothing(expected, codes, file_number=asked.file_number, request=request)
    if written is None:
        return None, looked_of(prepared, seen, as_of=asked.day)
    given = tuple(q.subject().given for q in asked.questions)
    return _checked(expected.result, written, request, asked.file_number, given), None


def _expected(asked: _Asked, held: Held, request: Request) -> Expected:
    """The answer that stands for subjects in these roles if nothing is in force for them."""
    plan = asked.prepared.plan
    answers = tuple(
        rules.answer_subject(
            replace(q.subject(), code=UNKNOWN, given=""), plan=plan, sources=held.sources, triggers=()
        )
        for q in asked.questions
    )
    vector = vector_of(asked.prepared, held.revisions, asked.prepared.made_from)
    result = _result(asked, request, answers, held.sources, vector)
    return Expected.of(result, content_of(result), asked.prepared, held, request.actor)


def _look(asked: _Asked, seen: selectors.Looked | None = None) -> selectors.Looked:
    """What is in force now, under the revisions of the plan. `seen`: what was looked at already."""
    codes = [q.found.value if q.ask is Ask.CODE else None for q in asked.questions]
    ids = [
        r.subject_id if r and q.ask is not Ask.CODE else None
        for q, r in zip(asked.questions, asked.known, strict=True)
    ]
    for _ in range(MOST_LOOKS):
        plan = asked.prepared.plan
        persons = rules.reaches_persons(plan)
        looked = seen or selectors.look(asked.prepared, codes=codes, ids=ids, as_of=asked.day, persons=persons)
        if looked.revisions == asked.prepared.made_from:
            return looked
        asked.prepared = _plan_for(
            asked.actor, matter_code=plan.matter_code, stage=plan.stage, day=asked.day, fresh=True
        )
        seen = None
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


def _answers(asked: _Asked, looked: selectors.Looked) -> tuple[SubjectAnswer, ...]:
    answers = []
    for q, resolution, found in zip(asked.questions, asked.known, looked.subjects, strict=True):
        subject = _subject(q, resolution, found)
        if subject.why is not Why.NONE:
            answers.append(rules.unidentified(subject))
            continue
        answers.append(
            rules.answer_subject(
                subject,
                plan=asked.prepared.plan,
                sources=looked.sources,
                triggers=found.triggers,
                related=found.related,
                doubted=found.doubted,
            )
        )
    return tuple(answers)


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
        key_id, digest = blind_index(q.found.value, purpose=id_purpose(PERSON_KINDS[q.found.kind]))
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


def _result(
    asked: _Asked,
    request: Request,
    answers: tuple[SubjectAnswer, ...],
    sources: Mapping[int, Consulted],
    vector: Mapping[str, int],
) -> CheckResult:
    actor = request.actor
    return CheckResult(
        checked_at=request.now,
        as_of=asked.day,
        plan=asked.prepared.plan,
        file_number=asked.file_number,
        operator=actor.display or actor.name,
        operator_department=_department_name(actor),
        subjects=answers,
        consulted=tuple(sources[i] for i in asked.prepared.asked),
        vector=vector,
    )


def _checked(
    result: CheckResult, written: Written, request: Request, file_number: str, given: tuple[str, ...]
) -> Checked:
    if not written.same:
        raise KeyUsedForAnother
    if written.repeated:
        return Checked.of(selectors.receipt(written.number))
    if written.fact == CHECK_CALLED and written.event is not None and request.actor.kind is Kind.USER:
        wake(event_id=written.event)  # the office that owes feedback sees it at once; else within the minute
    return Checked(
        number=written.number,
        checked_at=request.now,
        as_of=result.as_of,
        stage=result.plan.stage,
        file_number=file_number,
        answer=result.answer.value,
        complete=result.complete,
        no_measure=result.no_measure,
        text=written.text,
        repeated=False,
        given=given,
    )
