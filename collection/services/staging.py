"""Rows that passed the rules, made ready for the database: key, digest, sealed values, the line for COPY."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from typing import Any

from django.db import connection

from accounts.selectors import all_departments
from collection.rules.keys import key_of
from collection.rules.places import field_place, persons_place
from collection.rules.ready import Person, RaisedPlan, Ready
from collection.services.work import Work
from kernel.workdays import CalendarMissing, WorkCalendar, due_on
from office.selectors import calendar
from subjects.rules.persons import id_purpose
from toolkit import crypto

COLUMNS = """batch_id, row_number, subject_id, subject_kind, name, uscc, reg_no, org_code, person_ct, document_no,
  authority, authority_key, document_key, authority_department_id, decided_on, due_on, procedure, grade,
  publicity_state, publicity_until, promised_on, content, sealed, raised, digest"""
COPY = f"COPY collection_stagedrow ({COLUMNS}) FROM STDIN WITH (NULL E'\\001')"
COPY_BYTES = 1 << 17
NULL = "\x01"  # the rules let no control character through
SEALED_PURPOSE = "collection:sealed"  # of the blind index that stands for a sealed value in a digest


@dataclass(slots=True)
class Candidate:
    """A row that the rules let pass. `subject_id`: whom it is about, where the register knows; filled by checking."""

    ready: Ready
    authority_key: str
    document_key: str
    content: str
    digest: str
    identity: str
    subject_id: int | None = None

    @property
    def mark(self) -> bytes:
        """Two rows of one file with the same mark are the same decision against the same subject."""
        return mark_of(self.authority_key, self.document_key, self.identity)


def mark_of(authority_key: str, document_key: str, identity: str) -> bytes:
    return hashlib.blake2b(f"{authority_key}\0{document_key}\0{identity}".encode(), digest_size=16).digest()


def identity_of(uscc: str, reg_no: str, org_code: str, person: Person | None) -> str:
    if person is not None:
        return "p" + crypto.blind_index(person.number, purpose=id_purpose(person.id_kind))[1].hex()
    return uscc or (f"r{reg_no}" if reg_no else f"o{org_code}")


class Stager:
    """Makes candidates and their lines; keeps what many rows share: due days, departments."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._calendar = calendar()
        self._due: dict[date, str] = {}
        departments = all_departments()
        self._by_code = {d.code: d.id for d in departments}
        self._by_name = {d.short_name: d.id for d in departments} | {d.name: d.id for d in departments}

    def candidate(self, ready: Ready) -> Candidate:
        """The digest covers all that a record says; sealed values enter it as a keyed index only."""
        authority_key, document_key = key_of(ready)
        content = json.dumps(ready.content, ensure_ascii=False, sort_keys=True)
        said = f"{ready.kind}\0{ready.grade}\0{ready.procedure}\0{ready.publicity_state}\0{content}"
        for field, clear in sorted(ready.sealed.items()):
            said += f"\0{field}={crypto.blind_index(clear, purpose=SEALED_PURPOSE)[1].hex()}"
        return Candidate(
            ready,
            authority_key,
            document_key,
            content,
            hashlib.sha256(said.encode()).hexdigest(),
            identity_of(ready.uscc, ready.reg_no, ready.org_code, ready.person),
        )

    def copy(self, candidates: list[Candidate]) -> None:
        """Write the candidates to the table of rows that wait, in the transaction that is open."""
        lines = "".join([self._line(candidate) for candidate in candidates])
        with connection.cursor() as cursor:
            cursor.copy_expert(COPY, BytesIO(lines.encode()), COPY_BYTES)

    def _line(self, one: Candidate) -> str:
        ready, work = one.ready, self._work
        person, sealed = self._sealed(ready)
        department = self._by_code.get(ready.authority_code) or self._by_name.get(ready.authority)
        line = "\t".join(
            (
                str(work.batch_id),
                str(ready.row),
                NULL if one.subject_id is None else str(one.subject_id),
                ready.kind,
                ready.name,
                ready.uscc,
                ready.reg_no,
                ready.org_code,
                person,
                ready.document_no,
                ready.authority,
                one.authority_key,
                one.document_key,
                NULL if department is None else str(department),
                ready.decided_on.isoformat(),
                self._due_on(ready.decided_on),
                ready.procedure,
                ready.grade,
                ready.publicity_state,
                ready.publicity_until.isoformat() if ready.publicity_until else NULL,
                ready.promised_on.isoformat() if ready.promised_on else NULL,
                one.content,
                sealed,
                _raised(ready.raised, work) if ready.raised else "[]",
                one.digest,
            )
        )
        return (line.replace("\\", "\\\\") if "\\" in line else line) + "\n"

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
            return "", json.dumps(sealed) if sealed else "{}"
        persons: dict[str, Any] = {
            "person": _plain(ready.person),
            "responsible": _plain(responsible),
            "sealed": kept,
        }
        text = json.dumps(persons, ensure_ascii=False)
        return crypto.encrypt(text, aad=persons_place(self._work.batch_id, ready.row)), "{}"

    def _due_on(self, decided: date) -> str:
        """The last day of the reporting clock; for years that no calendar knows by weekdays alone."""
        within = self._work.definition.report_within
        if within is None:
            return NULL
        known = self._due.get(decided)
        if known is None:
            try:
                due = due_on(decided, within, self._calendar).on
            except CalendarMissing:
                last = decided + timedelta(days=3 * within + 30)
                due = due_on(decided, within, WorkCalendar(frozenset({decided.year, last.year}), {})).on
            known = self._due[decided] = due.isoformat()
        return known


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


def _raised(plans: tuple[RaisedPlan, ...], work: Work) -> str:
    """One trigger per source; of two on one source the one that lasts longer."""
    longest: dict[str, RaisedPlan] = {}
    for plan in plans:
        known = longest.get(plan.source)
        if known is None or (known.ends is not None and (plan.ends is None or plan.ends > known.ends)):
            longest[plan.source] = plan
    return json.dumps(
        [
            {
                "source": work.sources[plan.source],
                "begins": plan.begins.isoformat(),
                "ends": plan.ends.isoformat() if plan.ends else None,
                "ground": plan.ground[:300],
                "own_term": plan.own_term,
                "responsible": plan.responsible,
            }
            for plan in longest.values()
        ],
        ensure_ascii=False,
    )
