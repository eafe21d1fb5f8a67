"""The story through the real services: every expected answer, the dates as they must be, twice nothing new."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from portal.models import DemoStory
from portal.services.demo_city import load_story
from portal.services.main_job import NoStory, compare_story
from redblack.models import Entry
from screening.services.checking import Applicant, preview

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
SUNDAY = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


def events() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_event")
        return int(cursor.fetchone()[0])


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    """Twenty-one log-ins per story: argon2 would take most of the time, and no password is tried here."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def story() -> None:
    load_story(today=date(2026, 11, 20), now=NOW, firms=150)


def test_every_firm_at_every_matter_is_answered_as_expected(story: None) -> None:
    outcome = compare_story(now=NOW)
    assert len(outcome.lines) == 9 and len(outcome.matters) == 7
    assert [(line.name, m, str(line.got[m])) for line in outcome.lines for m in line.wrong] == []
    assert outcome.counts["lists"] == 9 and outcome.counts["measures"] == 13


def test_on_a_sunday_the_story_is_of_friday_and_the_answers_are_the_same() -> None:
    loaded = load_story(today=date(2026, 11, 22), now=SUNDAY, firms=30)
    assert (loaded.working_day, loaded.opened_on) == (date(2026, 11, 20), date(2026, 11, 22))
    assert not any(line.wrong for line in compare_story(now=SUNDAY).lines)


def test_a_week_later_the_comparison_still_holds(story: None) -> None:
    assert not any(line.wrong for line in compare_story(now=datetime(2026, 12, 1, 2, 0, tzinfo=UTC)).lines)


def test_a_changed_world_is_a_difference(story: None) -> None:
    """The comparison must be able to fail: without its papers' owner, firm 7 would be clear at M8."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE redblack_binding SET released_on = '2026-11-01' WHERE document_no LIKE '%执1187号'")
    wrong = {(line.number, m) for line in compare_story(now=NOW).lines for m in line.wrong}
    assert wrong == {("7", "M5"), ("7", "M8")}


def test_loading_twice_changes_nothing(story: None) -> None:
    before = events()
    again = load_story(today=date(2026, 11, 23), now=SUNDAY, firms=150)
    assert not again.new and again.working_day == date(2026, 11, 20)
    assert events() == before and DemoStory.objects.count() == 1


def test_the_entries_carry_the_printed_documents(story: None) -> None:
    entry = Entry.objects.get(document_no="江人社失信列〔2025〕7号")
    assert (entry.decided_on, entry.released_on) == (date(2025, 11, 10), date(2026, 11, 19))
    assert entry.release_document == "江人社失信移〔2026〕5号"
    abnormal = Entry.objects.get(document_no="江市监异列〔2026〕86号")
    assert abnormal.released_on == date(2026, 11, 12)


def test_the_day_before_its_release_the_builder_was_hit(story: None) -> None:
    """Scene 9: as of T-2 the entry counts at M3 and M8, and M4 has the list and the ban side by side."""

    def codes(matter: str, as_of: date) -> set[str]:
        [answer] = preview(
            matter_code=matter, stage="before", applicants=[Applicant("91339901MA9K2D3FX4")], as_of=as_of, now=NOW
        )
        return {applied.measure.code for applied in answer.measures}

    assert codes("M3", date(2026, 11, 18)) == {"Y3"}
    assert codes("M4", date(2026, 11, 18)) == {"Y4", "Y5"}
    assert codes("M4", date(2026, 11, 20)) == {"Y5"}


def test_the_ban_ends_after_five_years_and_a_name_alone_yields_nothing(story: None) -> None:
    [answer] = preview(
        matter_code="M1",
        stage="before",
        applicants=[Applicant("91339901MA9K3H5T3Y")],
        as_of=date(2026, 11, 20),
        now=NOW,
    )
    [applied] = answer.measures
    assert applied.until == date(2031, 2, 25)
    [named] = preview(
        matter_code="M1", stage="before", applicants=[Applicant("云帆科技")], as_of=date(2026, 11, 20), now=NOW
    )
    assert not named.measures and {c.name for c in named.subject.candidates} == {
        "江澜云帆科技发展有限公司",
        "江澜云帆软件科技有限公司",
    }


def test_without_a_story_the_comparison_says_so() -> None:
    with pytest.raises(NoStory, match="load_demo"):
        compare_story(now=NOW)


# --- commands ---


def test_load_initial_twice_changes_nothing() -> None:
    call_command("load_initial", verbosity=0)  # once more than the template
    before = events()
    call_command("load_initial", verbosity=0)
    assert events() == before


def test_demo_check_prints_the_table_and_one_json_line(story: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("demo_check")
    lines = capsys.readouterr().out.strip().splitlines()
    assert "江澜恒泰食品有限公司" in "\n".join(lines) and "命中 Y1·关联" in "\n".join(lines)
    assert lines[-1].startswith('{"subjects": 162') and '"checked": 63, "hit": 10' in lines[-1]


def test_demo_check_ends_with_one_when_an_answer_differs(story: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE redblack_binding SET released_on = '2026-11-01' WHERE document_no LIKE '%执1187号'")
    with pytest.raises(CommandError) as raised:
        call_command("demo_check")
    assert raised.value.returncode == 1


@pytest.mark.parametrize("command", ["demo_clock", "demo_logins"])
def test_outside_demo_the_demo_commands_refuse(command: str, settings: Any) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO"):
        call_command(command)


def test_load_demo_refuses_in_production(settings: Any) -> None:
    settings.DEMO = settings.TESTING = False
    with pytest.raises(CommandError, match="DEMO"):
        call_command("load_demo")


def test_the_clock_moves_and_comes_back(settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    settings.DEMO = True
    before = events()
    call_command("demo_clock", "--shift", "3d")
    call_command("demo_clock", "--shift=-1d")
    assert "2 days" in capsys.readouterr().out
    call_command("demo_clock", "--reset")
    assert "0:00:00" in capsys.readouterr().out
    assert events() == before + 3
