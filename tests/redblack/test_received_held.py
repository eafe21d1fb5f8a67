"""A received version that lost too much: it is held, and a second person decides about it."""

import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connections

from collection.models import Source, SourceLoad
from collection.services import mark_loaded
from kernel.actor import Actor, Kind, Role
from kernel.errors import Refusal
from redblack import services
from redblack.models import Binding, Doubt, Entry, ListVersion, StagedEntry
from redblack.rules.lists import Ground, ReleaseKind
from redblack.selectors import VersionNotFound
from redblack.selectors.received import diff_page, versions_to_confirm
from redblack.services import received as refusals
from tests.factories import accounts
from tests.factories import redblack as make
from tests.factories.received import (
    OFFICE,
    SECOND,
    department_actor,
    handed_in,
    received,
    received_list,
    row,
    standing,
    worked_off,
)
from tests.factories.screening import uscc
from tests.facts import payload_of
from tests.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)
LATER = timedelta(hours=1)


def decided(version: ListVersion, verb: Callable[..., None], at: datetime, actor: Actor = SECOND) -> ListVersion:
    verb(version_id=version.pk, note="已向省级平台核实", actor=actor, now=at)
    version.refresh_from_db()
    return version


def counts(version: ListVersion) -> tuple[int, ...]:
    names = ("rows", "added", "kept", "changed", "removed", "lost", "refused")
    return tuple(getattr(version, name) for name in names)


def shrunk(list_code: str, now: datetime) -> tuple[list[str], ListVersion]:
    """A list of 20, of which the next version lost 8 and brought one: it is held."""
    codes = [uscc() for _ in range(20)]
    received(list_code, [row(code, n) for n, code in enumerate(codes)], at=now)
    fewer = [row(code, n) for n, code in enumerate(codes) if n >= 8]
    return codes, received(list_code, [*fewer, row(uscc(), 99)], at=now + LATER)


def small_fuse(**fields: object) -> make.List:
    made = received_list(**fields)
    make.ListType.objects.filter(pk=made.id).update(fuse_rows=5)
    return made


def test_a_version_that_lost_too_much_is_held_and_the_last_one_stands(now: datetime) -> None:
    court = small_fuse()
    _, version = shrunk(court.code, now)
    assert (version.state, counts(version)) == ("held", (13, 1, 12, 0, 8, 0, 0))
    assert [reason["code"] for reason in version.reasons] == ["shrunk"]
    assert "占 40%" in version.reasons[0]["message"]
    assert len(standing(court.code)) == 20
    assert SourceLoad.objects.get(source_id=court.source_id, rev_to=None).loaded_at == now  # it grows no younger
    gone, came = Doubt.objects.exclude(entry=None), Doubt.objects.filter(entry=None)
    assert (gone.count(), came.count()) == (8, 1)
    assert set(Doubt.objects.values_list("rev_from", "rev_to")) == {
        (Source.objects.get(pk=court.source_id).revision, None)
    }
    assert payload_of(f"redblack.listversion:{version.pk}", "redblack.list.version_held")["reasons"] == ["shrunk"]
    assert len(diff_page(version, what="removed", limit=50)) == 8
    assert [one.document_no for one in diff_page(version, what="added", limit=50)] == ["（2026）江01执99号"]
    assert len(diff_page(version, what="kept", limit=50)) == 12
    assert [one.pk for one in versions_to_confirm(SECOND, limit=9)] == [version.pk]
    assert versions_to_confirm(OFFICE, limit=9) == []


def test_released_by_a_second_person_it_takes_its_place(now: datetime) -> None:
    court = small_fuse()
    _, version = shrunk(court.code, now)
    at = now + 2 * LATER
    decided(version, services.release_version, at)
    assert version.state == "held"  # until a worker has applied it
    worked_off(version, at=at)
    assert (version.state, version.removed, version.added) == ("applied", 8, 1)
    assert len(standing(court.code)) == 13
    assert not Doubt.objects.filter(rev_to=None).exists()
    assert SourceLoad.objects.get(source_id=court.source_id, rev_to=None).loaded_at == now + LATER
    assert payload_of(f"redblack.listversion:{version.pk}", "redblack.list.version_decided")["outcome"] == "released"
    assert len(diff_page(version, what="removed", limit=50)) == 8  # they open for ever
    assert len(diff_page(version, what="added", limit=50)) == 1


def test_discarded_it_leaves_everything_as_it_was(now: datetime) -> None:
    court = small_fuse()
    codes, version = shrunk(court.code, now)
    before = list(Binding.objects.order_by("id").values())
    decided(version, services.discard_version, now + 2 * LATER)
    assert version.state == "discarded"
    assert list(Binding.objects.order_by("id").values()) == before
    assert not Doubt.objects.filter(rev_to=None).exists() and not StagedEntry.objects.exists()
    again = received(court.code, [row(code, n) for n, code in enumerate(codes)], at=now + 3 * LATER)
    assert (again.state, again.kept) == ("applied", 20)


