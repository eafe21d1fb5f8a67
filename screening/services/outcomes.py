"""The outcome of a case for which a check was made: what the deciding office decided in the end (feature E3)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from accounts.selectors import scope, with_subordinates
from audit.services import record
from kernel.actor import Actor
from kernel.errors import Malformed, NotFound, NotPermitted
from kernel.identifiers import holds_citizen_id
from screening import policies
from screening.events import OutcomeReported
from screening.models import FinishedCase, Matter, Receipt
from screening.rules.finished import EARLIEST, LONGEST, RESULT_OF
from screening.selectors.asking import askable, askers_about
from screening.selectors.checks import UnknownMatter, get_visible
from subjects.rules.kinds import Kind
from toolkit.clock import day_of, start_of


class MayNotReportOutcome(NotPermitted):
    code = "screening.may_not_report_outcome"
    message = "办理结果由实施部门或受理窗口登记，本单位不能登记该事项的结果。"


class OutcomeUnclear(Malformed):
    code = "screening.outcome_unclear"
    message = "办理结果不完整。"


class ReceiptOfAnother(Malformed):
    code = "screening.receipt_of_another"
    message = "该回执不是这个事项、这个办件在决定之前的核查回执。请核对回执编号，或留空由系统按办件号查找。"


class CaseOfAnother(NotFound):
    code = "screening.case_of_another"
    message = "该办件已由其他部门登记，本单位不能改动。请与实施部门核对办件号。"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The case as it stands now; `changed` False: it was known so already."""

    case: FinishedCase
    changed: bool


@transaction.atomic
def report_outcome(
    *,
    matter_code: str,
    file_number: str,
    result: str,
    decided_on: date,
    receipt_number: str,
    actor: Actor,
    now: datetime,
) -> Outcome:
    """Note what was decided about a case, with the check it rests on: that receipt, or the last of its file number.

    国办发〔2020〕49号: whether a measure is taken the deciding office decides; here it is only noted. The same again
    changes nothing; another result by the same office corrects it, and both facts stay. Raises MayNotReportOutcome,
    UnknownMatter, OutcomeUnclear, ReceiptNotFound, ReceiptOfAnother, CaseOfAnother.
    """
    if not policies.may_check(actor):
        raise MayNotReportOutcome
    matter = Matter.objects.filter(code=matter_code).first()
    if matter is None:
        raise UnknownMatter("没有登记该政务服务事项，请核对事项编码。")
    if not askable(actor).filter(pk=matter.pk).exists():
        raise MayNotReportOutcome
    file_number, result = _clear(file_number, result, decided_on, today=day_of(now))
    mine = scope(actor)
    Matter.objects.select_for_update(no_key=True).get(pk=matter.pk)  # of two reports one is the first
    case = FinishedCase.objects.filter(matter=matter, file_number=file_number).first()
    found = _receipt_of(matter, file_number, case, receipt_number, decided_on=decided_on, actor=actor)
    if case is None:
        department = _deciding(matter, actor)
        case = FinishedCase(
            matter=matter,
            file_number=file_number,
            department_id=department,
            desk_id=actor.department_id or matter.handled_by_id or department,
        )
    elif mine is not None and not _may_correct(case, matter, mine):
        raise CaseOfAnother
    before = (case.result, case.finished_on, case.receipt) if case.pk else None
    if found is not None:
        case.receipt, case.state = found.number, FinishedCase.State.CHECKED
        if case.pk is None:
            case.subject_id = _organisation_of(found)
    elif not case.receipt:
        asked = matter.consulted.filter(rev_to=None).exists()
        case.state = FinishedCase.State.MISSING if asked else FinishedCase.State.EXEMPT
    case.result, case.finished_on = result, decided_on
    if case.accepted_on is not None and case.accepted_on > decided_on:
        raise OutcomeUnclear(f"决定日期 {decided_on} 早于受理日期 {case.accepted_on}。请核对日期。")
    if before == (case.result, case.finished_on, case.receipt):
        return Outcome(case, changed=False)
    case.reported_by, case.reporter_id, case.reported_at = actor.key, actor.department_id, now
    case.save()
    fact = OutcomeReported(case.pk, matter_code, file_number, result, decided_on.isoformat(), case.receipt)
    record(fact, about=f"screening.finished:{case.pk}", actor=actor, now=now)
    return Outcome(case, changed=True)


def _may_correct(case: FinishedCase, matter: Matter, mine: Collection[int]) -> bool:
    """The deciding office corrects; a desk only what it has reported itself, and nobody else since."""
    if case.department_id in mine or matter.implementing_department_id in mine:
        return True
    return case.desk_id in mine and (case.reporter_id or case.desk_id) in mine


def _clear(file_number: str, result: str, decided_on: date, *, today: date) -> tuple[str, str]:
    file_number = " ".join(file_number.split())
    if not 0 < len(file_number) <= LONGEST or holds_citizen_id(file_number):
        raise OutcomeUnclear(f"办件号应为 1 至 {LONGEST} 个字符，不含公民身份号码。")
    if result not in RESULT_OF:
        raise OutcomeUnclear("办理结果应为 granted 准予、refused 不予、withdrawn 申请人撤回、ended 终止办理之一。")
    if not EARLIEST <= decided_on <= today:
        raise OutcomeUnclear("决定日期不能晚于今天，也不能早于 2000 年。")
    return file_number, RESULT_OF[result]


def _receipt_of(
    matter: Matter, file_number: str, case: FinishedCase | None, number: str, *, decided_on: date, actor: Actor
) -> Receipt | None:
    """The receipt that was named, if it is of this case; else the last of its file number up to the decision that an
    office of the case's own line asked for.
    """
    until = start_of(decided_on) + timedelta(days=1)
    if number:
        named = get_visible(actor, number)
        if named.matter_id != matter.pk or named.checked_at >= until:
            raise ReceiptOfAnother
        if named.file_number != file_number and (named.file_number or not _asks_about(named, case)):
            raise ReceiptOfAnother
        return named
    by_line = Q(department_id__in=_line(matter, case, actor)) | Q(department_id=None)  # None: the platform itself
    of_case = Receipt.objects.filter(by_line, file_number=file_number, matter=matter, checked_at__lt=until)
    return of_case.exclude(file_number="").order_by("-checked_at", "-id").first()


def _asks_about(named: Receipt, case: FinishedCase | None) -> bool:
    """Whether a receipt without a file number is of the case's applicant, as far as it is known who that is."""
    if case is None:
        return False
    codes = {one["code"] for one in named.content["subjects"]} - {""}
    known = case.subject_id is not None and case.subject_id in named.subject_ids
    return known or case.applicant_code in codes or case.receipt == named.number


def _line(matter: Matter, case: FinishedCase | None, actor: Actor) -> frozenset[int]:
    """The departments that may have checked for this case: who decides, who takes in, and what hangs about them."""
    heads = {matter.implementing_department_id, matter.handled_by_id, actor.department_id}
    if case is not None:
        heads |= {case.department_id, case.desk_id}
    return askers_about(heads)


def _organisation_of(found: Receipt) -> int | None:
    """The applicant, if it is an organisation: a case never leads to a person by name."""
    first = next(iter(found.content["subjects"]), None)
    if first is None or first["id"] is None or first["kind"] == Kind.NATURAL_PERSON:
        return None
    return int(first["id"])


def _deciding(matter: Matter, actor: Actor) -> int:
    """A county unit decides its city department's matters; otherwise the department that carries the matter out."""
    own, carries_out = actor.department_id, matter.implementing_department_id
    return own if own is not None and own in with_subordinates(carries_out) else carries_out
