"""How an entry leaves its list: who may end it, from which day, and what an exit is called. Pure."""

from dataclasses import dataclass
from datetime import date

from kernel.law import Reason, Verdict
from redblack.rules.lists import Origin, ReleaseKind
from redblack.rules.sources import CORRECTION, EXIT_STOPS_MEASURES, LIST_MANAGEMENT

BY_HAND = (ReleaseKind.EARLY, ReleaseKind.REVOKED, ReleaseKind.CORRECTED)
WRONGLY_LISTED = frozenset({ReleaseKind.REVOKED, ReleaseKind.CORRECTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What an entry says of itself. `effective_until`: its last day; None: until somebody ends it."""

    origin: Origin
    authority: str
    effective_from: date
    effective_until: date | None
    released_on: date | None = None
    release_kind: str = ""


def may_release(standing: Standing, *, kind: ReleaseKind, released_on: date, on: date) -> Verdict:
    """Whether a person may take the entry off its list from `released_on`, as of the day `on`.

    河南省社会信用条例 第三十七条: who recognised a subject ends its entry, once, and everybody else stops.
    国办发〔2020〕49号 严重失信主体名单认定标准和程序: who decides a list also takes off it; a term that is over ends
    by itself. 国办发〔2020〕49号 纠正错误列入: what was never right may be undone from its first day.
    """
    if standing.released_on is not None:
        return Verdict((already_released(standing),))
    against = []
    if not standing.origin.decided_here:
        text = (
            f"该条目由{standing.authority}认定（{standing.origin}），应由其移出后随名单更新。"
            "请函告认定部门，不能在本平台移出。"
        )
        against.append(Reason("decided_elsewhere", LIST_MANAGEMENT, text))
    if kind is ReleaseKind.EXPIRED:
        text = "期满移出由系统在期限届满次日登记，无需办理。请选择提前移出、撤销列入或者更正。"
        against.append(Reason("expires_by_itself", LIST_MANAGEMENT, text))
    if released_on > on:
        against.append(Reason("released_in_future", EXIT_STOPS_MEASURES, "移出日期晚于今天。请填写决定移出的日期。"))
    if released_on < standing.effective_from:
        text = f"移出日期早于列入日期 {standing.effective_from.isoformat()}，请核对。"
        against.append(Reason("released_before_listed", CORRECTION, text))
    if kind is ReleaseKind.EARLY and released_on == standing.effective_from:
        text = "列入当日即移出的，不是提前移出。列入有误的，请选择撤销列入或者更正。"
        against.append(Reason("early_on_first_day", CORRECTION, text))
    if standing.effective_until is not None and released_on > standing.effective_until:
        text = f"该条目的期限已于 {standing.effective_until.isoformat()} 届满，由系统登记期满移出，无需办理。"
        against.append(Reason("term_is_over", LIST_MANAGEMENT, text))
    return Verdict(tuple(against))


def already_released(standing: Standing) -> Reason:
    """Why nothing more can be done to an entry that has left its list, with the article that ended it."""
    on = standing.released_on.isoformat() if standing.released_on else ""
    text = f"该条目已于 {on} {standing.release_kind}，移出只有一次，不能再次移出、更正或者标注异议。"
    return Reason("already_released", EXIT_STOPS_MEASURES, text)


def may_clear_name(kind: str) -> Verdict:
    """Whether a statement that undoes the harm may be published: only after an entry that should not have been.

    国办发〔2020〕49号 纠正错误列入: a wrong listing is corrected and its harm undone.
    """
    if kind in {one.value for one in WRONGLY_LISTED}:
        return Verdict()
    text = "消除影响声明只针对错误列入：请先以“撤销列入”或者“更正”移出该条目。"
    return Verdict((Reason("not_wrongly_listed", CORRECTION, text),))


def how_it_left(
    *, reward: bool, began: date, until: date | None, version_begins: date | None, on: date
) -> ReleaseKind:
    """What the exit of a row is called that a new version of a received list no longer holds.

    Its term was over: 期满移出. So is a row of a yearly red list that began before everything in the new version
    (`version_begins`: the first day of its earliest row): the list was replaced as a whole. Else its authority took
    it off early, and knows why.
    """
    if until is not None and until < on:
        return ReleaseKind.EXPIRED
    replaced = reward and version_begins is not None and began < version_begins
    return ReleaseKind.EXPIRED if replaced else ReleaseKind.EARLY
