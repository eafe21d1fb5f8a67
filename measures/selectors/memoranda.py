"""Reading memoranda: the register, one as a value, and what in them a measure item can go back to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from accounts.selectors import all_departments
from kernel.errors import NotFound
from measures.models import Conduct, Memorandum, OriginalMeasure
from measures.rules.memoranda import ConductRow, MemorandumContent, OriginalRow


class MemorandumNotFound(NotFound):
    code = "measures.memorandum_not_found"
    message = "没有登记这份备忘录。请返回备忘录页面选择。"


@dataclass(frozen=True, slots=True)
class MemorandumFilters:
    """`state`: "" all, stub, partial, complete."""

    q: str = ""
    state: str = ""


STATES = {"stub": "未分解", "partial": "已分解（部分）", "complete": "已全部分解"}


def memoranda_page(filters: MemorandumFilters) -> list[Memorandum]:
    """Every memorandum that the filters leave, as 篇十三 numbers the lists; the country has some fifty."""
    rows = Memorandum.objects.annotate(measure_count=Count("measures", distinct=True)).order_by(
        "list_numbers", "code"
    )
    if filters.q:
        rows = rows.filter(Q(title__icontains=filters.q) | Q(document_number__icontains=filters.q))
    match filters.state:
        case "stub":
            rows = rows.filter(decomposed=False)
        case "partial":
            rows = rows.filter(decomposed=True, complete=False)
        case "complete":
            rows = rows.filter(complete=True)
    return list(rows)


def memorandum_by_code(code: str) -> Memorandum:
    """Raises MemorandumNotFound."""
    found = Memorandum.objects.select_related("replaces", "file").filter(code=code).first()
    if found is None:
        raise MemorandumNotFound
    return found


def content_of(row: Memorandum) -> MemorandumContent:
    """The whole of a memorandum as a value."""
    return _content(row, row.conducts.order_by("number"), row.measures.order_by("number"))


def contents_of(codes: Sequence[str] | None = None) -> list[MemorandumContent]:
    """Several, or all, in the order of their code, in three queries."""
    rows = Memorandum.objects.select_related("replaces").prefetch_related("conducts", "measures").order_by("code")
    if codes is not None:
        rows = rows.filter(code__in=codes)
    return [
        _content(
            row,
            sorted(row.conducts.all(), key=lambda c: c.number),
            sorted(row.measures.all(), key=lambda m: m.number),
        )
        for row in rows
    ]


def _content(row: Memorandum, conducts: Iterable[Conduct], measures: Iterable[OriginalMeasure]) -> MemorandumContent:
    return MemorandumContent(
        code=row.code,
        title=row.title,
        document_number=row.document_number,
        document_number_confirmed=row.document_number_confirmed,
        issued_on=row.issued_on,
        lead=row.lead,
        signatories=tuple(row.signatories),
        subject_text=row.subject_text,
        list_numbers=tuple(row.list_numbers),
        replaces=row.replaces.code if row.replaces else "",
        complete=row.complete,
        text=row.text,
        conducts=tuple(ConductRow(**_said(one, ConductRow)) for one in conducts),
        measures=tuple(OriginalRow(**_said(one, OriginalRow)) for one in measures),
    )


def _said(row: object, kind: type) -> dict[str, Any]:
    said = {key: getattr(row, key) for key in kind.__dataclass_fields__}  # type: ignore[attr-defined]  # a dataclass
    return {key: tuple(value) if isinstance(value, list) else value for key, value in said.items()}


def known_units() -> frozenset[str]:
    """Names of departments that a measure may name: the city's own, and those that are in the register already."""
    city = {name for one in all_departments() for name in (one.name, one.short_name)}
    stored = OriginalMeasure.objects.exclude(departments=[]).order_by("id").values_list("departments", flat=True)
    return frozenset(city.union(*stored))


def replacements() -> dict[str, str]:
    """Which memorandum replaces which, by code."""
    rows = Memorandum.objects.exclude(replaces=None).order_by("code")
    return dict(rows.values_list("code", "replaces__code"))


def originals_of_list(number: int) -> QuerySet[OriginalMeasure]:
    """The original measures of the memoranda on one list of 篇十三."""
    rows = OriginalMeasure.objects.filter(memorandum__list_numbers__contains=[number])
    return rows.select_related("memorandum").order_by("memorandum__code", "number")
