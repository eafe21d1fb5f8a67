"""Received versions as files: read, compared, applied or held by a worker; decided about by a second person."""

import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, connections

from audit.models import Event
from collection.models import Source, SourceLoad
from collection.rules.sheet_guard import FileRefused
from kernel.actor import Actor, Kind, Role
from office.models import Job
from office.services import sweep_jobs
from redblack import services, tasks
from redblack.handlers import on_job_ended
from redblack.models import Binding, Dispute, Doubt, Entry, ListVersion, Removal, StagedEntry
from redblack.rules.lists import Ground, LegalStatus, Origin, ReleaseKind
from redblack.rules.removals import how_it_left
from redblack.selectors import VersionNotFound
from redblack.selectors.received import diff_page, version_page, versions_to_confirm
from redblack.services import received as refusals
from redblack.services.received import receiving, working
from subjects.models import Conflict, Subject
from tests.factories import accounts
from tests.factories import redblack as make
from tests.factories.received import (
    HEADINGS,
    OFFICE,
    SECOND,
    as_csv,
    department_actor,
    handed_in,
    received,
    received_list,
    row,
    worked_off,
)
from tests.factories.screening import citizen_id, firm, person, uscc
from tests.facts import payload_of
from tests.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)
LATER = timedelta(hours=1)


def standing(list_code: str) -> set[str]:
    rows = Entry.objects.filter(list_type__code=list_code, released_on=None)
    return set(rows.values_list("document_no", flat=True))


def decided(version: ListVersion, verb: Callable[..., None], at: datetime, actor: Actor = SECOND) -> ListVersion:
    verb(version_id=version.pk, note="已向省级平台核实", actor=actor, now=at)
    version.refresh_from_db()
    return version


def counts(version: ListVersion) -> tuple[int, ...]:
    names = ("rows", "added", "kept", "changed", "removed", "lost", "refused")
    return tuple(getattr(version, name) for name in names)


def told(version: ListVersion, name: str) -> list[dict[str, Any]]:
    events = Event.objects.filter(name=name, about=f"redblack.listversion:{version.pk}")
    return [event.payload for event in events.order_by("id")]


# --- applied --------------------------------------------------------------------------------------------------------


def test_a_first_version_enters_everybody_under_one_revision(now: datetime) -> None:
    court = received_list()
    codes = [uscc() for _ in range(3)]
    known = firm(codes[0], name="江澜某公司")
    version = received(court.code, [row(code, n) for n, code in enumerate(codes)], at=now)
    assert (version.state, counts(version)) == ("applied", (3, 3, 0, 0, 0, 0, 0))
    [entry] = Entry.objects.filter(subject_id=known)
    assert (entry.origin, entry.document_no, entry.exit_route) == ("法院推送", "（2026）江01执0号", "履行完毕")
    assert (entry.legal_basis, entry.registered_at) == ("《某法》第一条", now)
    revisions = set(Binding.objects.values_list("rev_from", "rev_to"))
    assert revisions == {(version.revision, None)} == {(Source.objects.get(pk=court.source_id).revision, None)}
    load = SourceLoad.objects.get(source_id=court.source_id, rev_to=None)
    assert (load.version, load.rows, load.held, load.loaded_at) == (version.version, 3, False, now)
    assert Subject.objects.filter(uscc__in=codes).count() == 3  # who was not known is registered
    assert not StagedEntry.objects.exists()
    assert Job.objects.get(pk=version.job_id).state == "done"


