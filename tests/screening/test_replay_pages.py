"""The page of a replay, its interface, and the two scenes of the story that ask about the past."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.selectors import actor_of_user, client_by_code
from audit.models import Event
from kernel.actor import Role
from portal.services.demo_city import load_story
from portal.services.files import demo
from redblack.rules.lists import ReleaseKind
from redblack.services import release
from screening.models import Receipt, ReceiptKey
from screening.rules.replay import BASIS, Comparison, compare
from screening.services.checking import KeyUsedForAnother
from screening.services.keeping import drop_old_keys
from tests.factories import accounts, measures, redblack
from tests.factories import screening as make
from tests.signing import send
from toolkit.clock import day_of

pytestmark = pytest.mark.django_db
CAST = {one["key"]: one["uscc"] for one in demo("cast")["subjects"]}


def text_of(response: Any) -> str:
    html = response.content.decode()
    inner = html[html.index("<main") : html.index("</main>")]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", inner))


@pytest.fixture
def hit(client: Client, now: datetime, frozen: object) -> str:
    """A hit of this morning, of which the entry was taken back since; a clerk of the department is logged in."""
    user = accounts.user(Role.CLERK)
    black = redblack.list_type()
    matter = make.matter(consults=[black.source_id], implementing_department_id=user.department_id)
    measures.item(code="Y-R", matter_code=matter, triggers=[black.source_id], content="限制参加评选")
    code = make.uscc()
    entry = redblack.entry(black.code, make.firm(code), now=now - timedelta(hours=3))
    number = make.ask(matter, code, actor=actor_of_user(user), now=now - timedelta(hours=2)).number
    release(
        entry_id=entry, kind=ReleaseKind.EARLY, released_on=day_of(now), document_no="移1号", reason="x",
        actor=accounts.PLATFORM, now=now - timedelta(hours=1),
    )  # fmt: skip
    client.force_login(user)
    return number


def ask(client: Client, number: str, **said: str) -> Any:
    return client.get(reverse("screening:replay", args=[number]), said)


def test_without_a_purpose_nothing_is_shown_and_nothing_recorded(client: Client, hit: str) -> None:
    name = Receipt.objects.get(number=hit).content["subjects"][0]["name"]
    first = ask(client, hit)
    assert first.status_code == 200 and name not in text_of(first)
    for said in ({"purpose": ""}, {"purpose": "curiosity"}, {"purpose": "interface"}):
        assert ask(client, hit, **said).status_code == 422
    assert not Event.objects.filter(name="screening.receipt.replayed").exists()


def test_the_same_then_and_what_has_gone_since(client: Client, hit: str) -> None:
    page = ask(client, hit, purpose="objection")
    text = text_of(page)
    assert page.status_code == 200 and "● 与原回执一致" in text
    assert "命中" in text and "限制参加评选" in text
    today = text[text.index("与现在相比") :]
    assert "不再有" in today and "未命中" in today and "Y-R" in today
    [event] = Event.objects.filter(name="screening.receipt.replayed")
    assert (event.payload["purpose"], event.payload["same"]) == ("异议、修复办理", True)
    assert "重放" in text_of(client.get(reverse("screening:receipt", args=[hit])))


@pytest.mark.parametrize(
    ("said", "status", "told"),
    [
        ({"known": "now"}, 200, "原回执：名单日期"),
        ({"known": "at", "known_on": "2026-11-20"}, 200, "按 2026-11-20 10:00"),
        ({"known": "at"}, 422, "请填写指定的日期"),
        ({"known": "at", "known_on": "2026-11-21"}, 400, "不能晚于现在"),
        ({"known": "at", "known_on": "2026-11-19", "known_time": "08:00"}, 409, "不能按时间重放"),
        ({"as_of": "1990-01-01"}, 422, ""),
        ({"as_of": "2016-01-01"}, 409, "已超过保存期限（10 年）"),
        ({"as_of": "tomorrow"}, 422, ""),
        ({"as_of": "2099-01-01"}, 200, "名单日期 2099-01-01"),
    ],
)
def test_what_is_asked_of_the_past(client: Client, hit: str, said: dict[str, str], status: int, told: str) -> None:
    page = ask(client, hit, purpose="review", **said)
    assert page.status_code == status and told in text_of(page)


def test_another_department_and_the_administrators_find_nothing(client: Client, hit: str) -> None:
    unit = User.objects.latest("pk").department
    for user in (accounts.user(Role.CLERK), accounts.user(Role.AUDIT_ADMIN, department=unit)):
        client.force_login(user)
        assert ask(client, hit, purpose="review").status_code == 404
        assert ask(client, hit).status_code == 404


# --- the interface ------------------------------------------------------------------------------------------------


def test_the_interface_replays_what_this_system_asked(client: Client, now: datetime, frozen: object) -> None:
    system = accounts.client_system()
    black = redblack.list_type()
    matter = make.matter(consults=[black.source_id], implementing_department_id=system.department_id)
    code = make.uscc()
    redblack.entry(black.code, make.firm(code), now=now)
    client_actor = client_by_code(system.code)
    assert client_actor is not None
    number = make.ask(matter, code, actor=client_actor.actor, now=now).number
    path = reverse("screening:api_replay", args=[number])
    answer = send(client, system.code, path, method="GET")
    assert answer.status_code == 200, answer.content
    said = answer.json()
    assert (said["number"], said["same"], said["known_at"], said["cautions"]) == (number, True, None, [])
    assert said["content"]["subjects"][0]["answer"] == "hit"
    assert said["against_today"] == {"subjects": said["against_today"]["subjects"], "sources": []}
    earlier = send(client, system.code, f"{path}?as_of=2025-01-02", method="GET").json()
    assert earlier["same"] is None and earlier["against_receipt"]["subjects"][0]["after"] == "未命中"
    beyond = ("?as_of=0001-01-01", "?as_of=9999-12-31", "?known_at=0001-01-01T00:00:00%2B08:00")
    beyond += ("?known_at=9999-12-31T23:59:59-08:00", "?known_at=3000-01-01T00:00:00%2B08:00")
    for wrong in ("?as_of=yesterday", "?known_at=2026-11-20T10:00:00", "?known_at=x", *beyond):
        refused = send(client, system.code, path + wrong, method="GET")
        assert refused.status_code == 400 and "2000 至 2999" in refused.content.decode(), wrong
    assert send(client, accounts.client_system().code, path, method="GET").status_code == 404


# --- the comparison itself ----------------------------------------------------------------------------------------


def test_of_two_alike_one_gone_is_told() -> None:
    hint = {"post": "监事", "name": "沈某某", "count": 1}
    before, after = ({"subjects": [subject(related=[hint] * n)], "consulted": []} for n in (2, 1))
    [changes] = compare(before, after).subjects
    assert [(c.group, c.move.value) for c in changes.changes] == [("关联提示", "went")]


def test_an_article_that_is_cited_anew_changes_no_answer() -> None:
    measure: dict[str, Any] = {
        "code": "Y",
        "content": "x",
        "wording": "依法应当",
        "until": None,
        "because": [],
        "suspended": False,
    }
    before, after = (
        {"subjects": [subject(measures=[measure | {"articles": [a]}])], "consulted": []} for a in ("甲", "乙")
    )
    compared = compare(before, after)
    assert compared.same_answer and not compared.same
    assert [c.group for c in compared.subjects[0].changes] == [BASIS]
    assert Comparison((), ()).same


def subject(**fields: Any) -> dict[str, Any]:
    """As an old receipt keeps it: without "undecided", without "doubtful"."""
    said: dict[str, Any] = {"role_label": "申请人", "name": "甲", "code": "", "answer": "clear", "why": ""}
    said |= {"complete": True, "no_measure": False, "disputed": False}
    return said | {k: [] for k in ("triggers", "honours", "measures", "rewards", "related", "gaps")} | fields


# --- keys of requests ---------------------------------------------------------------------------------------------


def test_a_key_is_kept_for_its_time_and_then_dropped(now: datetime, settings: Any) -> None:
    matter = make.matter(consults=[redblack.list_type().source_id])
    code, key = make.uscc(), "key-of-one-request"
    first = make.ask(matter, code, key=key, now=now)
    within = now + timedelta(days=6, hours=23)
    assert drop_old_keys(now=within) == 0
    again = make.ask(matter, code, key=key, now=within)
    assert again.repeated and again.number == first.number
    with pytest.raises(KeyUsedForAnother):
        make.ask(matter, make.uscc(), key=key, now=within)
    assert drop_old_keys(now=now + timedelta(days=8)) == 1 and not ReceiptKey.objects.exists()
    assert Receipt.objects.filter(number=first.number).exists()
    assert not make.ask(matter, code, key=key, now=now + timedelta(days=8)).repeated
    settings.RECEIPT_KEY_DAYS = 0  # a form left open over night may still be sent again
    assert drop_old_keys(now=now + timedelta(days=9, hours=23)) == 0


# --- the story ----------------------------------------------------------------------------------------------------


@pytest.fixture
def story(settings: Any) -> datetime:
    """The demo city at its first scene, on the Friday; scenes 9 and 11 ask it about the days before."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    now = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
    load_story(today=date(2026, 11, 20), now=now, firms=0)
    return now


