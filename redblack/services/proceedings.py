"""A proceeding from its first draft: open it, write it, put papers into its file, give it up."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from io import BytesIO
from typing import BinaryIO

from django.db import transaction

from audit.services import record
from collection.selectors.records import get_record
from kernel.actor import Actor
from kernel.errors import Malformed, NotPermitted, RuleBroken
from kernel.identifiers import holds_citizen_id
from kernel.law import Reason
from kernel.machine import TransitionRefused
from kernel.terms import last_day_of_months
from office.services import open_file, store_file
from redblack import policies, selectors
from redblack.events import PaperAttached, PaperOpened, ProceedingDrafted, ProceedingDropped, ProceedingSaved
from redblack.models import Paper, Proceeding
from redblack.models.proceedings import PAPERS, SERVED_WAYS
from redblack.rules.content import GRADES, TEXTS, Content, changed, graver, open_fields
from redblack.rules.evidence import may_take_entries
from redblack.rules.letters import chinese
from redblack.rules.lists import LegalStatus, Origin
from redblack.rules.procedure import may_submit, second_person
from redblack.rules.sources import LIST_MANAGEMENT, ONE_STANDING, SECOND_PERSON, STATEMENT
from redblack.rules.states import LIVES, OPEN, ProceedingState, Track
from redblack.selectors import proceedings as reading
from redblack.services.entries import CannotBind, CannotDecide, NotTheRecogniser, TermsOverlap, UnknownSubject
from subjects.selectors import subject_of
from toolkit.clock import day_of
from toolkit.db import refusing

PAPER_LIMIT = 20 * 1024 * 1024
PAPER_STARTS = (b"%PDF-", b"\xff\xd8\xff", b"\x89PNG\r\n", b"PK\x03\x04")  # the last: ofd, docx, xlsx
STANDARD_REMEDIES = (
    "对列入决定不服的，可以自收到决定书之日起六十日内依法申请行政复议，或者自收到决定书之日起六个月内依法提起行政诉讼。"
    "复议、诉讼期间，除法律另有规定外，决定不停止执行。"
)
VERBS = {
    "notify": "制作列入事先告知书",
    "serve": "登记送达",
    "submit": "提交决定",
    "send_back": "退回",
    "decide": "作出决定",
    "drop": "终止办理",
}


NOT_SUBMITTED = Reason(
    "not_submitted", SECOND_PERSON, "还没有提交决定。请先由经办人提交，再由本部门的另一名审核人员决定。"
)


class CannotPrepare(NotPermitted):
    code = "redblack.cannot_prepare"
    message = "列入由认定部门的报送（经办）人员办理。如履职需要，请联系安全管理员授予角色。"


class ListNotDecidedHere(RuleBroken):
    code = "redblack.list_not_decided_here"
    message = "该名单不在本平台办理列入：由上级或者法院认定的名单随版本接收，激励名单在“守信激励认定”办理。"


class ProceedingOpen(RuleBroken):
    code = "redblack.proceeding_open"
    message = "该主体列入本名单的办理正在进行，不能重复提出。请在原办理上继续，或先将其终止。"


class WrongStep(RuleBroken):
    code = "redblack.wrong_step"
    message = "本件当前的状态不能进行该操作。请刷新后再看。"


class ProceedingMoved(RuleBroken):
    code = "redblack.proceeding_moved"
    message = "本件刚刚已被他人修改，您的内容没有保存。请刷新后核对，再重新修改。"


class ToldAlready(RuleBroken):
    code = "redblack.told_already"
    message = (
        "告知书已经制作，告知过的事实、事由、依据、措施提示、移出条件和救济途径不能再改。"
        "确需变更的，请终止本件，重新提出并告知。"
    )


class GraverThanTold(RuleBroken):
    code = "redblack.graver_than_told"
    message = (
        "失信等级、涉及金额、责任人员和截止日期不得重于告知书告知的内容：不因陈述、申辩而加重处理。"
        "请改为不重于告知的内容；确需加重的，请终止本件，重新提出并告知。"
    )


class ContentWrong(Malformed):
    code = "redblack.content_wrong"
    message = "填写的内容有误，请核对后再保存。"


class PaperWrong(Malformed):
    code = "redblack.paper_wrong"
    message = "文书应为 PDF、OFD、Word 或者图片（JPG、PNG）。请另存后重新上传。"


class ReasonMissing(Malformed):
    code = "redblack.reason_missing"
    message = "请写明理由。"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that somebody hands in. `stream` is read once."""

    stream: BinaryIO
    name: str


