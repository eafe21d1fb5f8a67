"""Replays against a slow reference: any day, as known after any event of a random history (invariant I8)."""

import random
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from collection.models import Source
from collection.rules.freshness import SourceState
from collection.services import end_record
from redblack.models import Entry, ListType, ListVersion
from redblack.rules.lists import Ground, Origin, ReleaseKind
from redblack.services import TermsOverlap, discard_version, end_dispute, mark_disputed, release, release_version
from redblack.services.received.applying import settle
from redblack.services.received.receiving import open_version
from redblack.services.received.staging import Known as Staged
from redblack.services.received.staging import stage
from screening import selectors
from screening.rules.answer import Answer, answer_subject
from screening.rules.question import Subject
from screening.selectors import PreparedPlan, look
from tests.factories import collection, redblack
from tests.factories import screening as make
from tests.factories.accounts import PLATFORM
from tests.factories.received import SECOND
from tests.redblack.staged import read_row
from tests.screening.history import Happened, Known, Row, happen, suspicious, told_again
from toolkit.clock import day_of

pytestmark = pytest.mark.django_db(transaction=True)  # in one transaction the counters would grow long chains
FRESH_DAYS = 20
LASTS = timedelta(days=75)
DECIDED = date(2025, 12, 1)


@dataclass(slots=True)
class Teller:
    """Lets things happen through the services and tells them to the reference; what is refused does not happen."""

    dice: random.Random
    here: redblack.List
    court: redblack.List
    red: redblack.List
    ban: int
    firms: list[int]
    events: list[Happened] = field(default_factory=list)
    vectors: list[dict[str, int]] = field(default_factory=list)
    entries: dict[int, int] = field(default_factory=dict)  # key -> id of the entry
    records: dict[int, int] = field(default_factory=dict)
    told: set[int] = field(default_factory=set)
    count: int = 0
    lived: int = 0  # events that `now` has seen
    now: Known = field(init=False)

    def __post_init__(self) -> None:
        self.now = self.known(0)

    @classmethod
    def begun(cls, dice: random.Random) -> "Teller":
        received: dict[str, Any] = {"loaded": False, "freshness_days": FRESH_DAYS, "exit_rule": "x"}
        return cls(
            dice,
            redblack.list_type(),
            redblack.list_type(origin=Origin.COURT, **received),
            redblack.list_type(origin=Origin.NATION, kind="reward", **received),
            collection.source(code="P-HISTORY"),
            [make.firm() for _ in range(40)],
        )

    @property
    def sources(self) -> list[int]:
        return [self.here.source_id, self.court.source_id, self.red.source_id, self.ban]

    def day(self, now: datetime, first: int, last: int) -> date:
        return day_of(now) + timedelta(days=self.dice.randint(first, last))

    def happen(self, now: datetime) -> None:
        self.count += 1
        what = self.dice.randrange(20)
        if what < 5:
            self._enter(now)
        elif what < 8:
            self._touch(now)
        elif what < 11:
            self._record(now)
        elif what < 13 and self.records:
            self._end_record(now)
        elif what == 13:
            on = self.day(now, 0, 0)
            collection.load(self.ban, at=now)
            self.events.append(Happened("loaded", self.ban, on=on))
        else:
            self._version(self.dice.choice([self.court, self.red]), now)
        read = dict(Source.objects.filter(pk__in=self.sources).values_list("id", "revision"))
        self.vectors.append({f"source:{number}": revision for number, revision in read.items()} | {"subjects": 10**9})
        self.vectors[-1]["events"] = len(self.events)

    def _enter(self, now: datetime) -> None:
        since = self.day(now, -5, 20)
        until = since + timedelta(days=self.dice.randint(0, 90))
        papers = redblack.papers(
            notice_served_on=DECIDED, decided_on=DECIDED, effective_from=since, effective_until=until
        )
        firm = self.dice.choice(self.firms)
        try:
            made = redblack.entry(self.here.code, firm, papers=papers, now=now)
        except TermsOverlap:
            return
        self.entries[self.count] = made
        row = (firm, papers.document_no)
        self.events.append(Happened("entered", self.here.source_id, self.count, row, since, until))

    def _touch(self, now: datetime) -> None:
        """Released, disputed, or the dispute decided."""
        open_ones = [key for key in self.entries if key not in self.told]
        if not open_ones:
            return
        key, source, said = self.dice.choice(open_ones), self.here.source_id, {"actor": PLATFORM, "now": now}
        entry = Entry.objects.get(pk=self.entries[key])
        marked = entry.disputes.filter(ended_on=None).exists()
        if marked:
            end_dispute(entry_id=entry.pk, outcome="维持", ended_on=day_of(now), **said)
            self.events.append(Happened("undisputed", source, key))
        elif self.dice.random() < 0.5:
            on, ground = self.day(now, -2, 2), self.dice.choice([Ground.FACTS, Ground.WRONG_SUBJECT])
            rests = mark_disputed(entry_id=entry.pk, ground=ground, marked_on=on, **said)
            self.events.append(Happened("disputed", source, key, on=on, suspended=rests))
        else:
            on = max(self.day(now, -2, 2), entry.effective_from)
            release(entry_id=entry.pk, kind=ReleaseKind.REVOKED, released_on=on, document_no="x", reason="x", **said)
            self.told.add(key)
            self.events.append(Happened("released", source, key, on=on))

    def _record(self, now: datetime) -> None:
        firm, since, until = self.dice.choice(self.firms), self.day(now, -20, 5), self.day(now, 6, 60)
        raised = collection.raised("P-HISTORY", firm, valid_from=since, valid_until=until)
        number = f"某罚〔2026〕{self.count}号"
        self.records[self.count] = collection.record(
            subject_id=firm, raised=[raised], document_no=number, decided_on=since, now=now
        )
        self.events.append(Happened("entered", self.ban, self.count, (firm, number), since, until))

    def _end_record(self, now: datetime) -> None:
        key = self.dice.choice(list(self.records))
        on = self.day(now, -1, 1)
        end_record(
            record_id=self.records.pop(key),
            ended_on=on,
            publicity_state="终止公示",
            reason="x",
            actor=PLATFORM,
            now=now,
        )
        self.events.append(Happened("released", self.ban, key, on=on))

    def _version(self, of: redblack.List, now: datetime) -> None:
        """The list arrives as a whole, with more or fewer rows; or a version that waits is decided about."""
        waiting = ListVersion.objects.filter(list_type_id=of.id, state="held").first()
        if waiting is not None:
            self._decide(waiting, of, now)
            return
        known = self._known(of.source_id)
        keep = self.dice.choice([1, 1, 0.95, 0.9, 0.5, 0])
        rows = {row: term for row, term in known.items() if self.dice.random() <= keep}
        for row, (since, until) in list(rows.items()):
            if self.dice.random() < 0.05 and until is not None:
                rows[row] = (since, until + timedelta(days=30))
        for _ in range(self.dice.choice([0, 1, 3, 9, 25])):
            since = self.day(now, -30, 3)
            until = None if self.dice.random() < 0.3 else self.day(now, 4, 60)
            number = f"案{self.count}-{len(rows)}"
            rows[self.dice.choice(self.firms), number] = (since, until)
        on = day_of(now)
        before = [until for _, until in known.values() if until is None or until >= on]
        version = self._arrived(of, rows, now)
        self.events.append(Happened("arrived", of.source_id, on=on, rows=rows))
        gone = sum(1 for row, (_, until) in known.items() if row not in rows and (until is None or until >= on))
        came = sum(row not in known for row in rows)
        held = bool(before) and (suspicious(gone, len(before)) or suspicious(came, len(before)) or not rows)
        assert (version.state == "held") is held

    @transaction.atomic
    def _arrived(self, of: redblack.List, rows: dict[Row, tuple[date, date | None]], now: datetime) -> ListVersion:
        version = open_version(
            list_type=ListType.objects.get(pk=of.id),
            version=f"v{self.count}",
            stated_at=now,
            channel="file",
            sha256="0" * 64,
            file_id=None,
            actor=PLATFORM,
            now=now,
        )
        stage(
            version_id=version.pk,
            rows=[
                Staged(read_row(number, document, since, until), firm)
                for number, ((firm, document), (since, until)) in enumerate(rows.items(), start=1)
            ],
        )
        settle(version=version, fused=True, actor=PLATFORM, now=now)
        return version

    @transaction.atomic
    def _decide(self, waiting: ListVersion, of: redblack.List, now: datetime) -> None:
        said = {"version_id": waiting.pk, "note": "已核实", "actor": SECOND, "now": now}
        if self.dice.random() < 0.5:
            discard_version(**said)  # type: ignore[arg-type]
            self.events.append(Happened("discarded", of.source_id))
        elif self.dice.random() < 0.8:
            release_version(**said)  # type: ignore[arg-type]
            waiting.refresh_from_db()
            settle(version=waiting, fused=False, actor=PLATFORM, now=now)
            self.events.append(Happened("confirmed", of.source_id))

    def _known(self, source: int) -> dict[Row, tuple[date, date | None]]:
        for event in self.events[self.lived :]:
            happen(self.now, event)
        self.lived = len(self.events)
        return {
            row: (self.now.standing[key].since, self.now.standing[key].until)
            for row, key in self.now.held.get(source, {}).items()
        }

    def known(self, events: int) -> Known:
        return told_again(self.events[:events], sources=self.sources, reward=frozenset({self.red.source_id}))


