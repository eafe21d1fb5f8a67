"""The answer of a check: three values and what stands beside them. Pure: facts in, answer out.

This is the reference: page, interface, spreadsheet and every later evaluator give what `answer_subject` gives.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property

from collection.rules.freshness import SourceKind, SourceState
from measures.rules.conditions import Facts, holds, missing
from screening.rules.question import WORDING_ORDER, Consulted, Measure, Plan, Subject, Trigger, Why
from screening.rules.triggers import facts_of, is_over, last_day


class Answer(StrEnum):
    """Strongest first. checked = hit + clear + could_not_check."""

    HIT = "hit"
    COULD_NOT_CHECK = "could_not_check"
    CLEAR = "clear"


class RewardState(StrEnum):
    OFFERED = "offered"
    PAUSED = "paused"  # 激励暂停：有在期失信信息
    UNCONFIRMED = "unconfirmed"  # the red list, or a source of the "no bad record" condition, could not be consulted


@dataclass(frozen=True, slots=True, kw_only=True)
class Undecided:
    """A measure of which a trigger does not tell whether its condition holds. `lacking`: what is not known of it."""

    measure: Measure
    triggers: tuple[Trigger, ...]
    lacking: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """A measure that a trigger calls for, until when, and whether a dispute suspends it."""

    measure: Measure
    triggers: tuple[Trigger, ...]
    until: date | None
    suspended: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reward:
    measure: Measure
    triggers: tuple[Trigger, ...]
    state: RewardState
    until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """A responsible person of the applicant with limits of his own: a hint to check him, never a measure here."""

    post: str
    masked_name: str
    count: int
    doubtful: bool = False  # a list whose next version is held may have more to say of him


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectAnswer:
    subject: Subject
    answer: Answer
    why: Why
    complete: bool
    no_measure: bool = False
    disputed: bool = False
    triggers: tuple[Trigger, ...] = ()
    honours: tuple[Trigger, ...] = ()
    measures: tuple[Applied, ...] = ()
    undecided: tuple[Undecided, ...] = ()
    rewards: tuple[Reward, ...] = ()
    related: tuple[Related, ...] = ()
    gaps: tuple[Consulted, ...] = ()

    @property
    def reward_paused(self) -> bool:
        return any(r.state is RewardState.PAUSED for r in self.rewards)


@dataclass(frozen=True, kw_only=True)
class CheckResult:
    """One check of one application: every subject's answer, and what was consulted at which revisions."""

    checked_at: datetime
    as_of: date
    plan: Plan
    file_number: str
    operator: str
    operator_department: str
    subjects: tuple[SubjectAnswer, ...]
    consulted: tuple[Consulted, ...]
    vector: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def answer(self) -> Answer:
        return strongest([s.answer for s in self.subjects])

    @cached_property
    def complete(self) -> bool:
        return all(s.complete for s in self.subjects)

    @cached_property
    def no_measure(self) -> bool:
        """A hit, but nothing to do about it in this matter: proceed as usual."""
        return self.answer is Answer.HIT and not any(s.measures or s.undecided for s in self.subjects)


def strongest(answers: Sequence[Answer]) -> Answer:
    """hit > could_not_check > clear; nobody asked about is not an answer."""
    order = list(Answer)
    return min(answers, key=order.index)


def calls_for_feedback(result: CheckResult) -> bool:
    """Whether the implementing department owes a report: some measure binds and is not suspended."""
    return any(not applied.suspended for s in result.subjects for applied in s.measures)


def unidentified(subject: Subject) -> SubjectAnswer:
    """Who it is was not established: never clear, never a measure (design invariants I1 and I6)."""
    return SubjectAnswer(subject=subject, answer=Answer.COULD_NOT_CHECK, why=subject.why, complete=False)


