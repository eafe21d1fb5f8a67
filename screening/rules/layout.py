"""An answer as the clerk's eye meets it: what stands in which line, on the page and on the receipt alike. Pure.

Everything is laid out from what the receipt keeps (`record.content_of`), so that a receipt found again years later
reads as the page did. The words come from `sentences`; here is only the order: what must be done first.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from collection.rules.freshness import STATE_LABELS, SourceKind, SourceState
from screening.rules import again, sentences
from screening.rules.answer import Answer, Related, RewardState
from screening.rules.question import Why

MARKS = {"hit": "■", "gap": "▲", "clear": "○", "proceed": "□", "identify": "◇"}  # the verdict's shape, for any eye
WORDS = {"hit": "命中", "gap": "未能核查", "clear": "未命中", "proceed": "命中·无措施", "identify": "需核实身份"}
STRENGTH = ("hit", "proceed", "gap", "identify", "clear")  # which subject stands for the whole application
STAGES = {"before": "事前", "during": "事中", "after": "事后"}
SOURCE_KINDS = {
    SourceKind.SERIOUS: "严重失信主体名单",
    SourceKind.ABNORMAL: "异常名录",
    SourceKind.REWARD: "守信激励名单",
    SourceKind.RECORD: "信用信息记录",
}


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
    means: str  # the source's own column, 强制应用 / 推荐应用


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
class CandidateLine:
    name: str
    code: str
    area: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One subject of the application. `shape` names verdict, mark and colour together."""

    role: str
    name: str
    code: str
    shape: str
    mark: str
    headline: str
    word: str  # the headline where there is little room
    sentence: str
    measures: tuple[MeasureLine, ...]
    bad: tuple[ListLine, ...]
    good: tuple[ListLine, ...]
    rewards: tuple[RewardLine, ...]
    related: tuple[str, ...]
    gaps: tuple[str, ...]
    disputes: tuple[str, ...]
    warnings: tuple[str, ...]
    candidates: tuple[CandidateLine, ...]
    identified: bool  # who it is was established, so that the input may be emptied for the next applicant
    leads: bool = False  # the strongest of the application: it is read out first


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A whole application in a list of receipts: everybody's name, and the answer of the strongest panel."""

    name: str
    shape: str
    mark: str
    word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    """A source that the matter consults, as it stood when the question was asked."""

    name: str
    kind: str
    version: str
    loaded_on: str
    age: str
    state: str
    complete: bool

    @property
    def told(self) -> str:
        """Its age where it can be used, else why it cannot."""
        return ("今天更新" if self.age == "0 天" else f"{self.age}前更新") if self.complete else self.state


def panels_of(content: Mapping[str, Any], given: Sequence[str] = ()) -> tuple[Panel, ...]:
    """Every subject of a check, in the order in which it was asked about. `given`: what was typed for each, shown
    where the register knows no name; a receipt found again has it no more, and says which of several it is.
    """
    records = {s["name"] for s in content["consulted"] if s["kind"] == SourceKind.RECORD}
    panels = [_panel(subject, records) for subject in content["subjects"]]
    leader = panels.index(strongest(panels))
    typed = given or [""] * len(panels)
    return tuple(
        replace(panel, name=panel.name or text or _place(panel, index, len(panels)), leads=index == leader)
        for index, (panel, text) in enumerate(zip(panels, typed, strict=True))
    )


