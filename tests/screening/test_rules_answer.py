from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collection.rules.freshness import SourceKind, SourceState
from screening.rules.answer import Answer, Related, RewardState, answer_subject, strongest, unidentified
from screening.rules.question import Subject, Why, Wording
from tests.screening.cases import (
    BLACK,
    FIRM,
    OTHER,
    PENALTY,
    RED,
    answered,
    measure,
    plan,
    reward,
    source,
    sources,
    trigger,
)

INCOMPLETE = [state for state in SourceState if state is not SourceState.CURRENT]


def test_clear_is_clear_because_everything_consulted_was_complete() -> None:
    answer = answered(plan(measure()))
    assert (answer.answer, answer.why, answer.complete, answer.no_measure) == (Answer.CLEAR, Why.NONE, True, False)
    assert not (answer.triggers or answer.measures or answer.gaps or answer.disputed)


@pytest.mark.parametrize("state", INCOMPLETE)
def test_a_gap_is_never_clear(state: SourceState) -> None:
    answer = answered(plan(measure()), at=sources(BLACK=state))
    assert (answer.answer, answer.why, answer.complete) == (Answer.COULD_NOT_CHECK, Why.GAP, False)
    assert [g.id for g in answer.gaps] == [BLACK]
    assert not answer.measures


def test_a_matter_that_consults_nothing_is_never_clear() -> None:
    answer = answered(plan(consults=()))
    assert (answer.answer, answer.why, answer.complete) == (Answer.COULD_NOT_CHECK, Why.NOTHING_CONSULTED, False)


def test_a_hit_and_a_gap_stand_together() -> None:
    both = plan(measure(), consults=(BLACK, OTHER))
    answer = answered(both, trigger(BLACK), at=sources(OTHER=SourceState.STALE))
    assert (answer.answer, answer.complete) == (Answer.HIT, False)
    assert [g.id for g in answer.gaps] == [OTHER]
    assert [m.measure.code for m in answer.measures] == ["Y1"]


@pytest.mark.parametrize("state", INCOMPLETE)
def test_what_the_matter_does_not_consult_is_not_asked(state: SourceState) -> None:
    known = sources(OTHER=state)
    answer = answer_subject(
        FIRM, plan=plan(measure()), sources=known, triggers=[trigger(OTHER), trigger(PENALTY, "record:1")]
    )
    assert (answer.answer, answer.complete, answer.triggers) == (Answer.CLEAR, True, ())


def test_a_measure_hangs_on_consulted_sources_only() -> None:
    known = sources()
    given_plan = plan(measure("Y1", (OTHER,)), consults=(BLACK,))
    answer = answer_subject(FIRM, plan=given_plan, sources=known, triggers=[trigger(BLACK), trigger(OTHER)])
    assert (answer.answer, answer.no_measure, answer.measures) == (Answer.HIT, True, ())


def test_a_hit_without_a_measure_says_so() -> None:
    answer = answered(plan(), trigger(BLACK))
    assert (answer.answer, answer.no_measure) == (Answer.HIT, True)
    assert not answered(plan(measure()), trigger(BLACK)).no_measure


def test_an_honour_is_no_hit() -> None:
    answer = answered(plan(consults=(RED,)), trigger(RED))
    assert (answer.answer, len(answer.honours), answer.triggers) == (Answer.CLEAR, 1, ())


@pytest.mark.parametrize("kind", [SourceKind.SERIOUS, SourceKind.ABNORMAL, SourceKind.RECORD])
def test_every_other_kind_is(kind: SourceKind) -> None:
    known = {BLACK: source(BLACK, kind=kind)}
    assert answer_subject(FIRM, plan=plan(), sources=known, triggers=[trigger(BLACK)]).answer is Answer.HIT


def test_a_disputed_entry_is_a_hit_whose_measure_may_rest() -> None:
    marked = date(2026, 11, 18)
    for suspended in (False, True):
        answer = answered(plan(measure()), trigger(BLACK, disputed_on=marked, suspended=suspended))
        assert (answer.answer, answer.disputed) == (Answer.HIT, True)
        assert [m.suspended for m in answer.measures] == [suspended]


def test_a_measure_rests_only_if_everything_that_calls_for_it_rests() -> None:
    resting = trigger(BLACK, "entry:1", disputed_on=date(2026, 11, 18), suspended=True)
    answer = answered(plan(measure()), resting, trigger(BLACK, "entry:2"))
    assert [m.suspended for m in answer.measures] == [False]


@pytest.mark.parametrize(
    ("ends", "until"),
    [
        ((date(2027, 1, 1),), date(2027, 1, 1)),
        ((date(2027, 1, 1), date(2029, 1, 1), date(2028, 1, 1)), date(2029, 1, 1)),
        ((None,), None),
        ((date(2027, 1, 1), None), None),
    ],
)
def test_a_measure_lasts_as_long_as_the_last_that_calls_for_it(
    ends: tuple[date | None, ...], until: date | None
) -> None:
    found = [trigger(BLACK, f"entry:{n}", until=end) for n, end in enumerate(ends)]
    [applied] = answered(plan(measure()), *found).measures
    assert applied.until == until


