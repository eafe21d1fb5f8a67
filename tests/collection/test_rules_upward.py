from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from catalog.rules.definition import Definition
from collection.rules.sheets import read_sheet
from collection.rules.upward import (
    ATTRIBUTES,
    NAMESPACE,
    Cover,
    Operation,
    UpRecord,
    as_schema,
    as_xlsx,
    as_xml,
    handed_fields,
    sealed_fields,
)
from tests.collection.definitions import PENALTY

DAY = date(2026, 11, 20)
MOMENT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
COVER = Cover(item="penalty", name="行政处罚信息", day=DAY, number=2, sender="江澜市", made_at=MOMENT)
VALUES = {
    "CF_XDR_MC": "江澜恒泰食品有限公司",
    "CF_XDR_SHXYM": "91339901MA9K3H5T3Y",
    "CF_WSH": "江市监处罚〔2026〕31号",
    "CF_NR": '=HYPERLINK("http://x")，罚款 <5 万元> & 没收',
    "CF_NR_FK": "12.5",
    "CF_JDRQ": "2026-11-18",
    "CF_CFLB": "罚款;其他-补充",
}


def up(**fields: object) -> UpRecord:
    said = {
        "id": 7,
        "operation": Operation.NEW,
        "version": 1,
        "subject_kind": "legal_person",
        "provider": "11339900MB1234567A",
        "recorded_at": MOMENT,
        "reason": "",
        "values": VALUES,
    }
    return UpRecord(**said | fields)  # type: ignore[arg-type]


def valid(xml: bytes, definition: Definition) -> bool:
    schema = etree.XMLSchema(etree.fromstring(as_schema(list(handed_fields([definition]).values()))))
    answer: bool = schema.validate(etree.fromstring(xml))
    return answer


def test_the_xml_is_what_its_schema_says() -> None:
    definition = PENALTY
    records = [
        up(),
        up(id=8, operation=Operation.CHANGED),
        up(id=9, operation=Operation.WITHDRAWN, reason="决定被撤销", provider=""),
    ]
    xml = as_xml(COVER, records, list(handed_fields([definition])))
    assert valid(xml, definition)
    assert xml.startswith(b"<?xml version='1.0' encoding='UTF-8'?>")
    root = etree.fromstring(xml)
    assert (root.get("item"), root.get("day"), root.get("number"), root.get("records")) == (
        "penalty", "2026-11-20", "2", "3",
    )  # fmt: skip
    first = root[0]
    assert {etree.QName(child).localname: child.text for child in first} == VALUES
    assert [record.get("operation") for record in root] == ["新增", "变更", "撤销"]
    assert root[2].get("reason") == "决定被撤销"


@pytest.mark.parametrize(
    "wrong",
    [{"CF_JDRQ": "2026年11月18日"}, {"CF_NR_FK": "十二万"}, {"STATE": "已删除"}, {"CF_WSH": "x" * 129}],
)
def test_the_schema_refuses_what_the_catalogue_refuses(wrong: dict[str, str]) -> None:
    definition = PENALTY
    assert not valid(as_xml(COVER, [up(values=VALUES | wrong)], list(handed_fields([definition]))), definition)


def test_another_order_of_the_fields_is_as_good() -> None:
    definition = PENALTY
    assert valid(as_xml(COVER, [up()], list(reversed(handed_fields([definition])))), definition)


@given(text=st.text(max_size=60))
def test_any_text_is_written_and_read_again(text: str) -> None:
    root = etree.fromstring(as_xml(COVER, [up(values={"CF_NR": text})], ["CF_NR"]))
    assert root.tag == f"{{{NAMESPACE}}}handover"
    kept = "".join(child.text or "" for child in root[0])
    assert set(kept) <= set(text) | {"\n"}


def test_the_workbook_reads_back_equal() -> None:
    definition = PENALTY
    fields = list(handed_fields([definition]).values())
    records = [up(id=number, values=VALUES | {"CF_WSH": f"文号{number}"}) for number in range(1, 40)]
    sheet = read_sheet(as_xlsx(COVER, records, fields), "上报数据", expected=[*ATTRIBUTES, *VALUES])
    read = [{heading: cell for heading, cell in row.cells.items() if cell} for row in sheet.rows]
    wanted = [{k: v for k, v in (one.attributes() | one.values).items() if v} for one in records]
    assert read == wanted


def test_what_is_not_shared_stays_here() -> None:
    definition = PENALTY
    fields = tuple(
        replace(field, sharing={"CF_NR": "授权查询", "BZ": "不予共享"}.get(field.code, ""))
        for field in definition.fields
    )
    handed = handed_fields([replace(definition, fields=fields)])
    assert "CF_NR" not in handed and "BZ" not in handed and "CF_WSH" in handed
    assert not handed_fields([replace(definition, sharing_scope="授权查询")])
    assert not sealed_fields(replace(definition, sharing_scope="不予共享"))


def test_numbers_of_persons_are_known_as_sealed() -> None:
    assert set(sealed_fields(replace(PENALTY, sharing_scope="政务共享"))) == {"CF_FR_ZJHM", "CF_XDR_ZJHM"}


def test_older_fields_follow_the_newest() -> None:
    definition = PENALTY
    old = replace(definition, version=1, fields=(*definition.fields[:3], replace(definition.fields[0], code="OLD")))
    new = replace(definition, version=2, fields=tuple(reversed(definition.fields)))
    codes = list(handed_fields([old, new]))
    assert codes == [*(field.code for field in new.fields), "OLD"]
