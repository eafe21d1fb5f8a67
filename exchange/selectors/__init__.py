"""Reading subscriptions, their ledgers, and who still holds what."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from accounts.selectors import scope
from collection.selectors import source_ages
from exchange import policies
from exchange.models import Holding, LedgerRow, Recall, Subscription
from exchange.rules.scopes import Wish
from exchange.rules.states import TOLD, SubscriptionState
from kernel.actor import Actor, Kind
from kernel.errors import NotFound
from toolkit.keyset import count_of

SHOWN = 20


class SubscriptionNotFound(NotFound):
    code = "exchange.subscription_not_found"
    message = "没有找到该推送订阅，或您没有查看的权限。"


@dataclass(frozen=True, slots=True)
class Change:
    """A row of the ledger as a receiver reads it."""

    seq: int
    change: str
    entry: int
    list: str
    at: datetime
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Holder:
    """One subscription that holds an entry, or has not yet confirmed that it no longer does."""

    subscription: Subscription
    seq: int
    told_at: datetime
    present: bool
    confirmed: bool

    @property
    def still_holds(self) -> bool:
        return self.present or not self.confirmed


@dataclass(frozen=True, slots=True)
class Preview:
    """What a subscription would be sent today."""

    by_list: Sequence[tuple[str, int]]
    sample: Sequence[tuple[str, str, str, str]]

    @property
    def total(self) -> int:
        return sum(count for _, count in self.by_list)


def visible_to(actor: Actor) -> QuerySet[Subscription]:
    """Those of the actor's departments; the credit office sees all; a client system those that name it."""
    if actor.kind is Kind.CLIENT:
        return Subscription.objects.filter(client_id=actor.id, state__in=TOLD)
    departments = scope(actor)
    rows = Subscription.objects.select_related("department", "client")
    return rows if departments is None else rows.filter(department_id__in=departments)


def get_visible(actor: Actor, subscription_id: int, *, for_update: bool = False) -> Subscription:
    """Raises SubscriptionNotFound."""
    rows = visible_to(actor).filter(pk=subscription_id)
    row = (rows.select_for_update(of=("self",)) if for_update else rows).first()
    if row is None:
        raise SubscriptionNotFound
    return row


def subscription_page(actor: Actor, *, state: str, after: int | None, limit: int) -> list[Subscription]:
    """Newest first. `state`: one of SubscriptionState, or "" for all that are not over."""
    rows = (
        visible_to(actor).filter(state=state) if state else visible_to(actor).exclude(state__in=["ended", "refused"])
    )
    if after is not None:
        rows = rows.filter(pk__lt=after)
    return list(rows.order_by("-id")[:limit])


def changes_after(subscription: Subscription, *, after: int, limit: int) -> list[Change]:
    """The rows after a number, in order, without a gap."""
    rows = LedgerRow.objects.filter(subscription_id=subscription.pk, seq__gt=after)
    return [
        Change(row.seq, row.change, row.entry_id, row.list_code, row.made_at, row.content)
        for row in rows.order_by("seq")[:limit]
    ]


@dataclass(frozen=True, slots=True)
class ListState:
    """Whether what was told of a list can be relied on: only then is "not in it" an answer (invariant I1).

    `state`: as the check sees the list (current, stale, never_loaded, held). `numbered`: the ledger says all of it.
    """

    list: str
    name: str
    state: str
    version: str
    loaded_at: datetime | None
    numbered: bool


def list_states(subscription: Subscription, *, as_of: date) -> list[ListState]:
    """How each subscribed list stands on that day; one that is no longer current is `retired`."""
    ages = {one.code: one for one in source_ages(as_of=as_of)}
    told = {one.source_id: one for one in subscription.positions.order_by("source_id")}
    paused = subscription.state != SubscriptionState.ACTIVE
    states = []
    for code in subscription.lists:
        age = ages.get(code)
        if age is None:
            states.append(ListState(code, code, "retired", "", None, False))
            continue
        place = told.get(age.id)
        numbered = place is not None and not paused and place.as_of == as_of and place.revision == age.revision
        states.append(ListState(code, age.name, age.state.value, age.version, age.loaded_at, numbered))
    return states


def rows_of(recalls: Sequence[Recall]) -> dict[tuple[int, int], LedgerRow]:
    """The rows that said so, by subscription and number."""
    wanted = {(one.subscription_id, one.seq) for one in recalls}
    rows = LedgerRow.objects.filter(
        subscription_id__in={of for of, _ in wanted}, seq__in={seq for _, seq in wanted}
    ).order_by("subscription_id", "seq")
    return {(row.subscription_id, row.seq): row for row in rows if (row.subscription_id, row.seq) in wanted}


def newest_rows(subscription: Subscription, *, before: int | None, limit: int) -> list[LedgerRow]:
    """The ledger backwards, for the page."""
    rows = LedgerRow.objects.filter(subscription_id=subscription.pk)
    return list((rows if before is None else rows.filter(seq__lt=before)).order_by("-seq")[:limit])


def standing_at(subscription: Subscription, seq: int) -> int | None:
    """How many entries stand after that row; None where the ledger has no such row."""
    if seq == 0:
        return 0
    rows = LedgerRow.objects.filter(subscription_id=subscription.pk, seq=seq).order_by("seq")
    return rows.values_list("standing", flat=True).first()