@transaction.atomic
def draft(
    *,
    track: Track,
    list_code: str,
    subject_id: int,
    department_id: int,
    content: Content,
    record_id: int | None = None,
    actor: Actor,
    now: datetime,
) -> int:
    """Propose a subject for a list that is decided here. Returns the proceeding's id.

    What the content leaves open is taken from the record (ground, facts, grade) and, where the decision is still to
    be written, from the list type (basis, exit).
    Raises CannotPrepare, UnknownList, ListNotDecidedHere, CannotBind (the list is not 现行), NotTheRecogniser,
    UnknownSubject, RecordNotFound, ContentWrong, TermsOverlap (it stands there already), ProceedingOpen.
    """
    if not policies.may_prepare(actor, department_id=department_id):
        raise CannotPrepare
    list_type = selectors.list_type(list_code)
    if track is Track.HONOUR or list_type.kind == "reward" or not Origin(list_type.origin).decided_here:
        raise ListNotDecidedHere
    taking = may_take_entries(LegalStatus(list_type.legal_status))
    if not taking:
        raise CannotBind(taking.against[0].message, reasons=taking.against)
    if not selectors.recognises(list_type, authority_department_id=department_id):
        raise NotTheRecogniser(f"“{list_type.title}”由{list_type.initiator}认定，其他部门不能列入。")
    if subject_of(subject_id) is None:
        raise UnknownSubject
    if track is Track.LISTING:
        content = replace(
            content,
            legal_basis=content.legal_basis or list_type.legal_basis,
            exit_route=content.exit_route or list_type.exit_rule,
            remedies=content.remedies or STANDARD_REMEDIES,
        )
    if record_id is not None:
        content = _from_record(content, record_id, subject_id, actor=actor)
    _demand(content, subject_id)
    standing = reading.standing_on(list_type.pk, subject_id, on=day_of(now))
    if standing is not None:
        text = f"该主体已在本名单上（{standing.document_no}），不得重复列入。请先办理移出、撤销或更正。"
        raise TermsOverlap(reasons=(Reason("standing", ONE_STANDING, text),))
    with refusing("redblack_proceeding_one_open", ProceedingOpen):
        row = Proceeding.objects.create(
            track=track.value,
            state=LIVES[track].initial.value,
            list_type=list_type,
            department_id=department_id,
            subject_id=subject_id,
            record_id=record_id,
            drafted_by=actor.key,
            drafted_at=now,
            **_columns(content),
        )
    fact = ProceedingDrafted(row.pk, list_code, subject_id, track.value)
    record(fact, about=about(row.pk), actor=actor, now=now)
    return row.pk


@transaction.atomic
def save(*, proceeding_id: int, content: Content, seen: str, actor: Actor, now: datetime) -> list[str]:
    """Write what may still be written. `seen`: Content.seen of what the writer had before him.

    Returns the names of the fields that changed; the same again changes nothing.
    Raises ProceedingNotFound, CannotPrepare, WrongStep, ToldAlready, GraverThanTold, ProceedingMoved, ContentWrong.
    """
    row = _locked(proceeding_id, actor)
    before, state = reading.content_of(row), ProceedingState(row.state)
    differing = changed(before, content)
    if not differing:
        return []
    if before.seen != seen:
        raise ProceedingMoved
    may = open_fields(Track(row.track), state)
    if not may:
        raise WrongStep(f"本件为“{state.label}”，不能修改。")
    if not set(differing) <= may:
        raise ToldAlready
    if row.track == Track.LISTING and state is not ProceedingState.DRAFTED:
        _demand_no_graver(row, before, content, on=day_of(now))
    _demand(content, row.subject_id)
    for name in differing:
        setattr(row, name, _columns(content)[name])
    row.save(update_fields=differing)
    note_handler(row=row, actor=actor)
    record(ProceedingSaved(row.pk, differing), about=about(row.pk), actor=actor, now=now)
    return differing


