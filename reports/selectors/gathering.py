"""What a report of an organisation holds on a day: ten sections, each with where it comes from and as of when."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from collection.rules.freshness import STATE_LABELS, SourceState
from collection.rules.publicity import SHOWN
from collection.selectors import SourceAge, source_ages
from collection.selectors.told import Count, Told, ToldRecords, marks_told, records_told
from redblack.selectors.told import ToldEntry, entries_told
from repair.rules.states import Target
from repair.selectors.standing import Held, held_many
from reports.rules.issuing import Edition
from reports.rules.sections import OF_LIST, Section, section_of
from subjects.rules.kinds import NameKind
from subjects.selectors import SubjectValue, names_of
from toolkit.clock import day_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One section. `gaps`: lists that could not be consulted; they never read as "nothing there" (I1)."""

    section: Section | None
    entries: tuple[ToldEntry, ...]
    records: tuple[Told, ...]
    counts: tuple[Count, ...]
    sources: tuple[str, ...]
    as_of: date
    gaps: tuple[str, ...]

    @property
    def count(self) -> int:
        return len(self.entries) + sum(one.count for one in self.counts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """All that one report says. `marks`: see reports.models.Report. `outlooks`: from when its own may be repaired."""

    subject: SubjectValue
    former_names: tuple[str, ...]
    registration: Part
    parts: tuple[Part, ...]
    entries: tuple[ToldEntry, ...]
    records: ToldRecords
    marks: dict[str, str]
    outlooks: tuple[Held, ...] = ()

    @property
    def total(self) -> int:
        return len(self.marks)

    @property
    def listed(self) -> int:
        return len(self.entries) + len(self.records.listed)


def gather(subject: SubjectValue, *, on: date, edition: Edition, limit: int) -> Gathered:
    """What is told of an organisation on a day, by the sections of the standard; `limit` records in full.

    The caller has made sure that it is no natural person.
    """
    own = edition is Edition.OWN
    records = records_told(subject_id=subject.id, on=on, own=own, limit=limit)
    entries = tuple(entries_told(subject_id=subject.id, kind=subject.kind, on=on, own=own))
    lists = [age for age in source_ages(as_of=on) if age.kind in OF_LIST]
    parts = [_part(section, on, entries, records, lists) for section in (None, *Section)]
    names = tuple(name.name for name in names_of(subject.id) if name.kind == NameKind.FORMER)
    return Gathered(
        subject=subject,
        former_names=names,
        registration=parts[0],
        parts=tuple(parts[1:]),
        entries=entries,
        records=records,
        marks=_marks(dict(records.marks), entries),
        outlooks=_outlooks(entries, records, on, own),
    )


def _outlooks(entries: tuple[ToldEntry, ...], records: ToldRecords, on: date, own: bool) -> tuple[Held, ...]:
    """信用修复管理办法 第四条: from when each of what stands may be repaired, as the page of repair says it;
    that something is being asked for is told to nobody but the subject itself.
    """
    listed = [one.id for one in entries if one.list_kind != "reward"]
    graded = [one.id for one in records.listed if one.publicity_state == SHOWN and one.grade]
    held = (*held_many(Target.ENTRY, listed, on=on), *held_many(Target.RECORD, graded, on=on))
    return held if own else tuple(replace(one, open_number="") for one in held)


def marks_of(subject: SubjectValue, *, on: date, edition: Edition) -> dict[str, str]:
    """Only the marks: what a report would rest on, without reading what it would say."""
    own = edition is Edition.OWN
    entries = entries_told(subject_id=subject.id, kind=subject.kind, on=on, own=own)
    return _marks(marks_told(subject_id=subject.id, on=on, own=own), entries)


def _marks(records: dict[int, str], entries: tuple[ToldEntry, ...] | list[ToldEntry]) -> dict[str, str]:
    return {f"r{key}": mark for key, mark in records.items()} | {f"e{one.id}": one.mark for one in entries}


def _part(
    section: Section | None,
    on: date,
    entries: tuple[ToldEntry, ...],
    records: ToldRecords,
    lists: list[SourceAge],
) -> Part:
    held = tuple(one for one in records.listed if _section(one) is section)
    consulted = [age for age in lists if section is not None and OF_LIST[age.kind] is section]
    loaded = [day_of(age.loaded_at) for age in consulted if age.limit_days is not None and age.loaded_at]
    return Part(
        section=section,
        entries=tuple(one for one in entries if OF_LIST[one.list_kind] is section),
        records=held,
        counts=tuple(one for one in records.counts if _section(one) is section),
        sources=tuple(sorted({one.provider for one in held} | {age.authority for age in consulted})),
        as_of=min([on, *loaded]),
        gaps=tuple(_gaps(consulted)),
    )


def _section(one: Told | Count) -> Section | None:
    return section_of(one.information_class, one.class_edition)


def _gaps(consulted: list[SourceAge]) -> Iterator[str]:
    for age in consulted:
        if age.state is not SourceState.CURRENT:
            when = f"，最近更新 {day_of(age.loaded_at).isoformat()}" if age.loaded_at else ""
            yield f"{age.name}：{STATE_LABELS[age.state]}{when}。不得据此认定为无记录。"
