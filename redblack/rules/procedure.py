"""The steps before an entry: notice, service, statement and defence, decision by a second person. Pure.

Each `may_*` says whether a step may be taken now, and names the article for each reason against it.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from kernel.law import Reason, Source, Verdict
from kernel.workdays import Due, Term, WorkCalendar
from redblack.rules.sources import DECISION_STATES, PRIOR_NOTICE, RECORD_OF_BREACH, SECOND_PERSON, STATEMENT

STATEMENT_DAYS = 5  # working days, where the notice gives no other term
NOTICE, RECEIPT, DECISION, OTHER = "列入事先告知书", "送达回证", "列入决定书", "其他"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What a proceeding says. Empty text: not stated. `here`: the steps are taken on this platform, not before it.

    `stopped`: the statement period rests. `unanswered`: statements nobody has answered. `papers`: kinds attached.
    `handled_by`: everybody who took a step of it, beside the two who are named. `due_by_law`: the last day of
    statement and defence from the service on, for a decision made elsewhere that states none.
    """

    here: bool
    ground: str
    facts: str
    legal_basis: str
    measures_told: str
    exit_route: str
    remedies: str
    notice_no: str
    notice_made_on: date | None
    notice_served_on: date | None
    statement_due_on: date | None
    stopped: bool
    unanswered: int
    decision_no: str
    decided_on: date | None
    effective_until: date | None
    papers: Collection[str]
    drafted_by: str
    submitted_by: str
    handled_by: Collection[str] = ()
    due_by_law: date | None = None


@dataclass(frozen=True, slots=True)
class Stop:
    """Days on which the statement period rests, both inclusive. `until` None: it still rests."""

    begins: date
    until: date | None


def statement_term(working_days: int) -> Term:
    """The statement period in working days, with what it rests on.

    行政处罚法 第四十五条、第六十四条、第八十五条: statement and defence are heard; five days, which are working days.
    The measure where the rule of the list gives none; local and ministry rules may give more.
    """
    return Term(working_days, STATEMENT)


def statement_due(served_on: date, term: Term, calendar: WorkCalendar, stops: Iterable[Stop] = ()) -> Due:
    """The last day of statement and defence. The day of service does not count, nor does a day that the period rests.

    行政处罚法 第八十五条 (working days). A stop that still stands counts to no end yet: see Case.stopped.
    """
    resting = list(stops)
    day, left = served_on, term.working_days
    while left:
        day += timedelta(days=1)
        left -= calendar.is_working(day) and not any(s.begins <= day and s.until and day <= s.until for s in resting)
    touched = set(range(served_on.year, day.year + 1))
    return Due(day, provisional=bool(touched & calendar.provisional))


def may_notify(case: Case) -> Verdict:
    """Whether a prior notice may be written: it must tell facts, ground, basis and the measures to come.

    国办发〔2020〕49号 列入前告知: the party is told the facts, the basis and its rights before it is listed.
    国办发〔2020〕49号 失信行为认定依据: a finding rests on a document with legal force.
    """
    return Verdict(
        (
            *_missing(PRIOR_NOTICE, facts=(case.facts, "事实"), ground=(case.ground, "列入事由")),
            *_missing(RECORD_OF_BREACH, legal_basis=(case.legal_basis, "法律依据")),
            *_missing(
                PRIOR_NOTICE,
                measures_told=(case.measures_told, "失信惩戒措施提示"),
                remedies=(case.remedies, "救济途径"),
                notice_no=(case.notice_no, "告知书文号"),
            ),
        )
    )


def may_serve(case: Case, *, served_on: date, on: date) -> Verdict:
    """Whether the notice can have been served on that day.

    国办发〔2020〕49号 列入前告知: the period of statement runs from the day on which the party was told.
    """
    against = []
    if served_on > on:
        text = "送达日期晚于今天。请在送达之后登记送达回证上的日期。"
        against.append(Reason("served_in_future", PRIOR_NOTICE, text))
    if case.notice_made_on and served_on < case.notice_made_on:
        text = f"送达日期早于告知书的制作日期（{case.notice_made_on.isoformat()}），请核对。"
        against.append(Reason("served_before_notice", PRIOR_NOTICE, text))
    return Verdict(tuple(against))


def may_submit(case: Case, *, on: date) -> Verdict:
    """Whether the decision may be asked for: the party was told, its time is over, what it said is answered.

    国办发〔2020〕49号 列入前告知: objections are checked and answered before the decision.
    行政处罚法 第四十五条、第六十四条、第八十五条: no decision before the party could speak.
    国办发〔2020〕49号 列入决定书应载明的内容: ground, basis, measures, exit, remedies.
    """
    before = _heard(case, on=on) if case.here else _told_in_order(case)
    stated = _missing(
        DECISION_STATES,
        decision_no=(case.decision_no, "列入决定书文号"),
        ground=(case.ground, "列入事由"),
        legal_basis=(case.legal_basis, "法律依据"),
        measures_told=(case.measures_told, "失信惩戒措施提示"),
        exit_route=(case.exit_route, "移出条件和程序"),
        remedies=(case.remedies, "救济途径"),
    )
    return Verdict((*before, *stated))


