"""What stands in which line of an answer."""

from datetime import UTC, date, datetime

import pytest

from collection.rules.freshness import SourceKind, SourceState
from screening.rules import layout
from screening.rules.answer import CheckResult, SubjectAnswer, answer_subject, unidentified
from screening.rules.question import Candidate, Consulted, Measure, Plan, Subject, Trigger, Why, Wording
from screening.rules.record import content_of

AT = datetime(2026, 11, 20, 14, 2, tzinfo=UTC)
PENALTY, BLACK, STALE, RED = 1, 2, 5, 7


def source(number: int, name: str, kind: SourceKind, state: SourceState = SourceState.CURRENT) -> Consulted:
    return Consulted(id=number, code=str(number), name=name, kind=kind, authority="市某局", state=state)


SOURCES = {
    s.id: s
    for s in (
        source(PENALTY, "行政处罚", SourceKind.RECORD),
        source(BLACK, "严重违法失信名单", SourceKind.SERIOUS),
        source(STALE, "重大税收违法失信主体名单", SourceKind.SERIOUS, SourceState.NEVER_LOADED),
        source(RED, "诚信示范企业名单", SourceKind.REWARD),
    )
}


def trigger(number: int, ref: str, **more: object) -> Trigger:
    given = {"document_no": f"{ref}号", "authority": "市某局", "ground": "某事由", "since": date(2026, 3, 2)}
    return Trigger(source_id=number, ref=ref, until=date(2029, 3, 1), **given | more)  # type: ignore[arg-type]  # free


def measure(code: str, *sources: int, wording: Wording = Wording.MUST, reward: bool = False) -> Measure:
    return Measure(
        id=1,
        code=code,
        content=f"措施{code}",
        department="市某局",
        articles=("《某法》第一条", "《某条例》第二条"),
        wording=wording,
        kind=1,
        means="强制应用",
        term="名单有效期内",
        triggers=frozenset(sources),
        unless_bad=frozenset({PENALTY, BLACK}) if reward else frozenset(),
        reward=reward,
    )


def panel_of(
    answer: SubjectAnswer, *measures: Measure, asked: tuple[int, ...] = (PENALTY, BLACK, RED)
) -> layout.Panel:
    (panel,) = layout.panels_of(content_of(result_of(answer, of=plan(*measures, asked=asked))))
    return panel


def result_of(*answers: SubjectAnswer, of: Plan | None = None) -> CheckResult:
    return CheckResult(
        checked_at=AT,
        as_of=AT.date(),
        plan=of or plan(asked=(PENALTY, BLACK, RED)),
        file_number="",
        operator="王敏",
        operator_department="综合窗口",
        subjects=answers,
        consulted=tuple(SOURCES.values()),
    )


def plan(*measures: Measure, asked: tuple[int, ...]) -> Plan:
    return Plan(
        matter_id=1,
        matter_code="M1",
        matter_name="某事项",
        department_id=1,
        department="市某局",
        stage="before",
        as_of=date(2026, 11, 20),
        roles=(),
        consulted=frozenset(asked),
        measures=measures,
    )


def shown(
    *measures: Measure, triggers: tuple[Trigger, ...], asked: tuple[int, ...] = (PENALTY, BLACK, RED)
) -> layout.Panel:
    subject = Subject(role="applicant", role_label="申请人", id=1, name="江澜某公司", code="91")
    answer = answer_subject(subject, plan=plan(*measures, asked=asked), sources=SOURCES, triggers=triggers)
    return panel_of(answer, *measures, asked=asked)


def test_what_must_be_done_stands_before_what_may_be_done() -> None:
    panel = shown(
        measure("a", BLACK, wording=Wording.MAY), measure("b", BLACK), triggers=(trigger(BLACK, "entry:1"),)
    )
    assert [line.wording for line in panel.measures] == ["依法应当", "依法可以"]


def test_a_measure_names_its_articles_its_cause_and_its_end() -> None:
    (line,) = shown(measure("a", BLACK), triggers=(trigger(BLACK, "entry:1"),)).measures
    assert (line.articles, line.until) == ("《某法》第一条、《某条例》第二条", "至 2029-03-01")
    assert line.because == ("严重违法失信名单 entry:1号 市某局",)


def test_a_record_is_told_by_its_ground_and_only_once() -> None:
    panel = shown(measure("a", PENALTY), triggers=(trigger(PENALTY, "record:1"), trigger(BLACK, "entry:1")))
    assert panel.measures[0].because == ("某事由 record:1号 市某局",)
    assert [line.name for line in panel.bad] == ["严重违法失信名单"]


def test_a_record_without_a_measure_is_still_shown() -> None:
    assert [line.name for line in shown(triggers=(trigger(PENALTY, "record:1"),)).bad] == ["行政处罚"]


