"""双随机: announced before it is drawn, repeatable by anybody, of organisations alone."""

import hashlib
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.models import Department
from audit.models import Event
from kernel.actor import Actor, Role
from office.services import open_file
from screening.models import RosterDraw, RosterDrawn, RosterMember
from screening.rules.draws import NothingToDraw, WantedWrong
from screening.selectors.draws import field_of, prove
from screening.services.rosters import drawing
from screening.services.rosters.drawing import USUAL_WEIGHTS, Plan, announce, drop, make
from tests.conftest import NOW
from tests.constraints import assert_refused
from tests.factories import accounts, redblack, rosters, screening
from tests.facts import payload_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def home() -> Department:
    return accounts.department()


@pytest.fixture
def keeper(home: Department) -> Actor:
    return accounts.actor(Role.UPLOADER, department=home)


def filled(home: Department, firms: int = 6) -> Any:
    """A roster of firms, and of others who cannot take part."""
    roster = rosters.roster(sources=[redblack.list_type().source_id], department_id=home.pk)
    codes = [screening.uscc() for _ in range(firms)]
    for code in codes:
        screening.firm(code)
    trader = screening.uscc()
    screening.firm(trader, kind="sole_trader", name="江澜面馆")
    rosters.members(roster, *codes, trader, screening.uscc(), "|只有名称的公司")
    return roster


def plan(**fields: Any) -> Plan:
    said: dict[str, Any] = {"title": "四季度抽查", "number": 3, "share": None, "weights": USUAL_WEIGHTS}
    return Plan(**said | fields)


def test_the_seed_is_published_before_anybody_is_drawn(home: Department, keeper: Actor) -> None:
    roster = filled(home)
    found = announce(roster_id=roster.pk, plan=plan(), actor=keeper, now=NOW)
    about = f"screening.roster:{roster.pk}"
    fact = payload_of(about, "screening.draw.announced")
    assert (fact["seed"], fact["digest"], fact["participants"]) == (found.seed, found.digest, 6)
    assert found.left_out == {"自然人、个体工商户不参加抽取": 1, "未对应到登记主体": 2} and not found.drawn.exists()
    with pytest.raises(drawing.DrawWaits):
        announce(roster_id=roster.pk, plan=plan(), actor=keeper, now=NOW)
    rosters.members(roster, screening.uscc())  # who comes now comes too late for this one
    assert make(roster_id=roster.pk, number=1, actor=keeper, now=NOW) == 3
    with pytest.raises(drawing.DrawIsOver):
        make(roster_id=roster.pk, number=1, actor=keeper, now=NOW)
    rows = list(RosterDrawn.objects.order_by("place"))
    members = dict(RosterMember.objects.filter(roster_id=roster.pk).values_list("uscc", "subject_id"))
    assert all(row.subject_id == members[row.code] for row in rows)
    result = hashlib.sha256("".join(f"{row.code}\n" for row in rows).encode()).hexdigest()
    assert payload_of(about, "screening.draw.made")["result"] == result
    names = list(Event.objects.filter(about=about, name__startswith="screening.draw.").order_by("id"))
    assert [one.name for one in names] == ["screening.draw.announced", "screening.draw.made"]


def test_anybody_can_repeat_it_and_sees_what_was_changed(home: Department, keeper: Actor) -> None:
    roster = filled(home)
    announce(roster_id=roster.pk, plan=plan(share=Decimal("50"), number=None), actor=keeper, now=NOW)
    make(roster_id=roster.pk, number=1, actor=keeper, now=NOW)
    found = RosterDraw.objects.get()
    client = Client()
    client.force_login(accounts.user(Role.CLERK, department=home))
    there = f"/rosters/{roster.pk}/draws/1/"
    assert "验证一致" in client.get(f"{there}?verify=1").content.decode()
    text = client.get(f"{there}participants/").content.decode("utf-8-sig").splitlines()
    people = [line.split(",") for line in text[1:]]
    assert text[0] == "统一社会信用代码,等级,权重" and len(people) == 6

    def least(code: str, weight: int) -> str:  # by hand, with nothing but SHA-256
        tickets = (f"{found.seed}|{code}|{number}" for number in range(1, weight + 1))
        return min(hashlib.sha256(ticket.encode()).hexdigest() for ticket in tickets)

    by_hand = sorted((least(code, int(weight)), code) for code, _, weight in people)[:3]
    assert [(row.mark, row.code) for row in RosterDrawn.objects.order_by("place")] == by_hand

    RosterDrawn.objects.filter(place=1).update(code="9" * 18)
    assert "验证不一致" in client.get(f"{there}?verify=1").content.decode()
    RosterDraw.objects.update(digest="0" * 64)
    with open_file(file_id=found.file_id) as stream:
        proof = prove(RosterDraw.objects.get(), stream)
    assert [true for _, true in proof.claims] == [False, True, False]
    assert client.get(f"{there}drawn/").status_code == 200


