"""What a department may write of its roster: name, labels, purpose, what it asks, when, and who is told. Pure."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from kernel.identifiers import holds_citizen_id
from screening.rules.matters import STAGE_LABELS

LONGEST_NAME, LONGEST_LABEL, LONGEST_PURPOSE = 100, 30, 300
MOST_LABELS, MOST_RECIPIENTS = 10, 20
_PARTS = re.compile(r"[、,，;；\s]+")


@dataclass(frozen=True, slots=True)
class Recipient:
    """`channel`: mail or sms; `to`: an address, or a mobile number without decoration."""

    channel: str
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterContent:
    """`schedule`: in words, as typed; `item_codes`: of "chosen" measures; `matter_code` and `stage`: of "matter"."""

    name: str
    labels: tuple[str, ...] = ()
    purpose: str = ""
    persons: bool = False
    source_ids: tuple[int, ...] = ()
    measures_from: str = "department"
    item_codes: tuple[str, ...] = ()
    matter_code: str = ""
    stage: str = ""
    schedule: str = ""
    recipients: tuple[Recipient, ...] = ()


def parts_of(text: str) -> tuple[str, ...]:
    """Labels, addresses, numbers: however they are parted, each once, in their order."""
    return tuple(dict.fromkeys(part for part in _PARTS.split(text.strip()) if part))


def problems_of(content: RosterContent, *, sources: Collection[int], items: Collection[str]) -> list[str]:
    """What must be mended before it is kept. `sources`, `items`: those that there are.

    个人信息保护法 第六、三十四条: persons are screened for a stated statutory task only; no number of a person stands
    in a free text.
    """
    problems = []
    if not content.name.strip() or len(content.name) > LONGEST_NAME:
        problems.append(f"请填写名单名称，{LONGEST_NAME} 字以内。")
    if len(content.labels) > MOST_LABELS or any(len(label) > LONGEST_LABEL for label in content.labels):
        problems.append(f"主题标签最多 {MOST_LABELS} 个，每个 {LONGEST_LABEL} 字以内。")
    if len(content.purpose) > LONGEST_PURPOSE:
        problems.append(f"目的和依据请写在 {LONGEST_PURPOSE} 字以内。")
    if content.persons and not content.purpose.strip():
        problems.append("名单含自然人的，须写明目的和依据（个人信息保护法 第六、三十四条）。")
    if any(holds_citizen_id(text) for text in (content.name, content.purpose, *content.labels)):
        problems.append("名称、标签和依据中不得含公民身份号码，请删去。")
    if not content.source_ids:
        problems.append("请勾选至少一个要比对的名单或信息。")
    elif set(content.source_ids) - set(sources):
        problems.append("勾选的名单中有已停用或没有登记的，请刷新页面后重新勾选。")
    problems += _of_measures(content, items)
    if len(content.recipients) > MOST_RECIPIENTS:
        problems.append(f"最多填写 {MOST_RECIPIENTS} 个接收人。")
    return problems


def _of_measures(content: RosterContent, items: Collection[str]) -> list[str]:
    if content.measures_from == "chosen":
        if not content.item_codes:
            return ["请勾选要比对的措施，或改选“本部门的措施”。"]
        if set(content.item_codes) - set(items):
            return ["勾选的措施中有已撤回的，请刷新页面后重新勾选。"]
    if content.measures_from == "matter" and not (content.matter_code and content.stage in STAGE_LABELS):
        return ["请选择政务服务事项和管理阶段。"]
    return []
