"""期满移出: what the dates have ended already is written down on the day after the last day.

Whether an entry binds never waits for this: it is derived from its dates. Only lists that are decided here; a row of
a received list leaves by the next version, which may still show it.
"""

from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.db.models import F

from audit.services import record
from collection.services import advance
from kernel.actor import Actor
from redblack.events import EntryReleased
from redblack.models import Dispute, Entry
from redblack.models.entries import DECIDED_HERE
from redblack.rules.lists import ReleaseKind
from redblack.services.exit_papers import drop_proposals

REASON = "期限届满"
REWRITE = """
WITH old AS (
  UPDATE redblack_binding SET rev_to = %(revision)s
  WHERE entry_id = ANY(%(entries)s) AND rev_to IS NULL RETURNING *
)
INSERT INTO redblack_binding (source_id, entry_id, subject_id, document_no, authority, ground, valid_from,
  valid_until, released_on, disputed_on, suspended, grade, amount, rev_from)
SELECT source_id, entry_id, subject_id, document_no, authority, ground, valid_from, valid_until,
  valid_until + 1, disputed_on, suspended, grade, amount, %(revision)s FROM old
"""


@transaction.atomic
def expire(*, today: date, actor: Actor, now: datetime, limit: int = 500) -> int:
    """Write down the exit of entries whose last day is before today, at most `limit` of them. How many.

    One revision of each list; a fact for each entry. Entries that somebody is working on are left for the next night.
    """
    rows = Entry.objects.select_for_update(of=("self",), skip_locked=True).filter(
        effective_until__lt=today, released_on=None, origin__in=DECIDED_HERE
    )
    over = list(rows.select_related("list_type").order_by("effective_until", "id")[:limit])
    by_source: dict[int, list[int]] = {}
    for entry in over:
        assert entry.list_type.source_id is not None  # it has taken entries
        by_source.setdefault(entry.list_type.source_id, []).append(entry.pk)
    for source_id in sorted(by_source):
        with connection.cursor() as cursor:
            revision = advance(source_id=source_id)
            cursor.execute(REWRITE, {"revision": revision, "entries": by_source[source_id]})
    ids = [entry.pk for entry in over]
    Entry.objects.filter(pk__in=ids).update(
        released_on=F("effective_until") + timedelta(days=1),
        release_kind=ReleaseKind.EXPIRED.value,
        release_reason=REASON,
    )
    Dispute.objects.filter(entry_id__in=ids, ended_on=None).update(ended_on=today, outcome="移出")
    drop_proposals(entry_ids=ids, actor=actor, now=now)
    for entry in over:
        assert entry.effective_until is not None  # by the filter
        released_on = (entry.effective_until + timedelta(days=1)).isoformat()
        fact = EntryReleased(
            entry.pk, entry.list_type.code, entry.subject_id, ReleaseKind.EXPIRED.value, released_on, ""
        )
        record(fact, about=f"redblack.entry:{entry.pk}", actor=actor, now=now)
    return len(over)
