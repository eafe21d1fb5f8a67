"""Documents, messages, codes, partitions."""

import mailbox
from datetime import date, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction

from audit.models import Event
from kernel.actor import Actor, Kind, Role, system
from kernel.law import Rank
from office import selectors, services, tasks
from office.models import Division, Industry, LegalDocument, LegalRegister, Message
from tests.conftest import NOW

pytestmark = pytest.mark.django_db
ACTOR = system("test")
CLERK = Actor(kind=Kind.USER, name="zc01", id=2, roles=frozenset({Role.CLERK}))
DOCUMENT: dict[str, Any] = {"code": "test-law", "title": "试验法", "rank": Rank.LAW, "confidence": "L"}
REVERSED = {"effective_from": date(2026, 2, 1), "effective_until": date(2026, 1, 1)}
LETTER: dict[str, Any] = {"to": "a@example.test", "subject": "通知", "body": "内容", "about": "x.y:1"}


def test_a_document_is_entered_once_and_brought_up_to_date() -> None:
    before = LegalRegister.objects.get().revision
    one = services.register_document(**DOCUMENT, actor=ACTOR, now=NOW)
    assert services.register_document(**DOCUMENT, actor=ACTOR, now=NOW) == one
    end = date(2026, 12, 31)
    assert services.register_document(**DOCUMENT, effective_until=end, actor=ACTOR, now=NOW) == one
    found = selectors.document_by_code("test-law")
    assert found and (found.id, found.rank, found.short) == (one, Rank.LAW, "试验法")
    assert found.in_force(end) and not found.in_force(end + timedelta(days=1))
    assert Event.objects.filter(about=f"office.legaldocument:{one}").count() == 2
    assert LegalRegister.objects.get().revision == before + 2  # the same again raised nothing
    assert selectors.document_by_code("none") is None
    with pytest.raises(services.DocumentsAreNotYours):
        services.register_document(**DOCUMENT, actor=CLERK, now=NOW)


@pytest.mark.parametrize(
    ("broken", "constraint"),
    [
        ({"rank": 9}, "office_legaldocument_rank_known"),
        ({"confidence": "Z"}, "office_legaldocument_confidence_known"),
        ({"title": ""}, "office_legaldocument_has_a_title"),
        (
            {"effective_from": date(2026, 2, 1), "effective_until": date(2026, 1, 1)},
            "office_legaldocument_period_in_order",
        ),
    ],
)
def test_the_database_refuses_a_document(broken: dict[str, Any], constraint: str) -> None:
    values = {"code": "x", "title": "甲", "short": "甲", "rank": 1, "confidence": "L"} | broken
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        LegalDocument.objects.create(**values)


def test_a_message_is_a_row_first_and_sent_once() -> None:
    one = services.send_message(**LETTER, actor=ACTOR, now=NOW)
    assert mail.outbox == []
    assert services.deliver_message(message_id=one, now=NOW) is True
    assert services.deliver_message(message_id=one, now=NOW) is False
    assert [(m.to, m.subject) for m in mail.outbox] == [(["a@example.test"], "通知")]
    assert mail.outbox[0].extra_headers["Message-ID"].startswith(f"<message-{one}@")
    fact = Event.objects.get(about=f"office.message:{one}")
    assert "example.test" not in str(fact.payload)


@pytest.mark.parametrize(
    "broken", [{"to": "nobody"}, {"to": "a@b@c.test"}, {"to": "a@b.test\nBcc: c@d.test"}, {"subject": "甲\r\n乙"}]
)
def test_a_message_cannot_add_headers(broken: dict[str, str]) -> None:
    with pytest.raises(services.AddressWrong):
        services.send_message(**LETTER | broken, actor=ACTOR, now=NOW)


def test_a_message_that_fails_is_tried_again_later_and_given_up_at_last(settings: Any) -> None:
    settings.EMAIL_BACKEND = "tests.office.test_services.Broken"
    one, moment = services.send_message(**LETTER, actor=ACTOR, now=NOW), NOW
    for attempt in range(services.GIVE_UP_AFTER):
        assert selectors.waiting_messages(moment, 10) == [one]
        assert services.deliver_message(message_id=one, now=moment) is False
        row = Message.objects.get(pk=one)
        assert (row.attempts, row.last_error) == (attempt + 1, "ConnectionRefusedError")
        assert selectors.waiting_messages(moment, 10) == []
        moment = row.retry_at
    assert Message.objects.get(pk=one).dead_at is not None and list(selectors.dead_messages()) == [row]
    assert Event.objects.filter(name="office.message.given_up", about=f"office.message:{one}").exists()


class Broken:
    """A mail server that is away."""

    def __init__(self, **_: Any) -> None: ...

    def send_messages(self, _: Any) -> int:
        raise ConnectionRefusedError("a@example.test")


def test_the_task_sends_what_waits(frozen: Any) -> None:
    services.send_message(**LETTER, actor=ACTOR, now=NOW)
    services.send_message(**LETTER, actor=ACTOR, now=NOW + timedelta(hours=1))
    assert tasks.send_messages() == 1


def test_codes_are_brought_up_to_date() -> None:
    rows = [
        ("339990", "甲\t乙区", "county", "339900", "江澜市甲乙区"),
        ("339991", "丙\\区", "county", "339900", "丙区"),
    ]
    assert services.load_divisions(rows=rows, actor=ACTOR, now=NOW) == 2
    assert services.load_divisions(rows=rows, actor=ACTOR, now=NOW) == 0
    assert Division.objects.get(code="339991").name == "丙\\区"
    assert {"339990", "339991"} <= selectors.division_codes()
    assert services.load_industries(rows=[("Z999", "4", "甲", "Z", "99", "999")], actor=ACTOR, now=NOW) == 1
    assert Industry.objects.get(code="Z999").name == "甲"
    with pytest.raises(IntegrityError, match="office_division_code_shape"), transaction.atomic():
        Division.objects.create(code="x", name="x", level="county", full_name="x")
    with pytest.raises(IntegrityError, match="office_division_level_known"), transaction.atomic():
        Division.objects.create(code="339992", name="x", level="village", full_name="x")
    with pytest.raises(IntegrityError, match="office_industry_level_known"), transaction.atomic():
        Industry.objects.create(code="Z", name="x", level=9, section="Z")


def test_region_names_stand_with_and_without_their_kind() -> None:
    rows = [
        ("339900", "江澜市", "prefecture", "330000", "江澜市"),
        ("339901", "甲乙区", "county", "339900", "甲乙区"),
    ]
    services.load_divisions(rows=rows, actor=ACTOR, now=NOW)
    assert {"江澜市", "江澜", "甲乙区"} <= selectors.region_names()
    assert "甲乙" not in selectors.region_names()


def test_partitions_are_made_ahead() -> None:
    assert "audit_event" in selectors.partitioned_tables()
    services.make_partitions(today=date(2031, 11, 22))
    assert services.make_partitions(today=date(2031, 11, 22)) == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('audit_event_203111'), to_regclass('audit_event_203202')")
        assert None not in cursor.fetchone()


def test_the_demos_letters_are_read(tmp_path: Path) -> None:
    assert selectors.demo_letters(tmp_path / "none") == []
    box = mailbox.Maildir(tmp_path / "mail", create=True)
    letter = EmailMessage()
    letter["To"], letter["Subject"] = "a@example.test", "措施实施告知书"
    letter.set_content("内容\n")
    box.add(letter.as_bytes())
    found = selectors.demo_letters(tmp_path / "mail")
    assert [(one.to, one.subject, one.body) for one in found] == [("a@example.test", "措施实施告知书", "内容\n")]
