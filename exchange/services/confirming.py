"""The receiver's side: what it read, what it says it holds."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from audit.services import record
from exchange import policies, selectors
from exchange.events import ReceiptConfirmed, RowsGiven
from exchange.models import Recall, Subscription
from exchange.selectors import Change, ListState
from kernel.actor import Actor
from kernel.errors import Malformed, NotPermitted, RuleBroken
from toolkit.clock import day_of

MOST_ROWS = 5_000


class CannotPull(NotPermitted):
    code = "exchange.cannot_pull"
    message = "该接入系统没有按订阅取名单变更的权限。"


class CursorWrong(Malformed):
    code = "exchange.cursor_wrong"
    message = f"after 应为不小于 0 的整数，limit 应为 1 至 {MOST_ROWS}。"


class SeqNotReached(RuleBroken):
    code = "exchange.seq_not_reached"
    message = "签收的序号大于已推送的最后一个序号。请核对后重新签收。"


class CountWrong(Malformed):
    code = "exchange.count_wrong"
    message = "count 应为不小于 0 的整数：应用到该序号后，贵方现存的条目数。"


@dataclass(frozen=True, slots=True)
class Page:
    """Rows for a receiver. `last_seq`: the newest there is; `more`: there are rows after these. `lists`: whether what
    was told of each can be relied on today.
    """

    last_seq: int
    rows: list[Change]
    more: bool
    state: str
    lists: list[ListState]


@dataclass(frozen=True, slots=True)
class Reconciled:
    """A confirmation as it stands. `agrees`: the receiver holds as many entries as it was told."""

    seq: int
    count: int
    expected: int
    recalls: int

    @property
    def agrees(self) -> bool:
        return self.count == self.expected


@transaction.atomic
def pull(*, subscription_id: int, after: int, limit: int, actor: Actor, now: datetime) -> Page:
    """The changes after a row, oldest first. Reading confirms nothing; the same question again gets the same rows.

    Raises SubscriptionNotFound, CannotPull, CursorWrong.
    """
    row = _own(actor, subscription_id)
    if after < 0 or not 1 <= limit <= MOST_ROWS:
        raise CursorWrong
    found = selectors.changes_after(row, after=after, limit=limit + 1)
    Subscription.objects.filter(pk=row.pk).update(pulled_at=now)
    return _page(row, found, limit, after, "changes", actor, now)


@transaction.atomic
def snapshot(*, subscription_id: int, after: int, limit: int, actor: Actor, now: datetime) -> Page:
    """Everything the receiver is to hold, by entry, from the entry `after` on; then it goes on with the changes after
    the `last_seq` of the first page. Raises SubscriptionNotFound, CannotPull, CursorWrong.
    """
    row = _own(actor, subscription_id)
    if after < 0 or not 1 <= limit <= MOST_ROWS:
        raise CursorWrong
    found = selectors.snapshot_after(row, entry=after, limit=limit + 1)
    return _page(row, found, limit, after, "snapshot", actor, now)


@transaction.atomic
def confirm(*, subscription_id: int, seq: int, count: int, actor: Actor, now: datetime) -> Reconciled:
    """Note that the receiver has applied everything up to `seq` and holds `count` entries. Recalls up to there are
    confirmed, if the count is what was told: whoever holds another number may hold what was taken back. An older
    number than the last one changes nothing.

    Raises SubscriptionNotFound, CannotPull, CountWrong, SeqNotReached.
    """
    row = _own(actor, subscription_id, for_update=True)
    return note_receipt(row=row, seq=seq, count=count, actor=actor, now=now)


def note_receipt(*, row: Subscription, seq: int, count: int, actor: Actor, now: datetime) -> Reconciled:
    """The same for whoever has the receiver's word, with the row locked. Raises CountWrong, SeqNotReached."""
    if count < 0 or seq < 0:
        raise CountWrong
    expected = selectors.standing_at(row, seq) if seq <= row.last_seq else None
    if expected is None:
        raise SeqNotReached(f"贵方签收至第 {seq} 号，已推送的最后一号是第 {row.last_seq} 号。请核对后重新签收。")
    if seq < row.confirmed_seq:
        return Reconciled(row.confirmed_seq, row.confirmed_count, row.expected_count, 0)
    waiting = Recall.objects.filter(subscription=row, seq__lte=seq, confirmed_at=None)
    recalls = waiting.update(confirmed_at=now) if count == expected else 0
    said = (seq, count, expected)
    if said == (row.confirmed_seq, row.confirmed_count, row.expected_count) and row.confirmed_at and not recalls:
        return Reconciled(*said, 0)  # said again
    row.confirmed_seq, row.confirmed_count, row.expected_count = said
    row.confirmed_at = now
    row.save(update_fields=["confirmed_seq", "confirmed_count", "expected_count", "confirmed_at"])
    fact = ReceiptConfirmed(row.pk, seq, count, expected, recalls)
    record(fact, about=f"exchange.subscription:{row.pk}", actor=actor, now=now)
    return Reconciled(*said, recalls)


def _own(actor: Actor, subscription_id: int, *, for_update: bool = False) -> Subscription:
    row = selectors.get_visible(actor, subscription_id, for_update=for_update)
    if not policies.may_pull(actor, client_id=row.client_id):
        raise CannotPull
    return row


def _page(
    row: Subscription, found: list[Change], limit: int, after: int, what: str, actor: Actor, now: datetime
) -> Page:
    rows = found[:limit]
    if rows:  # whoever asks every few seconds and gets nothing has read nothing
        fact = RowsGiven(row.pk, what, after, len(rows))
        record(fact, about=f"exchange.subscription:{row.pk}", actor=actor, now=now)
    return Page(row.last_seq, rows, len(found) > limit, row.state, selectors.list_states(row, as_of=day_of(now)))
