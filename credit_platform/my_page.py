"""The doors on a visitor's own pages, as credit_platform/panels.py has them for staff: named here alone.

One line for each: on the page 我的 (`ref` false), or on the page of one represented subject, whose opaque reference
(toolkit.references, what "my") is the one place of the URL.
"""

from dataclasses import dataclass

from django.urls import reverse


@dataclass(frozen=True, slots=True)
class Door:
    label: str
    hint: str
    view: str
    ref: bool = False


DOORS: tuple[Door, ...] = (
    Door("信用修复", "哪些可以修复、自何日起、还缺什么，申请和进度", "repair:my_repairs"),
    Door("异议", "认为信息有误、被认成了别人，提出异议，看办到哪一步、怎样答复", "objections:my_objections"),
    Door("我的信用报告", "出具、下载所代表单位的信用报告", "reports:my_reports"),
    Door("谁查过我", "何时、哪个部门、为办理哪一事项核查过，谁取得过信用报告", "portal:my_lookups", ref=True),
    Door("我代表的主体", "添加单位或本人、查看谁代表本单位、管理登录的设备", "citizens:relations"),
)


def panels_of(ref: str = "") -> list[dict[str, str]]:
    """The doors of the page 我的, or, with a reference, of one subject's page."""
    return [
        {"label": one.label, "hint": one.hint, "href": reverse(one.view, args=[ref] if one.ref else [])}
        for one in DOORS
        if one.ref is bool(ref)
    ]
