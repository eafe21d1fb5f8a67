"""An application comes in, is supplemented, is taken back: by the single window, at the counter, on the portal."""

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import BinaryIO

from django.db import transaction

from audit.services import record
from kernel.actor import Actor
from kernel.errors import Malformed, NotPermitted, RuleBroken
from kernel.identifiers import holds_citizen_id
from kernel.law import Reason
from kernel.machine import TransitionRefused
from office.rules.attachments import LARGEST, MOST_FILES, fault_of
from office.services import store_file
from repair import policies
from repair.events import Filed, Moved
from repair.models import Application, Attachment
from repair.models.applications import ATTACHED
from repair.rules.eligibility import PROOF
from repair.rules.sets import to_json
from repair.rules.sources import CONDITIONS, MEANING
from repair.rules.states import LIFE, Channel, Outgoing, State, Target
from repair.selectors import applications as reading
from repair.selectors.standing import NothingThere, entries_by_number, held, records_by_number
from repair.services.clockwork import DUES, set_dues
from repair.services.upward import tell_upward
from subjects.selectors import holder_of
from toolkit import crypto
from toolkit.clock import day_of
from toolkit.db import refusing


class CannotApply(NotPermitted):
    code = "repair.cannot_apply"
    message = "只能为本人或者您所代表的单位申请。窗口人员可以在政务服务大厅帮办。"


class NotYet(RuleBroken):
    code = "repair.not_yet"
    message = "现在不能申请。"


class AlreadyApplied(RuleBroken):
    code = "repair.already_applied"
    message = "该信息已有一件正在办理的信用修复申请，不能重复申请。请查询该件的进度，需要重新申请的，先撤回。"


class StatementMissing(Malformed):
    code = "repair.statement_missing"
    message = "请写明纠正和履行的情况（至少四个字），且不得写入公民身份号码。"


class CommitmentMissing(Malformed):
    code = "repair.commitment_missing"
    message = "请作出信用承诺：所提交的材料真实、合法、有效，并愿意承担违反承诺的责任。"


class FilesWrong(Malformed):
    code = "repair.files_wrong"
    message = "材料不符合要求。"


class ForwardedOtherwise(RuleBroken):
    code = "repair.forwarded_otherwise"
    message = "同一上级编号此前转来的内容与本次不同。请核对编号；需要补充材料的，使用补正接口。"


class WrongStep(RuleBroken):
    code = "repair.wrong_step"
    message = "本件刚刚有了变化，请刷新后再看。"


