"""One cell at a time: what is read, what is refused, and what the refusal tells the person to write."""

from datetime import date

import pytest

from catalog.rules.definition import Field, read_field
from collection.rules import amounts, dates, texts
from collection.rules.judged import Judged
from collection.rules.money import number_of, sums_in
from collection.rules.problems import Problem, Severity, sentence, shown

TODAY = date(2026, 11, 22)
CITIZEN = "110101199003070134"


def field(**said) -> Field:
    return read_field({"code": "F", "name": "信息项", "required": True, **said})


def said(judged: Judged) -> str:
    return " ".join(problem.message for problem in judged.problems)


def codes(judged: Judged) -> list[str]:
    return [problem.code for problem in judged.problems]


# --- text ---
text = texts.judge_text(field(type="text", length=10), TODAY)


@pytest.mark.parametrize(
    ("raw", "canonical"),
    [
        ("  警告 ", "警告"),
        ("第一行\r\n 第二行", "第一行\n第二行"),
        ("全角　空格", "全角 空格"),
        ("零宽\u200b字符\ufeff", "零宽字符"),
        ("0", "0"),
        ("十个字的文本正好十个", "十个字的文本正好十个"),
        ("-3", "-3"),
        ("+86 10", "+86 10"),
        ("𠀀生僻字", "𠀀生僻字"),
    ],
)
def test_a_text_is_trimmed_and_nothing_else(raw, canonical):
    assert text(raw).text == canonical


@pytest.mark.parametrize(
    "raw", ["", "  ", "无", "暂无", "/", "——", "— —", "－", "NULL", "n/a", "\\", " 无 ", "\u200b"]
)
def test_marks_for_nothing_are_empty(raw):
    assert text(raw) == ("", None, (), False)


@pytest.mark.parametrize(
    ("raw", "code", "how"),
    [
        ("十一个字的文本多出一个", "too_long", "请删减 1 字"),
        ("响\x07铃", "control_character", "第 2 个字符（U+0007）"),
        ("换\x0b行", "control_character", "重新录入"),
        ("反\u202e向", "control_character", "U+202E"),
        ("造\ue863字", "unreadable_character", "U+E863"),
        ("乱\ufffd码", "unreadable_character", "重新导出"),
        ("半\ud800个", "unreadable_character", "U+D800"),
    ],
)
def test_a_text_that_is_refused(raw, code, how):
    judged = text(raw)
    assert (judged.text, codes(judged), judged.filled) == ("", [code], True)
    assert how in said(judged)


def test_every_problem_of_a_text_is_told():
    assert codes(text("响\x07铃而且还造\ue863字并且过长")) == [
        "control_character",
        "unreadable_character",
        "too_long",
    ]


def test_four_thousand_and_one_characters():
    long = texts.judge_text(field(type="text", length=4000), TODAY)
    assert long("字" * 4000).problems == ()
    assert "共 4001 字，超过 4000 字的上限。请删减 1 字。" in said(long("字" * 4001))


@pytest.mark.parametrize(
    "raw",
    [
        f"当事人王某（身份证号{CITIZEN}）",
        f"身份证 {CITIZEN[:6]} {CITIZEN[6:14]} {CITIZEN[14:]}",
        "身份证１１０１０１１９９００３０７０１３４",
        "证号11010519491231002x",
    ],
)
def test_a_citizens_number_in_a_text_is_refused_and_not_repeated(raw):
    judged = texts.judge_text(field(type="text"), TODAY)(raw)
    assert [problem.message for problem in judged.problems] == ["文本中含有公民身份号码，请删去。"]


def test_long_numbers_that_are_no_citizens_are_text():
    judge = texts.judge_text(field(type="text"), TODAY)
    assert judge("订单 110101199003070135 号").problems == ()  # the check digit is wrong
    assert judge("代码 91440300708461136T").problems == ()


@pytest.mark.parametrize("raw", ["=SUM(A1:A3)", "+对方已履行", "@某某", "-责令改正", "＝A1"])
def test_what_looks_like_a_formula_is_kept_and_listed(raw):
    judged = texts.judge_text(field(type="text"), TODAY)(raw)
    assert judged.text == raw
    assert [(p.code, p.severity) for p in judged.problems] == [("formula", Severity.WARNING)]


