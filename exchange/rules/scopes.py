"""What a subscription may ask for. Pure."""

from dataclasses import dataclass

from exchange.rules.sources import NO_MORE_THAN_NEEDED, SECOND_PERSON, SHARING
from kernel.law import Reason, Verdict

KINDS = {"legal_person": "法人", "sole_trader": "个体工商户", "other_organisation": "其他组织"}
SHORTEST_PURPOSE = 6


@dataclass(frozen=True, slots=True)
class Wish:
    """Which lists, about whom, where, for what task. `area`: a division code; "" is the whole city."""

    lists: frozenset[str]
    kinds: frozenset[str]
    area: str
    purpose: str


def may_be_opened(wish: Wish, *, current: frozenset[str], areas: frozenset[str]) -> Verdict:
    """Whether such a subscription may be proposed. `current`: codes of lists that are 现行; `areas`: known divisions.

    国办发〔2020〕49号 名单共享和更新: lists in force alone are shared. 个人信息保护法 第六条、第三十四条: a
    department is told what its task needs; natural persons are looked up one by one, never sent by the list.
    """
    against = []
    if not wish.lists:
        against.append(Reason("no_list", SHARING, "请至少选择一个名单。"))
    if unknown := sorted(wish.lists - current):
        against.append(Reason("list_not_current", SHARING, f"名单 {'、'.join(unknown)} 不是现行名单，不能订阅。"))
    if not wish.kinds:
        against.append(Reason("no_kind", NO_MORE_THAN_NEEDED, "请至少选择一类主体。"))
    if wish.kinds - KINDS.keys():
        text = "名单推送不包括自然人：自然人只按办件逐一核查，不成批提供。"
        against.append(Reason("persons_are_not_sent", NO_MORE_THAN_NEEDED, text))
    if wish.area and wish.area not in areas:
        against.append(Reason("area_unknown", SHARING, f"区划代码 {wish.area} 没有登记，请重新选择。"))
    if len(wish.purpose.strip()) < SHORTEST_PURPOSE:
        text = f"请写明履行哪项法定职责需要这些名单，不少于 {SHORTEST_PURPOSE} 个字。"
        against.append(Reason("no_purpose", NO_MORE_THAN_NEEDED, text))
    return Verdict(tuple(against))


def may_open(*, proposed_by: str, by: str) -> Verdict:
    """A second person opens what another proposed (浙江省公共信用信息管理条例 第二十四条)."""
    if proposed_by != by:
        return Verdict()
    return Verdict(
        (Reason("second_person", SECOND_PERSON, "提出人不能开通自己提出的订阅，请由信用办另一名审核人员办理。"),)
    )
