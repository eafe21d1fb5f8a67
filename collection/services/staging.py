"""Rows that wait: what only the platform's keys can make of them, and the COPY that writes them down."""

import json
from collections.abc import Iterable
from io import BytesIO
from typing import Any

from django.db import connection

from accounts.selectors import all_departments
from collection.rules.places import field_place, persons_place
from collection.rules.ready import Person, Ready
from collection.rules.waiting import COLUMNS, NULL, Shared, Waiting, Writer
from collection.services.work import Work
from office.selectors import calendar
from subjects.rules.persons import id_purpose
from toolkit import crypto

COPY = f"COPY collection_stagedrow ({COLUMNS}) FROM STDIN WITH (NULL E'\\001')"
COPY_BYTES = 1 << 17
NOBODY = NULL.encode() + b"\n"
SEALED_PURPOSE = "collection:sealed"  # of the blind index that stands for a sealed value in a digest


def shared_by(work: Work) -> Shared:
    """What the rows of the batch have in common, as plain values."""
    departments = all_departments()
    return Shared(
        batch_id=work.batch_id,
        sources=work.sources,
        departments={
            word: d.id for part in ("short_name", "name", "code") for d in departments for word in [getattr(d, part)]
        },
        report_within=work.definition.report_within,
        calendar=calendar(),
    )


def identity_of(uscc: str, reg_no: str, org_code: str, person: Person | None) -> str:
    if person is not None:
        return "p" + crypto.blind_index(person.number, purpose=id_purpose(person.id_kind))[1].hex()
    return uscc or (f"r{reg_no}" if reg_no else f"o{org_code}")


class Stager:
    """Finishes what was begun without keys, and writes it down."""

    def __init__(self, work: Work, shared: Shared) -> None:
        self._work = work
        self._writer = Writer(shared)

    def finished(self, waiting: Waiting) -> Waiting:
        """The row with its mark, its digest and its line. Sealed values enter the digest as a keyed index only."""
        ready = waiting.ready
        if ready is None:
            return waiting
        indexes = "".join(
            f"\0{field}={crypto.blind_index(clear, purpose=SEALED_PURPOSE)[1].hex()}"
            for field, clear in sorted(ready.sealed.items())
        )
        person_ct, sealed = self._sealed(ready)
        written = self._writer.written(
            ready,
            identity=identity_of(ready.uscc, ready.reg_no, ready.org_code, ready.person),
            indexes=indexes,
            person_ct=person_ct,
            sealed=sealed,
        )
        return written._replace(ready=ready)

    def copy(self, rows: Iterable[tuple[Waiting, int | None]]) -> None:
        """Write rows down with the subjects that the register knows, in the transaction that is open."""
        lines = b"".join(
            [row.line + (NOBODY if subject_id is None else b"%d\n" % subject_id) for row, subject_id in rows]
        )
        with connection.cursor() as cursor:
            cursor.copy_expert(COPY, BytesIO(lines), COPY_BYTES)

    def _sealed(self, ready: Ready) -> tuple[str, str]:
        """What identifies persons, sealed for the way; and the sealed fields as the record will keep them.

        A natural person's sealed fields travel with the person: when the row is taken they go under the person's own
        key. A number that is the person's own is kept by the register of subjects and by nobody else.
        """
        roles = self._work.definition.roles
        responsible = ready.responsible if any(one.responsible for one in ready.raised) else None
        own = {roles.person_id} if ready.person else set()
        if responsible:
            own.add(roles.responsible_id)
        kept = {field: clear for field, clear in ready.sealed.items() if field not in own}
        if ready.person is None and responsible is None:
            batch, row = self._work.batch_id, ready.row
            sealed = {f: crypto.encrypt(clear, aad=field_place(batch, row, f)) for f, clear in kept.items()}
            return "", json.dumps(sealed)
        persons: dict[str, Any] = {
            "person": _plain(ready.person),
            "responsible": _plain(responsible),
            "sealed": kept,
        }
        text = json.dumps(persons, ensure_ascii=False)
        return crypto.encrypt(text, aad=persons_place(self._work.batch_id, ready.row)), "{}"


def _plain(person: Person | None) -> list[str] | None:
    return [person.id_kind, person.number, person.name] if person else None


def persons_of(person_ct: str, batch_id: int, row_number: int) -> tuple[Person | None, Person | None, dict[str, str]]:
    """Subject, responsible person and sealed fields of a row that waits."""
    said = json.loads(crypto.decrypt(person_ct, aad=persons_place(batch_id, row_number)))
    return (
        Person(*said["person"]) if said["person"] else None,
        Person(*said["responsible"]) if said["responsible"] else None,
        said["sealed"],
    )
