"""The spreadsheet of matters and their application lists: what is exported can be imported again. Pure.

核查对象: applicant=申请人；legal_representative=法定代表人（自然人，可不填）; the code may be left out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO

import xlsxwriter

from screening.rules.matters import BY_APPLICATION, OF_OWN_MOTION, STAGE_LABELS, MatterContent, problems_of
from screening.rules.question import Role

CODE, NAME, WAY, DEPARTMENT, HANDLED_BY = "事项编码", "事项名称", "办理方式", "实施部门", "受理窗口部门"
STAGES, ROLES, CONSULTS = "管理阶段", "核查对象", "应查名单和信息"
COLUMNS = {CODE: 16, NAME: 36, WAY: 10, DEPARTMENT: 30, HANDLED_BY: 30, STAGES: 14, ROLES: 46, CONSULTS: 40}
REQUIRED = (CODE, NAME, DEPARTMENT, STAGES, ROLES)
SYNONYMS = {
    CODE: ("事项编号", "事项代码"), DEPARTMENT: ("实施部门代码", "实施机构"),
    HANDLED_BY: ("受理窗口部门代码", "受理部门"),
    CONSULTS: ("核查名单或信息", "应查名单", "核查来源"),
}  # fmt: skip
KNOWN_ROLES = {
    "申请人": "applicant", "法定代表人": "legal_representative", "投标人": "bidder", "供应商": "supplier",
    "检查对象": "inspected", "参评单位": "candidate",
}  # fmt: skip
STAGE_CODES = {label: code for code, label in STAGE_LABELS.items()}


@dataclass(frozen=True, slots=True)
class RowRefused:
    """A row that was not taken, with its number in the file, and how to mend it."""

    row: int
    message: str


@dataclass(frozen=True, slots=True)
class Names:
    """What a cell may name: a department by code, full or short name; a source by code or name."""

    departments: Mapping[str, int]
    sources: Mapping[str, str]


def parts_of(text: str) -> list[str]:
    """A cell with several values, however they are parted."""
    for sign in ("、", "，", ",", ";", "\n", " "):
        text = text.replace(sign, "；")
    return [part.strip() for part in text.split("；") if part.strip()]


def roles_of(text: str) -> tuple[Role, ...]:
    """The roles of a cell, in its order."""
    roles = []
    for number, part in enumerate(
        (p.strip() for p in text.replace(";", "；").replace("\n", "；").split("；")), start=1
    ):
        if not part:
            continue
        code, sign, said = part.partition("=")
        title, _, note = (said if sign else part).replace("(", "（").rstrip("）)").partition("（")
        title = title.strip()
        roles.append(
            Role(
                code=code.strip() if sign else KNOWN_ROLES.get(title, f"role_{number}"),
                label=title,
                persons="自然人" in note,
                required="可不填" not in note,
            )
        )
    return tuple(roles)


def role_text(role: Role) -> str:
    notes = [word for word, holds in (("自然人", role.persons), ("可不填", not role.required)) if holds]
    return f"{role.code}={role.label}" + (f"（{'，'.join(notes)}）" if notes else "")


def understand(number: int, cells: Mapping[str, str], names: Names) -> MatterContent | list[RowRefused]:
    """One row of the sheet, by the headings of COLUMNS; or everything that is wrong with it."""
    problems: list[str] = []
    department = names.departments.get(cells.get(DEPARTMENT, ""))
    if department is None:
        problems.append(_unknown(DEPARTMENT, cells.get(DEPARTMENT, ""), "已登记部门的统一社会信用代码或全称"))
    handled_by = None
    if desk := cells.get(HANDLED_BY, ""):
        handled_by = names.departments.get(desk)
        if handled_by is None:
            problems.append(_unknown(HANDLED_BY, desk, "已登记部门的统一社会信用代码或全称，没有窗口的留空"))
    way = cells.get(WAY, "") or BY_APPLICATION
    if way not in (BY_APPLICATION, OF_OWN_MOTION):
        problems.append(_unknown(WAY, way, f"“{BY_APPLICATION}”或“{OF_OWN_MOTION}”"))
    stages = parts_of(cells.get(STAGES, ""))
    problems += [_unknown(STAGES, stage, "事前、事中、事后") for stage in stages if stage not in STAGE_CODES]
    consults = parts_of(cells.get(CONSULTS, ""))
    problems += [
        _unknown(CONSULTS, one, "已登记名单或信息类别的代码或全称") for one in consults if one not in names.sources
    ]
    matter = MatterContent(
        code=cells.get(CODE, ""),
        name=cells.get(NAME, ""),
        department_id=department or 0,
        handled_by_id=handled_by,
        by_application=way == BY_APPLICATION,
        stages=tuple(code for code in STAGE_LABELS if STAGE_LABELS[code] in stages),
        roles=roles_of(cells.get(ROLES, "")),
        consults=tuple(dict.fromkeys(names.sources[one] for one in consults if one in names.sources)),
    )
    problems += problems_of(matter)
    return [RowRefused(number, problem) for problem in problems] if problems else matter


def _unknown(heading: str, value: str, instead: str) -> str:
    return f"“{heading}”：“{value}”没有登记。请改为{instead}。" if value else f"“{heading}”为空。请填写{instead}。"


def workbook(matters: Iterable[MatterContent], *, departments: Mapping[int, str]) -> bytes:
    """The sheet of these matters; `departments`: full names by id."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E8EEF6", "border": 1})
    text = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
    sheet = book.add_worksheet("政务服务事项")
    for at, (heading, width) in enumerate(COLUMNS.items()):
        sheet.set_column(at, at, width)
        sheet.write_string(0, at, heading, head)
    for line, matter in enumerate(matters, start=1):
        for at, cell in enumerate(cells_of(matter, departments)):
            sheet.write_string(line, at, cell, text)
    sheet.freeze_panes(1, 2)
    book.close()
    return out.getvalue()


def cells_of(matter: MatterContent, departments: Mapping[int, str]) -> Sequence[str]:
    """A row in the order of COLUMNS."""
    return [
        matter.code,
        matter.name,
        BY_APPLICATION if matter.by_application else OF_OWN_MOTION,
        departments.get(matter.department_id, ""),
        departments.get(matter.handled_by_id, "") if matter.handled_by_id else "",
        "、".join(STAGE_LABELS[stage] for stage in matter.stages),
        "；".join(role_text(role) for role in matter.roles),
        "、".join(matter.consults),
    ]
