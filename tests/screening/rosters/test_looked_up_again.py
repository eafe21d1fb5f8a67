"""Members whom the register takes in, or takes for one, after they came onto the roster."""

from datetime import timedelta

import pytest

from screening.models import RosterAnswer, RosterFinding, RosterMember
from tests.conftest import NOW
from tests.factories import redblack, rosters
from tests.factories import screening as make

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=1)
OLD_NUMBER = "339901000000007"


def states() -> list[tuple[str, int | None]]:
    return list(RosterMember.objects.filter(removed_at=None).order_by("id").values_list("state", "subject_id"))


@pytest.mark.parametrize("who", ["firm", "person"])
def test_whom_the_register_takes_in_is_the_member_that_he_was(who: str) -> None:
    black = redblack.list_type()
    person = who == "person"
    code = make.citizen_id() if person else make.uscc()
    roster = rosters.roster(sources=[black.source_id], persons=person, purpose="x" if person else "")
    rosters.members(roster, code)
    subject = make.person(code) if person else make.firm(code)
    again = rosters.members(roster, code)
    assert (again.rows, again.duplicate) == (1, 1)
    run = rosters.run(roster, at=NOW)
    assert (run.state, run.members, run.clear) == ("done", 1, 1)
    assert states() == [("matched", subject)]


def test_a_person_who_was_entered_twice_already_is_one_member_from_the_next_run() -> None:
    roster = rosters.roster(sources=[redblack.list_type().source_id], persons=True, purpose="x")
    number = make.citizen_id()
    rosters.members(roster, number)
    subject = make.person(number)
    matched = RosterMember(roster=roster, state="matched", subject_id=subject, kind="natural_person", added_at=NOW)
    matched.save()
    run = rosters.run(roster, at=NOW)
    assert (run.state, run.members) == ("done", 1)
    assert states() == [("duplicate", subject), ("matched", subject)]


def test_two_members_that_turn_out_to_be_one_keep_one_answer_and_one_finding() -> None:
    black = redblack.list_type()
    code = make.uscc()
    firm = make.firm(reg_no=OLD_NUMBER)
    redblack.entry(black.code, firm)
    roster = rosters.roster(sources=[black.source_id])
    rosters.members(roster, code, OLD_NUMBER)
    first = rosters.run(roster, at=NOW)
    assert (first.members, first.hit, first.newly_hit) == (2, 1, 1)

    assert make.firm(code, reg_no=OLD_NUMBER) == firm
    second = rosters.run(roster, at=LATER)
    assert (second.state, second.members, second.hit) == ("done", 1, 1)
    assert states() == [("matched", firm), ("duplicate", firm)]
    assert RosterAnswer.objects.get().member_id == RosterMember.objects.get(state="matched").pk
    assert [f.state for f in RosterFinding.objects.order_by("id")] == ["superseded", "open"]
