"""The same question gets the same answer from every door (acceptance 2): the rules in Python, the check with its
receipt, the window's page, the interface, the plug-in, a row of a spreadsheet, and the SQL of a roster over all.

A town is made by dice: lists and records of every kind, conditions over every fact, disputes, doubts while a version
is held, a list that is too old, subjects known by an old code alone, persons, codes that nobody holds.
"""

import random
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from collection.rules.sheets import SheetRow
from collection.services import Raised
from redblack.models import Doubt, Entry
from redblack.rules.lists import Ground
from redblack.services import TermsOverlap, mark_disputed
from screening.models import Matter, RosterAnswer, RosterMember
from screening.rules.answer import SubjectAnswer
from screening.services.batch import check_rows
from screening.services.checking import Applicant, preview
from subjects.models import Subject
from tests.conftest import NOW
from tests.factories import collection, measures, received, redblack, rosters
from tests.factories import screening as make
from tests.factories.accounts import PLATFORM, department
from tests.screening.doors import Doors

TODAY = NOW.date()
GRADES = ["轻微", "一般", "严重"]


@dataclass
class Town:
    """Made by dice; `codes`: what is typed for each subject."""

    dice: random.Random
    codes: list[str] = field(default_factory=list)
    persons: list[str] = field(default_factory=list)
    subjects: list[int] = field(default_factory=list)
    matters: list[tuple[str, str]] = field(default_factory=list)

    def some(self, things: list[Any], least: int = 1) -> list[Any]:
        return self.dice.sample(things, self.dice.randint(least, len(things)))

    def condition(self, deep: int = 2) -> dict[str, Any]:
        dice = self.dice
        if deep and dice.random() < 0.5:
            kind = dice.choice(["all", "any", "not"])
            if kind == "not":
                return {"not": self.condition(deep - 1)}
            return {kind: [self.condition(deep - 1) for _ in range(dice.randint(1, 3))]}
        choices: list[tuple[str, str, Any]] = [
            ("grade", "in", self.some(GRADES)),
            ("amount", dice.choice([">", ">=", "<", "<="]), str(dice.choice([0, 1000, 50000]))),
            ("months_since", dice.choice([">", ">=", "<", "<="]), dice.choice([0, 2, 8, 14])),
            ("months_left", dice.choice([">", ">=", "<", "<="]), dice.choice([0, 1, 6, 24])),
            (
                "subject_kind",
                "in",
                self.some(["legal_person", "natural_person", "sole_trader", "other_organisation"]),
            ),
            ("area", "in", self.some(["339901", "339900", "440100", "339902"])),
            ("stage", "in", self.some(["before", "during", "after"])),
            ("source", "in", self.some(["TL-A", "TL-B", "TL-R", "P-OWN"])),
            ("disputed", "is", dice.random() < 0.5),
            ("responsible", "is", dice.random() < 0.5),
            ("own_term", "is", dice.random() < 0.5),
        ]
        fact, operator, value = dice.choice(choices)
        return {"fact": fact, "is": operator, "value": value}


def built(seed: int, *, firms: int, matters: int) -> Town:
    dice = random.Random(seed)
    town = Town(dice)
    lists = [
        redblack.list_type(code="TL-A"),
        redblack.list_type(code="TL-B", freshness_days=400),
        redblack.list_type(code="TL-C", kind="abnormal"),
        redblack.list_type(code="TL-R", kind="reward"),
    ]
    own, old = collection.source(code="P-OWN"), collection.source(code="P-OLD", freshness_days=3)
    sources = [one.source_id for one in lists] + [own, old]
    for n in range(firms):
        kind = dice.choice(["legal_person", "sole_trader", "other_organisation"])
        org = make.org_code()
        code = make.uscc(org)
        what = dice.random()
        if what < 0.1:
            town.codes.append(code)  # nobody holds it
            continue
        if what < 0.2:
            old = make.firm(org_code=org, name=f"老代码{n}号厂")
            town.subjects.append(old)
            town.codes.append(dice.choice([code, org]))
            if dice.random() < 0.6:  # and the holder of the code that contains it, another row of the register
                row = {"kind": kind, "name": f"新代码{n}号厂", "uscc": code, "org_code": org}
                town.subjects.append(Subject.objects.create(**row, created_at=NOW, updated_at=NOW).pk)
        if what < 0.25:
            number = make.citizen_id()
            if dice.random() < 0.8:
                town.subjects.append(make.person(number))
            town.persons.append(number)
            continue
        if what >= 0.2:
            town.subjects.append(make.firm(code, kind=kind))
            town.codes.append(code)
    town.codes += ["91339901MA00000000", "|某某餐饮管理有限公司", make.org_code()]
    for subject in town.subjects:
        for _ in range(dice.choice([0, 0, 1, 1, 2, 3, 5])):
            _something(town, subject, lists)
    for which in (lists[0], lists[3]):
        _doubts(town, which)
    for _ in range(matters):
        _matter(town, sources)
    return town


