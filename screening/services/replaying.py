"""Replaying a past check: the same question to the same subjects, as known then or later (invariant I8).

`answer_at` takes a vector of revisions, never a moment. A moment becomes a vector through marks: what one snapshot
has read of all counters, stamped after it was read, so that whatever a mark names was committed before its stamp
(docs/decisions/0019).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from audit.services import record
from kernel.actor import Actor
from kernel.errors import Malformed, RuleBroken
from screening import policies, selectors
from screening.events import ReceiptReplayed
from screening.models import MarksLooked, Receipt, RevisionMark
from screening.rules import answer as rules
from screening.rules.numbers import parts_of
from screening.rules.question import Subject
from screening.rules.record import content_of
from screening.rules.replay import Comparison, Purpose, compare, is_kept, was_identified
from screening.selectors import replaying as past
from toolkit.clock import SHANGHAI, day_of
from toolkit.crypto import index_keys

MARK_LOCK = 0x3A2C  # one look at the counters at a time


class PastRetention(RuleBroken):
    code = "screening.past_retention"
    message = "已超过保存期限，不能重放。"


class KnownTooEarly(RuleBroken):
    code = "screening.known_too_early"
    message = "所问时间早于平台开始登记名单版本的时间，不能按时间重放。请改选较晚的时间，或按原核查时点重放。"


class KnownInFuture(Malformed):
    code = "screening.known_in_future"
    message = "“已知截至”不能晚于现在，请改选过去的时间。"


class UnknownPurpose(Malformed):
    code = "screening.unknown_purpose"
    message = "请选择查看用途。本次查看将被记录。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """A past check as it comes out anew. `content`, `today`: as a receipt keeps it (rules.record).

    `own`: asked exactly as the check was, so that `against_receipt` tells whether the replay gives the same answer.
    `known_at`: None, as known at the check. `cautions`: what this replay cannot know, in words.
    """

    receipt: Receipt
    as_of: date
    known_at: datetime | None
    own: bool
    content: dict[str, Any]
    against_receipt: Comparison
    against_today: Comparison
    cautions: tuple[str, ...]


@transaction.atomic
def replay(
    *, number: str, purpose: str, as_of: date | None, known_at: datetime | None, actor: Actor, now: datetime
) -> Replayed:
    """Answer a past check anew and say how it differs from its receipt, and from what would be answered now.

    `as_of`: the legal day, the receipt's when None. `known_at`: by what was known then; as the check knew it when
    None. The look is recorded with its purpose. Raises UnknownPurpose, ReceiptNotFound, PastRetention,
    KnownTooEarly, KnownInFuture.
    """
    if purpose not in list(Purpose):
        raise UnknownPurpose
    receipt = replayable(number=number, actor=actor, now=now)
    day = as_of or receipt.as_of
    for asked in (day, day_of(known_at or receipt.checked_at)):
        _demand_kept(asked, day_of(now))
    then = _known(receipt, known_at, now)
    content = answer_at(receipt, as_of=day, vector=then.vector, at=known_at or receipt.checked_at)
    current = past.current_vector()
    today = answer_at(receipt, as_of=day_of(now), vector=current, at=now)
    own = known_at is None and day == receipt.as_of
    replayed = Replayed(
        receipt=receipt,
        as_of=day,
        known_at=known_at,
        own=own,
        content=content,
        against_receipt=compare(receipt.content, content),
        against_today=compare(content, today),
        cautions=tuple(_cautions(receipt, then, current)),
    )
    fact = ReceiptReplayed(
        receipt.number,
        Purpose(purpose).label,
        day.isoformat(),
        known_at.isoformat() if known_at else "",
        replayed.against_receipt.same_answer if own else None,
    )
    record(fact, about=f"screening.receipt:{receipt.number}", actor=actor, now=now)
    return replayed


def replayable(*, number: str, actor: Actor, now: datetime) -> Receipt:
    """The receipt, in the actor's scope; nothing of it is shown by this. Past its time the number alone says so,
    whether it is still there or not. Raises ReceiptNotFound, PastRetention.
    """
    parts = parts_of(number)
    if parts is None or not policies.may_see_receipts(actor):
        raise selectors.ReceiptNotFound
    _demand_kept(parts[0], day_of(now))
    return selectors.get_visible(actor, number)


def _demand_kept(day: date, today: date) -> None:
    years = settings.RECEIPT_YEARS
    if not is_kept(day, today=today, years=years):
        raise PastRetention(
            f"{day.isoformat()} 的核查已超过保存期限（{years} 年），不能重放。"
            "依据：《浙江省公共信用信息管理条例》第二十条（查询日志保存期限），年限可由信用办设定。"
        )


def _known(receipt: Receipt, known_at: datetime | None, now: datetime) -> past.KnownAt:
    """The vector to answer by. A receipt's own names what it read; for a day on which other sources are asked, the
    rest is filled in as it stood at the last mark before.
    """
    if known_at is None:
        before = past.known_at(receipt.checked_at, now=now)
        return past.KnownAt((before.vector if before else {}) | receipt.vector)
    if known_at > now:
        raise KnownInFuture
    if known_at == now:
        return past.KnownAt(past.current_vector())
    known = past.known_at(known_at, now=now)
    if known is None:
        first = past.first_mark()
        began = f"（{timezone.localtime(first, SHANGHAI):%Y-%m-%d %H:%M}）" if first else ""
        raise KnownTooEarly(KnownTooEarly.message.replace("的时间，不能", f"的时间{began}，不能"))
    return known


def answer_at(receipt: Receipt, *, as_of: date, vector: Mapping[str, int], at: datetime) -> dict[str, Any]:
    """The content of a receipt for the same subjects, matter and stage, on a day, as known at a vector.

    `at`: the moment that the sentences name. Subjects that the check could not identify stay as they were answered:
    what was typed is kept nowhere.
    """
    kept: list[dict[str, Any]] = receipt.content["subjects"]
    asked = [said for said in kept if was_identified(said)]
    prepared = selectors.make_plan(matter_code=receipt.matter.code, stage=receipt.stage, as_of=as_of, at=vector)
    prepared = replace(prepared, sources=past.facts_at(prepared.asked, vector["registry"]))
    looked = selectors.look(
        prepared, codes=[_code(said) for said in asked], ids=[_id(said) for said in asked], as_of=as_of, vector=vector
    )
    names = past.names_at([f.id for f in looked.subjects if f.id], vector["subjects"])
    answers = [
        rules.answer_subject(
            _subject(said, found, names),
            plan=prepared.plan,
            sources=looked.sources,
            triggers=found.triggers,
            related=found.related,
            doubted=found.doubted,
        )
        for said, found in zip(asked, looked.subjects, strict=True)
    ]
    result = rules.CheckResult(
        checked_at=at,
        as_of=as_of,
        plan=prepared.plan,
        file_number=receipt.file_number,
        operator=receipt.content["operator"],
        operator_department=receipt.content["operator_department"],
        subjects=tuple(answers),
        consulted=tuple(looked.sources[i] for i in prepared.asked),
        vector=vector,
    )
    content = content_of(result)
    anew = iter(content["subjects"])
    content["subjects"] = [next(anew) if was_identified(said) else said for said in kept]
    return content


def _id(said: Mapping[str, Any]) -> int | None:
    """By the id that the receipt keeps; a person whom nobody knew then, by the index under which he came since."""
    return past.by_blind_index(said["blind"]) if said["blind"] else said["id"]


def _code(said: Mapping[str, Any]) -> str | None:
    """A code that nobody held at the check may have been registered since."""
    if said["id"] is not None or said["blind"]:
        return None
    return said["code"] or None


def _subject(said: Mapping[str, Any], found: selectors.FoundSubject, names: Mapping[int, str]) -> Subject:
    return Subject(
        role=said["role"],
        role_label=said["role_label"],
        id=found.id,
        kind=found.kind or said["kind"],
        name=names.get(found.id or 0, found.name),
        code=said["code"],
        warnings=tuple(said["warnings"]),
        blind=said["blind"],
    )


def _cautions(receipt: Receipt, then: past.KnownAt, current: Mapping[str, int]) -> list[str]:
    """What is not versioned, or not recorded: said where it matters for this receipt."""
    said = []
    if then.vector["documents"] != current["documents"]:
        said.append(
            "法律文件登记在此之后有变动。文件的效力起止日按所问日期判断，但登记内容（位阶、名称、起止日）只有现在的版本，"
            "依据可能与当时所列不同。"
        )
    if then.unsure is not None:
        early, late = (timezone.localtime(one, SHANGHAI) for one in then.unsure)
        said.append(
            f"在 {early:%Y-%m-%d %H:%M:%S} 至 {late:%H:%M:%S} 之间有登记变动，"
            "无法确定是否早于所问时刻，按尚未登记处理。"
        )
    unknown = [s for s in receipt.content["subjects"] if not was_identified(s)]
    if unknown:
        said.append(f"有 {len(unknown)} 个主体在核查时未能确定身份，当时没有查询名单，按原答复显示。")
    live = {key.id for key in index_keys()}
    if any(s["blind"] and s["blind"].partition(":")[0] not in live for s in receipt.content["subjects"]):
        said.append(
            "有自然人在核查时尚未登记，且当时的索引密钥已停用，无法与现在的登记对应：“与现在相比”不能反映其现在的情况。"
        )
    if past.erased(receipt.subject_ids):
        said.append("有自然人的个人信息已依法删除：按内部编号重放，不再显示其姓名。")
    return said


@transaction.atomic
def mark_revisions(*, clock: Callable[[], datetime]) -> int:
    """Note which counters have moved since the last look, as one snapshot has read them. How many have.

    The clock is read after the snapshot: whatever the mark names was committed before its stamp. Two at once: the
    second waits, and then reads what the first has left.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [MARK_LOCK])
    vector = past.current_vector()
    at = clock()
    since = MarksLooked.objects.values_list("at", flat=True).first()
    standing = past.last_marked()
    moved = [
        RevisionMark(name=name, revision=revision, since=since, at=at)
        for name, revision in sorted(vector.items())
        if revision > standing.get(name, -1)
    ]
    RevisionMark.objects.bulk_create(moved)
    MarksLooked.objects.update_or_create(id=True, defaults={"at": at})
    return len(moved)
