"""Rows of a small item for tests of the intake: every part that a row can play, and nothing else."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from typing import Any

from accounts.models import Department
from catalog.rules.definition import KINDS
from kernel.actor import Actor, Role
from kernel.identifiers import uscc_check_char
from tests.factories import accounts, collection

_numbers = count(1)
FIELDS: list[dict[str, Any]] = [
    {"code": "NAME", "name": "名称", "required": True},
    {"code": "USCC", "name": "统一社会信用代码", "type": "uscc", "required": {"natural_person": "-"}},
    {"code": "REG_NO", "name": "注册号", "type": "reg_no", "required": {"natural_person": "-"}},
    {"code": "ORG", "name": "组织机构代码", "type": "org_code", "required": {"natural_person": "-"}},
    {"code": "ID_KIND", "name": "证件类型", "type": "code", "codes": ["身份证", "护照号"], "required": {}},
    {
        "code": "ID_NO",
        "sharing": "不予共享",
        "name": "证件号码",
        "type": "id_number",
        "masking": "sealed",
        "required": {"natural_person": "R"},
    },
    {"code": "NO", "name": "文号", "required": True, "length": 100},
    {"code": "FACTS", "name": "事实", "required": True, "length": 200},
    {"code": "SECRET", "name": "内部备注", "masking": "sealed", "required": {}},
    {"code": "WHO", "name": "负责人", "required": {}},
    {"code": "WHO_KIND", "name": "负责人证件类型", "type": "code", "codes": ["身份证", "护照号"], "required": {}},
    {
        "code": "WHO_NO",
        "sharing": "不予共享",
        "name": "负责人证件号码",
        "type": "id_number",
        "masking": "sealed",
        "required": {},
    },
    {"code": "DAY", "name": "决定日期", "type": "date", "required": True},
    {"code": "UNTIL", "name": "有效期止", "type": "date", "required": {}},
    {"code": "ORGAN", "name": "机关", "required": True},
    {"code": "PROMISED", "name": "承诺期限", "type": "date", "required": {}},
]
ROLES = {
    "name": "NAME", "uscc": "USCC", "reg_no": "REG_NO", "org_code": "ORG", "person_id_kind": "ID_KIND",
    "person_id": "ID_NO", "document_no": "NO", "authority": "ORGAN", "decided_on": "DAY", "valid_until": "UNTIL",
    "responsible_name": "WHO", "responsible_id_kind": "WHO_KIND", "responsible_id": "WHO_NO",
    "promised_on": "PROMISED",
}  # fmt: skip


def item(*, raises: Sequence[Mapping[str, Any]] = (), **fields: Any) -> str:
    """The item, published. Its code."""
    said = {
        "fields": FIELDS, "roles": ROLES, "raises": list(raises), "report_within": 7, "sharing_scope": "政务共享",
        "subject_kinds": list(KINDS),
        "rules": [{"kind": "one_of", "fields": ["USCC", "REG_NO", "ORG"]}],
    }  # fmt: skip
    return collection.item(**said | fields)


def department(**fields: Any) -> Department:
    return accounts.department(**fields)


def uploader(of: Department) -> Actor:
    return accounts.actor(Role.UPLOADER, department=of)


def uscc() -> str:
    """A valid code that nobody in this run has."""
    first = f"91339901MA{next(_numbers):07d}"
    return first + uscc_check_char(first)


def row(**cells: str) -> dict[str, str]:
    """A good row about a firm that nobody knows yet, by the names of the fields."""
    number = next(_numbers)
    said = {
        "名称": f"江澜第{number}号商贸有限公司", "统一社会信用代码": uscc(), "注册号": "", "组织机构代码": "",
        "证件类型": "", "证件号码": "", "文号": f"江测罚〔2026〕{number}号", "事实": "未按规定公示", "内部备注": "",
        "负责人": "", "负责人证件类型": "", "负责人证件号码": "", "决定日期": "2026-11-16", "有效期止": "",
        "机关": "江澜市某局", "承诺期限": "",
    }  # fmt: skip
    return said | cells


def as_csv(rows: Iterable[Mapping[str, str]]) -> io.BytesIO:
    """A file of these rows."""
    text = io.StringIO()
    rows = list(rows)
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return io.BytesIO(text.getvalue().encode("utf-8-sig"))


def key() -> str:
    return f"call-{next(_numbers)}"
