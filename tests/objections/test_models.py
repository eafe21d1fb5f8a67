"""Every constraint of objections, broken once; two who act at once."""

from datetime import date
from typing import Any

import pytest

from kernel.errors import Refusal
from objections import selectors, services
from objections.models import Attachment, Clock, Objection, Pause
from office.models import StoredFile
from redblack.models import Dispute, Entry
from redblack.rules.lists import ReleaseKind
from redblack.services import release
from tests.conftest import NOW
from tests.constraints import assert_each_is_broken, assert_refused, cases
from tests.factories import accounts, exits, objections
from tests.together import at_once

DAY = date(2026, 11, 20)


def row(**fields: Any) -> Objection:
    said: dict[str, Any] = {
        "number": f"YY{Objection.objects.count()}",
        "kind": "data",
        "channel": "counter",
        "target": "record",
        "record_id": 7,
        "subject_id": 1,
        "rules": "henan",
        "claim_ct": "x",
        "claim_digest": "x",
        "department_id": accounts.department().pk,
        "state": "filed",
        "filed_by": "user:a",
        "filed_at": NOW,
        "filed_on": DAY,
    }
    return Objection.objects.create(**said | fields)


def clock(**fields: Any) -> Clock:
    said: dict[str, Any] = {"what": "own", "began_on": DAY, "days": 3, "source": "x", "due_on": DAY}
    return Clock.objects.create(**{"objection": fields.pop("of", None) or row(), **said, **fields})


def paper(of: Objection, **fields: Any) -> Attachment:
    file = StoredFile.objects.create(sha256="0" * 64, size=1, name="a.pdf", data_key="x", stored_at=NOW)
    said: dict[str, Any] = {"kind": "举证材料", "sha256": "a", "added_by": "user:a", "added_at": NOW}
    return Attachment.objects.create(objection=of, file=file, **said | fields)


def twice(**fields: Any) -> Any:
    return lambda: (row(**fields), row(**fields))


def check_twice() -> Any:
    said = {"target": "check", "record_id": None, "receipt_number": "R", "other_subject_id": 2}
    return row(**said), row(**said)


def paper_twice() -> None:
    one = row()
    paper(one)
    paper(one)


def clock_twice() -> None:
    one = row()
    clock(of=one)
    clock(of=one)


def entry_twice() -> None:
    entry = exits.black(exits.desk())
    for _ in range(2):
        row(target="entry", record_id=None, entry_id=entry)


ACCEPTED = {"accepted_at": NOW, "accepted_by": "user:a"}
CONCLUDED = {**ACCEPTED, "outcome": "维持", "finding": "无误", "concluded_by": "user:b", "concluded_at": NOW}
BREACHES = {
    "objections_objection_kind_known": lambda: row(kind="x"),
    "objections_objection_channel_known": lambda: row(channel="x"),
    "objections_objection_rules_known": lambda: row(rules="x"),
    "objections_objection_against_one_thing": lambda: row(target="entry"),
    "objections_objection_one_open_per_entry": entry_twice,
    "objections_objection_one_open_per_record": twice(),
    "objections_objection_one_open_per_check": check_twice,
    "objections_objection_upstream_once": lambda: [
        row(record_id=n, upstream_client_id=1, upstream_number="u") for n in (1, 2)
    ],
    "objections_objection_accepted_iff_dated": lambda: row(state="accepted"),
    "objections_objection_concluded_is_whole": lambda: row(state="concluded", **ACCEPTED),
    "objections_objection_second_person": lambda: row(
        state="concluded", two_persons=True, proposed_by="user:b", **CONCLUDED
    ),
    "objections_objection_answered_has_number": lambda: row(state="answered", **CONCLUDED),
    "objections_objection_ended_has_reason": lambda: row(state="withdrawn"),
    "objections_objection_same_again_rests_nothing": lambda: row(same_again=True, rests=True),
    "objections_attachment_kind_known": lambda: paper(row(), kind="x"),
    "objections_attachment_once": paper_twice,
    "objections_clock_once": clock_twice,
    "objections_clock_known": lambda: clock(what="x"),
    "objections_clock_in_order": lambda: clock(due_on=date(2026, 11, 19)),
    "objections_pause_in_order": lambda: Pause.objects.create(
        objection=row(), begins=DAY, until=date(2026, 11, 19), why="鉴定", reason="x", by="user:a", at=NOW
    ),
}


@pytest.mark.django_db
@cases(BREACHES)
def test_refused(name: str) -> None:
    assert_refused(name, BREACHES[name])


def test_all_are_here() -> None:
    # a state that nobody knows breaks what must hold in each state before it comes to that
    assert_each_is_broken("objections", BREACHES, elsewhere={"objections_objection_state_known"})


@pytest.mark.django_db(transaction=True)
def test_two_acceptances_mark_once_and_a_release_at_the_same_time_leaves_no_mark(frozen: object) -> None:
    here = objections.town()
    entry = exits.black(here.at)
    made = objections.file(here.office, entry_id=entry)

    def accept() -> str:
        try:
            services.accept(objection_id=made, actor=here.office, now=NOW)
        except Refusal as refusal:
            return refusal.code
        return "accepted"

    def leave() -> str:
        try:
            release(
                entry_id=entry, kind=ReleaseKind.REVOKED, released_on=DAY, document_no="移1号", reason="列入有误",
                actor=here.at.reviewer, now=NOW,
            )  # fmt: skip
        except Refusal as refusal:
            return refusal.code
        return "released"

    jobs = iter((accept, accept, leave))
    said = at_once(lambda: next(jobs)(), hands=3)
    assert said.count("accepted") <= 1 and "released" in said, said
    assert Entry.objects.get(pk=entry).released_on == DAY
    assert not Dispute.objects.filter(entry_id=entry, ended_on=None).exists()
    assert Dispute.objects.filter(entry_id=entry).count() == said.count("accepted")
    state = selectors.get_visible(here.office, made).state
    assert state == ("accepted" if "accepted" in said else "filed")
