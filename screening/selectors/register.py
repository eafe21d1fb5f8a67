"""Reading the register of matters and their application lists."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, Q, QuerySet

from accounts.selectors import departments_by_id
from collection.rules.freshness import STATE_LABELS, SourceState
from collection.selectors import source_ages
from measures.selectors import items_of_matter
from screening.models import Consulted, Matter
from screening.rules.matters import STAGE_LABELS, MatterContent
from screening.rules.question import Role
from screening.selectors.checks import UnknownMatter


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterFilters:
    q: str = ""
    department_id: int | None = None


def _current() -> "Prefetch[str, QuerySet[Consulted], str]":
    lines = Consulted.objects.filter(rev_to=None).select_related("source").order_by("source_id")
    return Prefetch("consulted", queryset=lines, to_attr="asks")


def matter_page(*, filters: MatterFilters, after: str = "", limit: int = 50) -> list[Matter]:
    """Matters by code, each with its current application list in `asks`. `after`: the last code seen (keyset)."""
    found = Matter.objects.select_related("implementing_department", "handled_by").prefetch_related(_current())
    if filters.q:
        found = found.filter(Q(code__icontains=filters.q) | Q(name__icontains=filters.q))
    if filters.department_id:
        found = found.filter(implementing_department_id=filters.department_id)
    if after:
        found = found.filter(code__gt=after)
    return list(found.order_by("code")[:limit])


def every_matter() -> list[MatterContent]:
    """All of them, for the spreadsheet; a city has some thousands."""
    return [content_of(m) for m in Matter.objects.prefetch_related(_current()).order_by("code")]


def get_matter(code: str) -> Matter:
    """One matter with its application list in `asks`. Raises UnknownMatter."""
    found = (
        Matter.objects.select_related("implementing_department", "handled_by")
        .prefetch_related(_current())
        .filter(code=code)
        .first()
    )
    if found is None:
        raise UnknownMatter("没有登记该政务服务事项，请返回事项列表重新选择。")
    return found


def content_of(matter: Matter) -> MatterContent:
    """What the register says of it."""
    asks = getattr(matter, "asks", None)
    if asks is None:
        lines = matter.consulted.filter(rev_to=None).select_related("source").order_by("source_id")
        asks = list(lines)
    return MatterContent(
        code=matter.code,
        name=matter.name,
        department_id=matter.implementing_department_id,
        handled_by_id=matter.handled_by_id,
        by_application=matter.by_application,
        stages=tuple(matter.stages),
        roles=tuple(Role(**role) for role in matter.roles),
        consults=tuple(line.source.code for line in asks),
    )


@dataclass(frozen=True, slots=True)
class SourceChoice:
    """A list or kind of record that an application list may name."""

    code: str
    name: str
    kind: str
    state: str
    usable: bool


def source_choices(*, today: date) -> list[SourceChoice]:
    return [
        SourceChoice(s.code, s.name, s.kind.value, STATE_LABELS[s.state], s.state is SourceState.CURRENT)
        for s in source_ages(as_of=today)
    ]


@dataclass(frozen=True, slots=True)
class MatterMeasure:
    """A published measure of the matter, at its stages; `idle`: nothing that calls for it is consulted here."""

    code: str
    content: str
    wording: str
    department: str
    stages: str
    articles: tuple[str, ...]
    sources: tuple[str, ...]
    idle: bool


def measures_of(matter: Matter, *, today: date) -> list[MatterMeasure]:
    """The published measures of a matter, once each, in the order of their codes."""
    asked = {line.source_id for line in Consulted.objects.filter(matter=matter, rev_to=None).order_by("id")}
    names = {s.id: s.name for s in source_ages(as_of=today)}
    found: dict[str, MatterMeasure] = {}
    for stage in STAGE_LABELS:
        if stage not in matter.stages:
            continue
        items = items_of_matter(matter_code=matter.code, stage=stage, as_of=today)
        units = departments_by_id({i.department_id for i in items if i.department_id})
        for item in items:
            before = found.get(item.code)
            stages = f"{before.stages}、{STAGE_LABELS[stage]}" if before else STAGE_LABELS[stage]
            found[item.code] = MatterMeasure(
                item.code,
                item.content,
                item.wording,
                units[item.department_id].short_name if item.department_id in units else item.department_text,
                stages,
                item.articles,
                tuple(names[i] for i in sorted(item.triggers) if i in names),
                not item.triggers & asked,
            )
    return [found[code] for code in sorted(found)]
