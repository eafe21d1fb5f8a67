"""Reading what was delivered."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch

from collection.models import Source, SourceLoad
from collection.rules.freshness import Load, SourceKind, SourceState, age_days, state_of
from toolkit.clock import day_of


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceAge:
    """A source with its age on a day: the rows of the page 名单时效 and of the readiness report."""

    id: int
    code: str
    name: str
    kind: SourceKind
    authority: str
    state: SourceState
    version: str
    rows: int
    loaded_at: datetime | None
    age_days: int | None
    limit_days: int | None
    revision: int


def source_ids() -> dict[str, int]:
    """Every source's id by its code."""
    return dict(Source.objects.order_by("id").values_list("code", "id"))


def raisable_sources() -> frozenset[str]:
    """Codes of what a record may raise: kinds of record in use. No record puts anybody on a list (I2)."""
    rows = Source.objects.filter(kind=SourceKind.RECORD, retired_from=None).order_by("id")
    return frozenset(rows.values_list("code", flat=True))


def source_ages(*, as_of: date) -> list[SourceAge]:
    """Every source that may be consulted (none that is retired) with its age, in the order of registration."""
    current = Prefetch("loads", queryset=SourceLoad.objects.filter(rev_to=None).order_by("id"), to_attr="current")
    ages = []
    for source in Source.objects.filter(retired_from=None).prefetch_related(current).order_by("id"):
        load: SourceLoad | None = next(iter(source.current), None)
        known = Load(load.version, day_of(load.loaded_at), load.rows, load.held) if load else None
        ages.append(
            SourceAge(
                id=source.pk,
                code=source.code,
                name=source.name,
                kind=SourceKind(source.kind),
                authority=source.authority,
                state=state_of(known, limit_days=source.freshness_days, as_of=as_of),
                version=load.version if load else "",
                rows=load.rows if load else 0,
                loaded_at=load.loaded_at if load else None,
                age_days=age_days(known, as_of=as_of) if known else None,
                limit_days=source.freshness_days,
                revision=source.revision,
            )
        )
    return ages