# --- dates ---
day = dates.judge_date(field(type="date"))


@pytest.mark.parametrize(
    "raw",
    [
        "2026-11-20", "2026/11/20", "2026.11.20", "20261120", "2026年11月20日", "46346", "46346.5",
        "2026-11-20 00:00:00", "2026-11-20 10:30", "2026-11-20T10:30:00", "2026/11/20 9:05:01",
        "2026年11月20日 10时30分",
        "20261120103000", "2026-11-20 10:30:00.123", "２０２６－１１－２０", " 2026-11-20 ", "2026-11-19T18:00:00Z",
        "2026-11-20T08:00:00+08:00",
    ],
)  # fmt: skip
def test_the_forms_of_a_date(raw):
    assert day(raw) == ("2026-11-20", date(2026, 11, 20), (), True)


def test_the_forms_with_short_numbers():
    assert {day(raw).text for raw in ("2026-3-1", "2026/3/01", "2026.03.1", "2026年3月1日")} == {"2026-03-01"}


@pytest.mark.parametrize(
    ("raw", "read"),
    [("20000", "1954-10-03"), ("73415", "2100-12-31"), ("73416", ""), ("19999", ""), ("80001", "")],
)
def test_serial_numbers_of_spreadsheets(raw, read):
    assert day(raw).text == read


@pytest.mark.parametrize(
    ("raw", "code", "how"),
    [
        ("2022-09-31", "date_impossible", "2022年9月只有 30 天"),
        ("20220931", "date_impossible", "2022年9月只有 30 天"),
        ("2025-02-29", "date_impossible", "2025年2月只有 28 天"),
        ("2022-13-01", "date_impossible", "月份 13 不存在"),
        ("2022-00-10", "date_impossible", "月份 0 不存在"),
        ("1899-12-31", "date_impossible", "1900 至 2100"),
        ("2101-01-01", "date_impossible", "1900 至 2100"),
        ("22-09-30", "date_unreadable", "年份只有两位"),
        ("22年9月30日", "date_unreadable", "年份只有两位"),
        ("30/09/2022", "date_unreadable", "次序不明"),
        ("2022年9月", "date_unreadable", "缺少月或日"),
        ("202209", "date_unreadable", "缺少月或日"),
        ("2022", "date_unreadable", "2026-11-20"),
        ("二〇二二年九月三十日", "date_unreadable", "汉字数字"),
        ("长期", "date_unreadable", "请改为 2099-12-31"),
        ("2022-09/30", "date_unreadable", "2026-11-20"),
        ("昨天", "date_unreadable", "请改为如 2026-11-20"),
        ("2026-11-20 至 2027-11-19", "date_unreadable", "请改为"),
    ],
)
def test_what_is_no_date(raw, code, how):
    judged = day(raw)
    assert (judged.text, codes(judged)) == ("", [code])
    assert how in said(judged)


def test_the_day_before_and_after_a_leap_day():
    assert [day(raw).text for raw in ("2024-02-28", "2024-02-29", "2024-03-01")] == [
        "2024-02-28",
        "2024-02-29",
        "2024-03-01",
    ]
    assert day("2024-02-30").text == ""


# --- amounts ---
wan = amounts.judge_amount(field(type="amount", unit="万元", decimals=6, suspect_above="10000"))


@pytest.mark.parametrize(
    ("raw", "canonical"),
    [
        ("12", "12"), ("12.50", "12.5"), ("１２．５", "12.5"), ("1,200.5", "1200.5"), ("12万元", "12"), ("0", "0"),
        ("¥3", "3"), (" 3 ", "3"), ("0.000001", "0.000001"), (".5", "0.5"), ("12.", "12"), ("+3", "3"), ("-0", "0"),
        ("0.30000000000000004", "0.3"), ("10000", "10000"), ("12,345,678", ""), ("007", "7"),
    ],
)  # fmt: skip
def test_the_forms_of_an_amount(raw, canonical):
    judged = wan(raw)
    assert judged.text == (canonical or "12345678")
    assert not any(problem.severity is Severity.ERROR for problem in judged.problems)


