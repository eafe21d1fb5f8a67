"""The odd values that published files really hold, each with what it is answered.

From published penalty data and lists of 2017 to 2023: no natural person is in them.
"""

from datetime import date

import pytest

from collection.rules.checking import Plan
from collection.rules.problems import Severity
from collection.rules.ready import Ready, Returned
from tests.collection.definitions import GOOD, PENALTY

plan = Plan(PENALTY, today=date(2026, 11, 22), reporter="江澜市生态环境局", reporter_code="")
ERROR, WARNING = Severity.ERROR, Severity.WARNING
FREE = {code: text for code, text in GOOD.items() if code != "CF_NR_FK"} | {"CF_CFLB": "警告"}

CASES = [
    ("CF_NR", "罚款人民币零元(0元)", "no_penalty", ERROR, "没有处罚内容"),
    ("CF_NR", "警告，罚款人民币零元(0元)", "no_penalty", WARNING, "未罚款的不写罚款"),
    ("CF_NR", "警告&警告&警告", "repeated", WARNING, "重复 3 次"),
    ("CF_CFLB", "警告&警告&警告", "repeated", WARNING, "只计一次"),
    ("CF_NR", "不予行政处罚。", "no_penalty", ERROR, "请删去该行"),
    ("CF_NR", "违法事实不能成立。", "no_penalty", ERROR, "请删去该行"),
    ("CF_NR", "警告；另一行为不予行政处罚", "no_penalty", WARNING, "只报送给予处罚的决定"),
    ("CF_CFJG", "浙江省行政权力运行系统-2", "authority_wrong", ERROR, "系统或平台"),
    ("CF_CFJG", "2022-09-31", "authority_wrong", ERROR, "是日期"),
    ("CF_CFJG", "东环函〔2022〕13号", "authority_wrong", ERROR, "是文号"),
    ("CF_CFJG", "闽侯县城乡规划局(2)", "authority_wrong", ERROR, "请改为“闽侯县城乡规划局”"),
    (
        "CF_CFJG",
        "汕头市自然资源局(根据省政府令第270号,受省林业局委托)",
        "authority_note",
        WARNING,
        "如“汕头市自然资源局”",
    ),
    ("CF_CFJG", "信阳市-信阳市产业集聚区-", "authority_wrong", ERROR, "层级路径"),
    ("CF_CFJG", "11230500001755309F", "authority_wrong", ERROR, "列错位"),
    ("CF_XDR_SHXYM", "91520198MAAMOWECXQ", "uscc_wrong", ERROR, "第13位是字母“O”"),
    ("CF_XDR_SHXYM", "91150425MAOMX52N1X", "uscc_wrong", ERROR, "第11位是字母“O”"),
    ("CF_XDR_MC", "江澜市恒泰食品有眼公司", "name_wrong", ERROR, "改为“江澜市恒泰食品有限公司”"),
    ("CF_XDR_MC", "司常德市傅昌汽车运输有限公", "name_wrong", ERROR, "请改为“常德市傅昌汽车运输有限公司”"),
    ("CF_XDR_MC", "=HYPERLINK(A1)", "name_wrong", ERROR, "疑为表格公式"),
    ("CF_XDR_MC", "91440300708461136T", "name_wrong", ERROR, "列错位"),
    ("CF_YJ", "《中华人民共和国药典》2039年版一部", "year_in_text", WARNING, "年份递增"),
    ("CF_WSH", "02015〕洞中汍宇第00396号", "document_no_wrong", ERROR, "年份括号不完整"),
    ("CF_WSH", "江市监〔2062〕3号", "document_no_wrong", WARNING, "不合常理"),
    ("CF_WSH", "2022-09-30", "document_no_wrong", ERROR, "是日期"),
    ("CF_WSH", "", "required", ERROR, "请填写“行政处罚决定书文号”"),
    ("CF_WSH", "— —", "required", ERROR, "表示没有填写"),
]


@pytest.mark.parametrize(("field", "value", "code", "severity", "how"), CASES, ids=[f"{c[0]} {c[1]}" for c in CASES])
def test_an_odd_value_is_answered(field, value, code, severity, how):
    found = plan.check(2, FREE | {field: value})
    assert isinstance(found, Returned if severity is ERROR else Ready), found
    listed = found.problems if isinstance(found, Returned) else found.warnings
    assert [(p.field, p.code, p.severity) for p in listed] == [(field, code, severity)]
    assert how in listed[0].message


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("CF_WSH", "德环罚字【2019】0013号"),
        ("CF_WSH", "德环罚字（2019）0013号"),
        ("CF_WSH", "JLSJ-2026-0031"),
        ("CF_CFJG", "江澜市公安局交通警察支队（直属大队）"),
        ("CF_CFJG", "江澜市公共资源交易平台管理办公室"),
        ("CF_NR", "警告；责令停业整顿"),
        ("CF_YJ", "《中华人民共和国药典》2025年版一部"),
        ("BZ", "— —"),
        ("CF_XDR_MC", "开封市鼓楼区有眼光眼镜店"),
        ("CF_XDR_MC", "司徒（江澜）文化传媒有限公司"),
    ],
)
def test_an_unusual_value_that_is_right_is_taken_in_silence(field, value):
    found = plan.check(2, FREE | {field: value})
    assert isinstance(found, Ready), found
    assert found.warnings == ()


def test_what_a_department_means_by_the_kind_of_a_promise_is_no_problem():
    for word in ("主动型", "审批替代型", "证明事项型", "行业自律型", "信用修复型"):
        assert isinstance(plan.check(2, FREE | {"BZ": word}), Ready)