def sources_of(content: Mapping[str, Any]) -> tuple[SourceLine, ...]:
    """What was consulted, with version and age, in the order of the application list."""
    return tuple(
        SourceLine(
            name=source["name"],
            kind=SOURCE_KINDS[SourceKind(source["kind"])] + ("（激励条件）" if source["only_for_reward"] else ""),
            version=source["version"] or "–",
            loaded_on=source["loaded_on"] or "–",
            age="–" if source["age_days"] is None else f"{source['age_days']} 天",
            state=STATE_LABELS[SourceState(source["state"])],
            complete=source["state"] == SourceState.CURRENT,
        )
        for source in content["consulted"]
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AgainLine:
    """A check that repeats an earlier one: what differs, and whom it did not ask about again."""

    number: str
    sentence: str
    changed: bool
    left_out: tuple[str, ...]


def again_of(content: Mapping[str, Any]) -> AgainLine | None:
    """What a repeated check says of the one before; None of any other."""
    told = content.get("earlier")
    if told is None:
        return None
    return AgainLine(
        number=told["number"],
        sentence=again.sentence(told),
        changed=bool(told["differs"]),
        left_out=tuple(told["left_out"]),
    )


def shape(*, answer: str, why: str, proceed: bool) -> str:
    """The key of MARKS: a hit without a measure and without a gap looks like "proceed", an unknown name like a
    question.
    """
    if answer == Answer.HIT:
        return "proceed" if proceed else "hit"
    if answer == Answer.CLEAR:
        return "clear"
    return "identify" if why == Why.IDENTIFY else "gap"


def strongest(panels: Iterable[Panel]) -> Panel:
    """The panel that stands for the whole application."""
    return min(panels, key=lambda panel: STRENGTH.index(panel.shape))


def outline_of(content: Mapping[str, Any]) -> Outline:
    """The same in one line, without laying out what no line shows."""
    subjects = content["subjects"]
    form, leader = min(((_form(one), one) for one in subjects), key=lambda formed: STRENGTH.index(formed[0]))
    names = "、".join(one["name"] or one["code"] or "（未识别）" for one in subjects)
    return Outline(name=names, shape=form, mark=MARKS[form], word=_word(leader, form))


def _place(panel: Panel, index: int, of: int) -> str:
    return f"第 {index + 1} 位" if of > 1 and not panel.code else ""


def _form(subject: Mapping[str, Any]) -> str:
    return shape(answer=subject["answer"], why=subject["why"], proceed=subject["no_measure"] and subject["complete"])


def _word(subject: Mapping[str, Any], form: str) -> str:
    return "命中·异议" if subject["disputed"] else WORDS[form]


def _panel(subject: Mapping[str, Any], records: set[str]) -> Panel:
    form = _form(subject)
    triggers = {t["ref"]: t for t in subject["triggers"]}
    told = {ref for measure in subject["measures"] for ref in measure["because"]}
    return Panel(
        role=subject["role_label"],
        name=subject["name"],
        code=subject["code"],
        shape=form,
        mark=MARKS[form],
        headline=subject["headline"],
        word=_word(subject, form),
        # a hit's triggers stand below as lines of their own, and need not be read twice
        sentence="" if form == "hit" else subject["verdict"],
        measures=tuple(_measure(measure, triggers, records) for measure in subject["measures"]),
        # nor a record that a measure names as its cause
        bad=tuple(_listed(t) for t in subject["triggers"] if t["source"] not in records or t["ref"] not in told),
        good=tuple(_listed(t) for t in subject["honours"]),
        rewards=tuple(_reward(r) for r in subject["rewards"]),
        related=tuple(
            sentences.related(
                Related(
                    post=r["post"], masked_name=r["name"], count=r["count"], doubtful=r.get("doubtful", False)
                )  # a receipt of before does not say
            )
            for r in subject["related"]
        ),
        gaps=(
            *(() if subject["why"] == Why.GAP else (gap["sentence"] for gap in subject["gaps"])),
            *(one["sentence"] for one in subject.get("undecided", ())),  # a receipt of before does not say
        ),
        disputes=tuple(t["disputed"] for t in subject["triggers"] if t["disputed"]),
        warnings=tuple(subject["warnings"]),
        identified=form in ("hit", "proceed", "clear") or (form == "gap" and subject["why"] == Why.GAP),
        candidates=tuple(
            CandidateLine(name=c["name"], code=c["code"], area=c["area"], why="；".join(c["why"]))
            for c in subject["candidates"]
        ),
    )


def _measure(measure: Mapping[str, Any], triggers: Mapping[str, Any], records: set[str]) -> MeasureLine:
    causes = [triggers[ref] for ref in measure["because"]]
    dispute = next((t["disputed"] for t in causes if t["disputed"]), "")
    return MeasureLine(
        wording=measure["wording"],
        content=measure["content"],
        articles="、".join(measure["articles"]),
        department=measure["department"],
        until=f"至 {measure['until']}" if measure["until"] else measure["term"] or "无固定期限",
        because=tuple(_cause(t, t["source"] in records) for t in causes),
        own_term=measure["own_term"],
        suspended=dispute if measure["suspended"] else "",
        means=measure["means"],
    )


def _cause(trigger: Mapping[str, Any], record: bool) -> str:
    """What a measure hangs on: of a record its ground, of an entry the list."""
    name = trigger["ground"] if record and trigger["ground"] else trigger["source"]
    return f"{name} {trigger['document_no']} {trigger['authority']}"


def _listed(trigger: Mapping[str, Any]) -> ListLine:
    return ListLine(
        name=trigger["source"],
        document_no=trigger["document_no"],
        authority=trigger["authority"],
        ground=trigger["ground"],
        span=f"{trigger['since']} 至 {trigger['until']}"
        if trigger["until"]
        else f"{trigger['since']} 起，无固定期限",
    )


def _reward(reward: Mapping[str, Any]) -> RewardLine:
    return RewardLine(
        content=reward["content"],
        articles="、".join(reward["articles"]),
        state=reward["label"],
        offered=reward["state"] == RewardState.OFFERED,
    )
