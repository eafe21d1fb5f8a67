"""Who may ask about which matter, how it is found, and what a clerk keeps at hand."""

import json
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from audit.models import Event
from kernel.actor import Role
from screening.models import FavouriteMatter, Matter, Receipt
from screening.selectors.asking import MatterNotNamed, askable, find_matters, general_windows, matter_named
from screening.services import lists
from screening.services.asking import (
    FavouritesFull,
    OfficeSetsWindows,
    WindowUnknown,
    set_general_windows,
    star_matter,
)
from screening.services.checking import NotYourMatter
from tests.factories import accounts
from tests.factories import screening as make
from tests.factories.accounts import LONG_AGO, PLATFORM
from tests.screening.conftest import City
from tests.signing import send

pytestmark = pytest.mark.django_db


def codes(actor: Any, text: str = "") -> list[str]:
    return [found.code for found in find_matters(actor, text=text)]


def implementer(city: City) -> Any:
    return Matter.objects.get(code=city.matter).implementing_department


def test_its_own_departments_the_general_window_and_the_credit_office(city: City, now: datetime) -> None:
    own = implementer(city)
    county = accounts.department(parent=own)
    for department in (own, county, make.general_window()):
        actor = accounts.actor(Role.CLERK, department=department)
        assert make.ask(city.matter, city.uscc, now=now, actor=actor).answer == "clear"
        assert city.matter in codes(actor)
    assert codes(accounts.actor(Role.CLERK, department=own)) == [city.matter]
    assert make.ask(city.matter, city.uscc, now=now, actor=accounts.actor(Role.CREDIT_OFFICE)).answer == "clear"
    for stranger in (accounts.department(), accounts.department(parent=accounts.department())):
        actor = accounts.actor(Role.CLERK, department=stranger)
        with pytest.raises(NotYourMatter):
            make.ask(city.matter, city.uscc, now=now, actor=actor)
        assert codes(actor) == [] and not askable(actor).exists()
    assert Receipt.objects.count() == 4


def test_a_department_whose_window_takes_the_matter_in(now: datetime, city: City) -> None:
    hall = accounts.department()
    code = make.matter(consults=[city.black.source_id], handled_by_id=hall.pk)
    clerk = accounts.actor(Role.CLERK, department=hall)
    assert make.ask(code, city.uscc, now=now, actor=clerk).answer == "clear"
    assert codes(clerk) == [code]


def test_what_the_credit_office_changes_counts_at_once(city: City, now: datetime) -> None:
    hall = accounts.department()
    clerk = accounts.actor(Role.CLERK, department=hall)
    with pytest.raises(NotYourMatter):
        make.ask(city.matter, city.uscc, now=now, actor=clerk)
    make.general_window(hall)
    assert make.ask(city.matter, city.uscc, now=now, actor=clerk).answer == "clear"
    assert set_general_windows(department_ids=[], actor=PLATFORM, now=LONG_AGO)
    with pytest.raises(NotYourMatter):
        make.ask(city.matter, city.uscc, now=now, actor=clerk)


def test_another_departments_system_is_refused_in_words(client: Client, city: City) -> None:
    body = {"matter": city.matter, "stage": "before", "subjects": [{"text": city.uscc}]}
    stranger = accounts.client_system(
        areas=["339900"]
    ).code  # the area gives it rows to read, no matters to ask about
    response = send(client, stranger, "/api/v1/checks", body=json.dumps(body).encode())
    told = json.loads(response.content)
    assert (response.status_code, told["type"]) == (403, "/problems/screening.not_your_matter")
    assert "请转实施部门或综合窗口办理" in told["title"]
    assert not Receipt.objects.exists()


def test_general_windows_are_set_by_the_credit_office_and_recorded(now: datetime) -> None:
    hall = accounts.department()
    with pytest.raises(OfficeSetsWindows):
        set_general_windows(department_ids=[hall.pk], actor=accounts.actor(Role.CLERK, department=hall), now=now)
    with pytest.raises(WindowUnknown):
        set_general_windows(department_ids=[0], actor=PLATFORM, now=now)
    office = accounts.actor(Role.CREDIT_OFFICE)
    assert set_general_windows(department_ids=[hall.pk], actor=office, now=now)
    assert not set_general_windows(department_ids=[hall.pk], actor=office, now=now)
    assert general_windows() == {hall.pk}
    fact = Event.objects.filter(name="screening.general_windows.set").latest("id")
    assert (fact.actor, fact.payload["department_ids"]) == (office.key, [hall.pk])