def test_until_counts_only_what_calls_for_this_measure() -> None:
    both = plan(measure("Y1", (BLACK,)), measure("Y2", (OTHER,)), consults=(BLACK, OTHER))
    answer = answered(both, trigger(BLACK, until=date(2027, 1, 1)), trigger(OTHER, until=None))
    assert {m.measure.code: m.until for m in answer.measures} == {"Y1": date(2027, 1, 1), "Y2": None}


def test_the_strongest_wording_comes_first() -> None:
    given_plan = plan(measure("Y1", wording=Wording.REFERENCE), measure("Y2", wording=Wording.MAY), measure("Y3"))
    assert [m.measure.code for m in answered(given_plan, trigger(BLACK)).measures] == ["Y3", "Y2", "Y1"]


# --- responsible persons --------------------------------------------------------------------------------------


def test_a_responsible_person_is_hit_only_where_a_measure_extends() -> None:
    his = trigger(PENALTY, "record:1", responsible=True, own_term=True)
    plain = plan(measure("Y5", (PENALTY,)), consults=(PENALTY,))
    assert answered(plain, his).answer is Answer.CLEAR
    extends = plan(measure("Y1", (PENALTY,), extends_to_responsible=True), consults=(PENALTY,))
    answer = answered(extends, his)
    assert (answer.answer, [m.measure.code for m in answer.measures]) == (Answer.HIT, ["Y1"])


def test_a_measure_that_does_not_extend_is_not_told_to_a_responsible_person() -> None:
    both = plan(
        measure("Y1", (PENALTY,), extends_to_responsible=True), measure("Y5", (PENALTY,)), consults=(PENALTY,)
    )
    his = trigger(PENALTY, "record:1", responsible=True)
    assert [m.measure.code for m in answered(both, his).measures] == ["Y1"]
    own = trigger(PENALTY, "record:1")
    assert {m.measure.code for m in answered(both, own).measures} == {"Y1", "Y5"}


def test_a_hint_at_a_person_is_given_only_where_the_matter_reaches_persons() -> None:
    hint = Related(post="法定代表人", masked_name="沈某某", count=1)
    assert answered(plan(measure()), related=[hint]).related == ()
    extends = plan(measure(extends_to_responsible=True))
    answer = answered(extends, related=[hint])
    assert (answer.answer, answer.related, answer.measures) == (Answer.CLEAR, (hint,), ())


# --- rewards --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "state_of_black", "state"),
    [
        pytest.param([RED], SourceState.CURRENT, RewardState.OFFERED, id="offered"),
        pytest.param([RED, BLACK], SourceState.CURRENT, RewardState.PAUSED, id="bad-record"),
        pytest.param([RED], SourceState.STALE, RewardState.UNCONFIRMED, id="stale"),
        pytest.param([RED], SourceState.NEVER_LOADED, RewardState.UNCONFIRMED, id="never-loaded"),
        pytest.param([RED, BLACK], SourceState.STALE, RewardState.PAUSED, id="bad-record-on-a-stale-list"),
    ],
)
def test_a_reward(found: list[int], state_of_black: SourceState, state: RewardState) -> None:
    given_plan = plan(reward(), consults=(RED,))
    answer = answered(given_plan, *(trigger(n) for n in found), at=sources(BLACK=state_of_black))
    assert [r.state for r in answer.rewards] == [state]
    # what only the reward's condition names is no gap and no hit of the matter
    assert (answer.answer, answer.complete) == (Answer.CLEAR, True)
    assert answer.reward_paused is (state is RewardState.PAUSED)


@pytest.mark.parametrize("state", INCOMPLETE)
def test_a_reward_of_a_red_list_that_is_not_complete_is_not_confirmed(state: SourceState) -> None:
    answer = answered(plan(reward(), consults=(RED,)), trigger(RED), at=sources(RED=state))
    assert [r.state for r in answer.rewards] == [RewardState.UNCONFIRMED]
    assert answer.answer is Answer.COULD_NOT_CHECK


def test_no_honour_no_reward() -> None:
    assert answered(plan(reward(), consults=(RED, BLACK)), trigger(BLACK)).rewards == ()


def test_a_suspended_entry_does_not_pause_a_reward() -> None:
    rests = trigger(BLACK, disputed_on=date(2026, 11, 18), suspended=True)
    assert [r.state for r in answered(plan(reward(), consults=(RED,)), trigger(RED), rests).rewards] == [
        RewardState.OFFERED
    ]


def test_a_reward_of_a_list_that_the_matter_does_not_consult_is_not_offered() -> None:
    known = sources()
    answer = answer_subject(FIRM, plan=plan(reward(), consults=(BLACK,)), sources=known, triggers=[trigger(RED)])
    assert (answer.rewards, answer.honours) == ((), ())


