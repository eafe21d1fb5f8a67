"""The official sentences of an answer, in the order in which the clerk needs them. Pure; the page, the print, the
interface and the spreadsheet all say the same words.
"""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from collection.rules.freshness import STATE_LABELS, SourceKind, SourceState
from screening.rules.answer import (
    Answer,
    Applied,
    CheckResult,
    Related,
    Reward,
    RewardState,
    SubjectAnswer,
    Undecided,
)
from screening.rules.question import Consulted, Trigger, Why

SHANGHAI = ZoneInfo("Asia/Shanghai")
ANSWER_LABELS = {Answer.HIT: "命中", Answer.COULD_NOT_CHECK: "未能核查", Answer.CLEAR: "未命中"}
HELD = "未能核查（名单更新待确认）"
NO_MEASURE = "命中名单，但本部门措施清单中没有适用于本事项、本环节的措施。请按正常流程办理，不得因此附加条件。"
NO_MEASURE_YET = (
    "已命中的名单，本部门措施清单中没有适用于本事项、本环节的措施；但另有应查信息未能核查，不得据此认定为无其他记录。"
)
RECEIPT_NOTE = "本回执记载核查时点的名单情况，供依法履职使用；是否采取措施由实施部门依法决定。"
REWARD_LABELS = {
    RewardState.OFFERED: "可以提供（激励）",
    RewardState.PAUSED: "激励暂停：有在期失信信息",
    RewardState.UNCONFIRMED: "激励待确认：有应查信息未能核查",
}
WHY_SENTENCES = {
    Why.NOTHING_CONSULTED: (
        "未能核查：本事项的应用清单中没有在用的名单或信息类别。不得据此认定为无记录；请向信用办核实。"
    ),
    Why.PERSON_NEEDS_FILE_NUMBER: "核查自然人须填写办件号。",
    Why.PERSONS_NOT_CHECKED_HERE: "本事项的应用清单不核查自然人，依法不得查询。",
    Why.LEGACY_NUMBER_UNKNOWN: "未能核查：旧注册号或组织机构代码未能对应到主体。请输入18位统一社会信用代码。",
}


def headline(answer: SubjectAnswer) -> str:
    """The verdict in a word or two, as it is shown, spoken and printed."""
    if answer.answer is Answer.HIT:
        if answer.disputed and all(m.suspended for m in answer.measures) and answer.measures:
            return "命中（存在异议，措施暂不执行）"
        if answer.disputed:
            return "命中（存在异议）"
        if answer.no_measure:
            return "命中，本事项无对应措施" if answer.complete else "命中，另有名单未能核查"
    if answer.why is Why.IDENTIFY:
        return "需核实身份"
    if answer.why is Why.GAP and all(gap.state is SourceState.HELD for gap in answer.gaps):
        return HELD
    return ANSWER_LABELS[answer.answer]


def verdict(answer: SubjectAnswer, *, names: Mapping[int, str], at: datetime, lists: int, records: int) -> str:
    """The sentence under the headline. `names` are the sources'; `at` is aware; `lists`, `records`: how many the
    matter consults.
    """
    if answer.why is Why.IDENTIFY:
        found = len(answer.subject.candidates)
        if not found:
            return "需核实身份：没有找到名称相近的主体。请输入统一社会信用代码。仅凭名称不得采取措施。"
        return f"需核实身份：名称相近的主体有 {found} 个。请输入统一社会信用代码。仅凭名称不得采取措施。"
    if answer.why in (Why.INVALID_CODE, Why.MISSING_CODE):
        return f"未能核查：{answer.subject.problem}"
    if answer.why in WHY_SENTENCES:
        return WHY_SENTENCES[answer.why]
    if answer.answer is Answer.HIT:
        if answer.no_measure:
            return NO_MEASURE if answer.complete else NO_MEASURE_YET
        return f"命中：{'；'.join(trigger(t, names[t.source_id]) for t in answer.triggers)}。"
    if answer.answer is Answer.COULD_NOT_CHECK:
        return " ".join(gap(s) for s in answer.gaps)
    return (
        f"未命中：截至 {at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}，本事项应查的 {lists} 个名单和 {records} 类信息中，"
        "未发现该主体有效期内的记录。"
    )


def gap(source: Consulted) -> str:
    """Why a consulted source says nothing, and what to do; it never reads as "no record"."""
    state = STATE_LABELS[source.state]
    if source.state is SourceState.STALE and source.loaded_on:
        state += f"，最近更新 {source.loaded_on.isoformat()}（{source.age_days} 天未更新）"
    return f"未能核查：{source.name}{state}。不得据此认定为无记录；请稍后重试或向{source.authority or '信用办'}核实。"


def trigger(t: Trigger, name: str) -> str:
    """One entry or record: list, authority, document, from and until."""
    until = t.until.isoformat() if t.until else "无固定期限"
    return f"{name}，{t.authority}，{t.document_no}，{t.since.isoformat()}至{until}"


def own_term(applied: Applied) -> str:
    """Sentence 21, for a measure whose term is a statute's or a decision's own; empty for the others."""
    own = next((t for t in applied.triggers if t.own_term), None)
    if own is None or own.until is None:
        return ""
    return (
        f"独立法定限制：依据{'、'.join(applied.measure.articles)}、{own.document_no}，"
        f"至 {own.until.isoformat()}，不因名单移出而终止。"
    )


def reward(r: Reward) -> str:
    return REWARD_LABELS[r.state]


def undecided(u: Undecided) -> str:
    """A measure of which it is not known whether it applies: the department decides, the platform does not guess."""
    return (
        f"“{u.measure.content}”是否适用未能判断：执行条件涉及{'、'.join(u.lacking)}，所列记录没有载明。"
        f"请向{u.measure.department}核实，由其依法决定。"
    )


def related(r: Related) -> str:
    """Sentence 17; where a list is held that may have more to say of the person, that too."""
    limits = f"{r.post} {r.masked_name}另有 {r.count} 条在期法定限制" if r.count else ""
    doubt = f"{'' if limits else f'{r.post} {r.masked_name}'}有名单更新待确认，未能核查" if r.doubtful else ""
    return f"关联提示：{'；'.join(filter(None, (limits, doubt)))}，请凭身份证件核查本人。"


def disputed(t: Trigger) -> str:
    if t.disputed_on is None:
        return ""
    note = " · 措施暂不执行" if t.suspended else ""
    return f"存在异议{note}（自 {t.disputed_on.isoformat()}）"


def counts(result: CheckResult) -> tuple[int, int]:
    """How many lists and how many kinds of record the matter consults (rewards' conditions not counted)."""
    asked = [s for s in result.consulted if not s.only_for_reward]
    records = sum(s.kind is SourceKind.RECORD for s in asked)
    return len(asked) - records, records
