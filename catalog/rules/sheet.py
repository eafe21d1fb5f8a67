"""The catalogue's own spreadsheet: which columns, and what stands in them. Pure.

The columns are what local law asks of a catalogue: 河南省社会信用条例 第十一条 (代码、名称、格式、提供单位、主体
类型、共享属性、更新周期、信息项), 山东 第十条 (有效期限), 深圳 第三十四条 (公开属性、保存期限).
"""

from collections.abc import Mapping
from datetime import date

from catalog.rules.content import Content
from catalog.rules.definition import KINDS, Field, FieldType
from catalog.rules.sentences import need_of
from subjects.rules.kinds import KIND_LABELS, Kind

ITEM_COLUMNS = {  # heading: width
    "条目编码": 24, "条目名称": 30, "版本": 6, "状态": 10, "信息类别": 26, "目录版本": 10, "纳入依据": 40,
    "主体类型": 26, "提供单位": 30, "共享范围": 10, "更新周期": 10, "报送时限（工作日）": 12, "保存期限（月）": 10,
    "公示期限（月）": 10, "信息项数": 8, "发布日期": 12, "撤销日期": 12, "备案日期": 12, "备案文号": 20,
}  # fmt: skip
FIELD_COLUMNS = {
    "条目编码": 24, "条目名称": 30, "版本": 6, "序号": 6, "信息项代码": 20, "信息项名称": 30, "数据格式": 18,
    **{f"填报要求（{KIND_LABELS[Kind(kind)]}）": 12 for kind in KINDS},
    "长度": 8, "单位": 8, "代码表": 40, "多值分隔符": 8, "共享范围": 10, "脱敏": 18, "别名": 40, "说明": 50,
}  # fmt: skip
Cell = str | int | None


def item_cells(
    content: Content, *, code: str, number: int, state: str, days: Mapping[str, date | None], filing_no: str,
    units: Mapping[str, str],
) -> list[Cell]:  # fmt: skip
    """One version as a row of ITEM_COLUMNS. `days`: published_on, withdrawn_on, filed_on. `units`: names of
    departments by code."""
    return [
        code,
        content.name,
        number,
        state,
        content.information_class,
        content.class_edition,
        content.legal_basis,
        "、".join(KIND_LABELS[Kind(kind)] for kind in content.subject_kinds),
        "、".join(units.get(unit, unit) for unit in content.provider_units) or "产生该信息的部门",
        content.sharing_scope,
        content.update_cycle,
        content.report_within,
        content.retention_months,
        content.publicity_months,
        len(content.fields),
        *(day.isoformat() if (day := days.get(key)) else "" for key in ("published_on", "withdrawn_on", "filed_on")),
        filing_no,
    ]


def field_cells(content: Content, field: Field, *, code: str, version: int, number: int) -> list[Cell]:
    """One information item as a row of FIELD_COLUMNS."""
    return [
        code,
        content.name,
        version,
        number,
        field.code,
        field.name,
        _format(field),
        *(need_of(field, kind) if kind in content.subject_kinds else "" for kind in KINDS),
        field.length,
        field.unit,
        "、".join((*field.codes, "其他-…") if field.codes_open else field.codes),
        field.separator,
        field.sharing or content.sharing_scope,
        field.masking.label,
        "、".join(field.synonyms),
        field.note,
    ]


def _format(field: Field) -> str:
    return f"{field.type.label}（{field.decimals} 位小数）" if field.type is FieldType.AMOUNT else field.type.label
