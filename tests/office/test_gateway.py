"""Messages that leave the house: SMS gateway and post office as processes of their own, and both when away."""

import json
import mailbox
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from audit.models import Event
from kernel.actor import Role, system
from office import services
from office.models import Message
from office.rules.sms import Answer, answer_of, body_of, masked, mobile_of, signature_of
from office.services.gateway import GatewayAway, post_text
from tests.conftest import NOW
from tests.factories import accounts
from tools import places
from tools.temporary import wait

pytestmark = pytest.mark.django_db
ACTOR, TOKEN = system("test"), "a-token-of-this-test"
TEXT: dict[str, Any] = {"to": "13900000001", "text": "监管名单有 3 项变化，请登录平台查看。", "about": "x.y:1"}
MINUTE = timedelta(minutes=1)


@contextmanager
def process(module: str, port: int, *arguments: str) -> Iterator[None]:
    """A tool as the demo runs it, until the end of the block."""
    running = subprocess.Popen([sys.executable, "-m", module, str(port), *arguments], cwd=places.ROOT)
    try:
        assert wait(lambda: not places.is_free(port), 20), f"{module} does not listen"
        yield
    finally:
        running.terminate()
        assert running.wait(20) == 0


@dataclass
class Gateway:
    port: int
    folder: Path
    token_file: Path

    def running(self) -> Any:
        return process("tools.sms_gateway", self.port, str(self.folder), str(self.token_file))

    def breaks(self, how: str) -> None:
        (self.folder / "fault").write_text(how)

    @property
    def taken(self) -> list[dict[str, str]]:
        found = [json.loads(path.read_text()) for path in self.folder.glob("*.json")]
        return sorted(found, key=lambda message: message["id"])


@pytest.fixture
def gateway(tmp_path: Path, settings: Any) -> Gateway:
    (tmp_path / "token").write_text(TOKEN)
    made = Gateway(places.free_port(), tmp_path / "sms" / "box", tmp_path / "token")
    settings.SMS_GATEWAY_URL, settings.SMS_GATEWAY_TOKEN = f"http://127.0.0.1:{made.port}/send", TOKEN
    settings.SMS_GATEWAY_TIMEOUT = 0.3
    return made


class Clock:
    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment


def test_a_text_is_signed_taken_once_and_shown_in_the_demo(gateway: Gateway, settings: Any, client: Client) -> None:
    one = services.send_text(**TEXT, actor=ACTOR, now=NOW)
    with gateway.running():
        assert services.send_waiting(clock=lambda: NOW) == 1
        assert services.send_waiting(clock=lambda: NOW) == 0
        key = gateway.taken[0]["id"]
        assert post_text(key=key, to=TEXT["to"], text=TEXT["text"], now=NOW)  # a worker died before it wrote it down
        settings.SMS_GATEWAY_TOKEN = "another"
        with pytest.raises(GatewayAway, match="401"):
            post_text(key="forged", to=TEXT["to"], text="x", now=NOW)
    assert gateway.taken == [{"id": key, "to": TEXT["to"], "text": TEXT["text"]}] and f"message-{one}@" in key
    assert TEXT["to"] not in str(Event.objects.get(about=f"office.message:{one}").payload)
    settings.DEMO, settings.DATA_DIR = True, gateway.token_file.parent
    client.force_login(accounts.user(Role.CLERK))
    page = client.get("/demo/mail/").content.decode()
    assert "有 3 项变化" in page and "139****0001" in page and TEXT["to"] not in page


def test_away_for_an_hour_in_every_way_and_each_text_goes_out_once(gateway: Gateway) -> None:
    """Nobody listens, then an error, a page of another server, silence; then it is back."""
    clock = Clock(NOW)
    ids = [services.send_text(**TEXT, actor=ACTOR, now=NOW) for _ in range(5)]
    assert services.send_waiting(clock=clock) == 0
    tries = Message.objects.filter(attempts=1).count()
    assert tries == 3  # the others were not even tried: the gateway is away
    with gateway.running():
        for how in ("error", "html", "silent"):
            gateway.breaks(how)
            clock.moment += 20 * MINUTE
            assert services.send_waiting(clock=clock) == 0
        gateway.breaks("")
        for _ in range(130):
            clock.moment += MINUTE
            services.send_waiting(clock=clock)
        assert len(gateway.taken) == 5
    assert not Message.objects.filter(sent_at=None).exists()
    assert Message.objects.filter(pk__in=ids, dead_at=None).count() == 5


def test_what_the_gateway_refuses_for_good_is_given_up_at_once(gateway: Gateway) -> None:
    one = services.send_text(**TEXT, actor=ACTOR, now=NOW)
    with gateway.running():
        gateway.breaks("refuse")
        assert services.deliver_message(message_id=one, now=NOW) is False
    row = Message.objects.get(pk=one)
    assert (row.dead_at, row.attempts, row.last_error) == (NOW, 1, "refused")
    assert Event.objects.filter(name="office.message.given_up", about=f"office.message:{one}").exists()