def may_decide(case: Case, *, by: str, on: date) -> Verdict:
    """Whether this person may decide it now.

    浙江省公共信用信息管理条例 第二十四条: the head of the organ signs; never whoever proposed it.
    国办发〔2020〕49号 列入决定书应载明的内容: what a submission must state still holds on the day itself.
    """
    against = [*second_person(case, by=by).against, *may_submit(case, on=on).against]
    if case.here and case.effective_until and case.effective_until < on:
        text = "截止日期早于今天。请退回经办人更正截止日期。"
        against.append(Reason("end_in_past", DECISION_STATES, text))
    return Verdict(tuple(against))


def second_person(case: Case, *, by: str) -> Verdict:
    """Whether this person neither drafted nor submitted it, nor wrote, served, heard or answered anything of it.

    浙江省公共信用信息管理条例 第二十四条.
    """
    if by in (case.drafted_by, case.submitted_by, *case.handled_by):
        text = "您是本件的提出人或经办人，不能由您作出决定。请由本部门的另一名审核人员决定。"
        return Verdict((Reason("decided_by_proposer", SECOND_PERSON, text),))
    return Verdict()


def _heard(case: Case, *, on: date) -> list[Reason]:
    if case.notice_made_on is None:
        return [Reason("not_notified", PRIOR_NOTICE, "还没有制作列入事先告知书。未经告知不得列入。")]
    if case.notice_served_on is None or case.statement_due_on is None:
        text = "列入事先告知书还没有送达。请先登记送达日期和方式；陈述、申辩期限自送达次日起算。"
        return [Reason("not_served", PRIOR_NOTICE, text)]
    against = []
    if case.stopped:
        text = "陈述、申辩期限正在中止。请先登记恢复的日期，期限届满后再提交决定。"
        against.append(Reason("period_stopped", STATEMENT, text))
    elif on <= case.statement_due_on:
        after = (case.statement_due_on + timedelta(days=1)).isoformat()
        text = f"陈述、申辩期限至 {case.statement_due_on.isoformat()}，尚未届满。自 {after} 起可以提交决定。"
        against.append(Reason("period_running", STATEMENT, text))
    if case.unanswered:
        text = f"还有 {case.unanswered} 份陈述、申辩没有答复。请逐份写明是否采纳和理由。"
        against.append(Reason("statement_unanswered", PRIOR_NOTICE, text))
    return against


def _told_in_order(case: Case) -> list[Reason]:
    """Of a decision made elsewhere: its papers are there, and their dates follow each other."""
    against = []
    if not {DECISION, OTHER} & set(case.papers):
        text = "没有附列入决定书。请上传决定书的扫描件（或载明各决定的登记表）。"
        against.append(Reason("no_decision_paper", DECISION_STATES, text))
    served, decided, due = case.notice_served_on, case.decided_on, case.statement_due_on
    if served is None:
        against.append(Reason("no_notice", PRIOR_NOTICE, "没有列入事先告知书的送达日期。未经告知不得列入。"))
        return against
    if case.notice_made_on and served < case.notice_made_on:
        against.append(Reason("served_before_notice", PRIOR_NOTICE, "送达日期早于告知书日期，请核对。"))
    if decided and decided < served:
        text = f"决定日期 {decided.isoformat()} 早于告知送达日期 {served.isoformat()}，不得列入。"
        against.append(Reason("decided_before_notice", PRIOR_NOTICE, text))
    elif due and due < served:
        text = "陈述、申辩期限届满日早于送达日期，请核对。"
        against.append(Reason("period_before_service", STATEMENT, text))
    elif decided and due and decided <= due:
        text = f"决定日期 {decided.isoformat()} 在陈述、申辩期限（至 {due.isoformat()}）届满之前，不得列入。"
        against.append(Reason("decided_within_period", STATEMENT, text))
    elif decided and not due and case.due_by_law and decided <= case.due_by_law:
        text = (
            f"没有写明陈述、申辩期限届满日。按告知送达日期 {served.isoformat()} 计算，"
            f"期限至 {case.due_by_law.isoformat()}，"
            f"决定日期 {decided.isoformat()} 在届满之前，不得列入。告知书另定期限的，请填写届满日。"
        )
        against.append(Reason("decided_within_period", STATEMENT, text))
    elif decided and decided == served:
        text = "决定日期与告知送达日期是同一天，没有留出陈述、申辩的时间，不得列入。"
        against.append(Reason("decided_on_service", STATEMENT, text))
    return against


def _missing(source: Source, **wanted: tuple[str, str]) -> list[Reason]:
    return [
        Reason(f"no_{key}", source, f"没有写明{label}。请补充后再办理。")
        for key, (value, label) in wanted.items()
        if not value.strip()
    ]