def test_red_and_black_stand_side_by_side_and_the_reward_says_it_is_paused() -> None:
    panel = shown(
        measure("z", RED, wording=Wording.OFFER, reward=True),
        triggers=(trigger(RED, "entry:2"), trigger(BLACK, "entry:1")),
    )
    assert ([x.name for x in panel.bad], [x.name for x in panel.good]) == (["严重违法失信名单"], ["诚信示范企业名单"])
    assert [(r.state, r.offered) for r in panel.rewards] == [("激励暂停：有在期失信信息", False)]


def test_a_suspended_measure_says_since_when() -> None:
    disputed = trigger(BLACK, "entry:1", disputed_on=date(2026, 11, 18), suspended=True)
    panel = shown(measure("a", BLACK), triggers=(disputed,))
    assert panel.measures[0].suspended == "存在异议 · 措施暂不执行（自 2026-11-18）"
    assert panel.disputes == ("存在异议 · 措施暂不执行（自 2026-11-18）",)


def test_a_gap_beside_a_hit_is_named_and_a_gap_alone_is_the_verdict() -> None:
    beside = shown(measure("a", BLACK), triggers=(trigger(BLACK, "entry:1"),), asked=(BLACK, STALE))
    alone = shown(triggers=(), asked=(BLACK, STALE))
    assert (beside.shape, alone.shape) == ("hit", "gap")
    assert beside.gaps[0].startswith("未能核查：重大税收违法失信主体名单未接入")
    assert alone.sentence == beside.gaps[0] and alone.gaps == ()


@pytest.mark.parametrize(
    ("panel", "shape", "headline"),
    [
        (shown(triggers=()), "clear", "未命中"),
        (shown(triggers=(trigger(BLACK, "entry:1"),)), "proceed", "命中，本事项无对应措施"),
        (shown(measure("a", BLACK), triggers=(trigger(BLACK, "entry:1"),)), "hit", "命中"),
    ],
    ids=["clear", "no measure", "hit"],
)
def test_each_verdict_has_its_own_shape(panel: layout.Panel, shape: str, headline: str) -> None:
    assert (panel.shape, panel.mark, panel.headline) == (shape, layout.MARKS[shape], headline)


def test_a_name_alone_shows_candidates_and_no_measure() -> None:
    near = Candidate(name="江澜某公司", uscc="91", area="澜东区", why=("字号相同",))
    panel = panel_of(
        unidentified(Subject(role="a", role_label="申请人", given="某", why=Why.IDENTIFY, candidates=(near,)))
    )
    assert (panel.shape, panel.measures) == ("identify", ())
    assert [(c.name, c.code, c.why) for c in panel.candidates] == [("江澜某公司", "91", "字号相同")]


def test_the_five_shapes_differ() -> None:
    assert len(set(layout.MARKS.values())) == len(layout.MARKS)


def test_a_receipt_found_again_reads_as_the_page_did() -> None:
    lines = layout.sources_of(
        {
            "consulted": [
                {
                    "name": "某名单",
                    "kind": "serious",
                    "version": "",
                    "loaded_on": None,
                    "age_days": None,
                    "state": "held",
                    "only_for_reward": False,
                },
                {
                    "name": "记录",
                    "kind": "record",
                    "version": "v3",
                    "loaded_on": "2026-11-20",
                    "age_days": 0,
                    "state": "current",
                    "only_for_reward": True,
                },
            ]
        }
    )
    assert [(x.state, x.age, x.complete) for x in lines] == [("更新待确认", "–", False), ("时效正常", "0 天", True)]
    assert [x.kind for x in lines] == ["严重失信主体名单", "信用信息记录（激励条件）"]


def test_only_an_answer_about_somebody_known_empties_the_input() -> None:
    unknown = panel_of(
        unidentified(Subject(role="a", role_label="申请人", why=Why.INVALID_CODE, problem="校验位不符"))
    )
    assert (shown(triggers=()).identified, shown(triggers=(), asked=(STALE,)).identified, unknown.identified) == (
        True,
        True,
        False,
    )


def test_one_of_several_who_was_not_identified_is_told_by_his_place() -> None:
    nobody = unidentified(Subject(role="a", role_label="申请人", why=Why.IDENTIFY))
    result = result_of(nobody, nobody)
    again = layout.panels_of(content_of(result))
    assert [panel.name for panel in again] == ["第 1 位", "第 2 位"]
    assert [panel.name for panel in layout.panels_of(content_of(result), ("甲", "乙"))] == ["甲", "乙"]
    assert panel_of(nobody).name == ""


def test_the_strongest_verdict_stands_for_the_application() -> None:
    clear, hit = shown(triggers=()), shown(triggers=(trigger(BLACK, "entry:1"),))
    assert layout.strongest([clear, hit]) is hit
    assert (clear.leads, hit.leads) == (True, True)  # each alone on its receipt
