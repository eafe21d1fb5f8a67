"""Entries as the pages show them: the list, and the whole life of one."""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.selectors import shown_names
from kernel.actor import Actor, Kind, Role
from redblack import policies
from redblack.models import Dispute, Entry, ListType, Paper, Proceeding, RecogniserTask, Rehabilitation, Removal
from redblack.rules.lists import Origin
from redblack.rules.removals import Standing
from redblack.rules.states import RemovalState, Track
from redblack.selectors.exits import papers_over
from redblack.selectors.lists import visible_to
from subjects.selectors import SubjectValue, holder_of, subjects_of
from toolkit.clock import day_of, start_of
from toolkit.keyset import Capped, count_of

RELATED = 50  # of other entries beside one


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryFilters:
    """What the list is narrowed to; None or "" does not narrow. `q`: a document number or a unified code as typed.

    `state`: "listed" (no release is recorded) or "released". `on`: what was in force that day, whatever came after.
    """

    list_code: str = ""
    kind: str = ""
    origin: str = ""
    state: str = "listed"
    q: str = ""
    on: date | None = None


def entry_page(actor: Actor, *, filters: EntryFilters, after: int | None = None, limit: int) -> list[Entry]:
    """Entries in the actor's scope, the latest registered first. `after`: the id of the last one seen (keyset).

    One question for each list, or list of a department, merged: so each walks an index that is in order already.
    """
    parts = [
        list(_after(rows, after).select_related("list_type").order_by("-id")[:limit])
        for rows in _parts(actor, filters)
    ]
    merged = heapq.merge(*parts, key=lambda entry: entry.pk, reverse=True)
    return [entry for entry, _ in zip(merged, range(limit), strict=False)]


def entry_count(actor: Actor, *, filters: EntryFilters) -> Capped:
    """How many, without reading more than a thousand of any list or department."""
    return Capped(sum(count_of(rows).value for rows in _parts(actor, filters)))


def _after(rows: QuerySet[Entry], after: int | None) -> QuerySet[Entry]:
    return rows if after is None else rows.filter(pk__lt=after)


def _parts(actor: Actor, filters: EntryFilters) -> list[QuerySet[Entry]]:
    """The questions, each of which an index answers in the order of the page: by list, by department, or all."""
    if filters.q:
        return [_filtered(visible_to(actor), filters)]
    lists = _lists(filters)
    if actor.kind is Kind.SYSTEM or actor.has(Role.CREDIT_OFFICE):
        if not (filters.list_code or filters.kind or filters.origin or filters.state == "released"):
            return [_filtered(Entry.objects.all(), filters)]
        return [_filtered(Entry.objects.filter(list_type_id=one), filters) for one in lists]
    if not policies.may_see_entries(actor):
        return []
    own = ListType.objects.filter(initiator_department_id__in=actor.departments).order_by("pk")
    owned = list(own.values_list("pk", flat=True))
    parts = [Entry.objects.filter(list_type_id=one) for one in owned if one in set(lists)]
    for one in sorted(actor.departments):
        mine = Entry.objects.filter(authority_department_id=one)
        touched = ListType.objects.filter(Exists(mine.filter(list_type_id=OuterRef("pk"))), pk__in=lists)
        others = touched.exclude(pk__in=owned).order_by("pk").values_list("pk", flat=True)
        parts += [mine.filter(list_type_id=other) for other in others]
    return [_filtered(rows, filters) for rows in parts]


def _lists(filters: EntryFilters) -> list[int]:
    rows = ListType.objects.exclude(source=None)
    if filters.list_code:
        rows = rows.filter(code=filters.list_code)
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    if filters.origin:
        rows = rows.filter(origin=filters.origin)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _filtered(rows: QuerySet[Entry], filters: EntryFilters) -> QuerySet[Entry]:
    if filters.q:
        rows = _named(rows, filters.q.strip()).filter(list_type_id__in=_lists(filters))
    if filters.state == "listed":
        rows = rows.filter(released_on=None)
    elif filters.state == "released":
        rows = rows.filter(released_on__isnull=False)
    if filters.on is not None:
        rows = rows.filter(
            Q(effective_until=None) | Q(effective_until__gte=filters.on),
            Q(released_on=None) | Q(released_on__gt=filters.on),
            effective_from__lte=filters.on,
        )
    return rows


