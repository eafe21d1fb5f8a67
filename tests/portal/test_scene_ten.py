"""Scene 10 in the demo city: 绿源's penalty A with its printed dates, decided and told up; penalty B too early."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from accounts.models import User
from accounts.selectors import actor_of_user
from collection.models import Record
from portal.services.demo_city import load_story
from repair.models import Application, Message
from repair.rules.states import Channel, State, Target
from repair.selectors.standing import held, held_against
from repair.services import deciding
from subjects.models import Subject

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def test_penalty_a_is_decided_and_told_up_and_penalty_b_is_too_young() -> None:
    load_story(today=date(2026, 11, 20), now=NOW, firms=30)
    row = Application.objects.get()
    assert (row.document_no, row.state, row.channel) == ("江环罚〔2026〕47号", State.ACCEPTED, Channel.UPSTREAM)
    assert (row.applied_on, row.received_on, row.accepted_on) == (
        date(2026, 11, 13), date(2026, 11, 16), date(2026, 11, 17),
    )  # fmt: skip
    assert (row.accept_due_on, row.due_on, row.whole_due_on) == (
        date(2026, 11, 19), date(2026, 11, 26), date(2026, 11, 27),
    )  # fmt: skip
    reviewer = actor_of_user(User.objects.get(username="hbj02"))
    deciding.grant(
        application_id=row.pk, decision_no="江环信修〔2026〕5号", finding="罚款已缴清，违法行为已纠正",
        actor=reviewer, now=NOW,
    )  # fmt: skip
    assert [one.kind for one in Message.objects.order_by("turn")] == ["receipt", "accepted", "result"]
    assert Record.objects.get(pk=row.record_id).publicity_state == "终止公示"
    firm = Subject.objects.get(uscc="91339902MA9K5L6Y29")
    shown = {one.document_no: one for one in held_against(firm.pk, on=NOW.date())}
    assert shown["江环罚〔2026〕47号"].display == "终止公示"
    young = shown["江环罚〔2026〕66号"]
    [reason] = held(Target.RECORD, young.id, on=NOW.date()).against
    assert reason.message.endswith("自 2027-01-10 起可以申请。") and "第四条" in str(reason.source)