def test_a_reward_is_never_among_the_measures() -> None:
    answer = answered(plan(reward(), measure(), consults=(RED, BLACK)), trigger(RED), trigger(BLACK))
    assert [m.measure.code for m in answer.measures] == ["Y1"]
    assert [r.measure.code for r in answer.rewards] == ["Z1"]


# --- who it is ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("why", [w for w in Why if w is not Why.NONE])
def test_who_is_not_identified_is_never_clear_and_never_met_by_a_measure(why: Why) -> None:
    answer = unidentified(Subject(role="applicant", role_label="申请人", why=why))
    assert (answer.answer, answer.complete, answer.why) == (Answer.COULD_NOT_CHECK, False, why)
    assert not (answer.measures or answer.rewards or answer.triggers)


@pytest.mark.parametrize(
    ("several", "one"),
    [
        ([Answer.CLEAR], Answer.CLEAR),
        ([Answer.CLEAR, Answer.COULD_NOT_CHECK], Answer.COULD_NOT_CHECK),
        ([Answer.COULD_NOT_CHECK, Answer.HIT, Answer.CLEAR], Answer.HIT),
    ],
)
def test_the_strongest_answer_speaks_for_all(several: list[Answer], one: Answer) -> None:
    assert strongest(several) is one


def test_nobody_asked_about_is_not_an_answer() -> None:
    with pytest.raises(ValueError, match="empty"):
        strongest([])


# --- for all --------------------------------------------------------------------------------------------------

STATES = st.fixed_dictionaries({n: st.sampled_from(SourceState) for n in (BLACK, PENALTY, RED, OTHER)})
NUMBERS = st.sampled_from([BLACK, PENALTY, RED, OTHER])
TRIGGERS = st.lists(
    st.builds(
        lambda n, until, responsible, suspended: trigger(
            n,
            until=until,
            responsible=responsible,
            suspended=suspended,
            disputed_on=date(2026, 11, 1) if suspended else None,
        ),
        NUMBERS,
        st.none() | st.dates(),
        st.booleans(),
        st.booleans(),
    ),
    max_size=6,
)
MEASURES = st.lists(
    st.builds(
        lambda on, extends, kind: measure(triggers=tuple(on), extends_to_responsible=extends, kind=kind),
        st.sets(NUMBERS, min_size=1),
        st.booleans(),
        st.sampled_from([1, 2, 3]),
    )
    | st.builds(lambda unless: reward(unless_bad=tuple(unless)), st.sets(NUMBERS)),
    max_size=4,
)


@given(STATES, TRIGGERS, MEASURES, st.sets(NUMBERS))
def test_a_gap_never_reads_as_clear(states, found, measures, consults) -> None:
    known = {n: source(n, state) for n, state in states.items()}
    answer = answered(plan(*measures, consults=tuple(consults)), *found, at=known)
    gaps = {n for n in consults if states[n] is not SourceState.CURRENT}
    assert {g.id for g in answer.gaps} == gaps
    assert answer.complete is (bool(consults) and not gaps)
    if gaps or not consults:
        assert answer.answer is not Answer.CLEAR
    if answer.answer is Answer.CLEAR:
        assert answer.complete and not answer.measures and not answer.triggers
    assert answer.no_measure is (answer.answer is Answer.HIT and not answer.measures)
    assert {t.source_id for t in answer.triggers} <= consults
    for applied in answer.measures:
        assert applied.triggers and not applied.measure.reward
        assert {t.source_id for t in applied.triggers} <= applied.measure.triggers & consults
    for one in answer.rewards:
        if one.state is RewardState.OFFERED:
            assert all(known[n].complete for n in one.measure.unless_bad)
            assert any(known[t.source_id].complete for t in one.triggers)


# --- a received version that is held ------------------------------------------------------------------------------


def test_who_vanished_from_a_held_version_could_not_be_checked() -> None:
    answer = answered(plan(measure()), doubted={BLACK})
    assert (answer.answer, answer.why, answer.complete) == (Answer.COULD_NOT_CHECK, Why.GAP, False)
    assert [(g.id, g.state) for g in answer.gaps] == [(BLACK, SourceState.HELD)]


def test_a_doubt_is_one_subjects_and_of_what_the_matter_consults() -> None:
    assert answered(plan(measure())).answer is Answer.CLEAR
    assert answered(plan(measure()), doubted={OTHER}).answer is Answer.CLEAR


def test_another_entry_is_a_hit_beside_the_doubt() -> None:
    answer = answered(plan(measure()), trigger(BLACK), doubted={BLACK})
    assert (answer.answer, answer.complete) == (Answer.HIT, False)
    assert [g.id for g in answer.gaps] == [BLACK]


def test_a_reward_is_not_confirmed_while_its_condition_is_in_doubt() -> None:
    given = plan(reward(), consults=(RED,))
    [told] = answered(given, trigger(RED), doubted={BLACK}).rewards
    assert told.state is RewardState.UNCONFIRMED
