"""Who may apply, from which day, and what is still missing. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kernel.law import Reason, Verdict
from kernel.terms import same_day_later
from repair.rules.sets import RuleSet
from repair.rules.sources import CONDITIONS, GRADES, MEANING, SAMR_107, SCOPE, WHO_DECIDES, ZHEJIANG_32
from repair.rules.states import Target

DAY = timedelta(days=1)
PROOF, COMMITMENT = "法定责任义务履行完毕的证明材料", "信用承诺书"
IN_CHINESE = {0: "不设", 3: "3 个月", 6: "6 个月", 12: "1 年", 36: "3 年"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One record or entry as the rules see it. `found_on`: 认定之日. `until`: the last day of publicity or of
    the entry. `own_terms`: (last day, document) of statutory terms of the record itself; None: without end.
    `abnormal`: a list that one leaves when its cause is gone, without a shortest time. `field`: where
    special fields are read.
    """

    target: Target
    grade: str
    field: str
    found_on: date | None
    until: date | None
    over: str = ""  # how it ended, if it has
    own_terms: Sequence[tuple[date | None, str]] = ()
    abnormal: bool = False
    reward: bool = False
    decided_here: bool = True
    own_route: str = ""  # where else to apply
    forbidden: str = ""  # the law that says that it cannot be repaired
    on_serious_list: bool = False
    authority: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What one reads before applying. `earliest` None: not at all, or nobody can say."""

    verdict: Verdict
    earliest: date | None
    missing: tuple[str, ...]
    shortest: int

    @property
    def may_apply(self) -> bool:
        return bool(self.verdict)


def earliest_day(case: Case, rules: RuleSet) -> date | None:
    """The first day on which one may apply: the day after the shortest publicity, counted from the day of the
    finding, and after every statutory term of the record itself. None: the day of the finding is not known, or a term
    has no end.

    信用修复管理办法 第四条; 国办发〔2025〕22号 信用修复条件和材料.
    """
    if case.found_on is None or any(until is None for until, _ in case.own_terms):
        return None
    months = 0 if case.abnormal else rules.shortest(case.grade, case.field)
    first = same_day_later(case.found_on, months) + DAY if months else case.found_on
    return max([first, *(until + DAY for until, _ in case.own_terms if until is not None)])


def may_apply(case: Case, rules: RuleSet, *, on: date) -> Verdict:
    """Whether an application may be filed on that day.

    信用修复管理办法 第二条: all but what a law, regulation or central document excludes. 信用修复管理办法 第三条:
    what has ended needs no repair. 信用修复管理办法 第四条: not before the shortest publicity is over.
    国办发〔2025〕22号 信用修复条件和材料: duties are performed, so no statutory term of the record itself runs.
    国办发〔2025〕22号 谁认定、谁修复; 市场监督管理信用修复管理办法: who decides it, by which route.
    浙江省公共信用信息管理条例 第三十二条: who is on a serious list leaves that first.
    """
    against: list[Reason] = []
    if case.reward:
        return Verdict((Reason("not_negative", SCOPE, "守信激励信息不是失信信息，不适用信用修复。"),))
    if case.over:
        return Verdict((Reason("over", MEANING, f"{case.over}，已停止公示和使用，无需申请修复。"),))
    if case.until is not None and case.until < on:
        text = f"公示（列入）期限已于 {case.until.isoformat()} 届满，按期满停止公示处理，无需申请修复。"
        return Verdict((Reason("over", MEANING, text),))
    if case.forbidden:
        text = f"{case.forbidden}规定不得修复。"
        against.append(Reason("law_forbids", SCOPE, text))
    if case.own_route:
        against.append(Reason("own_route", SAMR_107, f"市场监管领域的信用修复，请通过{case.own_route}申请。"))
    elif not case.decided_here:
        text = f"由{case.authority}认定，不在本市办理。请通过“信用中国”网站向认定单位申请，结果下达后本市当日执行。"
        against.append(Reason("decided_elsewhere", WHO_DECIDES, text))
    for until, document in case.own_terms:
        if until is None or until >= on:
            end = f"至 {until.isoformat()}" if until else "没有期满日"
            text = f"独立法定限制在期（{document}，{end}），法定责任尚未履行完毕，在此之前不能修复。"
            against.append(Reason("own_term_runs", CONDITIONS, text))
    if case.on_serious_list and rules.list_bars_penalties and case.target is Target.RECORD:
        text = "该主体在严重失信主体名单上，应当先办理移出，再申请一般修复。"
        against.append(Reason("on_serious_list", ZHEJIANG_32, text))
    against += _too_early(case, rules, on)
    return Verdict(tuple(against))


def _too_early(case: Case, rules: RuleSet, on: date) -> list[Reason]:
    earliest = earliest_day(case, rules)
    if case.found_on is None:
        return [Reason("day_unknown", GRADES, "没有认定日期，不能计算最短公示期，请向认定部门核实。")]
    if case.abnormal or earliest is None:
        return []
    months = rules.shortest(case.grade, case.field)
    own = same_day_later(case.found_on, months) + DAY if months else case.found_on
    if on >= own:
        return []
    text = (
        f"未到最短公示期（{case.grade}失信信息最短 {IN_CHINESE.get(months, f'{months} 个月')}，"
        f"自 {case.found_on.isoformat()} 起算）。自 {earliest.isoformat()} 起可以申请。"
    )
    facts = (("earliest", earliest.isoformat()),)
    return [Reason("too_early", rules.source, text, facts)]


def outlook(
    case: Case, rules: RuleSet, *, on: date, has_proof: bool = False, has_commitment: bool = False
) -> Outlook:
    """From when, and what is still missing: only two materials are asked (国办发〔2025〕22号 信用修复条件和材料)."""
    verdict = may_apply(case, rules, on=on)
    codes = {reason.code for reason in verdict.against}
    never = codes & {"over", "law_forbids", "decided_elsewhere", "own_route", "not_negative", "day_unknown"}
    lacking = [] if has_proof else [PROOF]
    if not has_commitment:
        lacking.append(COMMITMENT)
    return Outlook(
        verdict=verdict,
        earliest=None if never else earliest_day(case, rules),
        missing=() if never else tuple(lacking),
        shortest=0 if case.abnormal else rules.shortest(case.grade, case.field),
    )
