"""Filing an objection, its proof, taking it back; a second look at the answer by the next level."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import BinaryIO

from django.conf import settings
from django.db import connection, transaction

from accounts.selectors import departments_by_id
from audit.services import record
from collection.services import end_record_dispute
from kernel.actor import Actor
from kernel.actor import Kind as ActorKind
from kernel.errors import Malformed, NotPermitted, RuleBroken, Unavailable
from kernel.identifiers import holds_citizen_id
from objections import policies, selectors
from objections.events import ObjectionEnded, ObjectionFiled, PaperRead
from objections.models import Objection
from objections.rules.clocks import at_filing
from objections.rules.filing import Wish, may_file, may_review
from objections.rules.kinds import Channel, Kind, Target
from objections.rules.rulesets import chosen
from objections.rules.states import LIFE, MARKED, State
from objections.rules.suspension import digest_of
from objections.selectors import PLATFORM, About
from objections.services import work
from office.services import open_file
from redblack.selectors.exits import open_dispute
from redblack.services import end_dispute
from screening.rules.verification import PURPOSE as RECEIPT_PURPOSE
from toolkit import crypto
from toolkit.clock import day_of
from toolkit.db import refusing


class CannotFile(NotPermitted):
    code = "objections.cannot_file"
    message = "只能对本人、本单位的信息提出异议。窗口人员代为提出的，请核对身份证件和委托书。"


class FiledAlready(RuleBroken):
    code = "objections.filed_already"
    message = "该信息已有一件正在办理的异议，请在那一件上补充材料，不重复受理。"


class NotAnObjection(RuleBroken):
    code = "objections.not_an_objection"
    message = "不能作为异议提出。"


class TargetMissing(Malformed):
    code = "objections.target_missing"
    message = "请指明对哪一条名单、哪一条记录或者哪一次核查有异议。"


class ReceiptNotYours(NotPermitted):
    code = "objections.receipt_not_yours"
    message = "回执编号与核验码不符。请对照核查回执上印制的编号和核验码重新填写，或者到出具回执的窗口办理。"


class NoRules(Unavailable):
    code = "objections.no_rules"
    message = "没有配置适用于提出日期的异议办理规则。请联系系统管理员核对 OBJECTION_RULES。"


class NobodyReceives(Unavailable):
    code = "objections.nobody_receives"
    message = "没有可以受理异议的单位。请联系信用办。"


class NotYourReview(NotPermitted):
    code = "objections.not_your_review"
    message = "复核由异议提出人申请。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """What is filed. One of `entry_id`, `record_id`, or `receipt_number` with `other_subject_id`.

    `receipt_code`: what is printed beside a receipt's number; a visitor proves by it that he holds the receipt.
    """

    kind: Kind
    channel: Channel
    claim: str
    contact: str = ""
    entry_id: int | None = None
    record_id: int | None = None
    receipt_number: str = ""
    other_subject_id: int | None = None
    subject_id: int | None = None
    upstream_number: str = ""
    receipt_code: str = ""
    files: Sequence[tuple[str, BinaryIO]] = ()


@transaction.atomic
def file_objection(*, filing: Filing, actor: Actor, now: datetime) -> int:
    """File an objection; its clocks begin. Nothing is marked before it is accepted. Its id.

    Raises TargetMissing, CannotFile, NotAnObjection (each reason with its article), FiledAlready, NoRules,
    NobodyReceives, FileRefused, TooManyFiles, FileTooLarge, TextMissing, and the refusal of whoever does not find it.
    """
    on = day_of(now)
    _demand_own_way(filing, actor)
    target, about = _about(filing, on)
    subject_id = filing.subject_id or about.subject_id
    if not policies.may_file_for(actor, subject_id=subject_id):
        raise CannotFile
    if holds_citizen_id(filing.claim):
        raise work.TextMissing("事实和理由中含有公民身份号码，请删去；证件请作为材料上传。")
    by_department = filing.channel is Channel.DEPARTMENT
    standing = about.standing and (about.in_force or filing.kind is Kind.OVER_TERM)
    wish = Wish(
        target=target,
        about_subject=by_department or subject_id == about.subject_id,
        standing=standing,
        claim=filing.claim,
    )
    work.demand(may_file(wish), NotAnObjection)
    receiver = _receiver(filing, about, actor)
    return _create(filing, target, about, subject_id, receiver, None, actor, now)


@transaction.atomic
def ask_review(*, objection_id: int, claim: str, actor: Actor, now: datetime) -> int:
    """Ask the next level to look at the answer again, once. The new objection's id; it marks, and suspends nothing.

    Raises ObjectionNotFound, NotYourReview, NotAnObjection, FiledAlready, TextMissing.
    """
    first = selectors.get_visible(actor, objection_id, for_update=True)
    if not policies.may_file_for(actor, subject_id=first.subject_id):
        raise NotYourReview
    verdict = may_review(
        answered=first.state == State.ANSWERED,
        answered_on=day_of(first.answered_at) if first.answered_at else None,
        is_review=first.review_of_id is not None,
        reviewed=Objection.objects.filter(review_of=first).exists(),
        on=day_of(now),
    )
    work.demand(verdict, NotAnObjection)
    if holds_citizen_id(claim):
        raise work.TextMissing
    about = selectors.about(first, on=day_of(now))
    target = Target(first.target)
    visitor = actor.kind is ActorKind.VISITOR
    filing = Filing(
        kind=Kind(first.kind),
        channel=Channel.PORTAL if visitor else Channel.COUNTER,
        claim=claim,
        entry_id=first.entry_id,
        record_id=first.record_id,
        receipt_number=first.receipt_number,
        other_subject_id=first.other_subject_id,
    )
    wish = Wish(target=target, about_subject=True, standing=about.standing, claim=claim)
    work.demand(may_file(wish), NotAnObjection)
    concluding = first.provider_id or first.department_id
    known = departments_by_id([concluding])[concluding]
    above = known.parent_id or selectors.receiving_department(None) or first.department_id
    return _create(filing, target, about, first.subject_id, above, first, actor, now)


def _demand_own_way(filing: Filing, actor: Actor) -> None:
    """A visitor comes by the portal, for himself or whom he represents, and holds the receipt that he names."""
    if actor.kind is not ActorKind.VISITOR:
        return
    if filing.channel is not Channel.PORTAL:
        raise CannotFile
    if filing.receipt_number:
        demand_receipt(filing.receipt_number, filing.receipt_code)


def demand_receipt(number: str, code: str) -> None:
    """Who holds a receipt knows the code beside its number. Nothing is looked up before. Raises ReceiptNotYours."""
    if not crypto.is_check_code(code, number, purpose=RECEIPT_PURPOSE):
        raise ReceiptNotYours


def _about(filing: Filing, on: date) -> tuple[Target, About]:
    if filing.entry_id is not None:
        return Target.ENTRY, selectors.about_entry(filing.entry_id, on=on)
    if filing.record_id is not None:
        return Target.RECORD, selectors.about_record(filing.record_id)
    if filing.receipt_number and filing.subject_id and filing.other_subject_id:
        return Target.CHECK, selectors.about_check(
            filing.receipt_number, subject_id=filing.subject_id, other_id=filing.other_subject_id
        )
    raise TargetMissing


def _receiver(filing: Filing, about: About, actor: Actor) -> int:
    """A department that finds its own data wrong handles it itself."""
    own = filing.channel is Channel.DEPARTMENT and about.provider_id in actor.departments
    found = about.provider_id if own else selectors.receiving_department(about.provider_id)
    if found is None:
        raise NobodyReceives
    return found


def _create(
    filing: Filing,
    target: Target,
    about: About,
    subject_id: int,
    receiver: int,
    first: Objection | None,
    actor: Actor,
    now: datetime,
) -> int:
    on = day_of(now)
    area = next(iter(departments_by_id([receiver]).values())).division_code
    rules = chosen(settings.OBJECTION_RULES, area=area, on=on)
    if rules is None:
        raise NoRules
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('objections_objection', 'id'))")
        key = int(cursor.fetchone()[0])
    with (
        refusing("objections_objection_one_open_per_entry", FiledAlready),
        refusing("objections_objection_one_open_per_record", FiledAlready),
        refusing("objections_objection_one_open_per_check", FiledAlready),
        refusing("objections_objection_upstream_once", FiledAlready),
    ):
        row = Objection.objects.create(
            pk=key,
            number=f"YY{on:%Y%m%d}{key:06d}",
            kind=filing.kind.value,
            channel=filing.channel.value,
            target=target.value,
            entry_id=filing.entry_id,
            record_id=filing.record_id,
            receipt_number=filing.receipt_number,
            other_subject_id=filing.other_subject_id,
            subject_id=subject_id,
            review_of=first,
            rules=rules.code,
            claim_ct=crypto.encrypt(filing.claim.strip(), aad=claim_place(key)),
            claim_digest=digest_of(filing.claim),
            contact_ct=crypto.encrypt(filing.contact.strip(), aad=work.contact_place(key)) if filing.contact else "",
            upstream_number=filing.upstream_number,
            upstream_client_id=actor.id if filing.upstream_number else None,
            department_id=receiver,
            provider_id=about.provider_id if receiver == about.provider_id else None,
            authority_department_id=about.authority_department_id,
            state=LIFE.initial.value,
            filed_by=actor.key,
            filed_at=now,
            filed_on=on,
        )
    for name, stream in filing.files:
        work.keep(row=row, kind="举证材料", name=name, stream=stream, actor=actor, now=now)
    work.begin(row=row, whats=at_filing(rules), on=on)
    due = row.due_on.isoformat() if row.due_on else ""
    fact = ObjectionFiled(row.pk, row.number, subject_id, target.value, filing.kind.value, filing.channel.value, due)
    record(fact, about=work.about(row), actor=actor, now=now)
    return row.pk


def claim_place(key: int) -> str:
    return f"objections_objection:claim_ct:{key}"


@transaction.atomic
def read_claim(*, objection_id: int, actor: Actor, now: datetime) -> tuple[str, str]:
    """What is claimed, and how to reach who claims it; the look is recorded. Raises ObjectionNotFound."""
    row = selectors.get_visible(actor, objection_id)
    record(PaperRead(row.pk, 0), about=work.about(row), actor=actor, now=now)
    contact = crypto.decrypt(row.contact_ct, aad=work.contact_place(row.pk)) if row.contact_ct else ""
    return crypto.decrypt(row.claim_ct, aad=claim_place(row.pk)), contact


@transaction.atomic
def add_paper(*, objection_id: int, name: str, stream: BinaryIO, actor: Actor, now: datetime) -> int:
    """Proof from who objects, or from the verifier. Raises ObjectionNotFound, WrongStep, and what `keep` raises."""
    row = selectors.get_visible(actor, objection_id, for_update=True)
    if State(row.state) not in MARKED | {State.FILED}:
        raise work.WrongStep("这件异议已经作出结论或者终结，不能再补充材料。")
    verifier = policies.may_verify(actor, provider_id=row.provider_id)
    kind = "核查材料" if verifier else "举证材料"
    return work.keep(row=row, kind=kind, name=name, stream=stream, actor=actor, now=now)


@transaction.atomic
def add_papers(*, objection_id: int, files: Sequence[tuple[str, BinaryIO]], actor: Actor, now: datetime) -> list[int]:
    """Several at once, all or none; their ids. Raises what `add_paper` raises."""
    return [
        add_paper(objection_id=objection_id, name=name, stream=stream, actor=actor, now=now) for name, stream in files
    ]


@transaction.atomic
def read_paper(*, objection_id: int, attachment_id: int, actor: Actor, now: datetime) -> tuple[str, BinaryIO]:
    """Name and clear bytes; the look is recorded. Raises ObjectionNotFound, PaperNotFound, FileGone."""
    paper = selectors.get_attachment(actor, objection_id=objection_id, attachment_id=attachment_id)
    stream = open_file(file_id=paper.file_id)
    fact = PaperRead(objection_id, attachment_id)
    record(fact, about=f"objections.objection:{objection_id}", actor=actor, now=now)
    return paper.file.name, stream


@transaction.atomic
def withdraw(*, objection_id: int, reason: str, actor: Actor, now: datetime) -> bool:
    """Who filed it takes it back; the mark ends. Whether there was one: of a check, and before acceptance, is none.

    Raises ObjectionNotFound, CannotFile, WrongStep, TextMissing.
    """
    row = selectors.get_visible(actor, objection_id, for_update=True)
    own = actor.kind is ActorKind.VISITOR and row.subject_id in actor.subjects
    if not own and row.filed_by != actor.key:
        raise CannotFile("异议由提出人撤回。")
    marked = row.marked
    row.state = work.after("withdraw", row).value
    row.ended_reason = work.demanded(reason)
    row.rests = False
    row.save(update_fields=["state", "ended_reason", "rests"])
    if marked:
        unmark(row=row, outcome="撤回", now=now)
    row.clocks.filter(met_on=None).update(met_on=day_of(now))
    work.refresh(row=row)
    fact = ObjectionEnded(row.pk, row.number, State.WITHDRAWN.label)
    record(fact, about=work.about(row), actor=actor, now=now)
    return marked


def unmark(*, row: Objection, outcome: str, now: datetime) -> None:
    """Take the mark off what the objection was about, unless a release has done so already."""
    on = day_of(now)
    if row.entry_id is not None and open_dispute(row.entry_id) is not None:
        end_dispute(entry_id=row.entry_id, outcome=outcome, ended_on=on, actor=PLATFORM, now=now)
    if row.record_id is not None and selectors.record_is_disputed(row.record_id):
        end_record_dispute(record_id=row.record_id, outcome=outcome, ended_on=on, actor=PLATFORM, now=now)
