"""A file of members: every row counted, taken once, no person in clear; what replaces a roster replaces it."""

import csv
from datetime import timedelta
from io import BytesIO, StringIO

import pytest

from office.models import Job
from screening.models import Roster, RosterFinding, RosterMember, RosterRun, RosterUpload
from screening.services.rosters import uploading
from screening.services.rosters.running import run_roster
from screening.services.rosters.uploading import NoColumnOfMembers, receive_members, take_file
from tests.conftest import NOW
from tests.factories import redblack, rosters
from tests.factories import screening as make
from tests.factories.accounts import PLATFORM

pytestmark = pytest.mark.django_db


def handed_in(roster: Roster, rows: list[tuple[str, str]], *, replaces: bool = False) -> RosterUpload:
    text = StringIO()
    csv.writer(text).writerows([("企业名称", "统一社会信用代码"), *rows])
    made = receive_members(
        roster_id=roster.pk, file_name="名单.csv", stream=BytesIO(text.getvalue().encode()), replaces=replaces,
        actor=PLATFORM, now=NOW,
    )  # fmt: skip
    return RosterUpload.objects.get(pk=made)


def taken(upload: RosterUpload, **fields: int) -> RosterUpload:
    assert upload.job_id is not None
    take_file(job_id=upload.job_id, clock=lambda: NOW, **fields)
    upload.refresh_from_db()
    return upload


def figures(upload: RosterUpload) -> dict[str, int]:
    names = ("matched", "unknown", "identify", "invalid", "wrong_kind", "duplicate")
    return {name: count for name in names if (count := getattr(upload, name))}


def test_a_file_is_counted_row_by_row_and_taken_up_again_where_it_was_left(monkeypatch: pytest.MonkeyPatch) -> None:
    black = redblack.list_type()
    known, valid, person = make.uscc(), make.uscc(), make.citizen_id()
    redblack.entry(black.code, make.firm(known))
    roster = rosters.roster(sources=[black.source_id])
    rows = [
        ("甲公司", known), ("甲公司（又一次）", known.lower()), ("乙公司", valid), ("沈建国", person), ("张三", ""),
        ("丙公司", "91339901MA00000000"), ("", valid), ("", ""), ("只有名字的有限公司", "无"),
    ]  # fmt: skip
    upload = handed_in(roster, rows)
    with monkeypatch.context() as patched:
        patched.setattr(uploading, "_end", None)  # the worker dies when all rows are taken and the file is not ended
        with pytest.raises(TypeError):
            taken(upload, chunk=2)
    assert upload.job_id is not None
    Job.objects.filter(pk=upload.job_id).update(state=Job.State.QUEUED)
    taken(upload, chunk=2)
    assert upload.rows == len(rows) - 1  # an empty row is none
    assert figures(upload) == {
        "matched": 1, "unknown": 1, "identify": 2, "invalid": 1, "wrong_kind": 1, "duplicate": 2
    }  # fmt: skip
    kept = str(list(RosterMember.objects.values_list()))
    assert person not in kept and "沈建国" not in kept and "张三" not in kept and "张某" in kept
    assert handed_in(roster, rows).pk == upload.pk

    run = RosterRun.objects.get(roster=roster)  # the file asked for it
    assert run.job_id is not None
    run_roster(job_id=run.job_id, clock=lambda: NOW)
    run.refresh_from_db()
    assert (run.members, run.hit, run.clear, run.could_not_check) == (6, 1, 1, 4)


def test_a_file_that_replaces_the_roster_lets_the_others_go() -> None:
    black = redblack.list_type()
    first, second, third = make.uscc(), make.uscc(), make.uscc()
    for code in (first, second):
        redblack.entry(black.code, make.firm(code))
    roster = rosters.roster(sources=[black.source_id])
    taken(handed_in(roster, [("甲", first), ("乙", second)]))
    rosters.run(roster, at=NOW)
    upload = taken(handed_in(roster, [("乙", second), ("丙", third)], replaces=True))
    assert figures(upload) == {"unknown": 1, "duplicate": 1}
    assert set(RosterMember.objects.filter(removed_at=None).values_list("uscc", flat=True)) == {second, third}
    run = rosters.run(roster, at=NOW)
    assert (run.members, run.hit, run.newly_hit) == (2, 1, 0)
    assert [f.state for f in RosterFinding.objects.order_by("id")] == ["superseded", "open"]


def test_a_file_that_replaces_the_roster_lets_stay_who_came_after_it() -> None:
    roster = rosters.roster(sources=[redblack.list_type().source_id])
    before, both, mine, by_form, later = (make.uscc() for _ in range(5))
    taken(handed_in(roster, [("甲", before), ("乙", both)]))
    replacing = handed_in(roster, [("乙", both), ("丙", mine)], replaces=True)
    rosters.members(roster, by_form, at=NOW + timedelta(seconds=1))
    taken(handed_in(roster, [("乙", both), ("戊", later)]))  # another worker is faster
    taken(replacing)
    kept = RosterMember.objects.filter(removed_at=None).exclude(state="duplicate").values_list("uscc", flat=True)
    assert set(kept) == {both, mine, by_form, later}


@pytest.mark.parametrize("text", ["备注,日期\n甲,1\n", "姓名,电话\n张三,1\n"])
def test_a_file_without_a_column_that_names_anybody_fails_with_its_reason(text: str) -> None:
    roster = rosters.roster(sources=[redblack.list_type().source_id])
    made = receive_members(
        roster_id=roster.pk, file_name="x.csv", stream=BytesIO(text.encode()), replaces=False,
        actor=PLATFORM, now=NOW,
    )  # fmt: skip
    upload = taken(RosterUpload.objects.get(pk=made))
    assert upload.failure == str(NoColumnOfMembers())


@pytest.mark.parametrize("rows", [2_000, pytest.param(200_000, marks=pytest.mark.soak)])
def test_rows_of_wrong_codes_are_neither_clear_nor_told_one_by_one(rows: int) -> None:
    roster = rosters.roster(sources=[redblack.list_type().source_id])
    upload = taken(handed_in(roster, [(f"第{n}公司", f"91339901MA{n:08d}") for n in range(rows)]))
    assert upload.rows == rows and upload.invalid >= rows * 9 // 10
    run = rosters.run(roster, at=NOW)
    assert run.members == rows and run.could_not_check == upload.invalid == run.unidentified
    assert not RosterFinding.objects.exists()
