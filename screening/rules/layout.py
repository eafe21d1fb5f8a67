"""An answer as the clerk's eye meets it: what stands in which line, page and print alike. Pure.

The words come from `sentences`; here is only the order: what must be done first, then what may, then what helps.
"""

from dataclasses import dataclass
from datetime import date, datetime

from collection.rules.freshness import SourceKind
from screening.rules import sentences
from screening.rules.answer import (
    Answer,
    Applied,
    Candidate,
    CheckResult,
    Reward,
    RewardState,
    SubjectAnswer,
    Trigger,
    Why,
    Wording,
)

MARKS = {"hit": "■", "gap": "▲", "clear": "○", "proceed": "□", "identify": "◇"}  # the verdict's shape, for any eye


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureLine:
    wording: str
    content: str
    articles: str
    department: str
    until: str
    because: tuple[str, ...]
    own_term: str
    suspended: str
    source: str  # class in the national list, and the source's own column


@dataclass(frozen=True, slots=True, kw_only=True)
class ListLine:
    """An entry or a record, side by side with the others that concern the subject."""

    name: str
    document_no: str
    authority: str
    ground: str
    span: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RewardLine:
    content: str
    articles: str
    state: str
    offered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One subject of the application. `shape` names verdict, mark and colour together."""

    role: str
    name: str
    code: str
    given: str
    shape: str
    mark: str
    headline: str
    sentence: str
    measures: tuple[MeasureLine, ...]
    bad: tuple[ListLine, ...]
    good: tuple[ListLine, ...]
    rewards: tuple[RewardLine, ...]
    related: tuple[str, ...]
    gaps: tuple[str, ...]
    disputes: tuple[str, ...]
    warnings: tuple[str, ...]
    candidates: tuple[Candidate, ...]


def panels(result: CheckResult, *, at: datetime) -> tuple[Panel, ...]:
    """Every subject of a check in the order in which it was asked about. `at`: the check's moment in local time."""
    names = {source.id: source.name for source in result.consulted}
    records = {source.id for source in result.consulted if source.kind is SourceKind.RECORD}
    lists, kinds = sentences.counts(result)
    return tuple(
        _panel(answer, names, records, sentences.verdict(answer, at=at, lists=lists, records=kinds))
        for answer in result.subjects
    )


def shape(answer: SubjectAnswer) -> str:
    """The key of MARKS: a hit without a measure looks like "proceed", an unknown name like a question."""
    if answer.answer is Answer.HIT:
        return "proceed" if answer.no_measure else "hit"
    if answer.answer is Answer.CLEAR:
        return "clear"
    return "identify" if answer.why is Why.IDENTIFY else "gap"


def span(since: date, until: date | None) -> str:
    """From and until as they are printed, both days included."""
    return f"{since.isoformat()} 至 {until.isoformat() if until else '无固定期限'}"


def _panel(answer: SubjectAnswer, names: dict[int, str], records: set[int], sentence: str) -> Panel:
    subject, form = answer.subject, shape(answer)
    # a hit's triggers stand below as lines of their own, and need not be read twice
    said = "" if form == "hit" else sentence
    told = {t.ref for applied in answer.measures for t in applied.triggers}  # a record that a measure names as cause
    return Panel(
        role=subject.role_label,
        name=subject.name,
        code=subject.code,
        given=subject.given,
        shape=form,
        mark=MARKS[form],
        headline=sentences.headline(answer),
        sentence=said,
        measures=tuple(_measure(applied, names, records) for applied in answer.measures),
        bad=tuple(_listed(t, names) for t in answer.triggers if t.source_id not in records or t.ref not in told),
        good=tuple(_listed(t, names) for t in answer.honours),
        rewards=tuple(_reward(r) for r in answer.rewards),
        related=tuple(sentences.related(r) for r in answer.related),
        gaps=() if form == "gap" and answer.why is Why.GAP else tuple(sentences.gap(s) for s in answer.gaps),
        disputes=tuple(sentences.disputed(t) for t in answer.triggers if t.disputed_on),
        warnings=subject.warnings,
        candidates=subject.candidates,
    )


def _measure(applied: Applied, names: dict[int, str], records: set[int]) -> MeasureLine:
    item = applied.measure
    disputed = next((t for t in applied.triggers if t.disputed_on), None)
    return MeasureLine(
        wording=item.wording.value,
        content=item.content,
        articles="、".join(item.articles),
        department=item.department,
        until=f"至 {applied.until.isoformat()}" if applied.until else item.term or "无固定期限",
        because=tuple(_cause(t, names[t.source_id], t.source_id in records) for t in applied.triggers),
        own_term=sentences.own_term(applied),
        suspended=sentences.disputed(disputed) if applied.suspended and disputed else "",
        source=item.means if item.wording is not Wording.REFERENCE else "",
    )


def _cause(t: Trigger, name: str, record: bool) -> str:
    """What a measure hangs on: of a record its ground, of an entry the list."""
    return f"{t.ground if record and t.ground else name}  {t.document_no}  {t.authority}"


def _listed(t: Trigger, names: dict[int, str]) -> ListLine:
    return ListLine(
        name=names[t.source_id],
        document_no=t.document_no,
        authority=t.authority,
        ground=t.ground,
        span=span(t.since, t.until),
    )


def _reward(r: Reward) -> RewardLine:
    return RewardLine(
        content=r.measure.content,
        articles="、".join(r.measure.articles),
        state=sentences.reward(r),
        offered=r.state is RewardState.OFFERED,
    )
