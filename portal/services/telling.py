"""The scenes of the demo story: each penalty, entry, release and version, planned for its moment and then played.

A list that is decided here gets each decision by itself; a received list gets whole versions, each with what was in
force when it arrived.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from accounts.selectors import department_by_code
from collection.services import Raised, take_record
from kernel.actor import Actor, system
from portal.rules import city
from portal.rules.story import Story, document_of, last_day
from portal.services.files import demo, read_yaml
from portal.services.honours_story import answer_background
from portal.services.objection_story import object_to
from redblack.rules.evidence import Papers
from redblack.rules.lists import ReleaseKind
from redblack.selectors import get_visible
from redblack.selectors.entries import seen_of
from redblack.selectors.exits import open_dispute
from redblack.services import (
    ReceivedRow,
    decide_removal,
    enter,
    propose_removal,
    raise_for_records,
    receive,
)
from screening.services.replaying import mark_revisions

DECIDED_HERE = {"L1": "11339900009910158L", "L3": "1133990000991022X8", "L8": "11339900009910086U"}
RECEIVED_FROM = {
    "L2": "11339900009910086U",
    "L4": "11339900009910852R",
    "L5": "11339900009910924J",
    "L6": "11339900009910086U",
    "L7": "11339900009910924J",
}
PUBLICITY = {"轻微": None, "一般": "1y", "严重": "3y"}
LOADER = system("load_demo")


@dataclass(slots=True)
class Listing:
    """A row of a received list: what the source said, from when, until when it said so."""

    subject_id: int
    papers: Papers
    since: date
    until: date | None
    performance: str


@dataclass(slots=True)
class Telling:
    """The story while it is told: ids by key, and the scenes to come, by their moment."""

    story: Story
    subjects: dict[str, int] = field(default_factory=dict)  # by the key of the cast, or by code
    persons: dict[str, int] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)
    entry_ids: dict[str, int] = field(default_factory=dict)
    held: Counter[str] = field(default_factory=Counter)  # rows per source that is registered on the platform
    listings: dict[str, list[Listing]] = field(default_factory=dict)
    scenes: list[tuple[datetime, int, Callable[[datetime], Any]]] = field(default_factory=list)

    def plan(self, moment: datetime, scene: Callable[[datetime], Any]) -> None:
        self.scenes.append((moment, len(self.scenes), scene))

    def play(self) -> None:
        cast = {self.subjects[one["key"]] for one in demo("cast")["subjects"]}
        hands = {"office": "xyb01", "drafter": "scjg02", "reviewer": "scjg03"}
        people = {role: self.actors[name] for role, name in hands.items()}
        before: datetime | None = None
        for moment, _, scene in sorted(self.scenes, key=lambda s: s[:2]):
            if before is not None and before.date() != moment.date():
                _mark(before)
                _mark(moment)
            before = moment
            scene(moment)
            self.held.subtract(answer_background(cast=cast, now=moment, **people))


def _mark(at: datetime) -> None:
    """As the worker does every minute; here at the end of each day on which something happened."""
    mark_revisions(clock=lambda: at)


def plan_penalty(telling: Telling, one: dict[str, Any]) -> None:
    decided_on = telling.story.day(one["decided_on"])
    until = last_day(decided_on, one["publicity_term"])
    subject_id = telling.subjects[one["subject"]]
    department = department_by_code(one["authority"])
    raised = []
    for source in one["raises"]:
        own = bool(source.get("own_term"))
        end = last_day(decided_on, source["term"]) if "term" in source else until
        people = [telling.persons[key] for key in source.get("responsible", [])]
        for target in (subject_id, *people):
            raised.append(
                Raised(
                    source_code=source["source"],
                    subject_id=target,
                    valid_from=decided_on,
                    valid_until=end,
                    ground=one["ground"],
                    responsible=target in people,
                    own_term=own,
                )
            )

    def scene(now: datetime) -> None:
        telling.held.update(r.source_code for r in raised if not r.responsible)
        record_id = take_record(
            item_code="penalty",
            subject_id=subject_id,
            document_no=document_of(one["document_no"], decided_on),
            authority=department.name,
            authority_department_id=department.id,
            decided_on=decided_on,
            procedure=one["procedure"],
            grade=one["grade"],
            publicity_state="公示中",
            publicity_until=until,
            content={"CF_CFLB": one["category"], "CF_NR": one["content"], "CF_NR_FK": one.get("fine_wan")},
            raised=raised,
            actor=LOADER,
            now=now,
        )
        raise_for_records(first=record_id, last=record_id, actor=LOADER, now=now)  # what the worker would do at once

    telling.plan(telling.story.moment(one["decided_on"]) + timedelta(hours=6), scene)


def plan_background_penalty(telling: Telling, one: city.BackgroundPenalty) -> None:
    at = f"T-{one.days_before}"
    decided_on = telling.story.day(at)
    term = PUBLICITY[one.grade]
    until = last_day(decided_on, term) if term else None
    subject_id = telling.subjects[one.uscc]
    department = department_by_code(one.authority)

    def scene(now: datetime) -> None:
        telling.held["P-GEN"] += until is not None
        take_record(
            item_code="penalty",
            subject_id=subject_id,
            document_no=document_of(one.document_no, decided_on),
            authority=department.name,
            authority_department_id=department.id,
            decided_on=decided_on,
            procedure=one.procedure,
            grade=one.grade,
            publicity_state="公示中" if until else "不予公示",
            publicity_until=until,
            content={"CF_CFLB": one.category, "CF_NR": one.content, "CF_NR_FK": one.fine_wan or None},
            raised=[
                Raised(
                    source_code="P-GEN",
                    subject_id=subject_id,
                    valid_from=decided_on,
                    valid_until=until,
                    ground=one.ground,
                )
            ]
            if until
            else [],
            actor=LOADER,
            now=now,
        )

    telling.plan(telling.story.moment(at) + timedelta(hours=7), scene)


def plan_entry(telling: Telling, one: dict[str, Any]) -> None:
    story = telling.story
    papers = _papers(story, one)
    assert papers.effective_from is not None
    if one["list"] not in DECIDED_HERE:
        until = story.day(one["release"]["day"]) if "release" in one else None
        listing = Listing(
            telling.subjects[one["subject"]], papers, papers.effective_from, until, one.get("performance", "")
        )
        telling.listings.setdefault(one["list"], []).append(listing)
        return
    department = department_by_code(one["authority"])
    key = f"{one['subject']}:{one['list']}"

    def entering(now: datetime) -> None:
        telling.held[one["list"]] += 1
        telling.entry_ids[key] = enter(
            list_code=one["list"],
            subject_id=telling.subjects[one["subject"]],
            papers=papers,
            authority_department_id=department.id,
            actor=telling.actors[one["by"]],
            now=now,
        )

    telling.plan(story.moment(one.get("registered_on", one["effective_from"])) + timedelta(hours=1), entering)
    if "release" in one:
        _plan_release(telling, key, one["release"])
    if "objection" in one:
        _plan_objection(telling, key, one["objection"])


def _plan_release(telling: Telling, key: str, one: dict[str, Any]) -> None:
    day = telling.story.day(one["day"])

    def scene(now: datetime) -> None:
        telling.held[key.partition(":")[2]] -= 1
        entry_id, decider = telling.entry_ids[key], telling.actors[one["by"]]
        removal = propose_removal(
            entry_id=entry_id,
            kind=ReleaseKind(one["kind"]),
            released_on=day,
            document_no=document_of(one["document_no"], day),
            reason=one["reason"],
            actor=telling.actors[one["proposed_by"]],
            now=now - timedelta(hours=1),
        )
        seen = seen_of(get_visible(decider, entry_id), open_dispute(entry_id))
        decide_removal(removal_id=removal, seen=seen, actor=decider, now=now)

    telling.plan(telling.story.moment(one["day"]), scene)


def _plan_objection(telling: Telling, key: str, one: dict[str, Any]) -> None:
    def scene(now: datetime) -> None:
        object_to(entry_id=telling.entry_ids[key], one=one, office=telling.actors[one["by"]], now=now)

    telling.plan(telling.story.moment(one["day"]), scene)


def plan_background_entry(telling: Telling, one: city.BackgroundEntry) -> None:
    story = telling.story
    at = f"T-{one.from_days_before}"
    since = story.day(at)
    here = one.list_code in DECIDED_HERE
    department = department_by_code((DECIDED_HERE if here else RECEIVED_FROM)[one.list_code])
    papers = Papers(
        document_no=document_of(one.document_no, since),
        authority=department.name,
        ground=one.ground,
        legal_basis=_basis_of(one.list_code),
        decided_on=since,
        effective_from=since,
        effective_until=last_day(since, f"{one.term_years}y") if one.term_years else None,
        exit_route="",
        notice_served_on=since - timedelta(days=21) if here else None,
        publicised_from=since - timedelta(days=10) if one.list_code == "L8" else None,
        publicised_until=since - timedelta(days=3) if one.list_code == "L8" else None,
    )
    subject_id = telling.subjects[one.uscc]
    if not here:
        telling.listings.setdefault(one.list_code, []).append(Listing(subject_id, papers, since, None, ""))
        return

    def scene(now: datetime) -> None:
        telling.held[one.list_code] += 1
        enter(
            list_code=one.list_code,
            subject_id=subject_id,
            papers=papers,
            authority_department_id=department.id,
            actor=LOADER,
            now=now,
        )

    telling.plan(story.moment(at) + timedelta(hours=2), scene)


def _papers(story: Story, one: dict[str, Any]) -> Papers:
    def day(key: str) -> date | None:
        return story.day(one[key]) if key in one else None

    since = story.day(one["effective_from"])
    return Papers(
        document_no=document_of(one["document_no"], since),
        authority=department_by_code(one["authority"]).name,
        ground=one["ground"],
        legal_basis=one.get("legal_basis", ""),
        decided_on=day("decided_on"),
        effective_from=since,
        effective_until=last_day(since, one["term"]) if "term" in one else None,
        exit_route="",
        notice_served_on=day("notice_served_on"),
        publicised_from=day("publicised_from"),
        publicised_until=day("publicised_until"),
    )


def receiving(telling: Telling, code: str) -> Callable[[datetime], None]:
    """The version of a received list that holds what was in force at the moment of its arrival."""

    def scene(now: datetime) -> None:
        day = now.date()
        rows = [
            ReceivedRow(subject_id=x.subject_id, papers=x.papers, performance=x.performance)
            for x in telling.listings.get(code, [])
            if x.since <= day and (x.until is None or x.until > day)
        ]
        receive(list_code=code, version=f"{now:%Y%m%d}", rows=rows, loaded_at=now, actor=LOADER, now=now)

    return scene


@cache
def _basis_of(code: str) -> str:
    """The legal basis that the list type states, as its decisions cite it."""
    documents = {d["code"]: d["short"] for d in read_yaml("office/initial/legal_documents.yaml")}
    [kind] = [x for x in read_yaml("redblack/initial/list_types.yaml") if x["code"] == code]
    return "；".join(f"《{documents[b['document']]}》{b['article']}" for b in kind["legal_basis"])
