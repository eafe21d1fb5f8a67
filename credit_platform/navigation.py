"""The one table of the menu: what stands in it, in what order, and for which roles. A link that a role may not follow
is not shown to it; whether it may is decided by the page itself, not here."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from kernel.actor import Role
from toolkit.http import actor_of

BUSINESS = frozenset({Role.CLERK, Role.UPLOADER, Role.REVIEWER, Role.CREDIT_OFFICE})
REPORTING = frozenset({Role.UPLOADER, Role.REVIEWER, Role.CREDIT_OFFICE})
COUNTER = frozenset({Role.CLERK, Role.UPLOADER, Role.REVIEWER})
OFFICE = frozenset({Role.CREDIT_OFFICE})
SUPERVISORS = frozenset({Role.REVIEWER, Role.CREDIT_OFFICE})
EVERY_ROLE = frozenset(Role)


@dataclass(frozen=True, slots=True)
class Entry:
    label: str
    view: str  # URL name; the part before the colon marks the entry as the current one
    roles: frozenset[Role]


MENU: tuple[Entry, ...] = (
    Entry("待办", "portal:home", EVERY_ROLE),
    Entry("信用核查", "screening:window", BUSINESS),
    Entry("核查记录", "screening:today", BUSINESS),
    Entry("响应与反馈", "screening:responses", BUSINESS),
    Entry("数据归集", "collection:reporting", REPORTING),
    Entry("信用目录", "catalog:items", BUSINESS),
    Entry("名单管理", "redblack:entries", BUSINESS),
    Entry("信用修复", "repair:queue", REPORTING),
    Entry("措施清单", "measures:items", BUSINESS),
    Entry("主体检索", "subjects:find", BUSINESS),
    Entry("用户", "accounts:users", frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN})),
    Entry("接入系统", "accounts:clients", frozenset({Role.SECURITY_ADMIN})),
    Entry("审计记录", "audit:events", frozenset({Role.AUDIT_ADMIN})),
    Entry("待送达", "audit:deliveries", frozenset({Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN})),
)

# the second row: the pages of one kind of work, of whichever app, shown on all of them and on the other pages of the
# app that names the row; their entry in MENU stays marked
TABS: dict[str, tuple[Entry, ...]] = {
    "collection": (
        Entry("数据报送", "collection:reporting", REPORTING),
        Entry("报送批次", "collection:batches", REPORTING),
        Entry("归集任务", "collection:tasks", REPORTING),
        Entry("信用记录", "collection:records", REPORTING),
        Entry("报送质量", "collection:quality", REPORTING),
        Entry("承诺跟踪", "collection:promises", REPORTING),
        Entry("自动抽取", "collection:extractions", OFFICE),
        Entry("数据上报", "collection:handovers", OFFICE),
        Entry("接入系统", "accounts:clients", OFFICE),
        Entry("验签试算", "accounts:try_signature", REPORTING),
    ),
    "redblack": (
        Entry("名单条目", "redblack:entries", BUSINESS),
        Entry("列入办理", "redblack:proceedings", REPORTING),
        Entry("移出办理", "redblack:removals", BUSINESS),
        Entry("守信激励认定", "redblack:honours", BUSINESS),
        Entry("激励复核", "redblack:reviews", BUSINESS),
        Entry("名单接收", "redblack:received", REPORTING),
        Entry("名单时效", "redblack:list_ages", BUSINESS),
        Entry("名单类型", "redblack:list_types", BUSINESS),
        Entry("信用分级", "redblack:grades", BUSINESS),
        Entry("异议处理", "objections:queue", BUSINESS),
        Entry("推送订阅", "exchange:subscriptions", REPORTING),
        Entry("联动解除", "exchange:recalls", REPORTING),
        Entry("解除确认", "exchange:liftings", REPORTING),
        Entry("推送失败", "exchange:dead_letters", REPORTING),
    ),
    "check": (
        Entry("窗口核查", "screening:window", BUSINESS),
        Entry("批量核查", "screening:batches", BUSINESS),
    ),
    "records": (
        Entry("核查记录", "screening:today", BUSINESS),
        Entry("应查未查", "screening:finished", SUPERVISORS),
        Entry("监管名单筛查", "screening:rosters", BUSINESS),
        Entry("筛查发现", "screening:findings", BUSINESS),
        Entry("筛查统计", "screening:finding_statistics", BUSINESS),
    ),
    "feedback": (
        Entry("响应任务", "screening:responses", BUSINESS),
        Entry("奖惩反馈", "feedback:due_list", BUSINESS),
        Entry("措施实施告知书", "feedback:letters", BUSINESS),
        Entry("成效统计", "feedback:effects", BUSINESS),
        Entry("督办台账", "feedback:supervisions", BUSINESS),
        Entry("典型案例", "feedback:typicals", BUSINESS),
        Entry("案例上报", "feedback:upward", OFFICE),
    ),
    "repair": (
        Entry("修复申请", "repair:queue", REPORTING),
        Entry("修复帮办", "repair:counter", COUNTER),
        Entry("可修复未申请", "repair:outreach", REPORTING),
        Entry("上级修复结果", "repair:results", OFFICE),
        Entry("暂时解除", "repair:liftings", REPORTING),
        Entry("修复时限统计", "repair:statistics", REPORTING),
        Entry("修复规则", "repair:rules", REPORTING),
    ),
    "measures": (
        Entry("措施清单", "measures:items", BUSINESS),
        Entry("合作备忘录", "measures:memoranda", BUSINESS),
        Entry("基础清单", "measures:basic_lists", BUSINESS),
        Entry("政务服务事项", "screening:matters", OFFICE),
    ),
    "catalog": (
        Entry("目录条目", "catalog:items", BUSINESS),
        Entry("信息类别", "catalog:classes", BUSINESS),
        Entry("权责事项", "catalog:powers", OFFICE),
        Entry("目录维护", "catalog:upkeep", OFFICE),
        Entry("工作日历", "office:calendar", OFFICE),
    ),
    "subjects": (
        Entry("主体检索", "subjects:find", BUSINESS),
        Entry("名称冲突", "subjects:conflicts", OFFICE),
        Entry("待核验访客", "citizens:claims", OFFICE),
        Entry("信用报告", "reports:reports", BUSINESS),
        Entry("投诉举报", "complaints:complaints", REPORTING),
    ),
}


def menu(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `menu` and `tabs`, the links of this reader's roles; worked out where a template asks."""
    found = SimpleLazyObject(lambda: _menu(request))
    return {
        "menu": SimpleLazyObject(lambda: found["menu"]),
        "tabs": SimpleLazyObject(lambda: found["tabs"]),
    }


def _menu(request: HttpRequest) -> dict[str, list[dict[str, Any]]]:
    match = request.resolver_match
    here, app = (match.view_name, match.app_name) if match else ("", "")
    row = next((row for row in TABS.values() if any(tab.view == here for tab in row)), TABS.get(app, ()))
    own = {tab.view for tab in row}
    tabs = [_link(tab, tab.view == here) for tab in row if _shown(tab, request)]
    return {
        "menu": [_link(e, e.view == here or e.view in own) for e in MENU if _shown(e, request)],
        "tabs": tabs if len(tabs) > 1 else [],
    }


def _shown(entry: Entry, request: HttpRequest) -> bool:
    return bool(entry.roles & actor_of(request).roles)


def _link(entry: Entry, current: bool) -> dict[str, Any]:
    return {"label": entry.label, "href": reverse(entry.view), "current": current}