@transaction.atomic
def attach_paper(*, proceeding_id: int, kind: str, upload: Upload, actor: Actor, now: datetime) -> int:
    """Put a document into the file while the proceeding is open. The paper's id.

    Raises ProceedingNotFound, CannotPrepare, WrongStep, PaperWrong, FileTooLarge, DiskFull.
    """
    row = held(proceeding_id=proceeding_id, actor=actor)
    if row.state in (ProceedingState.DECIDED, ProceedingState.DROPPED):
        raise WrongStep("本件已经办结，不能再附文书。")
    if kind not in PAPERS:
        raise PaperWrong("没有这种文书，请重新选择文书种类。")
    start = upload.stream.read(8)
    upload.stream.seek(0)
    if not start.startswith(PAPER_STARTS):
        raise PaperWrong
    return keep_paper(row=row, kind=kind, upload=upload, actor=actor, now=now)


def keep_paper(*, row: Proceeding, kind: str, upload: Upload, actor: Actor, now: datetime) -> int:
    """Store a document, seal it, and enter it in the file. The paper's id. Inside the caller's transaction."""
    file = store_file(
        stream=upload.stream, name=upload.name, keep_until=None, limit=PAPER_LIMIT, actor=actor, now=now
    )
    paper = Paper.objects.create(proceeding=row, kind=kind, file_id=file.id, added_by=actor.key, added_at=now)
    fact = PaperAttached(paper.pk, row.pk, kind, file.id)
    record(fact, about=about(row.pk), actor=actor, now=now)
    return paper.pk


@transaction.atomic
def open_paper(*, paper_id: int, actor: Actor, now: datetime) -> tuple[str, BinaryIO]:
    """Name and clear text of a document in the file. The look is recorded. Raises NoSuchPaper, FileGone, FileLost."""
    paper = reading.get_paper(actor, paper_id)
    stream = open_file(file_id=paper.file_id)
    assert paper.proceeding_id is not None  # the selector finds no other
    record(PaperOpened(paper.pk, paper.file_id), about=about(paper.proceeding_id), actor=actor, now=now)
    return paper.file.name, stream


@transaction.atomic
def drop(*, proceeding_id: int, reason: str, actor: Actor, now: datetime) -> None:
    """End it without an entry, with the reason. Once it is submitted, only the second person may.

    Raises ProceedingNotFound, CannotPrepare, CannotDecide, WrongStep, ReasonMissing.
    """
    row = reading.get_proceeding(actor, proceeding_id, for_update=True)
    if row.state == ProceedingState.SUBMITTED:
        verdict = second_person(reading.case_of(row), by=actor.key)
        if not verdict:
            raise CannotDecide(verdict.against[0].message, reasons=verdict.against)
        if not policies.may_enter(actor, authority_department_id=row.department_id):
            raise CannotDecide
    elif row.state in OPEN and not policies.may_prepare(actor, department_id=row.department_id):
        raise CannotPrepare
    state = after("drop", row)
    row.state, row.outcome_reason = state.value, demanded(reason)
    row.decided_by, row.decided_at = actor.key, now
    row.save(update_fields=["state", "outcome_reason", "decided_by", "decided_at"])
    fact = ProceedingDropped(row.pk, row.list_type.code, row.subject_id)
    record(fact, about=about(row.pk), actor=actor, now=now)


# --- tools of this workshop -----------------------------------------------------------------------------------------


def about(proceeding_id: int) -> str:
    return f"redblack.proceeding:{proceeding_id}"


def held(*, proceeding_id: int, actor: Actor) -> Proceeding:
    """The locked row of a proceeding that the actor takes a step of, and so cannot decide any more.

    Raises ProceedingNotFound, CannotPrepare.
    """
    row = _locked(proceeding_id, actor)
    note_handler(row=row, actor=actor)
    return row