def expected_answer(known: Known, firm: int, teller: Teller, on: date) -> Answer:
    """Hit, else could not check where any list is old, never loaded or in doubt, else clear."""
    found, doubted = known.of([firm], teller.sources, on)
    if any(source not in known.reward for source, *_ in found):
        return Answer.HIT
    states = {number: _state(known, number, teller, on) for number in teller.sources}
    complete = all(state is SourceState.CURRENT for state in states.values()) and not doubted
    return Answer.CLEAR if complete else Answer.COULD_NOT_CHECK


def _state(known: Known, number: int, teller: Teller, on: date) -> SourceState:
    loaded = known.sources[number].loaded_on
    if number in (teller.here.source_id, teller.ban):
        return SourceState.CURRENT
    if loaded is None:
        return SourceState.NEVER_LOADED
    return SourceState.STALE if (on - loaded).days > FRESH_DAYS else SourceState.CURRENT


def asked_again(teller: Teller, prepared: PreparedPlan, vector: dict[str, int], on: date) -> dict[int, Any]:
    looked = look(
        prepared,
        codes=[None] * len(teller.firms),
        ids=teller.firms,
        as_of=on,
        vector={name: number for name, number in vector.items() if name != "events"},
    )
    sources = {i: replace(s, revision=0) for i, s in looked.sources.items()}
    told = {}
    for firm, found in zip(teller.firms, looked.subjects, strict=True):
        triggers = {
            (t.source_id, t.document_no, t.since, t.until, t.disputed_on, t.suspended) for t in found.triggers
        }
        answer = answer_subject(
            Subject(role="applicant", role_label="申请人", id=firm),
            plan=prepared.plan,
            sources=sources,
            triggers=found.triggers,
            doubted=found.doubted,
        )
        told[firm] = (triggers, set(found.doubted), answer.answer)
    return told