SNAPSHOT = """
SELECT h.seq, h.entry_id, r.list_code, r.made_at, r.content::text
FROM exchange_holding h
JOIN exchange_ledgerrow r ON r.subscription_id = h.subscription_id AND r.seq = h.seq AND r.made_at = h.told_at
WHERE h.subscription_id = %s AND h.present AND h.entry_id > %s
ORDER BY h.entry_id LIMIT %s
"""


def snapshot_after(subscription: Subscription, *, entry: int, limit: int) -> list[Change]:
    """What the receiver is to hold, by entry. A row may be newer than the number the snapshot began at: reading the
    changes from there on brings it to the same.
    """
    with connection.cursor() as cursor:
        cursor.execute(SNAPSHOT, [subscription.pk, entry, limit])
        return [
            Change(seq, "upsert", entry_id, list_code, at, json.loads(content))
            for seq, entry_id, list_code, at, content in cursor.fetchall()
        ]


_WANTED = """
FROM redblack_pub_pushed e JOIN subjects_pub_subject s ON s.id = e.subject_id
WHERE e.source_id IN (SELECT id FROM collection_pub_source WHERE code = ANY (%(lists)s) AND retired_from IS NULL)
  AND collection_pub_in_force(e.valid_from, e.valid_until, e.released_on, %(as_of)s)
  AND s.kind = ANY (%(kinds)s) AND s.division_code LIKE regexp_replace(%(area)s, '(00)+$', '') || '%%'
"""


def preview(wish: Wish, *, as_of: date) -> Preview:
    """What such a subscription would be sent on that day: how many of each list, and the first few."""
    wanted: dict[str, Any] = {"lists": sorted(wish.lists), "kinds": sorted(wish.kinds), "area": wish.area}
    wanted["as_of"] = as_of
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT e.list_code, count(*) {_WANTED} GROUP BY 1 ORDER BY 1", wanted)
        counts = dict(cursor.fetchall())
        cursor.execute(
            f"SELECT e.list_code, s.uscc, s.name, e.document_no {_WANTED} ORDER BY e.entry_id LIMIT {SHOWN}", wanted
        )
        return Preview([(code, counts.get(code, 0)) for code in sorted(wish.lists)], cursor.fetchall())


def holders_of(entry_id: int) -> list[Holder]:
    """Who was told of an entry, those who still hold it first."""
    rows = Holding.objects.select_related("subscription__department", "subscription__client").filter(
        entry_id=entry_id
    )
    holders = [
        Holder(h.subscription, h.seq, h.told_at, h.present, h.subscription.confirmed_seq >= h.seq)
        for h in rows.order_by("subscription_id")
    ]
    return sorted(holders, key=lambda one: not one.still_holds)


def waiting_recalls(actor: Actor) -> QuerySet[Recall]:
    """Recalls of the subscriptions that the actor sees, as long as they are not confirmed."""
    rows = Recall.objects.select_related("subscription__department").filter(confirmed_at=None)
    departments = scope(actor)
    return rows if departments is None else rows.filter(subscription__department_id__in=departments)


def recall_page(actor: Actor, *, overdue_on: date | None, after: tuple[date, int] | None, limit: int) -> list[Recall]:
    """The most urgent first. `overdue_on`: only those whose last day is before it."""
    rows = waiting_recalls(actor)
    if overdue_on is not None:
        rows = rows.filter(due_on__lt=overdue_on)
    if after is not None:
        day, last = after
        rows = rows.filter(due_on__gte=day).filter(Q(due_on__gt=day) | Q(pk__gt=last))
    return list(rows.order_by("due_on", "id")[:limit])


def recalls_of(subscription: Subscription) -> QuerySet[Recall]:
    """What this receiver has not yet given back."""
    return Recall.objects.filter(subscription=subscription, confirmed_at=None).order_by("seq")


@dataclass(frozen=True, slots=True)
class Worry:
    """A subscription that somebody has to look after: another count than was told, or recalls that wait."""

    subscription: Subscription
    differs: bool
    words: str
    due_on: date | None = None


def to_look_after(actor: Actor, *, limit: int) -> list[Worry]:
    """Receivers that differ, then those with recalls to confirm, the most urgent first."""
    if actor.kind is not Kind.USER or not policies.may_see(actor):
        return []
    differing = visible_to(actor).filter(state__in=TOLD).exclude(confirmed_count=F("expected_count")).order_by("id")
    counted = [
        Worry(one, True, f"接收方 {one.confirmed_count} 条，应为 {one.expected_count} 条")
        for one in differing[:limit]
    ]
    first = Recall.objects.filter(subscription=OuterRef("pk"), confirmed_at=None).order_by("seq").values("due_on")
    waiting = visible_to(actor).filter(state__in=TOLD).annotate(first_due=Subquery(first[:1]))
    late = waiting.filter(first_due__isnull=False).order_by("first_due", "id")[:limit]
    return counted + [Worry(one, False, f"待确认 {count_of(recalls_of(one))} 项", one.first_due) for one in late]


def waiting_subscriptions(actor: Actor, *, limit: int) -> list[Subscription]:
    """What another person proposed and this one of the credit office may open."""
    if not policies.may_open(actor):
        return []
    rows = Subscription.objects.filter(state=SubscriptionState.PROPOSED).exclude(proposed_by=actor.key)
    return list(rows.order_by("id")[:limit])


def overdue_recalls(*, today: date, chased_before: date) -> QuerySet[Recall]:
    """Recalls past their day that nobody was reminded of lately."""
    rows = Recall.objects.filter(confirmed_at=None, due_on__lt=today)
    return rows.filter(Q(chased_on=None) | Q(chased_on__lt=chased_before))