def test_facts_tell_ids_in_batches_and_then_the_sum(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("redblack.services.received.applying.IDS", 2)
    court = received_list()
    codes = [uscc() for _ in range(3)]
    received(court.code, [row(code, n) for n, code in enumerate(codes)], at=now)
    second = received(court.code, [row(codes[0], 0, 有效期止="2027-01-01"), row(codes[1], 1)], at=now + LATER)
    third = received(court.code, [row(codes[0], 0, 有效期止="2027-01-01")], at=now + 2 * LATER)
    of_first, of_second, of_third = (
        told(version, "redblack.list.rows_applied")
        for version in (ListVersion.objects.get(version=now.isoformat(timespec="minutes")), second, third)
    )
    assert [len(fact["entered"]) for fact in of_first] == [2, 1]
    assert [(len(fact["corrected"]), len(fact["released"])) for fact in of_second] == [(1, 0), (0, 1)]
    assert [fact["released"] for fact in of_third] == [[Entry.objects.get(document_no__contains="执1号").pk]]
    summed = Event.objects.filter(name="redblack.list.received").order_by("-id")[0].payload
    assert (summed["added"], summed["kept"], summed["removed"], summed["version_id"]) == (0, 1, 1, third.pk)


def test_a_row_that_changed_is_corrected_and_its_marks_stay(now: datetime) -> None:
    court, code = received_list(), uscc()
    headings = (*HEADINGS, "涉案金额（元）")
    received(court.code, as_csv([row(code)], headings), at=now)
    entry = Entry.objects.get()
    services.mark_disputed(
        entry_id=entry.pk, ground=Ground.FACTS, marked_on=date(2026, 11, 19), actor=make.PLATFORM, now=now
    )
    changed = row(code, 执行法院="江澜市高级人民法院") | {"涉案金额（元）": "1,200"}
    version = received(court.code, as_csv([changed], headings), at=now + LATER)
    assert counts(version) == (1, 0, 0, 1, 0, 0, 0)
    held = Binding.objects.get(entry=entry, rev_to=None)
    assert (held.authority, held.amount) == ("江澜市高级人民法院", Decimal(1200))
    assert held.disputed_on == date(2026, 11, 19)
    assert held.rev_from == version.revision
    entry.refresh_from_db()
    assert entry.amount == Decimal(1200)


def test_a_column_that_was_left_out_corrects_nobody(now: datetime) -> None:
    court, code = received_list(), uscc()
    headings = (*HEADINGS, "决定日期", "履行情况")
    whole = row(code, 有效期止="2028-03-17") | {"决定日期": "2026-03-01", "履行情况": "全部未履行"}
    received(court.code, as_csv([whole], headings), at=now)
    fewer = ("企业名称", "统一社会信用代码", "案号", "列入日期")
    version = received(court.code, as_csv([row(code)], fewer), at=now + LATER)
    assert counts(version) == (1, 0, 1, 0, 0, 0, 0)
    entry = Entry.objects.get()
    assert (entry.effective_until, entry.decided_on) == (date(2028, 3, 17), date(2026, 3, 1))
    assert (entry.performance, entry.authority) == ("全部未履行", "江澜市中级人民法院")


def test_who_is_gone_left_early_or_by_the_end_of_his_term(now: datetime) -> None:
    court = received_list(fuse_rows=10)
    over, early, stays = uscc(), uscc(), uscc()
    rows = [row(over, 1, 有效期止="2026-11-21"), row(early, 2), row(stays, 3)]
    received(court.code, rows, at=now)
    version = received(court.code, rows[2:], at=now + timedelta(days=5))
    assert version.removed == 2
    kinds = dict(Entry.objects.exclude(released_on=None).values_list("document_no", "release_kind"))
    assert kinds == {"（2026）江01执1号": "期满移出", "（2026）江01执2号": "提前移出"}
    [gone] = Binding.objects.filter(entry__document_no="（2026）江01执2号", rev_to=None)
    assert gone.released_on == date(2026, 11, 25)


def test_what_was_pending_about_an_entry_ends_with_it(now: datetime) -> None:
    court, code = received_list(), uscc()
    received(court.code, [row(code, 1), row(uscc(), 2)], at=now)
    entry = Entry.objects.get(document_no="（2026）江01执1号")
    said = {"entry_id": entry.pk, "actor": make.PLATFORM, "now": now}
    services.mark_disputed(ground=Ground.FACTS, marked_on=date(2026, 11, 19), **said)
    Removal.objects.create(
        entry=entry,
        state="proposed",
        kind="提前移出",
        document_no="x",
        reason="x",
        released_on=date(2026, 11, 20),
        proposed_by="user:x",
        proposed_at=now,
    )
    received(court.code, [row(uscc(), 2)], at=now + LATER)
    assert Dispute.objects.get().outcome == "移出" and Removal.objects.get().state == "dropped"


@pytest.mark.parametrize("kind", ["reward", "serious"])
def test_what_an_exit_is_called_is_what_the_rule_says(kind: str, now: datetime) -> None:
    yearly = received_list(kind=kind, origin=Origin.NATION)
    firsts = ["2025-01-01", "2025-06-01", "2026-02-01"]
    untils = ["2025-12-31", "", "2027-12-31"]
    cases = [(first, until) for first in firsts for until in untils if not until or until >= first]
    rows = [row(uscc(), n, 列入日期=first, 有效期止=until) for n, (first, until) in enumerate(cases)]
    received(yearly.code, rows, at=now)
    begins = date(2026, 1, 1)
    received(yearly.code, [row(uscc(), 99, 列入日期=begins.isoformat())], at=now + LATER)
    for entry in Entry.objects.exclude(released_on=None):
        assert entry.release_kind == how_it_left(
            reward=kind == "reward",
            began=entry.effective_from,
            until=entry.effective_until,
            version_begins=begins,
            on=date(2026, 11, 20),
        )
    left = Entry.objects.exclude(released_on=None)
    assert left.count() == len(cases)
    assert set(left.values_list("release_kind", flat=True)) == {ReleaseKind.EXPIRED, ReleaseKind.EARLY}


def test_rows_without_a_code_are_listed_and_take_nobody_off(now: datetime) -> None:
    court, code, other = received_list(), uscc(), uscc()
    received(court.code, [row(code, 1, name="江澜甲公司"), row(other, 2, name="江澜乙公司")], at=now)
    rows = [row("", 1, name="江澜甲公司"), row(other, 2, name="江澜乙公司", 列入日期="")]
    version = received(court.code, rows, at=now + LATER)
    assert (version.state, version.lost, version.refused, version.removed) == ("applied", 1, 1, 0)
    assert len(standing(court.code)) == 2  # what is there but spoilt has not vanished
    [lost] = diff_page(version, what="lost", limit=9)
    assert (lost.number, lost.name) == (2, "江澜甲公司") and "没有代码" in lost.problem
    [refused] = diff_page(version, what="refused", limit=9)
    assert "没有列入日期" in refused.problem


def test_the_same_decision_twice_counts_once(now: datetime) -> None:
    court, code = received_list(), uscc()
    version = received(court.code, [row(code, 1), row(code, 1), row(code, 2)], at=now)
    assert version.added == 2
    assert [one.number for one in diff_page(version, what="twice", limit=9)] == [3]


def test_persons_are_sealed_at_once_and_an_old_code_finds_its_holder(now: datetime) -> None:
    court = received_list()
    number, known = citizen_id(), citizen_id()
    somebody = person(known, name="沈建国")
    old = firm(org_code="MA9K7Y1F1")
    rows = [
        row(number, 1, name="王小明"),
        row(known, 2, name="沈建国"),
        row(known, 3, name="另一人"),
        row("MA9K7Y1F1", 4),
    ]
    version = received(court.code, rows, at=now)
    assert (version.added, version.lost) == (3, 1)
    assert set(Entry.objects.values_list("subject_id", flat=True)) > {somebody, old}
    with connection.cursor() as cursor:
        for table in ("redblack_stagedentry", "redblack_entry", "redblack_listversion", "audit_event"):
            looked_for = [f"%{number}%", "%王小明%"]
            cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text LIKE ANY(%s)", [looked_for])
            assert cursor.fetchone() == (0,)


def test_another_name_of_a_code_goes_to_the_queue(now: datetime) -> None:
    court, code = received_list(), uscc()
    firm(code, name="江澜原名有限公司")
    received(court.code, [row(code, name="江澜新名有限公司")], at=now)
    assert Conflict.objects.get(code=code).other_name == "江澜新名有限公司"


# --- held -----------------------------------------------------------------------------------------------------------


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


# --- what is not taken in -------------------------------------------------------------------------------------------


def test_the_same_bytes_again_are_the_same_version(now: datetime) -> None:
    court, rows = received_list(), [row(uscc())]
    first = handed_in(court.code, rows, at=now, version="第47周")
    assert handed_in(court.code, rows, at=now, version=" 第47周 ").pk == first.pk
    with pytest.raises(refusals.VersionKnown):
        handed_in(court.code, [row(uscc())], at=now, version="第47周")
    with pytest.raises(refusals.VersionWaits):
        handed_in(court.code, [row(uscc())], at=now, version="第48周")
    worked_off(first, at=now)
    assert handed_in(court.code, rows, at=now, version="第47周").pk == first.pk


def test_old_data_never_replace_newer_ones(now: datetime) -> None:
    court = received_list()
    received(court.code, [row(uscc())], at=now)
    with pytest.raises(refusals.VersionOlder):
        handed_in(court.code, [], at=now, stated_at=now - LATER, version="旧")
    with pytest.raises(refusals.StatedInFuture):
        handed_in(court.code, [], at=now, stated_at=now + LATER)
    with pytest.raises(refusals.VersionUnnamed):
        handed_in(court.code, [row(uscc())], at=now, version="  x" * 99)


def test_who_may_hand_in_which_list(now: datetime) -> None:
    home, rows = accounts.department(), [row(uscc())]
    court = received_list(initiator_department_id=home.pk)
    for who in (
        department_actor(accounts.department(), Role.UPLOADER),
        department_actor(home, Role.REVIEWER),
        SECOND,
    ):
        with pytest.raises(refusals.CannotDeliver):
            handed_in(court.code, rows, at=now, actor=who)
    with pytest.raises(refusals.ListDecidedHere):
        handed_in(make.list_type().code, rows, at=now)
    with pytest.raises(services.CannotBind):
        handed_in(received_list(legal_status=LegalStatus.STOPPED).code, rows, at=now)
    assert handed_in(court.code, rows, at=now, actor=department_actor(home, Role.UPLOADER)).state == "staging"


@pytest.mark.parametrize(
    ("scopes", "own", "taken"),
    [
        ({"lists:deliver"}, True, True),
        ({"lists:deliver"}, False, False),
        ({"lists:deliver_any"}, False, True),
        ({"records:create"}, True, False),
    ],
)
def test_which_system_may_hand_in_which_list(scopes: set[str], own: bool, taken: bool, now: datetime) -> None:
    home = accounts.department()
    court = received_list(initiator_department_id=home.pk if own else accounts.department().pk)
    client = Actor(
        kind=Kind.CLIENT,
        name="sheng",
        department_id=home.pk,
        departments=frozenset({home.pk}),
        scopes=frozenset(scopes),
    )
    if taken:
        handed_in(court.code, [row(uscc())], at=now, actor=client)
    else:
        with pytest.raises(refusals.CannotDeliver):
            handed_in(court.code, [row(uscc())], at=now, actor=client)


def test_a_file_that_is_no_table_is_refused_and_the_last_version_stands(now: datetime) -> None:
    court = received_list()
    received(court.code, [row(uscc())], at=now)
    with pytest.raises(FileRefused):
        handed_in(court.code, b"%PDF-1.7 scanned", at=now + LATER)
    torn = received(court.code, b"PK\x03\x04 torn", at=now + LATER, file_name="名单.xlsx")
    assert torn.state == "refused" and "损坏" in torn.reasons[0]["message"]
    version = received(court.code, as_csv([row(uscc())], ["企业名称", "列入日期"]), at=now + LATER)
    assert version.state == "refused" and "没有找到“" in version.reasons[0]["message"]
    assert len(standing(court.code)) == 1
    assert received(court.code, [row(uscc())], at=now + 2 * LATER).state == "applied"  # the way is free again


def test_a_list_that_is_stopped_meanwhile_takes_nothing(now: datetime) -> None:
    court = received_list(code="STOPPING")
    version = handed_in(court.code, [row(uscc())], at=now)
    make.list_type(
        code="STOPPING", title=court.name, legal_status=LegalStatus.STOPPED, origin=Origin.COURT, loaded=False
    )
    worked_off(version, at=now)
    assert version.state == "refused" and not Entry.objects.exists()


# --- a worker that dies ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dies_in", ["stage", "settle"])
def test_killed_anywhere_the_next_worker_goes_on(
    dies_in: str, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    court, codes = received_list(), [uscc() for _ in range(7)]
    version = handed_in(court.code, [row(code, n) for n, code in enumerate(codes)], at=now)
    monkeypatch.setattr(working, "CHUNK", 3)
    calls, real = [], getattr(working, dies_in)

    def dying(**said: object) -> object:
        calls.append(said)
        if len(calls) == (2 if dies_in == "stage" else 1):
            raise MemoryError
        return real(**said)

    monkeypatch.setattr(working, dies_in, dying)
    with pytest.raises(MemoryError):
        worked_off(version, at=now)
    assert StagedEntry.objects.count() == (3 if dies_in == "stage" else 7)
    assert not Entry.objects.exists()
    monkeypatch.setattr(working, dies_in, real)
    at = now + timedelta(minutes=5)
    sweep_jobs(now=at)
    worked_off(version, at=at)
    assert (version.state, version.added) == ("applied", 7)
    assert len(standing(court.code)) == 7


def test_a_job_that_is_given_up_frees_the_way(now: datetime) -> None:
    court = received_list()
    version = handed_in(court.code, [row(uscc())], at=now)
    Job.objects.filter(pk=version.job_id).update(
        state="failed", failure="多次中断", finished_at=now, lease_until=None
    )
    fact = {"job_id": version.job_id, "about": f"redblack.listversion:{version.pk}", "state": "failed"}
    for _ in range(2):
        on_job_ended(fact, now=now)
    version.refresh_from_db()
    assert version.state == "refused" and version.reasons[0]["message"] == "多次中断"
    assert handed_in(court.code, [row(uscc())], at=now, version="又一版").state == "staging"


def test_a_worker_that_was_given_up_writes_nothing(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    court = received_list()
    version = handed_in(court.code, [row(uscc())], at=now)
    real = working.settle

    def slow(**said: object) -> object:
        thread = threading.Thread(target=lambda: (_give_up(version), connections.close_all()))
        thread.start()
        thread.join()
        return real(**said)

    monkeypatch.setattr(working, "settle", slow)
    worked_off(version, at=now)
    assert version.state == "staging" and not Entry.objects.exists()


def _give_up(version: ListVersion) -> None:
    Job.objects.filter(pk=version.job_id).update(attempts=9)


# --- lists of versions ----------------------------------------------------------------------------------------------


def test_everybody_sees_the_lists_in_his_scope_newest_first(now: datetime) -> None:
    home = accounts.department()
    mine, other = received_list(initiator_department_id=home.pk), received_list()
    for n in range(3):
        received(mine.code, [row(uscc())], at=now + n * LATER)
    received(other.code, [row(uscc())], at=now)
    staff = department_actor(home, Role.UPLOADER)
    first = version_page(staff, limit=2)
    assert [one.received_at for one in first] == [now + 2 * LATER, now + LATER]
    rest = version_page(staff, after=(first[-1].received_at, first[-1].pk), limit=2)
    assert [one.received_at for one in rest] == [now]
    assert len(version_page(OFFICE, limit=9)) == 4
    assert len(version_page(OFFICE, list_code=other.code, state="applied", limit=9)) == 1
    assert version_page(department_actor(home, Role.CLERK), limit=9) == []


def test_a_task_is_named_as_the_job_names_it() -> None:
    assert tasks.work_version.name == receiving.TASK