def note_handler(*, row: Proceeding, actor: Actor) -> None:
    """Keep that this person had a hand in it. On a locked row; whoever did so already is not kept twice."""
    if actor.key not in row.handled_by:
        row.handled_by.append(actor.key)
        row.save(update_fields=["handled_by"])


def _locked(proceeding_id: int, actor: Actor) -> Proceeding:
    row = reading.get_proceeding(actor, proceeding_id, for_update=True)
    if not policies.may_prepare(actor, department_id=row.department_id):
        raise CannotPrepare
    return row


def after(verb: str, row: Proceeding, *, on: date | None = None) -> ProceedingState:
    """The state after a verb of its track. Raises WrongStep in the words of the page; with `on`, the day of the
    attempt, also with what the law still demands before it.
    """
    state = ProceedingState(row.state)
    try:
        return LIVES[Track(row.track)].after(verb, state)
    except (TransitionRefused, KeyError) as refused:
        reasons: tuple[Reason, ...] = ()
        if on is not None and state in OPEN and state is not ProceedingState.SUBMITTED:
            reasons = may_submit(reading.case_of(row), on=on).against or (NOT_SUBMITTED,)
        message = f"本件为“{state.label}”，不能{VERBS[verb]}。请刷新后再看。"
        raise WrongStep(message, reasons=reasons) from refused


def demanded(reason: str) -> str:
    """A reason that says something and names no person by number. Raises ReasonMissing, ContentWrong."""
    if len(reason.strip()) < 2:
        raise ReasonMissing
    if holds_citizen_id(reason):
        raise ContentWrong("理由中含有公民身份号码。请删去号码，只写姓氏或者职务。")
    return reason.strip()


def letter_file(pdf: bytes, name: str) -> Upload:
    return Upload(BytesIO(pdf), name)


def _columns(content: Content) -> dict[str, object]:
    said = {name: getattr(content, name) for name in Content.__dataclass_fields__}
    return said | {"responsible_persons": list(content.responsible_persons)}


def _from_record(content: Content, record_id: int, subject_id: int, *, actor: Actor) -> Content:
    """A ground, a grade and the facts from the record that it rests on, where nothing else was said."""
    row = get_record(actor, record_id)
    if row.subject_id != subject_id:
        reason = Reason("record_of_another", LIST_MANAGEMENT, "所选信用记录不是该主体的记录，请重新选择。")
        raise ContentWrong(reason.message, reasons=(reason,))
    told = f"{row.authority}于{chinese(row.decided_on)}作出{row.item.name}（{row.document_no}）。"
    return replace(
        content,
        ground=content.ground or f"因{row.item.name}（{row.document_no}）达到列入情形"[:1000],
        facts=content.facts or told,
        grade=content.grade or row.grade,
    )


def _demand_no_graver(row: Proceeding, told: Content, after: Content, *, on: date) -> None:
    """A term in months was told from the decision on, which is today at the earliest."""
    months = row.list_type.term_months
    if graver(told, after, told_until=last_day_of_months(on, months) if months else None):
        raise GraverThanTold(reasons=(Reason("graver_than_told", STATEMENT, GraverThanTold.message),))


def _demand(content: Content, subject_id: int) -> None:
    for name in TEXTS:
        if holds_citizen_id(getattr(content, name)):
            raise ContentWrong("内容中含有公民身份号码。请删去号码；自然人按登记的主体显示。")
    if content.grade not in ("", *GRADES):
        raise ContentWrong("失信等级应为轻微、一般或者严重。")
    if content.amount is not None and content.amount < 0:
        raise ContentWrong("涉及金额不能为负数，单位为元。")
    if content.served_way not in ("", *SERVED_WAYS):
        raise ContentWrong("送达方式应为直接、邮寄、留置、电子或者公告。")
    known = {one.person_id for one in reading.persons_to_name(subject_id)}
    if not set(content.responsible_persons) <= known:
        raise ContentWrong("责任人员应从该主体登记的法定代表人、负责人等人员中选择。")