@pytest.mark.parametrize(
    ("seed", "events", "questions"),
    [(2026, 300, 40), pytest.param(20261122, 10_000, 100, marks=pytest.mark.soak)],
)
def test_any_day_as_known_after_any_event(seed: int, events: int, questions: int, now: datetime) -> None:
    dice = random.Random(seed)
    teller = Teller.begun(dice)
    matter = make.matter(consults=teller.sources)
    start = now - LASTS
    for step in range(events):
        teller.happen(start + LASTS / events * step)
    seen = {event.what for event in teller.events}
    assert seen == {
        "entered", "released", "disputed", "undisputed", "arrived", "confirmed", "discarded", "loaded"
    }  # fmt: skip
    answers = set()
    doubts = 0
    for _ in range(questions):
        vector = dice.choice(teller.vectors)
        on = day_of(start) + timedelta(days=dice.randint(-10, LASTS.days + 30))
        prepared = selectors.make_plan(matter_code=matter, stage="before", as_of=on)
        known = teller.known(vector["events"])
        told = asked_again(teller, prepared, vector, on)
        for firm in teller.firms:
            found, doubted = known.of([firm], teller.sources, on)
            expected = expected_answer(known, firm, teller, on)
            assert told[firm] == (found, doubted, expected), (firm, on, vector)
            answers.add(expected)
            doubts += bool(doubted)
    assert answers == set(Answer) and doubts > questions