@pytest.mark.parametrize(
    ("raw", "code", "how"),
    [
        ("120000元", "amount_unit", "单位是元，本项单位为万元，请改为 12。"),
        ("2,000元", "amount_unit", "请改为 0.2。"),
        ("1.2亿元", "amount_unit", "请改为 12000。"),
        ("-3", "amount_negative", "不小于 0"),
        ("1.2E5", "amount_unreadable", "科学计数法"),
        ("1e999", "amount_unreadable", "科学计数法"),
        ("0.0000001", "amount_decimals", "最多 6 位"),
        ("壹拾贰万元整", "amount_unreadable", "数字 12。"),
        ("罚款12万元", "amount_unreadable", "数字 12。"),
        ("12,5", "amount_unreadable", "只写数字"),
        ("约12", "amount_unreadable", "只写数字"),
        ("12吨", "amount_unreadable", "单位：万元"),
        ("1000000000000", "amount_too_large", "请核对"),
    ],
)
def test_what_is_no_amount(raw, code, how):
    judged = wan(raw)
    assert (judged.text, codes(judged)) == ("", [code])
    assert how in said(judged)


def test_an_amount_above_the_mark_is_suspect_and_the_mark_is_not():
    assert wan("10000").problems == ()
    (problem,) = wan("120000").problems
    assert (problem.code, problem.severity) == ("amount_suspect", Severity.SUSPECT)
    assert problem.message.startswith("120000 疑为元，本项单位为万元，请改为 12；")


def test_an_amount_in_yuan():
    yuan = amounts.judge_amount(field(type="amount", unit="元", decimals=2))
    assert said(yuan("12万元")) == "“12万元”的单位是万元，本项单位为元，请改为 120000。"
    assert yuan("12.345").problems[0].message == "“12.345”有 3 位小数，最多 2 位。请核对原件，如改为 12.35。"


@pytest.mark.parametrize(
    ("raw", "read"), [("12", "12"), ("１２", "12"), ("1,200", "1200"), ("12.0", "12"), ("0", "0")]
)
def test_whole_numbers(raw, read):
    assert amounts.judge_integer(field(type="integer"))(raw).text == read


@pytest.mark.parametrize("raw", ["12.5", "-1", "一", "1e3", "1234"])
def test_what_is_no_whole_number(raw):
    judged = amounts.judge_integer(field(type="integer", length=3))(raw)
    assert codes(judged) == ["integer_unreadable"]


@pytest.mark.parametrize(
    ("raw", "sums"),
    [
        ("罚款120000元", ["120000"]),
        ("罚款人民币壹拾贰万元整", ["120000"]),
        ("处12万元罚款", ["120000"]),
        ("罚款12万，没收违法所得3,500.50元", ["120000", "3500.50"]),
        ("3万5千元", ["35000"]),
        ("壹万贰仟叁佰元伍角陆分", ["12300.56"]),
        ("一亿二千万元", ["120000000"]),
        ("罚款人民币零元(0元)", ["0", "0"]),
        ("每百元", []),
        ("警告", []),
        ("罚款１２００００ 元", ["120000"]),
    ],
)
def test_sums_in_a_sentence(raw, sums):
    assert [str(one) for one in sums_in(raw)] == sums or [f"{one:f}" for one in sums_in(raw)] == sums


@pytest.mark.parametrize(
    ("numerals", "number"),
    [
        ("十", 10),
        ("十二", 12),
        ("壹佰零伍", 105),
        ("二〇二六", 2026),
        ("叁仟伍佰万", 35_000_000),
        ("万", None),
        ("甲", None),
    ],
)
def test_chinese_numerals(numerals, number):
    assert number_of(numerals) == number


def test_how_a_problem_is_said():
    problem = Problem("F", "unit_slip", "120000 疑为元，本项单位为万元，请改为 12。")
    assert sentence(5, "罚款金额", problem) == "第 5 行“罚款金额”：120000 疑为元，本项单位为万元，请改为 12。"
    assert sentence(5, "", problem).startswith("第 5 行：")


def test_a_shown_value_is_short_on_one_line_and_without_a_persons_number():
    assert shown(f"王某 {CITIZEN} 住某处") == "王某 （号码不显示）住某处" or CITIZEN not in shown(
        f"王某 {CITIZEN} 住某处"
    )
    assert shown("一\n二\x07") == "一 二□"
    assert shown("字" * 50) == "字" * 40 + "…"