def test_a_matter_is_found_by_a_few_characters(city: City) -> None:
    hall = make.general_window()
    clerk = accounts.actor(Role.CLERK, department=hall)
    for code, name in (("F-1", "水产养殖许可（新办）"), ("F-2", "水产养殖许可（变更）"), ("G-1", "取水许可")):
        make.matter(consults=[city.black.source_id], code=code, name=name)
    assert codes(clerk, "养殖 许可") == ["F-1", "F-2"]
    assert codes(clerk, "g-") == ["G-1"]
    assert codes(clerk, "100%_") == []
    for text in ("F-1", "f-1", "F-1 水产养殖许可（新办）", "水产养殖许可（新办）", "殖许可（新"):
        assert matter_named(clerk, text).code == "F-1"
    for text, why in (("", "请选择事项"), ("养殖", "不止一个"), ("不存在", "没有符合")):
        with pytest.raises(MatterNotNamed, match=why):
            matter_named(clerk, text)


def test_favourites_come_first_and_are_ones_own(city: City) -> None:
    clerk = accounts.actor(Role.CLERK, department=make.general_window())
    last = make.matter(consults=[city.black.source_id], code="ZZ")
    star_matter(matter_code=last, starred=True, actor=clerk)
    star_matter(matter_code=last, starred=True, actor=clerk)
    assert codes(clerk)[0] == "ZZ" and city.matter in codes(clerk)[1:]
    assert codes(accounts.actor(Role.CLERK, department=make.general_window()))[-1] == "ZZ"
    star_matter(matter_code=last, starred=False, actor=clerk)
    assert codes(clerk)[-1] == "ZZ" and not FavouriteMatter.objects.exists()


def test_what_cannot_be_kept_at_hand(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(MatterNotNamed):
        star_matter(matter_code=city.matter, starred=True, actor=accounts.actor(Role.CLERK))
    monkeypatch.setattr("screening.services.asking.MOST_FAVOURITES", 0)
    with pytest.raises(FavouritesFull):
        star_matter(matter_code=city.matter, starred=True, actor=accounts.actor(Role.CREDIT_OFFICE))


def test_registering_a_matter_anew_moves_who_may_ask(city: City, now: datetime) -> None:
    before, after = implementer(city), accounts.department()
    known = Matter.objects.get(code=city.matter)
    lists.register_matter(
        code=known.code, name=known.name, implementing_department_id=after.pk, handled_by_id=None,
        stages=known.stages, roles=[make.APPLICANT], consults=[city.black.source_id], actor=PLATFORM, now=LONG_AGO,
    )  # fmt: skip
    assert make.ask(city.matter, city.uscc, now=now, actor=accounts.actor(Role.CLERK, department=after)).number
    with pytest.raises(NotYourMatter):
        make.ask(city.matter, city.uscc, now=now, actor=accounts.actor(Role.CLERK, department=before))


def test_the_credit_office_keeps_the_general_windows_on_a_page(client: Client, now: datetime) -> None:
    hall, page = accounts.department(), "/matters/windows/"
    client.force_login(accounts.user(Role.CLERK))
    assert client.get(page).status_code == 403
    client.force_login(accounts.user(Role.CREDIT_OFFICE))
    assert hall.name in client.get(page).content.decode()
    assert client.post(page, {"departments": ["0"]}).status_code == 422
    assert client.post(page, {"departments": [str(hall.pk)]}).status_code == 302
    assert general_windows() == {hall.pk}
    assert "没有变化" in client.post(page, {"departments": [str(hall.pk)]}, follow=True).content.decode()


def test_a_matter_is_picked_and_kept_at_hand_without_javascript(client: Client, city: City) -> None:
    client.force_login(accounts.user(Role.CLERK, department=make.general_window()))
    assert client.post("/check/matters/pick/", {"matter": city.matter}).headers["Location"] == "/check/"
    assert client.get("/check/").context["matter"].startswith(city.matter)
    client.post("/check/matters/pick/", {"matter": city.matter, "star": "on"})
    page = client.get("/check/matters/", {"matter": city.matter}).content.decode()
    assert "★ 取消收藏" in page and "选用" in page
    assert client.post("/check/matters/pick/", {"matter": "没有这个"}).status_code == 400
    client.force_login(accounts.user(Role.SYSTEM_ADMIN))
    assert client.get("/check/matters/").status_code == 403
    assert client.post("/check/matters/pick/", {"matter": city.matter}).status_code == 403