def _named(rows: QuerySet[Entry], text: str) -> QuerySet[Entry]:
    """By document number, or by the subject's code; never by a person's number, which belongs in no address."""
    subject = holder_of(uscc=text.upper()) if len(text) == 18 and text.isascii() else None
    return rows.filter(subject_id=subject) if subject else rows.filter(document_no=text)


def standing_of(entry: Entry) -> Standing:
    """The entry as the rules of its exit see it."""
    return Standing(
        origin=Origin(entry.origin),
        authority=entry.authority,
        effective_from=entry.effective_from,
        effective_until=entry.effective_until,
        released_on=entry.released_on,
        release_kind=entry.release_kind,
    )


def state_label(entry: Entry, *, on: date) -> str:
    """拟列入, 已列入 or 已移出 with its kind: derived on the day, never stored."""
    if entry.released_on is not None and entry.released_on <= on:
        return f"已移出（{entry.release_kind}）"
    if entry.effective_until is not None and entry.effective_until < on:
        return "已移出（期满移出）"
    return "拟列入" if entry.effective_from > on else "已列入"


def in_force(entry: Entry, *, on: date) -> bool:
    """Whether it binds on that day: what collection_pub_in_force says in SQL."""
    return (
        entry.effective_from <= on
        and (entry.effective_until is None or entry.effective_until >= on)
        and (entry.released_on is None or entry.released_on > on)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that happened to an entry. `on` is a legal day; `at` is there where a moment is known."""

    on: date
    what: str
    text: str = ""
    by: str = ""
    at: datetime | None = None
    href_removal: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """Everything that is known of one entry, for its page. `steps`: the latest first."""

    entry: Entry
    subject: SubjectValue | None
    steps: list[Step]
    papers: list[Paper]
    responsible: list[SubjectValue]
    related: list[Entry]
    same_decision: list[tuple[Entry, SubjectValue | None]]
    open_removal: Removal | None
    open_dispute: Dispute | None
    proceeding: Proceeding | None
    rehabilitation: Rehabilitation | None
    tasks: list[RecogniserTask]
    people: dict[str, str] = field(default_factory=dict)


def life_of(actor: Actor, entry: Entry) -> Life:
    """The life of an entry that the actor may see; of related entries only what he may see as well."""
    removals = list(Removal.objects.filter(entry=entry).order_by("id"))
    disputes = list(Dispute.objects.filter(entry=entry).order_by("id"))
    tasks = list(RecogniserTask.objects.filter(entry=entry).order_by("id"))
    proceeding = Proceeding.objects.filter(entry=entry).first()
    rehabilitation = Rehabilitation.objects.filter(entry=entry).first()
    subjects = subjects_of({entry.subject_id, *entry.responsible_persons})
    keys = {one.proposed_by for one in removals} | {one.decided_by for one in removals}
    keys |= {one.answered_by for one in tasks} | ({rehabilitation.by} if rehabilitation else set())
    if proceeding is not None:
        keys |= {proceeding.drafted_by, proceeding.decided_by}
    people = shown_names(keys - {""})
    steps = [
        *_entered(entry, proceeding, people),
        *(step for one in disputes for step in _disputed(one)),
        *(step for one in removals for step in _removed(one, people)),
        *(step for one in tasks for step in _asked(one, people)),
        *([_cleared(rehabilitation, people)] if rehabilitation else []),
    ]
    if entry.released_on is not None and not any(one.state == RemovalState.DECIDED for one in removals):
        text = "，".join(filter(None, [entry.release_document, entry.release_reason]))
        steps.append(Step(on=entry.released_on, what=entry.release_kind, text=text))
    order = {id(step): number for number, step in enumerate(steps)}
    steps.sort(key=lambda step: (step.at or start_of(step.on), order[id(step)]), reverse=True)
    related = visible_to(actor).filter(subject_id=entry.subject_id).exclude(pk=entry.pk)
    beside = visible_to(actor).filter(list_type=entry.list_type, document_no=entry.document_no)
    same = list(beside.exclude(subject_id=entry.subject_id).order_by("id")[:RELATED])
    others = subjects_for(same)
    return Life(
        entry=entry,
        subject=subjects.get(entry.subject_id),
        steps=steps,
        papers=list(papers_over(entry.pk)),
        responsible=[subjects[one] for one in entry.responsible_persons if one in subjects],
        related=list(related.select_related("list_type").order_by("-id")[:RELATED]),
        same_decision=[(one, others.get(one.subject_id)) for one in same],
        open_removal=next((one for one in removals if one.state == RemovalState.PROPOSED), None),
        open_dispute=next((one for one in disputes if one.ended_on is None), None),
        proceeding=proceeding,
        rehabilitation=rehabilitation,
        tasks=tasks,
        people=people,
    )


def _entered(entry: Entry, proceeding: Proceeding | None, people: dict[str, str]) -> list[Step]:
    steps = []
    if entry.notice_served_on is not None:
        steps.append(Step(on=entry.notice_served_on, what="列入事先告知书送达"))
    if entry.publicised_from is not None and entry.publicised_until is not None:
        until = entry.publicised_until.isoformat()
        steps.append(Step(on=entry.publicised_from, what="公示", text=f"至 {until}"))
    if entry.decided_on is not None:
        steps.append(Step(on=entry.decided_on, what="作出决定", text=f"{entry.authority}，{entry.document_no}"))
    by = people.get(proceeding.decided_by, "") if proceeding else ""
    on_platform = proceeding is not None and proceeding.track != Track.REGISTERED
    how = "本平台办理" if on_platform else "登记" if Origin(entry.origin).decided_here else "名单接收"
    at = entry.registered_at
    return [*steps, Step(on=day_of(at), what=f"列入（{how}）", by=by, at=at)]


def _disputed(one: Dispute) -> list[Step]:
    text = f"{one.ground}{'，措施暂不执行' if one.suspended else ''}"
    steps = [Step(on=one.marked_on, what="标注存在异议", text=text)]
    if one.ended_on is not None:
        steps.append(Step(on=one.ended_on, what="异议办结", text=one.outcome))
    return steps


def _removed(one: Removal, people: dict[str, str]) -> list[Step]:
    proposed = Step(
        on=day_of(one.proposed_at),
        what=f"提出{one.kind}",
        text=f"{one.document_no}，{one.reason}",
        by=people.get(one.proposed_by, ""),
        at=one.proposed_at,
        href_removal=one.pk,
    )
    if one.decided_at is None:
        return [proposed]
    decided = one.state == RemovalState.DECIDED
    text = f"自 {one.released_on.isoformat()} 起，{one.document_no}" if decided else one.outcome_reason
    what = one.kind if decided else "不予移出"
    by = people.get(one.decided_by, "")
    return [proposed, Step(on=day_of(one.decided_at), what=what, text=text, by=by, at=one.decided_at)]


def _asked(one: RecogniserTask, people: dict[str, str]) -> list[Step]:
    steps = [Step(on=day_of(one.raised_at), what="激励复核", text=one.cause_text, at=one.raised_at)]
    if one.answered_at is not None:
        text = f"{one.get_outcome_display()}：{one.answer}"
        by = people.get(one.answered_by, "")
        steps.append(Step(on=day_of(one.answered_at), what="复核答复", text=text, by=by, at=one.answered_at))
    return steps


def _cleared(one: Rehabilitation, people: dict[str, str]) -> Step:
    return Step(on=one.published_on, what="消除影响声明", text=one.document_no, by=people.get(one.by, ""), at=one.at)


def subjects_for(entries: Sequence[Entry]) -> dict[int, SubjectValue]:
    """Who they are about, by subject id; of a person the masked name."""
    return subjects_of({entry.subject_id for entry in entries})


def seen_of(entry: Entry, open_dispute: Dispute | None) -> str:
    """What a decider had in front of him, as one short text: whoever changed it meanwhile is noticed."""
    said: list[Any] = [
        entry.authority,
        entry.effective_from,
        entry.effective_until,
        entry.released_on,
        open_dispute.pk if open_dispute else 0,
    ]
    return "~".join(str(one) for one in said)