def test_an_entry_that_ended_while_the_version_waited_is_not_ended_twice(now: datetime) -> None:
    court = small_fuse()
    _, version = shrunk(court.code, now)
    first = Entry.objects.get(document_no="（2026）江01执0号")
    services.release(
        entry_id=first.pk,
        kind=ReleaseKind.REVOKED,
        released_on=date(2026, 11, 20),
        document_no="某文",
        reason="撤销",
        actor=make.PLATFORM,
        now=now,
    )
    at = now + 2 * LATER
    worked_off(decided(version, services.release_version, at), at=at)
    assert version.removed == 7
    first.refresh_from_db()
    assert first.release_kind == ReleaseKind.REVOKED
    assert Binding.objects.filter(entry=first, rev_to=None).count() == 1


@pytest.mark.parametrize("verb", ["release_version", "discard_version"])
def test_who_may_decide_about_it(verb: str, now: datetime) -> None:
    home = accounts.department()
    court = small_fuse(initiator_department_id=home.pk)
    _, version = shrunk(court.code, now)
    run = getattr(services, verb)
    with pytest.raises(refusals.SameHand):
        both = Actor(kind=Kind.USER, name="xyb01", roles=frozenset({Role.CREDIT_OFFICE, Role.REVIEWER}))
        decided(version, run, now, both)
    with pytest.raises(refusals.CannotConfirm):
        decided(version, run, now, department_actor(home, Role.UPLOADER))
    with pytest.raises(VersionNotFound):
        decided(version, run, now, department_actor(accounts.department(), Role.REVIEWER))
    with pytest.raises(refusals.NoteMissing):
        run(version_id=version.pk, note=" ", actor=SECOND, now=now)
    decided(version, run, now, department_actor(home, Role.REVIEWER))
    with pytest.raises(refusals.NotHeld):
        decided(version, run, now)


def test_of_two_who_decide_at_once_one_does(now: datetime) -> None:
    court = small_fuse()
    _, version = shrunk(court.code, now)
    others = [Actor(kind=Kind.USER, name=f"r{n}", roles=SECOND.roles) for n in range(2)]
    verbs = iter([services.release_version, services.discard_version])
    lock = threading.Lock()

    def decide() -> str:
        with lock:
            verb, actor = next(verbs), others.pop()
        try:
            verb(version_id=version.pk, note="已核实", actor=actor, now=now)
            return "decided"
        except refusals.NotHeld:
            return "refused"

    assert sorted(at_once(decide)) == ["decided", "refused"]


def test_a_release_that_came_to_nothing_is_decided_again(now: datetime) -> None:
    court = small_fuse()
    _, version = shrunk(court.code, now)
    decided(version, services.release_version, now + 2 * LATER)
    make.ListType.objects.filter(pk=version.list_type_id).update(legal_status="停用")
    worked_off(version, at=now + 2 * LATER)
    assert (version.state, version.decided_by, version.decision_note) == ("held", "", "")
    assert [reason["code"] for reason in version.reasons] == ["shrunk", "redblack.cannot_bind"]
    make.ListType.objects.filter(pk=version.list_type_id).update(legal_status="现行")
    decided(version, services.release_version, now + 3 * LATER)
    assert version.job_id is not None
    services.fail_version(version_id=version.pk, job_id=version.job_id, failure="多次中断", actor=OFFICE, now=now)
    version.refresh_from_db()
    assert (version.state, version.decided_by) == ("held", "")
    assert "多次中断" in version.reasons[-1]["message"] and len(version.reasons) == 2
    decided(version, services.release_version, now + 3 * LATER)
    assert worked_off(version, at=now + 3 * LATER).state == "applied"


def test_an_entry_is_marked_while_a_version_ends_it(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    court = small_fuse()
    codes = [uscc() for _ in range(2)]
    received(court.code, [row(code, n) for n, code in enumerate(codes)], at=now)
    entry = Entry.objects.get(document_no="（2026）江01执0号")
    version = handed_in(court.code, [row(codes[1], 1)], at=now + LATER)
    marking = threading.Event()

    def slowly(**said: Any) -> int:
        revision = mark_loaded(**said)
        marking.set()
        with connections["default"].cursor() as cursor:  # until the other one waits for a lock of ours
            for _ in range(200):
                cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
                if cursor.fetchone()[0]:
                    break
                cursor.execute("SELECT pg_sleep(0.05), pg_stat_clear_snapshot()")
        return revision

    monkeypatch.setattr("redblack.services.received.applying.mark_loaded", slowly)
    told: list[str] = []

    def mark() -> None:
        marking.wait(30)
        try:
            services.mark_disputed(
                entry_id=entry.pk, ground=Ground.FACTS, marked_on=now.date(), actor=make.PLATFORM, now=now + LATER
            )
        except Refusal as refusal:
            told.append(refusal.code)
        finally:
            connections.close_all()

    other = threading.Thread(target=mark)
    other.start()
    worked_off(version, at=now + LATER)
    other.join()
    assert version.state == "applied" and standing(court.code) == {"（2026）江01执1号"}
    assert len(told) == 1  # he comes second: the entry has left
