"""What the public tells, and how whoever told it follows it without a log-in."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import BinaryIO

from django.conf import settings
from django.db import connection, transaction
from django.utils.crypto import salted_hmac

from audit.services import record
from citizens.rules.limits import Limit
from citizens.services.counting import count
from complaints.events import ComplaintReceived
from complaints.models import Complaint, Paper
from complaints.rules.states import State
from complaints.rules.telling import FILE_BYTES, Told, complete, id_in, kind_of_file, number_of
from kernel.actor import Actor
from kernel.errors import Malformed, NotFound
from kernel.workdays import due_on
from office.selectors import calendar
from office.services import store_file
from toolkit import crypto
from toolkit.clock import day_of

# a hall or an office shares one address
FROM_ONE_ADDRESS = (
    Limit("complaint", 6, timedelta(minutes=10)),
    Limit("complaint_day", 40, timedelta(days=1)),
)
LOOKS_FROM_ONE_ADDRESS = (Limit("complaint_look", 30, timedelta(minutes=10)),)
LOOKS_AT_ONE = (Limit("complaint_tries", 20, timedelta(days=1)),)
CODE_LETTERS = 12
KEPT = timedelta(days=5 * 366)


class ToldIncompletely(Malformed):
    code = "complaints.told_incompletely"
    message = "内容不完整。"


class ProgressNotFound(NotFound):
    """One answer for a wrong code and for a number that does not exist."""

    code = "complaints.progress_not_found"
    message = "没有查到：请对照受理凭证重新输入编号和查询码。查询码只在提交时显示一次，遗失的无法补发。"


@dataclass(frozen=True, slots=True)
class Slip:
    """What whoever told it takes home. The code is shown once and kept by nobody."""

    number: str
    code: str
    due_on: date


@dataclass(frozen=True, slots=True)
class Progress:
    number: str
    kind: str
    state: State
    received_on: date
    moved_on: date
    due_on: date
    answer: str


def tell(
    *, told: Told, files: Sequence[tuple[BinaryIO, int]], address: str, actor: Actor, now: datetime, wall: datetime
) -> Slip:
    """Take a complaint. `files`: each as a stream with its size; they are stored under names of our own.

    Raises citizens.services.counting.TooOften (counted whatever follows), ToldIncompletely with its articles, and
    what office.services.store_file raises.
    """
    count(limits=FROM_ONE_ADDRESS, who=address, wall=wall)
    heads = []
    for stream, size in files:
        heads.append((stream.read(8), size))
        stream.seek(0)
    verdict = complete(told, files=heads)
    if not verdict:
        raise ToldIncompletely("".join(r.message for r in verdict.against), reasons=verdict.against)
    return _taken(told, [(stream, kind_of_file(head)) for (stream, _), (head, _) in zip(files, heads, strict=True)],
                  actor, now)  # fmt: skip


@transaction.atomic
def _taken(told: Told, files: list[tuple[BinaryIO, str]], actor: Actor, now: datetime) -> Slip:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('complaints_complaint', 'id'))")
        complaint_id = int(cursor.fetchone()[0])
    today, code = day_of(now), "".join(secrets.choice(crypto.LETTERS) for _ in range(CODE_LETTERS))
    text_key, text_ct = _sealed(told.text, f"complaints.complaint:{complaint_id}:text")
    who = {"name": told.name, "phone": told.phone, "mail": told.mail}
    informant = _sealed(json.dumps(who, ensure_ascii=False), f"complaints.complaint:{complaint_id}:informant")
    complaint = Complaint.objects.create(
        pk=complaint_id,
        number=number_of(f"{today:%Y%m%d}", complaint_id),
        code_hash=_hash(code, complaint_id),
        kind=told.kind,
        about_name=told.about_name,
        about_code=told.about_code,
        text_key=text_key,
        text_ct=text_ct,
        informant_key=informant[0] if told.names_informant else "",
        informant_ct=informant[1] if told.names_informant else "",
        state=State.RECEIVED,
        due_on=due_on(today, settings.COMPLAINT_ACCEPT_WORKING_DAYS, calendar()).on,
        received_at=now,
        moved_at=now,
    )
    for stream, kind in files:
        name = f"举报材料.{kind}"  # what it was called may tell of a person
        file = store_file(stream=stream, name=name, keep_until=today + KEPT, limit=FILE_BYTES, actor=actor, now=now)
        Paper.objects.create(complaint=complaint, file_id=file.id)
    fact = ComplaintReceived(complaint_id, complaint.number, told.kind, told.names_informant, len(files))
    record(fact, about=f"complaints.complaint:{complaint_id}", actor=actor, now=now)
    return Slip(complaint.number, code, complaint.due_on)


def progress(*, number: str, code: str, address: str, wall: datetime) -> Progress:
    """How far it is, for whoever has number and code. Raises TooOften, ProgressNotFound.

    Tries are counted for the address and for the number: nobody works through codes from many addresses.
    """
    count(limits=LOOKS_FROM_ONE_ADDRESS, who=address, wall=wall)
    complaint_id = id_in(number)
    if complaint_id is None:
        raise ProgressNotFound
    count(limits=LOOKS_AT_ONE, who=f"complaint {complaint_id}", wall=wall)
    typed = "".join(c for c in code.upper() if c.isalnum()).translate(crypto.MISREAD)[:40]
    found = Complaint.objects.filter(pk=complaint_id, number=number.strip().upper()).first()
    if found is None or bytes(found.code_hash) != _hash(typed, complaint_id):
        raise ProgressNotFound
    return Progress(
        found.number,
        found.get_kind_display(),
        State(found.state),
        day_of(found.received_at),
        day_of(found.moved_at),
        found.due_on,
        found.answer,
    )


def _sealed(text: str, place: str) -> tuple[str, str]:
    data_key, wrapped = crypto.new_data_key(aad=place)
    return wrapped, crypto.encrypt_with(data_key, text, aad=place)


def _hash(code: str, complaint_id: int) -> bytes:
    return salted_hmac(f"complaints.code:{complaint_id}", code, algorithm="sha256").digest()