def _something(town: Town, subject: int, lists: list[redblack.List]) -> None:
    dice = town.dice
    since = TODAY + timedelta(days=dice.randint(-500, 10))
    until = dice.choice([None, since + timedelta(days=dice.randint(0, 900))])
    what = dice.random()
    if what < 0.4:
        raised = Raised(
            source_code=dice.choice(["P-OWN", "P-OLD"]), subject_id=subject, valid_from=since, valid_until=until,
            ground="吊销许可证", responsible=dice.random() < 0.5, own_term=dice.random() < 0.5,
            amount=dice.choice([None, Decimal(500), Decimal(70000)]),
        )  # fmt: skip
        collection.record(subject_id=subject, raised=[raised], grade=dice.choice(GRADES))
        return
    which = dice.choice(lists)
    if which.code == "TL-R":
        with suppress(TermsOverlap):
            redblack.entry(
                which.code, subject,
                papers=redblack.red_papers(effective_until=dice.choice([date(2026, 9, 1), date(2028, 5, 19)])),
            )  # fmt: skip
        return
    decided = min(since, TODAY) - timedelta(days=30)
    papers = redblack.papers(
        notice_served_on=decided, decided_on=decided, effective_from=since,
        effective_until=until or since + timedelta(days=1000),
    )  # fmt: skip
    said = {"grade": dice.choice(["", *GRADES]), "amount": dice.choice([None, Decimal(2000), Decimal(90000)])}
    with suppress(TermsOverlap):
        entry = redblack.entry(which.code, subject, papers=papers, now=NOW, **said)
        if dice.random() < 0.35:
            ground = dice.choice([Ground.FACTS, Ground.WRONG_SUBJECT])
            day = TODAY - timedelta(days=dice.randint(-2, 3))
            mark_disputed(entry_id=entry, ground=ground, marked_on=day, actor=PLATFORM, now=NOW)


def _doubts(town: Town, of: redblack.List) -> None:
    """As a version that is held leaves them: entries that vanished from it, subjects that came."""
    version = received.held(department(), at=NOW)
    for entry in Entry.objects.filter(list_type__code=of.code):
        if town.dice.random() < 0.15:
            Doubt.objects.create(
                source_id=of.source_id, subject_id=entry.subject_id, entry=entry, list_version=version, rev_from=1
            )
    for subject in town.subjects:
        if town.dice.random() < 0.05:
            Doubt.objects.create(source_id=of.source_id, subject_id=subject, list_version=version, rev_from=1)


def _matter(town: Town, sources: list[int]) -> None:
    dice = town.dice
    stages = town.some(["before", "during", "after"])
    consults = town.some(sources[:-1])
    if dice.random() < 0.3:
        consults.append(sources[-1])
    code = make.matter(consults=consults, stages=stages, roles=(make.APPLICANT, make.LEGAL))
    for _ in range(dice.randint(1, 4)):
        said: dict[str, Any] = {
            "matter_code": code,
            "stages": town.some(stages),
            "condition": town.condition() if dice.random() < 0.7 else None,
        }
        if dice.random() < 0.45:
            measures.reward(triggers=[sources[3]], unless_bad=town.some([sources[0], sources[4], sources[5]]), **said)
        else:
            bad = [source for source in sources if source != sources[3]]
            measures.item(triggers=town.some(bad), extends_to_responsible=dice.random() < 0.4, **said)
    town.matters += [(code, stage) for stage in stages]


Told = tuple[str, str, bool, bool, list[str], list[str], list[str], list[str]]


def by_rules(one: SubjectAnswer) -> Told:
    """An answer of the rules as a roster stores it."""
    marked = [t.ref + (" suspended" if t.suspended else " disputed" if t.disputed_on else "") for t in one.triggers]
    applied = [f"{a.measure.code} {'suspended' if a.suspended else 'applied'}" for a in one.measures]
    applied += [f"{u.measure.code} undecided" for u in one.undecided]
    rewards = [f"{r.measure.code} {r.state.value}" for r in one.rewards]
    honours = [t.ref for t in one.honours]
    return (
        one.answer.value, one.why.value, one.complete, one.disputed, sorted(marked), sorted(applied),
        sorted(honours), sorted(rewards),
    )  # fmt: skip


