"""Handing one day's records up: making the files, fetching them, noting that they were handed over (篇十二(一)3).

Sending them and the receipts of the platform above are the ledger's work (`exchange`, later).
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from io import BytesIO
from itertools import islice
from typing import BinaryIO

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max

from accounts.selectors import departments_by_id
from audit.services import record
from catalog.rules.definition import Definition
from catalog.selectors import definition_of
from collection import policies
from collection.events import HandoverFetched, HandoverMade, HandoverMarked
from collection.models import Handover
from collection.rules.upward import (
    Cover,
    UpRecord,
    as_schema,
    as_xlsx,
    as_xml,
    handed_fields,
    hands_up_persons,
    is_handed_up,
    sealed_fields,
)
from collection.selectors.handovers import (
    AsItStood,
    as_they_stood,
    ids_of_day,
    is_whole,
    item_of_code,
    visible_handovers,
)
from collection.services.extraction import NotYourIntake
from kernel.actor import Actor
from kernel.errors import Malformed, NotFound, RuleBroken
from kernel.identifiers import holds_citizen_id
from office.services import open_file, store_file
from subjects.selectors import subjects_of
from subjects.services import PersonIsErased, open_for, reveal_identifier
from toolkit import crypto
from toolkit.clock import day_of

KEPT = timedelta(days=180)  # [G]: the files hold what the records hold; records themselves are kept by the catalogue
PART = 10_000  # records of one file
LARGEST = 512 * 1024 * 1024
LONGEST_NOTE = 500
KINDS = ("xlsx", "xml", "xsd")
PERSON = "natural_person"


class NothingToHandUp(RuleBroken):
    code = "collection.nothing_to_hand_up"
    message = "当日没有该条目的新增、变更或撤销记录，无需上报。"


class DayNotBegun(Malformed):
    code = "collection.day_not_begun"
    message = "上报日期不能晚于今天，请重新选择。"


class ItemNotHandedUp(RuleBroken):
    code = "collection.item_not_handed_up"
    message = "该条目的共享范围不包括政务共享或社会公开，不得上报。"


class ItemUnknown(NotFound):
    code = "collection.item_unknown"
    message = "目录中没有这个已发布的条目，请核对条目编码。"


class HandoverNotFound(NotFound):
    code = "collection.handover_not_found"
    message = "没有这份上报文件，请返回列表重新选择。"


class AlreadyHanded(RuleBroken):
    code = "collection.already_handed"
    message = "该文件已标记为已上报，未重复标记。需要更正的，请重新生成一份。"


class HandoverUnfinished(RuleBroken):
    code = "collection.handover_unfinished"
    message = "这一次生成没有完成，文件不全，不能标记为已上报。请等待完成；已停止的，请重新生成。"


class NoteMissing(Malformed):
    code = "collection.handover_note_missing"
    message = f"请说明上报的方式和上级平台的回执编号，不超过 {LONGEST_NOTE} 字，且不得写入公民身份号码。"


@transaction.atomic
def make_handover(*, item_code: str, day: date, actor: Actor, now: datetime) -> list[int]:
    """Make the files of one day and item at once; the handovers' ids, one for each 10,000 records.

    For a day that is known to be small: people ask for a worker (`services.handing`). Raises what `demand_day` and
    `make_part` raise.
    """
    item_id, name, ids = demand_day(item_code=item_code, day=day, actor=actor, now=now)
    stood, made = as_they_stood(ids, day), list[int]()
    while part := list(islice(stood, PART)):
        handover_id = make_part(
            item_id=item_id, item_code=item_code, name=name, day=day, part=part, actor=actor, now=now
        )
        if handover_id is not None:
            made.append(handover_id)
    if not made:
        raise NothingToHandUp
    return made


def demand_day(*, item_code: str, day: date, actor: Actor, now: datetime) -> tuple[int, str, list[int]]:
    """The item, its name, and the records that the day has of it.

    Raises NotYourIntake, DayNotBegun, ItemUnknown, NothingToHandUp.
    """
    if not policies.may_run_the_intake(actor):
        raise NotYourIntake
    if day > day_of(now):
        raise DayNotBegun
    found = item_of_code(item_code)
    if found is None:
        raise ItemUnknown
    ids = ids_of_day(found[0], day)
    if not ids:
        raise NothingToHandUp
    return *found, ids


def make_part(
    *,
    item_id: int,
    item_code: str,
    name: str,
    day: date,
    part: list[AsItStood],
    run_id: int | None = None,
    actor: Actor,
    now: datetime,
) -> int | None:
    """The files of some records of a day under the next number; None where none of them goes up. In a transaction.

    What was handed up before stays as it was. Natural persons are in it only where the catalogue shares their
    numbers, which are opened for the file alone; a fact says how many. Raises ItemNotHandedUp.
    """
    with connection.cursor() as cursor:  # two at once for one day: the second gets the next number
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"handover {item_id} {day}"])
    last = Handover.objects.filter(item_id=item_id, day=day).aggregate(last=Max("number"))["last"] or 0
    cover = Cover(item=item_code, name=name, day=day, number=last + 1, sender=settings.CITY_NAME, made_at=now)
    return _made(item_id, cover, part, run_id, actor, now)


def _made(
    item_id: int, cover: Cover, part: list[AsItStood], run_id: int | None, actor: Actor, now: datetime
) -> int | None:
    definitions = {one.version_id: definition_of(one.version_id) for one in part}
    fields = handed_fields(definitions.values())
    if not fields:
        raise ItemNotHandedUp
    subjects = subjects_of({one.record.subject_id for one in part})
    kinds = {subject_id: subject.kind for subject_id, subject in subjects.items()}
    providers = departments_by_id({one.record.provider_id for one in part if one.record.provider_id})
    records, persons, numbers, left_out = [], 0, 0, 0
    for one in part:
        definition = definitions[one.version_id]
        kind = kinds.get(one.record.subject_id, "")
        if kind == PERSON and not hands_up_persons(definition):
            left_out += 1
            continue
        try:
            opened = _opened(one, definition, kind)
            if kind == PERSON:
                opened |= _number_of(one, definition, cover, actor, now)
        except PersonIsErased:  # of whom nothing is left to be told
            left_out += 1
            continue
        provider = providers.get(one.record.provider_id or 0)
        persons, numbers = persons + (kind == PERSON), numbers + len(opened)
        records.append(
            UpRecord(
                id=one.record.pk,
                operation=one.operation,
                version=definition.version,
                subject_kind=kind,
                provider=provider.code if provider else "",
                recorded_at=one.record.recorded_at,
                reason=one.reason,
                values=dict(_told(one, definition)) | opened,
            )
        )
    if not records:
        return None
    xml = as_xml(cover, records, list(fields))
    xlsx = as_xlsx(cover, records, list(fields.values()))
    stem, keep_until = f"上报_{cover.item}_{cover.day:%Y%m%d}_{cover.number}", day_of(now) + KEPT
    files = {
        kind: store_file(
            stream=BytesIO(data), name=f"{stem}.{kind}", keep_until=keep_until, limit=LARGEST, actor=actor, now=now
        ).id
        for kind, data in (("xlsx", xlsx), ("xml", xml))
    }
    row = Handover.objects.create(
        item_id=item_id,
        day=cover.day,
        number=cover.number,
        records=len(records),
        xlsx_id=files["xlsx"],
        xml_id=files["xml"],
        made_at=now,
        made_by=actor.key,
        run_id=run_id,
    )
    fact = HandoverMade(
        row.pk, cover.item, cover.day.isoformat(), cover.number, len(records), persons, numbers, left_out
    )
    record(fact, about=f"collection.handover:{row.pk}", actor=actor, now=now)
    return row.pk


def _told(one: AsItStood, definition: Definition) -> Iterator[tuple[str, str]]:
    for field in definition.fields:
        if is_handed_up(field, definition) and (text := one.content.get(field.code)):
            yield field.code, str(text)


def _opened(one: AsItStood, definition: Definition, kind: str) -> dict[str, str]:
    """What is kept sealed and handed up, in clear, for the file alone. Raises PersonIsErased."""
    wanted = {one.places[code]: code for code in sealed_fields(definition) if one.sealed.get(code)}
    sealed = {place: one.sealed[code] for place, code in wanted.items()}
    if kind == PERSON:
        opened = open_for(subject_id=one.record.subject_id, sealed=sealed) if sealed else {}
    else:
        opened = {place: crypto.decrypt(text, aad=place) for place, text in sealed.items()}
    return {code: opened[place] for place, code in wanted.items()}


def _number_of(one: AsItStood, definition: Definition, cover: Cover, actor: Actor, now: datetime) -> dict[str, str]:
    """The number of the person whom the record is about, which the register alone keeps. The look is recorded there.

    Raises PersonIsErased.
    """
    number = reveal_identifier(
        subject_id=one.record.subject_id,
        reason="数据上报",
        file_number=f"{cover.item} {cover.day.isoformat()} 第{cover.number}份",
        actor=actor,
        now=now,
    )
    return {definition.roles.person_id: number}


@transaction.atomic
def handover_file(*, handover_id: int, kind: str, actor: Actor, now: datetime) -> tuple[str, BinaryIO]:
    """(name, stream) of the xlsx, the xml, or the xsd that describes the xml. Recorded: it discloses personal data.

    Raises NotYourIntake, HandoverNotFound, and office.services.FileGone after its time.
    """
    if not policies.may_run_the_intake(actor):
        raise NotYourIntake
    row = visible_handovers(actor).filter(pk=handover_id).first()
    if row is None or kind not in KINDS:
        raise HandoverNotFound
    stored = row.xlsx if kind == "xlsx" else row.xml
    if kind == "xsd":
        return f"{row.xml.name.removesuffix('.xml')}.xsd", BytesIO(_schema_of(row))
    stream = open_file(file_id=stored.pk)
    fact = HandoverFetched(row.pk, kind, stored.sha256)
    record(fact, about=f"collection.handover:{row.pk}", actor=actor, now=now)
    return stored.name, stream


def _schema_of(row: Handover) -> bytes:
    """From the versions that the day's records have now: published versions never change."""
    ids = ids_of_day(row.item_id, row.day)
    versions = {one.version_id for one in as_they_stood(ids, row.day)}
    return as_schema(list(handed_fields(definition_of(version) for version in sorted(versions)).values()))


def demand_whole(row: Handover) -> None:
    """That all files of its run are there: a part of a day is not handed up. Raises HandoverUnfinished."""
    if row.run is not None and not is_whole(row.run):
        raise HandoverUnfinished


@transaction.atomic
def mark_handed(*, handover_id: int, note: str, actor: Actor, now: datetime) -> None:
    """State that the files reached the platform above, once. Raises NotYourIntake, NoteMissing, HandoverNotFound,
    HandoverUnfinished, AlreadyHanded.
    """
    if not policies.may_run_the_intake(actor):
        raise NotYourIntake
    if not 2 <= len(note.strip()) <= LONGEST_NOTE or holds_citizen_id(note):
        raise NoteMissing
    row = visible_handovers(actor).select_for_update(of=("self",)).filter(pk=handover_id).first()
    if row is None:
        raise HandoverNotFound
    if row.handed_at is not None:
        raise AlreadyHanded
    demand_whole(row)
    row.handed_at, row.handed_by, row.note = now, actor.key, note.strip()
    row.save(update_fields=["handed_at", "handed_by", "note"])
    fact = HandoverMarked(row.pk, row.item.code, row.day.isoformat(), row.number)
    record(fact, about=f"collection.handover:{row.pk}", actor=actor, now=now)