@dataclass(frozen=True, slots=True)
class Upload:
    """What somebody hands in. `kind`: one of ATTACHED."""

    stream: BinaryIO
    name: str
    kind: str = PROOF


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is said in an application. `contact` and `statement` are sealed: they may name persons."""

    statement: str
    committed: bool
    contact: str = ""
    files: Sequence[Upload] = ()


@transaction.atomic
def file_application(
    *, target: Target, target_id: int, channel: Channel, wish: Wish, actor: Actor, now: datetime
) -> Application:
    """File at the counter or on the portal. Too early, not entitled, over, under way: refused with the article.

    信用修复管理办法 第四条 (from when). Raises NothingThere, CannotApply, NotYet (each reason with its article),
    AlreadyApplied, StatementMissing, CommitmentMissing, FilesWrong.
    """
    today = day_of(now)
    one = held(target, target_id, on=today)
    if not policies.may_apply_for(actor, subject_id=one.subject_id):
        raise CannotApply
    if not one.outlook.may_apply:
        raise NotYet("".join(reason.message for reason in one.against), reasons=one.against)
    if one.open_number:
        raise AlreadyApplied
    if not wish.committed:
        raise CommitmentMissing(reasons=(Reason("no_commitment", CONDITIONS, CommitmentMissing.message),))
    return _file(one.target, one.id, channel, wish, today, "", "", actor, now)


@transaction.atomic
def forward(
    *,
    upstream_no: str,
    code: str,
    document_no: str,
    target: Target,
    applied_on: date,
    wish: Wish,
    actor: Actor,
    now: datetime,
) -> tuple[Application, bool]:
    """The single window forwards an application. (It, whether it is new.) The same number with the same content again
    is the same application.

    国办发〔2025〕22号 信用修复办理期限: the department's clock runs from receipt. Too early or not repairable is not
    refused here: it is registered, and the department declines it with its reasons. Raises CannotApply, NothingThere,
    AlreadyApplied, ForwardedOtherwise, NotYet (nobody here recognised it), StatementMissing, FilesWrong.
    """
    if not policies.may_forward(actor):
        raise CannotApply
    said = [code, document_no, target.value, applied_on.isoformat(), wish.statement, wish.committed]
    digest = hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()
    known = reading.by_upstream(upstream_no)
    if known is not None:
        return _same(known, digest), False
    subject_id = holder_of(uscc=code.strip().upper())
    if subject_id is None:
        raise NothingThere("没有登记该统一社会信用代码的主体。")
    look = records_by_number if target is Target.RECORD else entries_by_number
    found = look(subject_id, document_no, on=applied_on)
    if not found:
        raise NothingThere
    one = next((each for each in found if not each.case.over), found[0])
    if one.department_id is None:
        raise NotYet("该信息不是本市部门认定，请转送认定部门。", reasons=one.against)
    if one.open_number:
        raise AlreadyApplied
    made = _file(target, one.id, Channel.UPSTREAM, wish, applied_on, upstream_no, digest, actor, now)
    tell_upward(row=made, kind=Outgoing.RECEIPT, more={}, now=now)
    return made, True


@transaction.atomic
def supplement(*, application_id: int, wish: Wish, actor: Actor, now: datetime) -> None:
    """The party hands in what was missing: the clock goes on from the next day.

    Raises ApplicationNotFound, CannotApply, WrongStep, StatementMissing, FilesWrong.
    """
    row = reading.get_visible(actor, application_id, for_update=True)
    if not policies.may_apply_for(actor, subject_id=row.subject_id):
        raise CannotApply
    row.state = after("supplement", row)
    today = day_of(now)
    said = _demand_statement(wish.statement) if wish.statement.strip() else ""
    if not said and not wish.files:
        raise StatementMissing("请补充说明，或者上传需要补正的材料。")
    row.stops.filter(until=None).update(until=today)
    row.supplemented_at = now
    row.committed = row.committed or wish.committed
    if said:
        before = crypto.decrypt(row.statement_ct, aad=place(row.number, "statement"))
        whole = f"{before}\n补正（{today.isoformat()}）：{said}"
        row.statement_ct = crypto.encrypt(whole, aad=place(row.number, "statement"))
    set_dues(row, reading.stops_of(row))
    row.save(update_fields=["state", "supplemented_at", "committed", "statement_ct", *DUES])
    _attach(row, wish.files, actor, now)
    tell(row=row, step="supplement", actor=actor, now=now)


@transaction.atomic
def withdraw(*, application_id: int, reason: str, actor: Actor, now: datetime) -> None:
    """The party takes it back before the decision; it may apply anew.

    Raises ApplicationNotFound, CannotApply, WrongStep, StatementMissing.
    """
    row = reading.get_visible(actor, application_id, for_update=True)
    if not policies.may_apply_for(actor, subject_id=row.subject_id):
        raise CannotApply
    close(row=row, reason=_demand_reason(reason), actor=actor, now=now)


@transaction.atomic
def close_moot(*, record_id: int | None, entry_id: int | None, reason: str, actor: Actor, now: datetime) -> int:
    """What an application asked for has come about otherwise (an objection upheld, a withdrawal, a result from above,
    the longest publicity over): nothing is left to repair. How many were closed. Twice has one effect.
    """
    rows = Application.objects.select_for_update().filter(state__in=["filed", "notified", "accepted"])
    rows = rows.filter(record_id=record_id) if record_id is not None else rows.filter(entry_id=entry_id or 0)
    closed = 0
    for row in rows.order_by("pk"):
        close(row=row, reason=reason, actor=actor, now=now)
        closed += 1
    return closed


# --- tools of this workshop -----------------------------------------------------------------------------------------


def close(*, row: Application, reason: str, actor: Actor, now: datetime) -> None:
    """End a locked application without a decision."""
    row.state = after("withdraw", row)
    row.closed_at, row.closing_reason = now, reason
    row.stops.filter(until=None).update(until=day_of(now))
    set_dues(row, reading.stops_of(row))
    row.save(update_fields=["state", "closed_at", "closing_reason", *DUES])
    tell(row=row, step="withdraw", actor=actor, now=now)
    if row.channel == Channel.UPSTREAM:
        tell_upward(row=row, kind=Outgoing.RESULT, more={"reasons": [reason]}, now=now)


def after(verb: str, row: Application) -> State:
    """The state after a verb; WrongStep in the words of the page."""
    state = State(row.state)
    try:
        return LIFE.after(verb, state)
    except TransitionRefused as refused:
        reason = Reason("wrong_step", MEANING, f"本件为“{state.label}”，不能再进行这一步。")
        raise WrongStep(f"本件为“{state.label}”，不能再进行这一步。请刷新后再看。", reasons=(reason,)) from refused


def tell(*, row: Application, step: str, actor: Actor, now: datetime) -> None:
    """Record a step before the decision. In the caller's transaction."""
    record(Moved(row.pk, row.number, step, row.state), about=about(row.pk), actor=actor, now=now)


