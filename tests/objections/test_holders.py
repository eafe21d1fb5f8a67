"""A correction that an objection brought about goes to all who hold the entry, and each has to confirm it."""

import pytest

from exchange.models import LedgerRow, Recall
from exchange.services.numbering import number_changes
from objections import services
from objections.rules.kinds import Kind, Outcome
from redblack.models import Entry
from tests.conftest import NOW
from tests.factories import exchange, exits, objections
from tests.factories.accounts import PLATFORM

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


def test_what_was_corrected_reaches_every_holder_and_is_recalled_from_each() -> None:
    here = objections.town()
    right, wrong = exits.black(here.at), exits.black(here.at)
    lists = [Entry.objects.get(pk=entry).list_type.code for entry in (right, wrong)]
    holders = [exchange.opened(*lists) for _ in range(3)]

    def told() -> list[list[tuple[str, int]]]:
        """What each holder was told since it was asked last."""
        before = {row.pk: LedgerRow.objects.filter(subscription_id=row.pk).count() for row in holders}
        for row in holders:
            number_changes(subscription_id=row.pk, actor=PLATFORM, now=NOW)
        return [
            [
                (one.change, one.entry_id)
                for one in LedgerRow.objects.filter(subscription_id=row.pk).order_by("seq")[before[row.pk] :]
            ]
            for row in holders
        ]

    assert all(len(rows) == 2 for rows in told())
    first = objections.accepted(here, right, kind=Kind.DATA)
    assert told() == [[("upsert", right)]] * 3  # 存在异议: marked at each holder
    changes = {"ground": "经核查，逾期未缴罚款为二万元"}
    objections.proposed(here, first, outcome=Outcome.CORRECT, document_no="更正1号", statement="", changes=changes)
    objections.conclude(here, first)
    assert told() == [[("upsert", right)]] * 3
    said = LedgerRow.objects.filter(entry_id=right).order_by("-id").values_list("content", flat=True)[:3]
    assert {one["ground"] for one in said} == {changes["ground"]} and {one["disputed_on"] for one in said} == {None}
    recalled = Recall.objects.filter(entry_id=right).order_by("subscription_id")
    assert list(recalled.values_list("subscription_id", "why")) == [(row.pk, "corrected") for row in holders]
    second = objections.accepted(here, wrong)  # another's: it leaves the list
    objections.proposed(here, second)
    objections.conclude(here, second)
    assert [rows[-1] for rows in told()] == [("remove", wrong)] * 3
    left = Recall.objects.filter(entry_id=wrong, why="left").order_by("subscription_id")
    assert list(left.values_list("subscription_id", flat=True)) == [row.pk for row in holders]
    services.answer(objection_id=second, answer_no="答8号", actor=here.office, now=NOW)
