"""Where a channel may lead, what it must be told, and when rows are sent: tables of cases."""

from datetime import UTC, datetime, time, timedelta

import pytest

from exchange.rules.channels import Kind, Settings, allowed_to, kept, may_approve, place_of, problems, relation_parts
from exchange.rules.timetable import GIVE_UP_AFTER, LONGEST_WAIT, Pace, Timetable, is_time, next_slot, next_try

TEN = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)  # ten in the morning in Shanghai
KEY = "ssh-ed25519 " + "A" * 68
TABLE = {
    "engine": "postgresql", "host": "10.1.2.3", "port": "5432", "database": "jyzx", "username": "credit",
    "relation": "xy.black_list", "deletions": "delete",
}  # fmt: skip
SFTP = {"host": "sftp.jyzx.example", "port": "22", "username": "credit", "path": "in/credit", "host_key": KEY}


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("https://jyzx.example/credit", ("https", "jyzx.example", 443)),
        ("http://10.1.2.3:8080/x?y=1", ("http", "10.1.2.3", 8080)),
        ("http://[::1]:80/", ("http", "::1", 80)),
        ("ftp://jyzx.example/", None),
        ("file:///etc/passwd", None),
        ("http://user:pw@jyzx.example/", None),
        ("http://jyzx.example@10.0.0.1/", None),
        ("http://jyzx.example\\@10.0.0.1/", None),
        ("http://jyzx.example/#x", None),
        ("http://jyzx.example:99999/", None),
        ("http://jyzx.example/ x", None),
        ("http:///x", None),
        ("gopher://x", None),
        ("http://例.example/", None),
    ],
)
def test_an_address_is_plain_http_to_a_named_host(url: str, place: tuple[str, str, int] | None) -> None:
    assert place_of(url) == place


@pytest.mark.parametrize(
    ("kind", "said", "allowed", "may"),
    [
        (Kind.WEBHOOK, {"url": "https://a.example/x"}, ["a.example"], True),
        (Kind.WEBHOOK, {"url": "https://A.example/x"}, ["a.EXAMPLE"], True),
        (Kind.WEBHOOK, {"url": "https://a.example:8443/x"}, ["a.example"], False),
        (Kind.WEBHOOK, {"url": "https://a.example:8443/x"}, ["a.example:8443"], True),
        (Kind.WEBHOOK, {"url": "https://a.example.evil/x"}, ["a.example:*"], False),
        (Kind.WEBHOOK, {"url": "https://127.0.0.1/x"}, [], False),
        (Kind.WEBHOOK, {"url": "http://[::1]:8000/"}, ["[::1]:8000"], True),
        (Kind.SOAP, {"url": "http://a.example/x"}, ["a.example"], True),
        (Kind.TABLE, TABLE, ["10.1.2.3"], True),
        (Kind.TABLE, TABLE | {"port": "22"}, ["10.1.2.3"], False),
        (Kind.TABLE, TABLE | {"port": "3306"}, ["10.1.2.3:*"], True),
        (Kind.SFTP, SFTP, ["sftp.jyzx.example"], True),
        (Kind.SFTP, SFTP, ["jyzx.example:*"], False),
        (Kind.FOLDER, {"path": "x"}, [], True),
    ],
)
def test_only_where_the_operator_allows(kind: Kind, said: dict[str, str], allowed: list[str], may: bool) -> None:
    assert allowed_to(Settings(kind, said), allowed) is may


