"""The page that tries a signature: it tells what is wrong, and never what would be right."""

import hashlib
import hmac
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.rules.signature import sign
from accounts.rules.trial import Sent, judge
from audit.models import Event
from kernel.actor import Role
from tests.factories import accounts as make

SECRET = b"c2VjcmV0LW9uZQ"  # as token_urlsafe writes them
NOW = 1_780_000_000.0
BODY = '{"text":"恒泰"}'.encode()
RIGHT = ["POST", "/api/v1/checks", "a=1&b=2", hashlib.sha256(BODY).hexdigest(), "1780000000", "nonce-0001"]


def hexed(text: str | bytes, secret: bytes = SECRET) -> str:
    return hmac.new(secret, text.encode() if isinstance(text, str) else text, hashlib.sha256).hexdigest()


def trial(signature: str, **fields: Any) -> Any:
    said: dict[str, Any] = {
        "method": "post",
        "path": "https://credit.example/api/v1/checks?b=2&a=1",
        "query": "",
        "body": BODY,
        "timestamp": "1780000000",
        "nonce": "nonce-0001",
    }
    return judge(Sent(**said | fields, signature=signature), {2: SECRET}, now=NOW, nonce_used=False)


def test_a_right_signature_is_told_so_and_what_was_signed() -> None:
    done = trial(hexed("\n".join(RIGHT)))
    assert done.good and done.slot == 2 and done.text.split("\n") == RIGHT
    assert done.body_hash == RIGHT[3] and done.body_length == len(BODY)
    sm3 = trial(sign(SECRET, "\n".join(RIGHT).encode(), algorithm="HMAC-SM3"), algorithm="HMAC-SM3")
    assert sm3.good


MISTAKES: dict[str, Callable[[], str]] = {
    "一个换行": lambda: hexed("\n".join(RIGHT) + "\n"),
    "CRLF": lambda: hexed("\r\n".join(RIGHT)),
    "小写": lambda: hexed("\n".join(["post", *RIGHT[1:]])),
    "没有按字典序": lambda: hexed("\n".join([*RIGHT[:2], "b=2&a=1", *RIGHT[3:]])),
    "漏了查询串": lambda: hexed("\n".join([*RIGHT[:2], "", *RIGHT[3:]])),
    "写在路径里": lambda: hexed("\n".join(["POST", "/api/v1/checks?a=1&b=2", "", *RIGHT[3:]])),
    "摘要用了大写": lambda: hexed("\n".join([*RIGHT[:3], RIGHT[3].upper(), *RIGHT[4:]])),
    "多一个换行": lambda: hexed("\n".join([*RIGHT[:3], hashlib.sha256(BODY + b"\n").hexdigest(), *RIGHT[4:]])),
    "GBK": lambda: hexed(
        "\n".join([*RIGHT[:3], hashlib.sha256(BODY.decode().encode("gbk")).hexdigest(), *RIGHT[4:]])
    ),
    "毫秒": lambda: hexed("\n".join([*RIGHT[:4], RIGHT[4] + "000", RIGHT[5]])),
    "大写的十六进制": lambda: hexed("\n".join(RIGHT)).upper(),
    "没有用 HMAC": lambda: hashlib.sha256("\n".join(RIGHT).encode() + SECRET).hexdigest(),
    "Base64 解码": lambda: hexed("\n".join(RIGHT), b"secret-one"),
    "密钥末尾多了换行": lambda: hexed("\n".join(RIGHT), SECRET + b"\n"),
    "HMAC-SM3": lambda: sign(SECRET, "\n".join(RIGHT).encode(), algorithm="HMAC-SM3"),
}


@pytest.mark.parametrize("words", MISTAKES)
def test_a_usual_mistake_is_named(words: str) -> None:
    done = trial(MISTAKES[words]())
    assert not done.good and done.slot == 2 and words in done.instead


def test_what_nothing_explains_is_compared_line_by_line() -> None:
    theirs = "\r\n".join([*RIGHT[:1], "/api/v1/check", *RIGHT[2:], ""])
    done = trial("0" * 64, own_text=theirs, timestamp="1780000999", nonce="短")
    assert done.slot is None and not done.good
    assert [line.name for line in done.lines if not line.same] == ["路径", "时间戳", "随机数", "多出的行"]
    assert {step.name for step in done.steps if step.good is False} == {"时间戳", "随机数", "签名"}


@pytest.mark.django_db
def test_the_page_never_shows_a_secret_or_a_right_signature(client: Client) -> None:
    home = make.department()
    system = make.client_system(SECRET.decode(), department=home)
    make.client_system("another-secret", department=make.department(), code="elsewhere")
    client.force_login(make.user(Role.UPLOADER, department=home))
    url = reverse("accounts:try_signature")
    page = client.get(url).content.decode()
    assert system.code in page and "elsewhere" not in page
    timestamp = str(int(time.time()))
    lines = [*RIGHT[:4], timestamp, "nonce-0001"]
    form = {"client_id": system.pk, "slot": "1", "algorithm": "HMAC-SHA256", "method": "POST", "path": RIGHT[1]}
    form |= {"query": RIGHT[2], "body": BODY.decode(), "timestamp": timestamp, "nonce": "nonce-0001"}
    right = hexed("\n".join(lines))
    good = client.post(url, form | {"signature": right}).content.decode()
    assert "签名相符" in good
    bad = client.post(url, form | {"signature": "0" * 64})
    assert "签名不符" in bad.content.decode() and RIGHT[3] in bad.content.decode()
    assert right not in bad.content.decode() and SECRET.decode() not in bad.content.decode()
    assert "no-store" in bad["Cache-Control"]
    other = client.post(url, form | {"slot": "2", "signature": right}).content.decode()
    assert "签名不符" in other  # that slot has no secret
    facts = Event.objects.filter(name="accounts.client.signature_tried").order_by("id")
    assert [fact.payload["fits"] for fact in facts] == [True, False, False]
    assert not any("恒泰" in str(fact.payload) for fact in facts)
