"""Marks of revisions: what was committed before a moment, whatever it was stamped with."""

from datetime import datetime, timedelta
from threading import Event, Thread

import pytest
from django.db import connection, transaction

from screening.models import RevisionMark
from screening.selectors import replaying as past
from screening.services.replaying import mark_revisions
from tests.constraints import assert_refused, cases
from tests.factories import collection

HOUR = timedelta(hours=1)


def mark(at: datetime) -> int:
    return mark_revisions(clock=lambda: at)


def known(moment: datetime, now: datetime) -> past.KnownAt:
    found = past.known_at(moment, now=now)
    assert found is not None
    return found


@pytest.mark.django_db(transaction=True)
def test_stamped_before_and_committed_after_is_not_known_yet(now: datetime) -> None:
    """A version stamped 10:00 is committed after a look of 11:00: at 11:00 nobody knew of it, at 13:00 everybody."""
    source = collection.source(kind="serious")
    name, first = f"source:{source}", past.current_vector()[f"source:{source}"]
    mark(now - HOUR)
    stamped, may_commit = Event(), Event()

    def writer() -> None:
        try:
            with transaction.atomic():
                collection.load(source, at=now)
                stamped.set()
                may_commit.wait(20)
        finally:
            connection.close()

    thread = Thread(target=writer)
    thread.start()
    assert stamped.wait(20)
    assert mark(now + HOUR) == 0  # its lock keeps nobody from looking
    may_commit.set()
    thread.join()
    assert mark(now + 3 * HOUR) == 1
    later = now + 4 * HOUR
    assert [known(now + HOUR * n, later).vector[name] - first for n in (0, 1, 2, 3, 4)] == [0, 0, 0, 1, 1]
    assert known(now + HOUR, later).unsure is None
    assert known(now + 2 * HOUR, later).unsure == (
        now + HOUR,
        now + 3 * HOUR,
    )  # committed in between, nobody saw when


@pytest.mark.django_db
def test_nobody_looked_since(now: datetime) -> None:
    """The beat stood still: what has moved since the last look may have been known before the moment."""
    source = collection.source(kind="serious")
    mark(now)
    assert known(now + HOUR, now + 2 * HOUR).unsure is None
    collection.load(source, at=now)
    assert known(now + HOUR, now + 2 * HOUR).unsure == (now, now + 2 * HOUR)


@pytest.mark.django_db
def test_before_the_first_look_nothing_is_known(now: datetime) -> None:
    RevisionMark.objects.all().delete()
    assert past.known_at(now, now=now) is None and past.first_mark() is None
    mark(now)
    assert past.known_at(now - HOUR, now=now) is None
    assert known(now, now + HOUR).vector == past.current_vector()


TABLES = {
    "screening_revisionmark_once": "revisionmark (name, revision, at) VALUES ('x', 1, now()), ('x', 1, now())",
    "screening_markslooked_one_row": "markslooked (id, at) VALUES (false, now())",
    "screening_verifytries_once": "verifytries (address, began_at, tries) VALUES ('', now(), 1), ('', now(), 1)",
}


@pytest.mark.django_db
@cases(TABLES)  # type: ignore[arg-type]
def test_the_tables_refuse(name: str) -> None:
    def breach() -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO screening_{TABLES[name]}")

    assert_refused(name, breach)
