"""A row that passed, as it waits in the database to be taken: its key, its digest, its line for COPY. Pure.

What is sealed of a row needs the platform's keys, and a subject without a unified code needs more questions: such a
row carries its values (`Waiting.ready`), and whoever has the keys finishes it by the same `Writer`.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from json.encoder import encode_basestring
from typing import NamedTuple

from collection.rules.keys import key_of
from collection.rules.problems import Problem
from collection.rules.ready import RaisedPlan, Ready
from kernel.workdays import CalendarMissing, WorkCalendar, due_on

COLUMNS = """batch_id, row_number, subject_kind, name, uscc, reg_no, org_code, document_no, authority, authority_key,
  document_key, authority_department_id, decided_on, due_on, procedure, grade, publicity_state, publicity_until,
  promised_on, content, raised, digest, person_ct, sealed, subject_id"""
NULL = "\x01"  # the rules let no control character through
_json = json.JSONEncoder(ensure_ascii=False).encode


@lru_cache(maxsize=4096)
def _key(code: str) -> str:
    return f"{encode_basestring(code)}: "


def as_json(content: Mapping[str, str]) -> str:
    """What `_json` makes of texts by code, in half the time."""
    return "{" + ", ".join([_key(code) + encode_basestring(text) for code, text in content.items()]) + "}"


@dataclass(frozen=True, slots=True)
class Shared:
    """What the lines of a batch have in common. `departments`: name or code -> id; `sources`: code -> id."""

    batch_id: int
    sources: Mapping[str, int]
    departments: Mapping[str, int]
    report_within: int | None
    calendar: WorkCalendar


class Waiting(NamedTuple):
    """`mark`: two rows of one file with the same mark are the same decision against the same subject. `line`: without
    the subject, which comes last. `ready`: the row itself where mark, digest and line are still to be made.
    """

    row: int
    name: str
    uscc: str
    authority_key: str
    document_key: str
    mark: bytes
    digest: str
    line: bytes
    warnings: tuple[Problem, ...]
    ready: Ready | None = None


def mark_of(authority_key: str, document_key: str, identity: str) -> bytes:
    return hashlib.blake2b(f"{authority_key}\0{document_key}\0{identity}".encode(), digest_size=16).digest()


class Writer:
    """Makes rows wait; keeps what many of them share: due days, triggers as JSON."""

    def __init__(self, shared: Shared) -> None:
        self._shared = shared
        self._due_on = lru_cache(maxsize=4096)(self._due)
        self._raised = lru_cache(maxsize=4096)(self._as_json)

    def waiting(self, ready: Ready) -> Waiting:
        """The row as far as it can be made without keys."""
        if ready.person or ready.responsible or ready.sealed or not ready.uscc:
            authority, document = key_of(ready)
            return Waiting(
                ready.row, ready.name, ready.uscc, authority, document, b"", "", b"", ready.warnings, ready
            )
        return self.written(ready, identity=ready.uscc)

    def written(
        self, ready: Ready, *, identity: str, indexes: str = "", person_ct: str = "", sealed: str = "{}"
    ) -> Waiting:
        """The whole row. `identity`: whom it is about; `indexes`: what stands for the sealed values in the digest;
        `person_ct`, `sealed`: what is kept of persons and sealed fields, as JSON or ciphertext.

        The digest covers all that a record says. The content is in the order of the codes whatever file it came in.
        """
        authority, document = key_of(ready)
        content = as_json(ready.content)
        said = f"{ready.kind}\0{ready.grade}\0{ready.procedure}\0{ready.publicity_state}\0{content}{indexes}"
        digest = hashlib.sha256(said.encode()).hexdigest()
        shared = self._shared
        department = shared.departments.get(ready.authority_code) or shared.departments.get(ready.authority)
        until = ready.publicity_until.isoformat() if ready.publicity_until else NULL
        promised = ready.promised_on.isoformat() if ready.promised_on else NULL
        line = (
            f"{shared.batch_id}\t{ready.row}\t{ready.kind}\t{ready.name}\t{ready.uscc}\t{ready.reg_no}\t"
            f"{ready.org_code}\t{ready.document_no}\t{ready.authority}\t{authority}\t{document}\t"
            f"{department or NULL}\t{ready.decided_on.isoformat()}\t{self._due_on(ready.decided_on)}\t"
            f"{ready.procedure}\t{ready.grade}\t{ready.publicity_state}\t{until}\t{promised}\t{content}\t"
            f"{self._raised(ready.raised)}\t{digest}\t{person_ct}\t{sealed}\t"
        )
        if "\\" in line or "\n" in line:
            line = line.replace("\\", "\\\\").replace("\n", "\\n")
        mark = mark_of(authority, document, identity)
        return Waiting(
            ready.row, ready.name, ready.uscc, authority, document, mark, digest, line.encode(), ready.warnings
        )

    def _due(self, decided: date) -> str:
        """The last day of the reporting clock; for years that no calendar knows by weekdays alone."""
        within = self._shared.report_within
        if within is None:
            return NULL
        try:
            return due_on(decided, within, self._shared.calendar).on.isoformat()
        except CalendarMissing:
            last = decided + timedelta(days=3 * within + 30)
            return due_on(decided, within, WorkCalendar(frozenset({decided.year, last.year}), {})).on.isoformat()

    def _as_json(self, plans: tuple[RaisedPlan, ...]) -> str:
        """One trigger per source; of two on one source the one that lasts longer."""
        longest: dict[str, RaisedPlan] = {}
        for plan in plans:
            known = longest.get(plan.source)
            if known is None or (known.ends is not None and (plan.ends is None or plan.ends > known.ends)):
                longest[plan.source] = plan
        return _json(
            [
                {
                    "source": self._shared.sources[plan.source],
                    "begins": plan.begins.isoformat(),
                    "ends": plan.ends.isoformat() if plan.ends else None,
                    "ground": plan.ground[:300],
                    "own_term": plan.own_term,
                    "responsible": plan.responsible,
                }
                for plan in longest.values()
            ]
        )
