"""The official words of an answer (docs: the forty terms and messages; numbers in the ids)."""

from datetime import UTC, date, datetime

import pytest

from collection.rules.freshness import SourceState
from screening.rules import sentences
from screening.rules.answer import Answer, CheckResult, Related, RewardState, SubjectAnswer, unidentified
from screening.rules.question import Candidate, Subject, Trigger, Why
from tests.screening.cases import BLACK, NAMES, OTHER, PENALTY, RED, answered, measure, plan, source, sources, trigger

AT = datetime(2026, 11, 20, 6, 2, tzinfo=UTC)
MARKED = date(2026, 11, 18)


def verdict(answer: SubjectAnswer) -> str:
    return sentences.verdict(answer, names=NAMES, at=AT, lists=3, records=1)


def test_12_clear() -> None:
    answer = answered(plan())
    assert sentences.headline(answer) == "未命中"
    assert verdict(answer) == (
        "未命中：截至 2026-11-20 14:02，本事项应查的 3 个名单和 1 类信息中，未发现该主体有效期内的记录。"
    )


def test_13_hit() -> None:
    answer = answered(plan(measure()), trigger(BLACK), trigger(BLACK, "entry:9", until=None))
    assert sentences.headline(answer) == "命中"
    assert verdict(answer) == (
        "命中：拖欠农民工工资名单，市人社局，某文〔2026〕1号，2026-03-02至2029-03-01；"
        "拖欠农民工工资名单，市人社局，某文〔2026〕1号，2026-03-02至无固定期限。"
    )


def test_14_hit_without_measure() -> None:
    answer = answered(plan(), trigger(BLACK))
    assert sentences.headline(answer) == "命中，本事项无对应措施"
    assert verdict(answer) == (
        "命中名单，但本部门措施清单中没有适用于本事项、本环节的措施。请按正常流程办理，不得因此附加条件。"
    )


def test_14_never_says_proceed_while_a_consulted_list_is_missing() -> None:
    answer = answered(plan(consults=(BLACK, PENALTY)), trigger(BLACK), at=sources(PENALTY=SourceState.HELD))
    assert (answer.answer, answer.no_measure, answer.complete) == (Answer.HIT, True, False)
    assert sentences.headline(answer) == "命中，另有名单未能核查"
    assert "正常流程" not in verdict(answer) and "不得据此认定为无其他记录" in verdict(answer)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (SourceState.NEVER_LOADED, "未接入"),
        (SourceState.HELD, "更新待确认"),
        (SourceState.UNKNOWN, "未登记"),
        (SourceState.STALE, "超时效，最近更新 2026-11-11（9 天未更新）"),
    ],
)
def test_15_could_not_check(state: SourceState, words: str) -> None:
    gap = source(OTHER, state, loaded_on=date(2026, 11, 11), age_days=9, authority="国家税务总局江澜市税务局")
    answer = answered(plan(consults=(OTHER,)), at={OTHER: gap})
    held = state is SourceState.HELD
    assert sentences.headline(answer) == ("未能核查（名单更新待确认）" if held else "未能核查")
    assert verdict(answer) == (
        f"未能核查：重大税收违法名单{words}。不得据此认定为无记录；请稍后重试或向国家税务总局江澜市税务局核实。"
    )


def test_15_every_gap_is_named() -> None:
    answer = answered(
        plan(consults=(BLACK, OTHER)), at=sources(BLACK=SourceState.HELD, OTHER=SourceState.NEVER_LOADED)
    )
    assert NAMES[BLACK] in verdict(answer) and NAMES[OTHER] in verdict(answer)
    assert "向信用办核实" in sentences.gap(source(OTHER, SourceState.HELD, authority=""))


def test_16_name_only() -> None:
    two = tuple(Candidate(name=n, uscc="", area="", why=()) for n in ("甲公司", "乙公司"))
    subject = Subject(role="applicant", role_label="申请人", why=Why.IDENTIFY, candidates=two)
    answer = unidentified(subject)
    assert sentences.headline(answer) == "需核实身份"
    assert verdict(answer) == ("需核实身份：名称相近的主体有 2 个。请输入统一社会信用代码。仅凭名称不得采取措施。")
    nobody = unidentified(Subject(role="applicant", role_label="申请人", why=Why.IDENTIFY))
    assert verdict(nobody).endswith("请输入统一社会信用代码。仅凭名称不得采取措施。")