def test_the_weight_follows_the_grade_of_the_organisation(home: Department, keeper: Actor) -> None:
    roster = filled(home, firms=2)
    red = redblack.list_type(kind="reward")
    one, two = RosterMember.objects.filter(roster_id=roster.pk, kind="legal_person").order_by("id")
    redblack.entry(red.code, one.subject_id or 0, papers=redblack.red_papers())
    field = field_of(roster, weights=USUAL_WEIGHTS, on=NOW.date())
    assert {p.code: (p.grade, p.weight) for p in field.placed} == {one.uscc: ("red", 1), two.uscc: ("", 2)}
    exempt = field_of(roster, weights=dict(USUAL_WEIGHTS) | {"red": 0}, on=NOW.date())
    assert exempt.eligible == 1
    found = announce(roster_id=roster.pk, plan=plan(weights=dict(USUAL_WEIGHTS) | {"red": 0}), actor=keeper, now=NOW)
    assert (found.participants, found.exempt) == (1, 1)
    assert make(roster_id=roster.pk, number=1, actor=keeper, now=NOW) == 1
    assert RosterDrawn.objects.get().code == two.uscc


def test_one_thrown_away_stays_in_the_list_with_its_reason(home: Department, keeper: Actor) -> None:
    roster = filled(home)
    announce(roster_id=roster.pk, plan=plan(), actor=keeper, now=NOW)
    with pytest.raises(drawing.DrawWrong):
        drop(roster_id=roster.pk, number=1, reason=" ", actor=keeper, now=NOW)
    drop(roster_id=roster.pk, number=1, reason="家数填错", actor=keeper, now=NOW)
    again = announce(roster_id=roster.pk, plan=plan(), actor=keeper, now=NOW)
    assert again.number == 2 and again.seed != RosterDraw.objects.get(number=1).seed
    client = Client()
    client.force_login(accounts.user(Role.CREDIT_OFFICE))
    page = client.get(f"/rosters/{roster.pk}/draws/").content.decode()
    assert "家数填错" in page and "待抽取" in page


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"title": " "}, drawing.DrawWrong),
        ({"weights": {"": 1}}, drawing.DrawWrong),
        ({"weights": dict.fromkeys(USUAL_WEIGHTS, 99)}, drawing.DrawWrong),
        ({"weights": dict.fromkeys(USUAL_WEIGHTS, 0)}, NothingToDraw),
        ({"number": None}, WantedWrong),
        ({"share": Decimal(5)}, WantedWrong),
    ],
)
def test_a_plan_that_is_not_whole(
    home: Department, keeper: Actor, fields: dict[str, Any], refusal: type[Exception]
) -> None:
    roster = filled(home)
    with pytest.raises(refusal):
        announce(roster_id=roster.pk, plan=plan(**fields), actor=keeper, now=NOW)
    assert not RosterDraw.objects.exists()


def test_others_do_not_draw(home: Department) -> None:
    roster = filled(home)
    for actor in (accounts.actor(Role.CLERK, department=home), accounts.actor(Role.CREDIT_OFFICE)):
        with pytest.raises(drawing.CannotDraw):
            announce(roster_id=roster.pk, plan=plan(), actor=actor, now=NOW)


def test_the_database_refuses_half_a_draw(home: Department, keeper: Actor) -> None:
    roster = filled(home)
    found = announce(roster_id=roster.pk, plan=plan(), actor=keeper, now=NOW)
    of = RosterDraw.objects.filter(pk=found.pk)

    def drawn(**fields: Any) -> None:
        given = {"draw": found, "place": 1, "subject_id": 1, "code": "9" * 18, "weight": 1, "mark": "0" * 64}
        RosterDrawn.objects.create(**given | fields)

    def another(**fields: Any) -> None:
        found.pk = None
        for name, value in fields.items():
            setattr(found, name, value)
        found.save()

    assert_refused("screening_rosterdraw_wants_one_thing", lambda: of.update(wanted_share=Decimal(5)))
    assert_refused("screening_rosterdraw_has_participants", lambda: of.update(participants=0))
    assert_refused("screening_rosterdraw_states", lambda: of.update(state="drawn"))
    assert_refused("screening_rosterdrawn_mark_shape", lambda: drawn(mark="x"))
    drawn()
    assert_refused("screening_rosterdrawn_place_once", lambda: drawn(code="8" * 18))
    assert_refused("screening_rosterdrawn_drawn_once", lambda: drawn(place=2))
    assert_refused("screening_rosterdraw_one_announced", lambda: another(number=2))
    gone: dict[str, Any] = {"number": 1, "state": "dropped", "dropped_at": NOW, "dropped_reason": "x"}
    assert_refused("screening_rosterdraw_numbered", lambda: another(**gone))
