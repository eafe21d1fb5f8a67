from datetime import datetime

import pytest
from django.test import Client

from audit import selectors, services
from audit.models import Delivery, Event
from kernel.actor import Role
from tests.audit.test_services import Happened
from tests.factories import accounts as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(client: Client) -> Client:
    client.force_login(make.user(Role.AUDIT_ADMIN, username="audadmin"))
    return client


def test_the_log_in_chinese(reader: Client, frozen: object, now: datetime) -> None:
    make_user = make.user()
    services.record(Happened(1, "<b>"), about="x:1", actor=make.PLATFORM, now=now)
    from_services = {"filters": {}, "shown": 3}
    Event.objects.create(name="audit.log.viewed", happened_at=now, actor="user:x", about="x:2", payload=from_services)
    page = reader.get("/audit/").content.decode()
    assert "查看审计记录，显示 3 条" in page
    assert "test.thing.happened" in page and "&lt;b&gt;" in page and "<b>" not in page
    assert make_user.display_name not in page


def test_looking_is_recorded(reader: Client) -> None:
    before = Event.objects.filter(name="audit.log.viewed").count()
    reader.get("/audit/", {"actor": "zc01"})
    assert Event.objects.filter(name="audit.log.viewed").count() == before + 1
    assert Event.objects.filter(name="audit.log.viewed").latest("id").payload["filters"]["actor"] == "zc01"


@pytest.mark.parametrize(
    ("question", "count"),
    [
        ({"about": "x:1"}, 1),
        ({"actor": "tests", "name": "test.thing"}, 0),
        ({"actor": "system:tests", "name": "test.thing"}, 2),
        ({"name": "test.thing", "day": "2026-11-19"}, 0),
        ({"name": "test.thing", "day": "2026-11-20"}, 2),
        ({"name": "test.thing", "day": "2026-12-25"}, 0),
    ],
)
def test_questions(reader: Client, frozen: object, now: datetime, question: dict[str, str], count: int) -> None:
    for number in (1, 2):
        services.record(Happened(number), about=f"x:{number}", actor=make.PLATFORM, now=now)
    assert reader.get("/audit/", question).content.decode().count("test.thing.happened") == count


def test_a_bad_question_is_answered_and_not_an_error(reader: Client) -> None:
    for question in ({"day": "someday"}, {"before": "x"}, {"before": "9" * 16 + "-1"}):
        assert reader.get("/audit/", question).status_code in {200, 400}


def test_next_page(reader: Client, frozen: object, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selectors, "PAGE", 2)
    monkeypatch.setattr(selectors.page_of_log, "__kwdefaults__", {"before": None, "size": 2})
    keys = [services.record(Happened(n), about="x:1", actor=make.PLATFORM, now=now) for n in range(3)]
    page = reader.get("/audit/", {"about": "x:1"})
    rows = page.context["rows"]
    assert [row.pk for row in rows] == keys[:0:-1]
    following = reader.get("/audit/?" + page.context["pager"]["next"])
    assert [row.pk for row in following.context["rows"]] == keys[:1]


def test_dead_deliveries_are_shown_and_put_back(now: datetime) -> None:
    operator = Client()
    operator.force_login(make.user(Role.SYSTEM_ADMIN))
    dead = Delivery.objects.create(
        event_id=1, happened_at=now, handler="a.b", attempts=selectors.GIVE_UP_AFTER, last_error="OSError"
    )
    assert "重新投递" in operator.get("/audit/deliveries/").content.decode()
    assert operator.post(f"/audit/deliveries/{dead.pk}/retry/")["Location"] == "/audit/deliveries/"
    assert "没有未送达的通知" in operator.get("/audit/deliveries/").content.decode()


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.AUDIT_ADMIN}))
def test_nobody_else_reads_the_log(client: Client, role: Role) -> None:
    client.force_login(make.user(role))
    assert client.get("/audit/").status_code == 403


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_beyond_the_calendar_is_asked_for_again(reader: Client, day: str) -> None:
    assert reader.get("/audit/", {"day": day}).status_code == 400
