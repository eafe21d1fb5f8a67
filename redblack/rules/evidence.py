"""Which papers an entry must show before it binds anybody, by the origin of its list. Pure."""

from dataclasses import dataclass
from datetime import date

from kernel.law import Reason, Verdict
from redblack.rules.lists import LegalStatus, Origin
from redblack.rules.sources import DECISION_STATES, LIST_MANAGEMENT, PRIOR_NOTICE, PUBLICITY_FIRST


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    """What the decision and its file say. Dates are legal days; empty text means "not stated"."""

    document_no: str
    authority: str
    ground: str
    legal_basis: str
    decided_on: date | None
    effective_from: date | None
    effective_until: date | None
    exit_route: str
    notice_served_on: date | None = None
    publicised_from: date | None = None
    publicised_until: date | None = None


def may_take_entries(status: LegalStatus) -> Verdict:
    """Whether a list type may take entries at all.

    国办发〔2020〕49号 严重失信主体名单认定标准和程序: only law, regulation or central policy sets up a list.
    """
    if status is LegalStatus.CURRENT:
        return Verdict()
    return Verdict(
        (
            Reason(
                "list_not_current", LIST_MANAGEMENT, f"该名单的法律状态为“{status}”，不得列入，也不得据此采取措施。"
            ),
        )
    )


def may_bind(papers: Papers, *, origin: Origin, reward: bool, type_basis: str, type_exit: str, on: date) -> Verdict:
    """Whether an entry with these papers binds. `type_basis`, `type_exit`: what the list type itself states.

    国办发〔2020〕49号 列入前告知: facts, basis and rights are told before the decision.
    国办发〔2020〕49号 列入决定书应载明的内容: the decision states ground, basis, measures, exit and remedies.
    国办发〔2020〕49号 严重失信主体名单认定标准和程序: a received entry is judged by its upstream decision.
    河南省社会信用条例 第二十八条: a red list is publicised before it is decided.
    """
    against = [
        *_stated(papers, basis=papers.legal_basis or ("" if origin.decided_here else type_basis)),
        *_ends(papers, exit_route=papers.exit_route or ("" if origin.decided_here else type_exit)),
    ]
    if origin.decided_here:
        against += _publicised_first(papers) if reward else _notified_first(papers)
        if papers.decided_on is None:
            against.append(Reason("no_decision_date", DECISION_STATES, "没有决定日期。请填写列入决定书的日期。"))
        elif papers.decided_on > on:
            against.append(Reason("decided_in_future", DECISION_STATES, "决定日期晚于今天，请核对。"))
        elif papers.effective_from and papers.effective_from < papers.decided_on:
            against.append(Reason("effective_before_decision", DECISION_STATES, "列入日期早于决定日期，请核对。"))
    return Verdict(tuple(against))


def _stated(papers: Papers, *, basis: str) -> list[Reason]:
    wanted = {
        "document_no": (papers.document_no, "没有决定文号（或案号）。请填写认定决定的文号。"),
        "authority": (papers.authority, "没有认定部门。请填写作出决定的机关。"),
        "legal_basis": (basis, "没有法律依据。请填写列入所依据的条文。"),
        "effective_from": (papers.effective_from, "没有列入日期。"),
    }
    return [Reason(f"no_{key}", DECISION_STATES, text) for key, (value, text) in wanted.items() if not value]


def _ends(papers: Papers, *, exit_route: str) -> list[Reason]:
    if papers.effective_until is None and not exit_route:
        return [Reason("no_end", DECISION_STATES, "既没有截止日期，也没有移出条件。请填写其中之一。")]
    if papers.effective_until and papers.effective_from and papers.effective_until < papers.effective_from:
        return [Reason("end_before_start", DECISION_STATES, "截止日期早于列入日期，请核对。")]
    return []


def _notified_first(papers: Papers) -> list[Reason]:
    if papers.notice_served_on is None:
        return [Reason("no_notice", PRIOR_NOTICE, "没有列入事先告知书的送达日期。未经告知不得列入。")]
    if papers.decided_on and papers.decided_on < papers.notice_served_on:
        text = (
            f"决定日期 {papers.decided_on.isoformat()} 早于告知送达日期 {papers.notice_served_on.isoformat()}，"
            "不得列入。"
        )
        return [Reason("decided_before_notice", PRIOR_NOTICE, text)]
    return []


def _publicised_first(papers: Papers) -> list[Reason]:
    if papers.publicised_from is None or papers.publicised_until is None:
        return [Reason("not_publicised", PUBLICITY_FIRST, "没有公示起止日期。守信激励对象认定前应当公示。")]
    if papers.decided_on and papers.decided_on < papers.publicised_until:
        return [Reason("decided_during_publicity", PUBLICITY_FIRST, "公示期未满即作出认定，请核对日期。")]
    return []
