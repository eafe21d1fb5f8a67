"""Where one subject of a pasted text ends and the next begins."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.identifiers import read_all
from screening.rules.pasted import parted

A, B = "91339901MA9K3H5T3Y", "91339901MA9K8X2WXX"
FIRM, OTHER = "江澜恒泰食品有限公司", "江澜新味轩餐饮管理有限公司"
LICENCE = f"统一社会信用代码：{A}\n名称：{FIRM}\n类型：有限责任公司\n法定代表人：沈某某"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (A, [A]),
        (f"{A} {B}", [f"{A} {B}"]),  # one line is read as it always was
        (f"{A}\n{B}\n", [A, B]),
        (f"{A}\r\n\r\n{B}", [A, B]),
        (f"{A}\t{FIRM}\n{B}\t{OTHER}", [f"{A}\n名称：{FIRM}", f"{B}\n名称：{OTHER}"]),
        (f"{FIRM},{A}\n{OTHER}，{B}", [f"{A}\n名称：{FIRM}", f"{B}\n名称：{OTHER}"]),
        (f"序号\t统一社会信用代码\t企业名称\n1\t{A}\t{FIRM}\t江澜市某路1号", [f"{A}\n名称：{FIRM}"]),
        (f"{FIRM}\n云帆科技", [FIRM, "云帆科技"]),
        (f"1\t{FIRM}\n2\t{OTHER}", [FIRM, OTHER]),
        (LICENCE, [LICENCE]),
        (f"{LICENCE}\n{LICENCE}", [LICENCE, LICENCE]),
        (f"https://example.cn/q?1\n{A}", [A]),
        ("企业名称\n代码", ["企业名称\n代码"]),
        (" \n ", [" \n "]),
    ],
)
def test_parts(text: str, parts: list[str]) -> None:
    assert parted(text) == parts


def test_a_code_and_a_name_of_one_row_are_read_together() -> None:
    [first, second] = [read_all(part)[0] for part in parted(f"{A}\t{FIRM}\n{B}\t{OTHER}")]
    assert (first.value, first.name, second.value, second.name) == (A, FIRM, B, OTHER)


@given(
    st.lists(st.sampled_from([A, B, FIRM, OTHER, "云帆", "张三\t339901198001010019", "备注"]), min_size=2, max_size=9)
)
@settings(max_examples=40)
def test_no_row_is_lost_and_none_is_two(lines: list[str]) -> None:
    assert len(parted("\n".join(lines))) == len([line for line in lines if line != "备注"]) or set(lines) == {"备注"}


@given(st.text(max_size=300))
@settings(max_examples=60)
def test_any_text_has_a_part(text: str) -> None:
    assert parted(text)