def about(application_id: int) -> str:
    return f"repair.application:{application_id}"


def place(number: str, field: str) -> str:
    """Where a sealed text belongs: by the number, which is there before the row is."""
    return f"repair.application:{number}:{field}"


def statement_of(row: Application) -> str:
    return crypto.decrypt(row.statement_ct, aad=place(row.number, "statement"))


def contact_of(row: Application) -> str:
    return crypto.decrypt(row.contact_ct, aad=place(row.number, "contact")) if row.contact_ct else ""


def _file(
    target: Target,
    target_id: int,
    channel: Channel,
    wish: Wish,
    applied_on: date,
    upstream_no: str,
    digest: str,
    actor: Actor,
    now: datetime,
) -> Application:
    one = held(target, target_id, on=applied_on)
    assert one.department_id is not None  # by the callers
    today = day_of(now)
    number = f"XF{today:%Y%m%d}{secrets.randbelow(10**8):08d}"
    row = Application(
        number=number,
        channel=channel,
        upstream_no=upstream_no,
        upstream_digest=digest,
        target=target,
        record_id=target_id if target is Target.RECORD else None,
        entry_id=target_id if target is Target.ENTRY else None,
        subject_id=one.subject_id,
        department_id=one.department_id,
        what=one.what[:300],
        document_no=one.document_no,
        authority=one.authority,
        found_on=one.found_on,
        grade=one.grade,
        rules=to_json(one.rules),
        state=LIFE.initial,
        applied_on=applied_on,
        received_on=today,
        filed_at=now,
        filed_by=actor.key,
        filed_department_id=actor.department_id if channel is Channel.COUNTER else None,
        statement_ct=crypto.encrypt(_demand_statement(wish.statement), aad=place(number, "statement")),
        contact_ct=crypto.encrypt(wish.contact.strip()[:200], aad=place(number, "contact")) if wish.contact else "",
        committed=wish.committed,
    )
    set_dues(row, ())
    with (
        refusing("repair_application_one_open_per_record", AlreadyApplied),
        refusing("repair_application_one_open_per_entry", AlreadyApplied),
        refusing("repair_application_once_from_above", WrongStep),
    ):
        row.save(force_insert=True)
    _attach(row, wish.files, actor, now)
    fact = Filed(row.pk, number, target, target_id, one.subject_id, channel, upstream_no, one.rules.code)
    record(fact, about=about(row.pk), actor=actor, now=now)
    return row


def _same(known: Application, digest: str) -> Application:
    if known.upstream_digest != digest:
        raise ForwardedOtherwise
    return known


def _attach(row: Application, files: Sequence[Upload], actor: Actor, now: datetime) -> None:
    """Judge every file by its content before the first is kept; each fault is told."""
    there = row.attachments.count()
    if there + len(files) > MOST_FILES:
        raise FilesWrong(f"最多 {MOST_FILES} 份材料，现有 {there} 份。请合并后上传。")
    faults = []
    for one in files:
        body = one.stream.read(LARGEST + 1)
        one.stream.seek(0)
        if fault := fault_of(one.name, body):
            faults.append(fault)
        if one.kind not in ATTACHED:
            faults.append(f"“{one.name}”没有选择材料种类。")
    if faults:
        reasons = tuple(Reason("file_wrong", CONDITIONS, fault) for fault in faults)
        raise FilesWrong("有材料不能接收，请逐一改正后重新提交。", reasons=reasons)
    for one in files:
        file = store_file(stream=one.stream, name=one.name, keep_until=None, limit=LARGEST, actor=actor, now=now)
        Attachment.objects.create(application=row, kind=one.kind, file_id=file.id, added_by=actor.key, added_at=now)


def _demand_statement(text: str) -> str:
    if len(text.strip()) < 4 or holds_citizen_id(text):
        raise StatementMissing
    return text.strip()[:4000]


def _demand_reason(text: str) -> str:
    if len(text.strip()) < 2 or holds_citizen_id(text):
        raise StatementMissing("请写明理由，且不得写入公民身份号码。")
    return text.strip()[:1000]