@pytest.mark.parametrize("why", [w for w in Why if w not in (Why.NONE, Why.GAP, Why.IDENTIFY)])
def test_whoever_could_not_be_identified_is_told_why(why: Why) -> None:
    answer = unidentified(Subject(role="applicant", role_label="申请人", why=why, problem="第9位“O”应为数字0。"))
    assert sentences.headline(answer) == "未能核查"
    assert "未发现" not in verdict(answer) and len(verdict(answer)) > 10
    if why in (Why.INVALID_CODE, Why.MISSING_CODE):
        assert verdict(answer) == "未能核查：第9位“O”应为数字0。"


def test_17_related() -> None:
    hint = Related(post="法定代表人", masked_name="沈某某", count=1)
    assert sentences.related(hint) == ("关联提示：法定代表人 沈某某另有 1 条在期法定限制，请凭身份证件核查本人。")
    unsure = Related(post="法定代表人", masked_name="沈某某", count=0, doubtful=True)
    assert sentences.related(unsure) == (
        "关联提示：法定代表人 沈某某有名单更新待确认，未能核查，请凭身份证件核查本人。"
    )
    both = Related(post="法定代表人", masked_name="沈某某", count=2, doubtful=True)
    assert sentences.related(both) == (
        "关联提示：法定代表人 沈某某另有 2 条在期法定限制；有名单更新待确认，未能核查，请凭身份证件核查本人。"
    )


def test_18_receipt() -> None:
    assert sentences.RECEIPT_NOTE == (
        "本回执记载核查时点的名单情况，供依法履职使用；是否采取措施由实施部门依法决定。"
    )


def test_21_own_term() -> None:
    bans = plan(measure("Y1", (PENALTY,), articles=("《食品安全法》第一百三十五条",)), consults=(PENALTY,))
    ban = trigger(PENALTY, document_no="江市监处罚〔2026〕31号", until=date(2031, 2, 25), own_term=True)
    [applied] = answered(bans, ban).measures
    assert sentences.own_term(applied) == (
        "独立法定限制：依据《食品安全法》第一百三十五条、江市监处罚〔2026〕31号，至 2031-02-25，不因名单移出而终止。"
    )
    [plain] = answered(plan(measure()), trigger(BLACK)).measures
    assert sentences.own_term(plain) == ""


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (trigger(BLACK), ""),
        (trigger(BLACK, disputed_on=MARKED), "存在异议（自 2026-11-18）"),
        (trigger(BLACK, disputed_on=MARKED, suspended=True), "存在异议 · 措施暂不执行（自 2026-11-18）"),
    ],
)
def test_37_disputed(given: Trigger, words: str) -> None:
    assert sentences.disputed(given) == words


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ([trigger(BLACK, disputed_on=MARKED, suspended=True)], "命中（存在异议，措施暂不执行）"),
        ([trigger(BLACK, disputed_on=MARKED)], "命中（存在异议）"),
        ([trigger(BLACK, disputed_on=MARKED, suspended=True), trigger(BLACK, "entry:2")], "命中（存在异议）"),
    ],
)
def test_37_headline(found: list[Trigger], words: str) -> None:
    assert sentences.headline(answered(plan(measure()), *found)) == words


def test_every_answer_and_every_reward_has_its_words() -> None:
    assert sentences.ANSWER_LABELS == {
        Answer.HIT: "命中",
        Answer.COULD_NOT_CHECK: "未能核查",
        Answer.CLEAR: "未命中",
    }
    assert set(sentences.REWARD_LABELS) == set(RewardState)
    assert sentences.REWARD_LABELS[RewardState.PAUSED] == "激励暂停：有在期失信信息"


def test_lists_and_kinds_of_record_are_counted_apart() -> None:
    known = sources() | {OTHER: source(OTHER, only_for_reward=True)}
    result = CheckResult(
        checked_at=AT,
        as_of=date(2026, 11, 20),
        plan=plan(),
        file_number="",
        operator="",
        operator_department="",
        subjects=(),
        consulted=tuple(known[n] for n in (BLACK, PENALTY, RED, OTHER)),
    )
    assert sentences.counts(result) == (2, 1)