def answer_subject(
    subject: Subject,
    *,
    plan: Plan,
    sources: Mapping[int, Consulted],
    triggers: Sequence[Trigger],
    related: Sequence[Related] = (),
    doubted: Collection[int] = (),
) -> SubjectAnswer:
    """What the clerk is told about one identified subject.

    国办发〔2020〕49号: only what the matter consults is asked; only published measures with a legal basis are told;
    a gap in a consulted source never reads as clear. `triggers` are those in force on the day, on any asked source.
    `doubted`: sources whose next version is held and leaves open whether this subject is on them: for him a gap.
    """
    sources = {i: replace(s, state=SourceState.HELD) if i in doubted else s for i, s in sources.items()}
    consulted = [sources[i] for i in sorted(plan.consulted)]
    gaps = tuple(s for s in consulted if not s.complete)
    kinds = {i: s.kind for i, s in sources.items()}
    bad = [t for t in triggers if kinds[t.source_id] is not SourceKind.REWARD]
    found = tuple(t for t in bad if t.source_id in plan.consulted and _reaches(t, plan))
    known = [(t, facts_of(t, subject=subject, plan=plan, sources=sources)) for t in triggers]
    judged = [_judged(m, [(t, f) for t, f in known if t in found]) for m in plan.measures if not m.reward]
    measures = tuple(one for one in judged if isinstance(one, Applied))
    undecided = tuple(one for one in judged if isinstance(one, Undecided))
    honours = tuple(t for t in triggers if kinds[t.source_id] is SourceKind.REWARD and t.source_id in plan.consulted)
    earned = [(t, f) for t, f in known if t in honours]
    rewards = tuple(r for m in plan.measures if m.reward and (r := _reward(m, earned, bad, sources)))
    if found:
        answer, why = Answer.HIT, Why.NONE
    elif gaps:
        answer, why = Answer.COULD_NOT_CHECK, Why.GAP
    elif not consulted:  # whoever asks nobody has not heard that there is nothing
        answer, why = Answer.COULD_NOT_CHECK, Why.NOTHING_CONSULTED
    else:
        answer, why = Answer.CLEAR, Why.NONE
    return SubjectAnswer(
        subject=subject,
        answer=answer,
        why=why,
        complete=bool(consulted) and not gaps,
        no_measure=bool(found) and not measures and not undecided,
        disputed=any(t.disputed_on for t in found),
        triggers=found,
        honours=honours,
        measures=tuple(sorted(measures, key=lambda a: WORDING_ORDER.index(a.measure.wording))),
        undecided=undecided,
        rewards=rewards,
        related=tuple(related) if reaches_persons(plan) else (),
        gaps=gaps,
    )


def _reaches(trigger: Trigger, plan: Plan) -> bool:
    """A responsible person is hit only where a measure of this matter extends to responsible persons."""
    return not trigger.responsible or any(
        m.extends_to_responsible and trigger.source_id in m.triggers for m in plan.measures
    )


def reaches_persons(plan: Plan) -> bool:
    """Whether a hint at a responsible person says anything here: some measure of this matter extends to persons."""
    return any(m.extends_to_responsible and m.triggers & plan.consulted for m in plan.measures if not m.reward)


def _judged(measure: Measure, found: Sequence[tuple[Trigger, Facts]]) -> Applied | Undecided | None:
    """Applied to the triggers for which its condition holds; undecided where of some it is only not known."""
    said = [
        (t, f, holds(measure.condition, f))
        for t, f in found
        if t.source_id in measure.triggers
        and (measure.extends_to_responsible or not t.responsible)
        and not is_over(measure, t, f.as_of)
    ]
    called = tuple(t for t, _, decided in said if decided)
    if called:
        return Applied(
            measure=measure,
            triggers=called,
            until=last_day(called, measure),
            suspended=all(t.suspended for t in called),
        )
    unsure = [(t, f) for t, f, decided in said if decided is None]
    if not unsure:
        return None
    lacking = dict.fromkeys(label for _, f in unsure for label in missing(measure.condition, f))
    return Undecided(measure=measure, triggers=tuple(t for t, _ in unsure), lacking=tuple(lacking))


def _reward(
    measure: Measure,
    honours: Sequence[tuple[Trigger, Facts]],
    bad: Sequence[Trigger],
    sources: Mapping[int, Consulted],
) -> Reward | None:
    said = [(t, holds(measure.condition, f)) for t, f in honours if t.source_id in measure.triggers]
    earned = tuple(t for t, decided in said if decided) or tuple(t for t, decided in said if decided is None)
    if not earned:
        return None
    certain = any(decided for _, decided in said)
    still_honoured = any(sources[t.source_id].complete for t in earned)  # an old red list cannot tell
    if any(t.source_id in measure.unless_bad and not t.suspended for t in bad):
        state = RewardState.PAUSED
    elif not (certain and still_honoured and all(sources[i].complete for i in measure.unless_bad)):
        state = RewardState.UNCONFIRMED
    else:
        state = RewardState.OFFERED
    return Reward(measure=measure, triggers=earned, state=state, until=last_day(earned, measure))