@pytest.mark.parametrize(
    ("kind", "said", "secret", "word"),
    [
        (Kind.TABLE, TABLE, True, ""),
        (Kind.TABLE, TABLE, False, "密码"),
        (Kind.TABLE, TABLE | {"host": ""}, True, "请填写主机"),
        (Kind.TABLE, TABLE | {"host": "a b"}, True, "主机和端口"),
        (Kind.TABLE, TABLE | {"port": "0"}, True, "主机和端口"),
        (Kind.TABLE, TABLE | {"engine": "oracle"}, True, "种类"),
        (Kind.TABLE, TABLE | {"relation": 'x";drop'}, True, "表名"),
        (Kind.FOLDER, {"path": "jyzx"}, False, ""),
        (Kind.FOLDER, {"path": "../etc"}, False, "文件夹名"),
        (Kind.FOLDER, {"path": "/etc"}, False, "文件夹名"),
        (Kind.FOLDER, {"path": "a..b"}, False, "文件夹名"),
        (Kind.SFTP, SFTP, True, ""),
        (Kind.SFTP, SFTP | {"path": "in/../.."}, True, ".."),
        (Kind.SFTP, SFTP | {"host_key": "x"}, True, "公钥"),
        (Kind.WEBHOOK, {"url": "https://10.1.2.3/"}, True, ""),
        (Kind.WEBHOOK, {"url": "https://10.1.2.3/"}, False, "密钥"),
        (Kind.WEBHOOK, {"url": "ftp://10.1.2.3/"}, True, "http"),
        (Kind.WEBHOOK, {"url": "https://10.9.9.9/"}, True, "EXCHANGE_HOSTS"),
    ],
)
def test_what_is_missing_or_wrong_is_said(kind: Kind, said: dict[str, str], secret: bool, word: str) -> None:
    found = problems(Settings(kind, said), has_secret=secret, allowed=["10.1.2.3", "sftp.jyzx.example"])
    assert (word in "".join(found)) if word else found == []


def test_of_a_form_only_the_boxes_of_its_kind_are_kept() -> None:
    assert kept(Kind.FOLDER, TABLE | {"path": " x "}) == {"path": "x"}
    assert relation_parts("a.b") == ("a", "b") and relation_parts("a.b.c") is None and relation_parts("表") is None


def test_a_second_person_after_a_test() -> None:
    assert may_approve(proposed_by="user:a", by="user:b", tested=True)
    codes = [one.code for one in may_approve(proposed_by="user:a", by="user:a", tested=False).against]
    assert codes == ["second_person", "not_tested"]


@pytest.mark.parametrize(
    ("timetable", "last_run", "now", "time_is"),
    [
        (Timetable(Pace.AT_ONCE), TEN, TEN, True),
        (Timetable(Pace.HOURLY), None, TEN, True),
        (Timetable(Pace.HOURLY), TEN, TEN + timedelta(minutes=59), False),
        (Timetable(Pace.HOURLY), TEN - timedelta(seconds=1), TEN, True),
        (Timetable(Pace.DAILY, time(10, 0)), TEN - timedelta(hours=23), TEN, True),
        (Timetable(Pace.DAILY, time(10, 1)), TEN - timedelta(hours=23), TEN, False),
        (Timetable(Pace.DAILY, time(10, 0)), TEN, TEN + timedelta(hours=23), False),
        (Timetable(Pace.DAILY, time(0, 0)), TEN, TEN + timedelta(hours=14), True),  # midnight in Shanghai
        (Timetable(Pace.DAILY, time(0, 0)), TEN, TEN + timedelta(hours=13, minutes=59), False),
    ],
)
def test_a_round_begins_in_its_slot(
    timetable: Timetable, last_run: datetime | None, now: datetime, time_is: bool
) -> None:
    assert is_time(timetable, last_run=last_run, now=now) is time_is
    assert next_slot(timetable, now=now) >= now


def test_tries_are_further_apart_until_they_end() -> None:
    waits = []
    for attempts in range(1, 10):
        at = next_try(attempts=attempts, first_tried=TEN, now=TEN)
        assert at is not None
        waits.append(int((at - TEN).total_seconds() // 60))
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    three_days = next_try(attempts=90, first_tried=TEN, now=TEN + timedelta(days=3))
    assert three_days == TEN + timedelta(days=3) + LONGEST_WAIT
    assert next_try(attempts=200, first_tried=TEN, now=TEN + GIVE_UP_AFTER) is None
    assert next_try(attempts=100_000, first_tried=TEN, now=TEN) == TEN + LONGEST_WAIT