def by_receipt(one: dict[str, Any]) -> Told:
    """What a receipt says of a subject; it says of a mark in words, so marks are left to the other comparison."""
    measured = [f"{m['code']} {'suspended' if m['suspended'] else 'applied'}" for m in one["measures"]]
    measured += [f"{m['code']} undecided" for m in one["undecided"]]
    return (
        one["answer"], one["why"], one["complete"], one["disputed"], sorted(t["ref"] for t in one["triggers"]),
        sorted(measured), sorted(t["ref"] for t in one["honours"]),
        sorted(f"{r['code']} {r['state']}" for r in one["rewards"]),
    )  # fmt: skip


def by_roster(one: RosterAnswer) -> Told:
    triggers, measured, honours, rewards = (
        sorted(part or []) for part in (one.triggers, one.measures, one.honours, one.rewards)
    )
    return one.answer, one.why, one.complete, one.disputed, triggers, measured, honours, rewards


def plain(told: Told) -> Told:
    """Without the marks of triggers."""
    return (*told[:4], [text.partition(" ")[0] for text in told[4]], *told[5:])


def asked_of_roster(town: Town, code: str, stage: str, at: datetime) -> Iterator[tuple[str, Told]]:
    """What one run over everybody says of each who is typed."""
    matter = Matter.objects.get(code=code)
    consulted = list(matter.consulted.filter(rev_to=None).values_list("source_id", flat=True))
    roster = rosters.roster(
        sources=consulted, measures_from="matter", matter=matter, stage=stage, persons=True, purpose="《某条例》"
    )
    typed = town.codes + town.persons
    rosters.members(roster, *typed)
    run = rosters.run(roster, at=at, chunk=17)
    assert run.members == run.hit + run.clear + run.could_not_check
    said = {one.member_id: by_roster(one) for one in rosters.answers(roster)}
    rows = RosterMember.objects.filter(roster=roster).order_by("row_number")
    for text, member in zip(typed, rows, strict=True):
        if member.state != RosterMember.State.DUPLICATE:
            yield text, said[member.pk]


def compare(town: Town, *, checks: int, outside: int) -> int:
    """Every subject at every matter and stage; how many questions were compared. `checks`: so many subjects of a
    matter go through the check and the spreadsheet as well, for each of them is a receipt; `outside`: so many of
    these through page, interface and plug-in.
    """
    asked, doors = 0, Doors()
    for code, stage in town.matters:
        answered = dict(asked_of_roster(town, code, stage, NOW))
        for text in town.codes:
            if text not in answered:
                continue
            who = [Applicant(text.strip("|"), "applicant")]
            [one] = preview(matter_code=code, stage=stage, applicants=who, as_of=TODAY, now=NOW)
            assert answered[text] == by_rules(one), (code, stage, text)
            asked += 1
        chosen = town.dice.sample(town.codes, min(checks, len(town.codes)))
        for text in [one for one in chosen + town.persons if one in answered]:
            role = "legal_representative" if text in town.persons else "applicant"
            [subject] = make.ask(
                code, text.strip("|"), stage=stage, role=role, file_number="B-1", now=NOW
            ).content["subjects"]  # fmt: skip
            assert plain(answered[text]) == by_receipt(subject), (code, stage, text)
            asked += 1
        for text in [one for one in chosen[:outside] if one in answered]:
            for door, told in doors.ask(code, stage, text.strip("|")).items():
                assert plain(answered[text]) == by_receipt(told), (door, code, stage, text)
                asked += 1
        rows = [SheetRow(n, {"代码": text.strip("|")}) for n, text in enumerate(chosen, start=2)]
        told = check_rows(
            rows=rows, code_column="代码", name_column=None, matter_code=code, stage=stage, run=f"{code}-{stage}",
            actor=PLATFORM, now=NOW,
        )  # fmt: skip
        for row in told:
            text = chosen[row.row.number - 2]
            if text in answered and row.checked is not None:
                assert plain(answered[text]) == by_receipt(row.checked.content["subjects"][0]), (code, stage, text)
                asked += 1
    return asked


@pytest.mark.django_db
@pytest.mark.usefixtures("frozen")
@pytest.mark.parametrize("seed", [3, 8])
def test_every_door_gives_the_same_answer(seed: int) -> None:
    town = built(seed, firms=24, matters=3)
    assert compare(town, checks=5, outside=2) >= 150


@pytest.mark.soak
@pytest.mark.django_db
@pytest.mark.usefixtures("frozen")
@pytest.mark.parametrize("seed", range(1000, 1005))
def test_every_door_gives_the_same_answer_ten_thousand_times(seed: int) -> None:
    assert compare(built(seed, firms=150, matters=8), checks=20, outside=10) >= 2_000