def test_a_silent_gateway_does_not_keep_the_mail_waiting(gateway: Gateway, mailoutbox: list[Any]) -> None:
    for _ in range(4):
        services.send_text(**TEXT, actor=ACTOR, now=NOW)
    services.send_message(to="a@example.test", subject="通知", body="内容", about="x.y:1", actor=ACTOR, now=NOW)
    assert services.send_waiting(clock=lambda: NOW) == 1 and len(mailoutbox) == 1


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"to": "12345"}, services.MobileWrong),
        ({"to": "a@example.test"}, services.MobileWrong),
        ({"text": "长" * 301}, services.TextTooLong),
        ({"text": "沈某某 339901198001010013 命中"}, services.TextTellsAPerson),
        ({"text": "沈某某 339901 19800101 0013 命中"}, services.TextTellsAPerson),
    ],
)
def test_what_may_not_be_sent(gateway: Gateway, change: dict[str, str], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        services.send_text(**TEXT | change, actor=ACTOR, now=NOW)
    assert not Message.objects.exists()


def test_without_a_gateway_none_is_offered(settings: Any) -> None:
    settings.SMS_GATEWAY_URL = ""
    with pytest.raises(services.NoGateway):
        services.send_text(**TEXT, actor=ACTOR, now=NOW)


def test_the_post_office_is_away_for_an_hour_and_each_letter_goes_out_once(tmp_path: Path, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", places.free_port()
    clock, box = Clock(NOW), tmp_path / "box"
    letter: dict[str, Any] = {"to": "a@example.test", "body": "内容", "about": "x.y:1"}

    def write(number: int) -> None:
        services.send_message(subject=f"通知 {number}", **letter, actor=ACTOR, now=clock())

    with process("tools.mail_sink", settings.EMAIL_PORT, str(box)):
        write(0)
        assert services.send_waiting(clock=clock) == 1
    for number in range(1, 6):  # it has gone
        write(number)
        for _ in range(12):
            clock.moment += MINUTE
            assert services.send_waiting(clock=clock) == 0
    with process("tools.mail_sink", settings.EMAIL_PORT, str(box)):
        for _ in range(70):
            clock.moment += MINUTE
            services.send_waiting(clock=clock)
    letters = list(mailbox.Maildir(box))
    assert len(letters) == len({one["Message-ID"] for one in letters}) == 6
    assert not Message.objects.filter(sent_at=None).exists()


def test_a_letter_that_cannot_be_written_keeps_nobody_waiting(
    tmp_path: Path, settings: Any, gateway: Gateway
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", places.free_port()
    letter: dict[str, Any] = {"subject": "通知", "body": "内容", "about": "x.y:1"}
    bad = ["a@b@c.test", f"a@{'x' * 70}.测试", "@"]
    for to in bad:  # written down before addresses were judged
        Message.objects.create(to=to, created_at=NOW, retry_at=NOW, **letter)
    for _ in bad:
        services.send_message(to="a@example.test", **letter, actor=ACTOR, now=NOW)
    services.send_text(**TEXT, actor=ACTOR, now=NOW)
    with process("tools.mail_sink", settings.EMAIL_PORT, str(tmp_path / "box")), gateway.running():
        assert services.send_waiting(clock=lambda: NOW) == len(bad) + 1
    waiting = Message.objects.filter(sent_at=None)
    assert set(waiting.values_list("to", "dead_at", "last_error")) == {(to, NOW, "refused") for to in bad}


def test_of_two_that_send_at_once_the_later_finds_nothing_due(settings: Any) -> None:
    settings.EMAIL_BACKEND = "tests.office.test_services.Broken"
    one = services.send_message(to="a@example.test", subject="x", body="x", about="x.y:1", actor=ACTOR, now=NOW)
    for _ in range(2):  # both had read that it waits
        assert services.deliver_message(message_id=one, now=NOW) is False
    assert Message.objects.get(pk=one).attempts == 1


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("13900000001", "13900000001"),
        (" +86 139-0000-0001 ", "13900000001"),
        ("008613900000001", "13900000001"),
        ("12900000001", None),
        ("1390000000", None),
        ("１３９", None),
        ("", None),
    ],
)
def test_a_mobile_number(text: str, number: str | None) -> None:
    assert mobile_of(text) == number


def test_a_number_is_masked() -> None:
    assert masked("13900000001") == "139****0001"


@pytest.mark.parametrize(
    ("status", "body", "answer"),
    [
        (200, b'{"accepted": true}', Answer.ACCEPTED),
        (202, b'{"accepted": true, "more": 1}', Answer.ACCEPTED),
        (200, b'{"accepted": false}', Answer.REFUSED),
        (422, b'{"accepted": false}', Answer.REFUSED),
        (422, b'{"accepted": true}', Answer.AWAY),
        (500, b'{"accepted": true}', Answer.AWAY),
        (401, b'{"accepted": false}', Answer.AWAY),
        (200, b'{"accepted": "true"}', Answer.AWAY),
        (200, b"<html>accepted</html>", Answer.AWAY),
        (200, b"[" * 100_000, Answer.AWAY),
        (200, b"\xff\xfe", Answer.AWAY),
        (200, b"", Answer.AWAY),
        (302, b"", Answer.AWAY),
    ],
)
def test_what_an_answer_means(status: int, body: bytes, answer: Answer) -> None:
    assert answer_of(status, body) is answer


@given(text=st.text(max_size=50), other=st.text(max_size=50))
def test_another_text_has_another_signature(text: str, other: str) -> None:
    bodies = [body_of(key="1", to="13900000001", text=one) for one in (text, other)]
    signed = [signature_of(token=TOKEN, timestamp=1, body=body) for body in bodies]
    assert (signed[0] == signed[1]) == (text == other)
    assert signature_of(token=TOKEN, timestamp=2, body=bodies[0]) != signed[0]
