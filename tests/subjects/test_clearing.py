"""Cleared pairs: they stay away until a day, or until either side changes."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from audit.models import Event
from kernel.actor import Role, system
from subjects import selectors, services
from subjects.models import ClearedPair
from subjects.rules.clearing import still_cleared
from tests.conftest import NOW
from tests.factories import accounts
from tests.factories import subjects as make
from toolkit import clock

pytestmark = pytest.mark.django_db
TODAY, UNTIL = date(2026, 11, 20), date(2027, 3, 1)
GROUND = "代码不同，已核对执照"


@pytest.fixture
def pair() -> tuple[int, int]:
    return make.organisation("江澜云帆科技发展有限公司"), make.organisation("江澜云帆软件科技有限公司")


def clear(one: int, other: int, *, until: date = UNTIL, ground: str = GROUND) -> int:
    return services.clear_subject(
        subject_id=one, other_id=other, ground=ground, until=until, actor=make.clerk(), now=NOW
    )


def left_out(one: int, on: date = TODAY) -> frozenset[int]:
    return selectors.cleared_subjects(subject_id=one, on=on)


def test_a_cleared_pair_stays_away_until_its_day(pair: tuple[int, int]) -> None:
    one, other = pair
    clear(one, other)
    assert left_out(one) == {other} and left_out(one, UNTIL) == {other}
    assert left_out(one, UNTIL + timedelta(days=1)) == frozenset()
    assert left_out(other) == frozenset()  # said of one subject, not of the other
    names = [c.subject_id for c in selectors.candidates("云帆科技", without=left_out(one) | {one})]
    assert names == []


@pytest.mark.parametrize("changed", [0, 1])
def test_a_change_of_either_side_brings_it_back(pair: tuple[int, int], changed: int) -> None:
    clear(*pair)
    services.add_name(subject_id=pair[changed], name="江澜新帆科技有限公司", kind="former", actor=make.ACTOR, now=NOW)
    assert left_out(pair[0]) == frozenset()


def test_an_entry_comes_back_when_its_version_changes(pair: tuple[int, int]) -> None:
    one, _ = pair
    services.clear_pair(
        subject_id=one, other="redblack.entry:7", other_version="3", ground=GROUND, until=UNTIL,
        actor=make.clerk(), now=NOW,
    )  # fmt: skip
    assert selectors.cleared(subject_id=one, others={"redblack.entry:7": "3"}, on=TODAY) == {"redblack.entry:7"}
    assert selectors.cleared(subject_id=one, others={"redblack.entry:7": "4"}, on=TODAY) == frozenset()
    assert selectors.cleared(subject_id=one, others={"redblack.entry:8": "3"}, on=TODAY) == frozenset()


def test_withdrawn_it_comes_back_at_once_and_both_are_facts(pair: tuple[int, int]) -> None:
    one, other = pair
    clearing = clear(one, other)
    services.withdraw_clearing(clearing_id=clearing, actor=make.clerk(), now=NOW)
    assert left_out(one) == frozenset()
    facts = Event.objects.filter(about=f"subjects.subject:{one}").order_by("id").values_list("name", flat=True)
    assert list(facts)[-2:] == ["subjects.pair.cleared", "subjects.clearing.withdrawn"]
    with pytest.raises(services.ClearingNotFound):
        services.withdraw_clearing(clearing_id=clearing, actor=make.clerk(), now=NOW)


def test_a_new_finding_takes_the_place_of_the_old(pair: tuple[int, int]) -> None:
    clear(*pair)
    clear(*pair, until=TODAY)
    assert [c.until for c, _ in selectors.clearings_of(pair[0])] == [TODAY]
    assert ClearedPair.objects.filter(subject_id=pair[0]).count() == 2


def test_what_is_refused(pair: tuple[int, int]) -> None:
    one, other = pair
    with pytest.raises(services.ClearingWithoutGround):
        clear(one, other, ground=" ")
    with pytest.raises(services.ReasonTellsNumber):
        clear(one, other, ground=f"已核对 {make.citizen_id()}")
    for until in (TODAY - timedelta(days=1), TODAY + timedelta(days=367)):
        with pytest.raises(services.ClearingTooLong):
            clear(one, other, until=until)
    with pytest.raises(services.SameSubject):
        clear(one, one)
    for stranger in (make.person(), 10**9):
        with pytest.raises(services.SubjectNotFound):
            clear(one, stranger)
    with pytest.raises(services.NotYours):
        services.clear_subject(
            subject_id=one, other_id=other, ground=GROUND, until=UNTIL, actor=system("import"), now=NOW
        )
    assert not ClearedPair.objects.filter(subject_id=one).exists()


def test_how_long_a_finding_holds() -> None:
    same = ("a", "b")
    assert still_cleared(compared=same, now=same, until=TODAY, on=TODAY)
    assert not still_cleared(compared=same, now=("x", "b"), until=TODAY, on=TODAY)
    assert not still_cleared(compared=same, now=("a", "x"), until=TODAY, on=TODAY)
    assert not still_cleared(compared=same, now=same, until=TODAY, on=TODAY + timedelta(days=1))


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("subjects_clearedpair_says_who_and_why", {"ground": ""}),
        ("subjects_clearedpair_says_who_and_why", {"cleared_by": ""}),
        ("subjects_clearedpair_names_the_other", {"other": "沈建国"}),
        ("subjects_clearedpair_withdrawn_iff_by_somebody", {"withdrawn_at": NOW}),
        ("subjects_clearedpair_one_live", {}),
    ],
)
def test_each_constraint(pair: tuple[int, int], name: str, fields: dict[str, object]) -> None:
    kept = ClearedPair.objects.get(pk=clear(*pair))
    kept.pk = None
    for field, value in fields.items():
        setattr(kept, field, value)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        kept.save(force_insert=True)


def test_from_the_dossier_to_the_finding_and_back(pair: tuple[int, int], client: Client) -> None:
    one, other = pair
    client.force_login(accounts.user(Role.CLERK))
    asked = {"text": "江澜云帆科技发展有限公司", "about": one}
    page = client.post("/subjects/find/", asked).content.decode()
    assert "江澜云帆软件科技有限公司" in page and "不是同一主体" in page and "字号相同（云帆）" in page
    form = {"other_id": other, "ground": GROUND, "until": (clock.today() + timedelta(days=30)).isoformat()}
    assert client.post(f"/subjects/{one}/cleared/", form).status_code == 302
    assert "江澜云帆软件科技有限公司" not in client.post("/subjects/find/", asked).content.decode()
    dossier = client.get(f"/subjects/{one}/").content.decode()
    assert "已核实不是同一主体" in dossier and GROUND in dossier and "江澜云帆软件科技有限公司" in dossier
    clearing = ClearedPair.objects.get(subject_id=one).pk
    assert client.post(f"/subjects/cleared/{clearing}/withdraw/").status_code == 302
    assert "江澜云帆软件科技有限公司" in client.post("/subjects/find/", asked).content.decode()


def test_the_search_page_shows_reasons_and_no_persons(pair: tuple[int, int], client: Client) -> None:
    client.force_login(accounts.user(Role.CLERK))
    assert client.get("/subjects/find/").status_code == 200
    page = client.post("/subjects/find/", {"text": "云帆软件"}).content.decode()
    assert "江澜云帆软件科技有限公司" in page and "开头" in page
    number = make.citizen_id()
    make.person("沈建国", number=number)
    page = client.post("/subjects/find/", {"text": number}).content.decode()
    assert number not in page and "沈" not in page and "凭证件" in page
    assert client.post("/subjects/find/", {"text": ""}).status_code == 400
    assert "补充字号" in client.post("/subjects/find/", {"text": "有限公司"}).content.decode()
    client.force_login(accounts.user(Role.SYSTEM_ADMIN))
    assert client.post("/subjects/find/", {"text": "云帆"}).status_code == 403
