"""What may be concluded, and by whom. Pure."""

from dataclasses import dataclass, field

from kernel.law import Reason, Verdict
from objections.rules.kinds import OUTCOMES, Kind, Outcome, Target, takes_off
from objections.rules.sources import COURT, LISTS, PROVIDER, SECOND_PERSON

ENTRY_FIELDS = {
    "ground": "列入事由",
    "legal_basis": "列入依据",
    "effective_until": "期限至",
    "exit_route": "移出条件和程序",
    "performance": "履行情况",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion:
    """What the verifier proposes. `changes`: field -> what it is to say."""

    outcome: Outcome
    finding: str
    basis: str = ""
    document_no: str = ""
    statement: str = ""
    changes: dict[str, str] = field(default_factory=dict)


def may_conclude(said: Conclusion, *, target: Target, kind: Kind, received: bool) -> Verdict:
    """Whether the outcome fits what the objection is about, and says what it must.

    国办发〔2020〕49号 严重失信主体名单：错误列入的纠正: what was wrong is corrected and its harm undone.
    河南省社会信用条例 第四十一条（提供单位核查）: the finding is written.
    法释〔2017〕7号 第十一条、第十二条: what was decided elsewhere is corrected there (`received`).
    """
    against = []
    if said.outcome not in OUTCOMES[target]:
        allowed = "、".join(OUTCOMES[target])
        against.append(Reason("outcome_unfit", LISTS, f"{target.label}的核查结论只能是：{allowed}。"))
    if len(said.finding.strip()) < 4:
        against.append(Reason("no_finding", PROVIDER, "请写明核查情况和理由。"))
    if takes_off(target, kind, said.outcome) and not said.document_no.strip() and not received:
        against.append(Reason("no_document", LISTS, "请填写据以移出、删除或者停止公示的文书文号。"))
    if received and said.outcome is not Outcome.KEEP and not said.document_no.strip():
        against.append(Reason("no_upstream_document", COURT, "请填写认定机关复函的文号。"))
    in_place = said.outcome in (Outcome.CORRECT, Outcome.SUPPLEMENT) and target is not Target.CHECK
    if in_place and not received and not takes_off(target, kind, said.outcome) and not said.changes:
        against.append(Reason("nothing_changed", LISTS, f"请写明{said.outcome.value}哪些内容。"))
    unknown = [name for name in said.changes if target is Target.ENTRY and name not in ENTRY_FIELDS]
    if unknown:
        against.append(Reason("field_unknown", LISTS, f"名单条目没有“{unknown[0][:40]}”这一项。"))
    return Verdict(tuple(against))


def may_confirm(*, two_persons: bool, proposed_by: str, by: str, handled_first: frozenset[str]) -> Verdict:
    """Whether this person may give the conclusion its effect.

    国办发〔2020〕49号 谁认定、谁负责: two persons where something leaves a list; of a review, none who handled
    the first.
    """
    against = []
    if two_persons and proposed_by == by:
        text = "提出结论的人不能审定自己的结论。请由本单位另一名审核人员审定。"
        against.append(Reason("second_person", SECOND_PERSON, text))
    if by in handled_first:
        against.append(Reason("handled_first", SECOND_PERSON, "原异议的经办人员不能审定复核，请由其他人员审定。"))
    return Verdict(tuple(against))


def default_statement(name: str, list_title: str, document_no: str) -> str:
    """What the 消除影响声明 begins with; the department may word it otherwise."""
    return (
        f"经核查，{document_no}所涉行为人不是{name}。{name}被列入“{list_title}”系登记主体错误，现已更正。"
        f"各有关部门和单位不得以该条目对{name}采取任何措施；已经采取的，应当立即解除并消除影响。"
    )