def test_scenes_nine_and_eleven_ask_about_the_past(client: Client, story: datetime, frozen: object) -> None:
    client.force_login(User.objects.get(username="xyb01"))
    later = {"purpose": "review", "known": "now"}

    def replayed(firm: str, matter: str, **said: str) -> str:
        number = make.ask(matter, CAST[firm], now=story).number
        return text_of(ask(client, number, **later | said)).partition("重放的答复")[2].partition("与现在相比")[0]

    t2, t6 = {"as_of": "2026-11-18"}, {"as_of": "2026-11-12"}
    m3, m4, m8 = (replayed("dingfeng", matter, **t2) for matter in ("M3", "M4", "M8"))
    for text in (m3, m4, m8):
        assert "命中" in text and "江人社失信列〔2025〕7号" in text
    assert "限制申请财政性资金项目" in m3 and "取消参评资格" in m8
    assert "限制参加依法必须招标项目" in m4 and "不得参加依法必须招标项目的投标" in m4
    assert "未命中" in replayed("dingfeng", "M3", as_of="2026-11-20")
    before = replayed("qinyuan", "M1", **t6)
    assert "未命中" in before and "可以提供" in before and "容缺受理" in before
    assert "激励暂停" in replayed("qinyuan", "M1", as_of="2026-11-20")
    # nobody knew on the 18th that the entry would end on the 19th: as known then it was still open today
    known = {"known": "at", "known_on": "2026-11-18", "as_of": "2026-11-20"}
    assert "限制参加依法必须招标项目" in replayed("dingfeng", "M4", **known)
