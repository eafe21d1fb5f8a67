"""Whole rows of the penalty item: who it is about, what is required of whom, what follows for grade and publicity."""

from datetime import date

import pytest

from catalog.rules.definition import read
from collection.rules.checking import Plan
from collection.rules.identity import SOLE_TRADER_FILLER
from collection.rules.problems import LABELS, Severity
from collection.rules.ready import Person, RaisedPlan, Ready, Returned
from kernel.terms import last_day_of_months, last_day_of_years
from tests.collection.definitions import FIELDS, GOOD, PENALTY, PERSON, ROLES, SAID

TODAY = date(2026, 11, 22)
CITIZEN = "110101199003070134"
plan = Plan(PENALTY, today=TODAY, reporter="江澜市生态环境局", reporter_code="11230500001755309F")


def check(row: dict[str, str], **more):
    return plan.check(2, row, **more)


def problems(row: dict[str, str], **more) -> list[tuple[str, str]]:
    found = check(row, **more)
    listed = found.problems if isinstance(found, Returned) else found.warnings
    assert all(problem.code in LABELS for problem in listed)
    return [(problem.field, problem.code) for problem in listed]


def message(row: dict[str, str], field: str) -> str:
    found = check(row)
    listed = found.problems if isinstance(found, Returned) else found.warnings
    return " ".join(problem.message for problem in listed if problem.field == field)


def without(row: dict[str, str], *codes: str) -> dict[str, str]:
    return {code: text for code, text in row.items() if code not in codes}


def test_a_good_row_is_ready():
    ready = check(GOOD)
    assert isinstance(ready, Ready)
    assert (ready.kind, ready.uscc, ready.name) == ("legal_person", "91440300708461136T", GOOD["CF_XDR_MC"])
    assert (ready.decided_on, ready.valid_until) == (date(2026, 10, 9), date(2099, 12, 31))
    assert (ready.procedure, ready.grade, ready.publicity_state) == ("普通程序", "一般", "公示中")
    assert ready.publicity_until == date(2027, 10, 8)
    assert (ready.authority, ready.authority_code) == ("江澜市生态环境局", "11230500001755309F")
    assert ready.content == GOOD and ready.sealed == {} and ready.warnings == ()


def test_every_error_of_every_cell_in_the_order_of_the_columns():
    row = GOOD | {
        "CF_XDR_SHXYM": "91520198MAAMOWECXQ", "CF_WSH": "02015〕00396号", "CF_CFLB": "罚金;拘役", "CF_NR_FK": "-1",
        "CF_JDRQ": "2022-09-31", "CF_CFJG": "2022-09-31", "BZ": "字" * 513, "GRADE": "特别严重",
    }  # fmt: skip
    assert problems(without(row, "CF_SY")) == [
        ("CF_XDR_SHXYM", "uscc_wrong"),
        ("CF_WSH", "document_no_wrong"),
        ("CF_SY", "required"),
        ("CF_CFLB", "code_list"),
        ("CF_CFLB", "code_list"),
        ("CF_NR_FK", "amount_negative"),
        ("CF_JDRQ", "date_impossible"),
        ("CF_CFJG", "authority_wrong"),
        ("BZ", "too_long"),
        ("GRADE", "code_list"),
    ]


def test_an_empty_row_names_every_required_field_once():
    found = check({})
    assert isinstance(found, Returned)
    fields = [p.field for p in found.problems if p.severity is Severity.ERROR]
    assert len(fields) == len(set(fields)) == 15


def test_what_the_reader_could_not_trust_is_refused_and_never_repaired():
    lost = "该单元格是数值格式，15 位以后的数字已丢失。请将该列设为文本后重填"
    found = check(GOOD | {"CF_XDR_SHXYM": "914403007084611000"}, flaws={"CF_XDR_SHXYM": lost})
    assert isinstance(found, Returned)
    assert [(p.field, p.code, p.message) for p in found.problems] == [("CF_XDR_SHXYM", "cell_flawed", lost + "。")]
    assert problems(GOOD, flaws={"BZ": "公式没有计算结果。请重新计算"}) == [("BZ", "cell_flawed")]
    assert problems(GOOD, flaws={"": "列数多于表头。请检查分隔符", "承办人": "x"}) == [("", "cell_flawed")]


# --- who it is about ---
def test_a_name_alone_identifies_nobody():
    assert problems(without(GOOD, "CF_XDR_SHXYM")) == [("CF_XDR_SHXYM", "no_code")]
    assert "仅凭名称不能确定主体" in message(GOOD | {"CF_XDR_SHXYM": "无"}, "CF_XDR_SHXYM")


def test_an_older_code_identifies_but_the_required_one_is_asked_for():
    assert problems(without(GOOD, "CF_XDR_SHXYM") | {"CF_XDR_GSZC": "110108000000016"}) == [
        ("CF_XDR_SHXYM", "required")
    ]


def test_two_codes_of_two_organisations():
    assert problems(GOOD | {"CF_XDR_ZZJG": "71610585-2"}) == [("CF_XDR_ZZJG", "codes_differ")]
    assert isinstance(check(GOOD | {"CF_XDR_ZZJG": "70846113-6"}), Ready)


def test_a_sole_trader_without_a_code_writes_seventeen_zeros_and_gives_the_registration_number():
    bare = GOOD | {"CF_XDR_LB": "个体工商户", "CF_XDR_SHXYM": SOLE_TRADER_FILLER}
    ready = check(bare | {"CF_XDR_GSZC": "110108000000016"})
    assert isinstance(ready, Ready)
    assert (ready.kind, ready.uscc, ready.reg_no) == ("sole_trader", "", "110108000000016")
    assert problems(bare) == [("CF_XDR_SHXYM", "no_code")]
    assert SOLE_TRADER_FILLER in message(bare, "CF_XDR_SHXYM")


def test_kind_and_code_must_agree():
    assert problems(GOOD | {"CF_XDR_LB": "个体工商户"}) == [("CF_XDR_LB", "kind_mismatch")]
    assert "个体工商户" in message(GOOD | {"CF_XDR_LB": "个体工商户"}, "CF_XDR_LB")


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("91440300708461136T", "legal_person"),
        ("12330227419611791H", "legal_person"),
        ("11230500001755309F", "legal_person"),
    ],
)
def test_the_code_tells_which_organisation(code, kind):
    ready = check(GOOD | {"CF_XDR_SHXYM": code})
    assert isinstance(ready, Ready) and ready.kind == kind


def test_what_a_kind_has_not_must_be_empty():
    assert problems(GOOD | {"CF_XDR_ZJLX": "身份证", "CF_XDR_ZJHM": CITIZEN}) == [
        ("CF_XDR_ZJLX", "must_be_empty"),
        ("CF_XDR_ZJHM", "must_be_empty"),
    ]
    assert problems(PERSON | {"CF_XDR_SHXYM": "91440300708461136T"}) == [("CF_XDR_SHXYM", "must_be_empty")]
    assert isinstance(check(GOOD | {"CF_XDR_ZJHM": "— —"}), Ready)


def test_a_natural_person():
    ready = check(PERSON)
    assert isinstance(ready, Ready)
    assert (ready.kind, ready.name) == ("natural_person", "欧阳某某")
    assert ready.person == Person("citizen_id", CITIZEN, "欧阳建国")
    assert ready.content["CF_XDR_MC"] == "欧阳某某" and "CF_XDR_ZJHM" not in ready.content
    assert ready.sealed == {"CF_XDR_ZJHM": CITIZEN}
    assert CITIZEN not in str(ready.content) and "欧阳建国" not in str(ready.content)


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"CF_XDR_ZJHM": ""}, "CF_XDR_ZJHM", "required"),
        ({"CF_XDR_MC": ""}, "CF_XDR_MC", "required"),
        ({"CF_XDR_ZJLX": ""}, "CF_XDR_ZJLX", "required"),
        ({"CF_XDR_ZJHM": "110101199003070135"}, "CF_XDR_ZJHM", "id_number_wrong"),
        ({"CF_XDR_ZJHM": "110101900307013"}, "CF_XDR_ZJHM", "id_number_wrong"),
        ({"CF_XDR_ZJHM": "110101199O03070134"}, "CF_XDR_ZJHM", "id_number_wrong"),
        ({"CF_XDR_ZJHM": "110101202611230014"}, "CF_XDR_ZJHM", "id_number_wrong"),
        ({"CF_XDR_ZJHM": "E1234", "CF_XDR_ZJLX": "护照号"}, "", ""),
        ({"CF_XDR_ZJHM": "E12", "CF_XDR_ZJLX": "护照号"}, "CF_XDR_ZJHM", "id_number_wrong"),
        ({"CF_XDR_ZJHM": "H12345678", "CF_XDR_ZJLX": "港澳居民来往内地通行证"}, "", ""),
        ({"CF_XDR_ZJHM": "军字第12345号", "CF_XDR_ZJLX": "其他-军官证"}, "CF_XDR_ZJHM", "id_number_wrong"),
    ],
)
def test_what_identifies_a_person(change, field, code):
    row = PERSON | change
    assert problems({k: v for k, v in row.items() if v}) == ([(field, code)] if field else [])
    number = row["CF_XDR_ZJHM"]
    if field == "CF_XDR_ZJHM" and number:
        assert number not in message(row, field)


def test_who_answers_for_it_is_sealed_too():
    row = GOOD | {"CF_FR_ZJLX": "身份证", "CF_FR_ZJHM": CITIZEN}
    ready = check(row)
    assert isinstance(ready, Ready)
    assert ready.responsible == Person("citizen_id", CITIZEN, "沈某平")
    assert ready.sealed == {"CF_FR_ZJHM": CITIZEN} and CITIZEN not in str(ready.content)
    assert problems(row | {"CF_FR_ZJHM": "110101199003070135"}) == [("CF_FR_ZJHM", "id_number_wrong")]


def test_a_kind_that_the_item_does_not_take():
    only = Plan(read(SAID | {"subject_kinds": ["legal_person"]}), today=TODAY, reporter="", reporter_code="")
    found = only.check(2, PERSON)
    assert isinstance(found, Returned)
    assert ("CF_XDR_LB", "kind_not_collected") in [(p.field, p.code) for p in found.problems]


def test_without_a_field_for_the_kind_the_code_tells():
    roles = ROLES | {"subject_kind": ""}
    fields = [one for one in FIELDS if one["code"] != "CF_XDR_LB"]
    bare = Plan(read(SAID | {"roles": roles, "fields": fields}), today=TODAY, reporter="", reporter_code="")
    assert bare.check(2, without(GOOD, "CF_XDR_LB")).kind == "legal_person"
    assert bare.check(2, without(PERSON, "CF_XDR_LB")).kind == "natural_person"


# --- cross-field ---
@pytest.mark.parametrize(("ends", "code"), [("2026-10-08", "in_order"), ("2026-10-09", ""), ("2026-10-10", "")])
def test_dates_in_order(ends, code):
    assert problems(GOOD | {"CF_YXQ": ends}) == ([("CF_YXQ", code)] if code else [])


@pytest.mark.parametrize(("day", "code"), [("2026-11-22", ""), ("2026-11-23", "date_future")])
def test_not_in_the_future(day, code):
    row = without(GOOD | {"CF_JDRQ": day}, "CF_GSJZQ")
    assert ("CF_JDRQ", "date_future") in problems(row) if code else ("CF_JDRQ", "date_future") not in problems(row)


def test_required_when_and_empty_unless():
    assert problems(without(GOOD, "CF_NR_FK")) == [("CF_NR_FK", "required_if")]
    assert "“处罚类别”含“罚款”时，本项必填" in message(without(GOOD, "CF_NR_FK"), "CF_NR_FK")
    assert problems(GOOD | {"CF_NR_WFFF": "1"}) == [("CF_NR_WFFF", "must_be_empty")]
    assert isinstance(check(GOOD | {"CF_NR_WFFF": "1", "CF_CFLB": "罚款;没收违法所得、没收非法财物"}), Ready)
    revoked = GOOD | {"CF_CFLB": "罚款;吊销许可证件", "GRADE": "严重"}
    assert problems(revoked) == [("CF_NR_ZKDX", "required_if")]


@pytest.mark.parametrize(
    ("amount", "text", "code", "should"),
    [
        ("3", "罚款人民币叁万元整", "", ""),
        ("3", "罚款30000元", "", ""),
        ("3", "警告，处3万元罚款", "", ""),
        ("7", "罚款3万元，没收违法所得4万元", "amount_differs", ""),
        ("7", "罚款3万元；罚款4万元", "", ""),
        ("30000", "罚款人民币叁万元整", "unit_slip", "请改为 3（"),
        ("120000", "罚款120000元", "unit_slip", "120000 疑为元，本项单位为万元，请改为 12（"),
        ("0.0003", "罚款3万元", "unit_slip", "请改为 3（"),
        ("4", "罚款3万元", "amount_differs", ""),
        ("3", "警告", "", ""),
        ("0.2", "罚款2,000元", "", ""),
    ],
)
def test_the_amount_against_the_text(amount, text, code, should):
    row = GOOD | {"CF_NR_FK": amount, "CF_NR": text}
    assert problems(row) == ([("CF_NR_FK", code)] if code else [])
    assert should in message(row, "CF_NR_FK")
    assert isinstance(check(row, confirmed=True), Returned if code == "unit_slip" else Ready)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("罚款3万元，没收违法所得1万元", ""),
        ("罚款3万元", ""),
        ("罚款3万元，没收违法所得10000元", ""),
        ("罚款3万元，没收违法所得1元", "unit_slip"),
        ("罚款3万元，没收违法所得2万元", "amount_differs"),
    ],
)
def test_what_is_confiscated_is_compared_with_what_the_text_confiscates(text, code):
    rules = [{"kind": "unit_slip", "field": "CF_NR_WFFF", "other": "CF_NR"}]
    one = Plan(read(SAID | {"rules": rules}), today=TODAY, reporter="", reporter_code="")
    found = one.check(2, GOOD | {"CF_NR_WFFF": "1", "CF_NR": text})
    listed = found.problems if isinstance(found, Returned) else found.warnings
    assert [p.code for p in listed] == ([code] if code else [])


def test_a_suspect_amount_is_taken_when_a_person_confirms_it():
    row = GOOD | {"CF_NR_FK": "120000", "CF_NR": "罚款"}
    assert problems(row) == [("CF_NR_FK", "amount_suspect")]
    assert isinstance(check(row), Returned)
    ready = check(row, confirmed=True)
    assert isinstance(ready, Ready) and [w.severity for w in ready.warnings] == [Severity.SUSPECT]


def test_one_of():
    rule = {"kind": "one_of", "fields": ["CF_XDR_GSZC", "CF_XDR_ZZJG"]}
    one = Plan(read(SAID | {"rules": [rule]}), today=TODAY, reporter="", reporter_code="")
    assert [(p.field, p.code) for p in one.check(2, GOOD).problems] == [("CF_XDR_GSZC", "one_of")]
    assert isinstance(one.check(2, GOOD | {"CF_XDR_ZZJG": "708461136"}), Ready)
    assert isinstance(one.check(2, PERSON), Ready)  # both are none of a person's


# --- grade and publicity ---
@pytest.mark.parametrize(
    ("change", "grade"),
    [
        ({"PROCEDURE": "简易程序"}, "轻微"),
        ({"CF_CFLB": "警告", "CF_NR": "警告"}, "轻微"),
        ({"CF_CFLB": "警告;通报批评", "CF_NR": "警告"}, "轻微"),
        ({}, "一般"),
        ({"CF_CFLB": "警告;罚款"}, "一般"),
        ({"CF_CFLB": "罚款;吊销许可证件", "CF_NR_ZKDX": "许可证"}, "严重"),
        ({"CF_CFLB": "罚款;责令停产停业"}, "严重"),
    ],
)
def test_an_empty_grade_is_suggested_and_never_filled(change, grade):
    ready = check(without(GOOD | change, "GRADE", "CF_NR_FK") | ({"CF_NR_FK": "3"}))
    assert isinstance(ready, Ready) and ready.grade == "" and "GRADE" not in ready.content
    assert f"建议为“{grade}”" in next(w.message for w in ready.warnings if w.code == "grade_missing")


@pytest.mark.parametrize(
    ("grade", "state", "until"),
    [("一般", "公示中", date(2027, 10, 8)), ("严重", "公示中", date(2029, 10, 8)), ("轻微", "不予公示", None)],
)
def test_publicity_that_was_left_open(grade, state, until):
    ready = check(without(GOOD | {"GRADE": grade}, "CF_GSJZQ", "STATE"))
    assert isinstance(ready, Ready)
    assert (ready.publicity_state, ready.publicity_until) == (state, until)
    assert [w.code for w in ready.warnings] == (["publicity_assumed"] if until else [])
    assert "CF_GSJZQ" not in ready.content


@pytest.mark.parametrize(
    ("change", "state", "until"),
    [
        ({}, "公示中", date(2027, 10, 8)),
        ({"CF_CFLB": "罚款;责令停产停业"}, "公示中", date(2029, 10, 8)),
        ({"PROCEDURE": "简易程序"}, "不予公示", None),
        ({"CF_CFLB": "其他-责令限期拆除"}, "公示中", date(2027, 10, 8)),
    ],
)
def test_nothing_is_shown_without_end_where_the_grade_is_not_set(change, state, until):
    ready = check(without(GOOD | change, "CF_GSJZQ", "STATE", "GRADE"))
    assert isinstance(ready, Ready)
    assert (ready.grade, ready.publicity_state, ready.publicity_until) == ("", state, until)
    if until:
        assert "未填失信程度，暂按" in next(w.message for w in ready.warnings if w.code == "publicity_assumed")


@pytest.mark.parametrize(("until", "long"), [("2027-10-08", False), ("2027-10-09", True)])
def test_publicity_longer_than_the_law(until, long):
    assert problems(GOOD | {"CF_GSJZQ": until}) == ([("CF_GSJZQ", "publicity_long")] if long else [])


def test_publicity_that_is_over():
    old = GOOD | {"CF_JDRQ": "2025-11-22", "CF_GSJZQ": "2026-11-21"}
    assert check(old).publicity_state == "期满停止公示"
    assert problems(old) == [("STATE", "publicity_over")]
    assert check(old | {"CF_GSJZQ": "2026-11-22", "CF_JDRQ": "2025-11-23"}).publicity_state == "公示中"


def test_a_natural_person_is_never_published():
    ready = check(PERSON | {"STATE": "公示中"})
    assert isinstance(ready, Ready)
    assert (ready.publicity_state, ready.publicity_until, ready.content["STATE"]) == ("不予公示", None, "不予公示")
    assert [w.code for w in ready.warnings] == ["publicity_person"]


def test_a_summary_penalty_of_a_natural_person_is_not_collected():
    assert problems(PERSON | {"PROCEDURE": "简易程序"}) == [("PROCEDURE", "person_summary")]
    assert isinstance(check(GOOD | {"PROCEDURE": "简易程序"}), Ready)


def test_terms_end_on_the_day_before():
    assert last_day_of_years(date(2026, 2, 26), 5) == date(2031, 2, 25)
    assert last_day_of_years(date(2024, 2, 29), 1) == date(2025, 2, 28)
    assert last_day_of_months(date(2026, 10, 9), 12) == date(2027, 10, 8)
    assert last_day_of_months(date(2026, 11, 30), 3) == date(2027, 2, 28)


# --- raised ---
def test_a_revoked_licence_raises_a_term_of_five_years():
    row = GOOD | {
        "CF_CFLB": "吊销许可证件", "CF_NR": "吊销食品经营许可证", "CF_NR_ZKDX": "食品经营许可证 JY1", "GRADE": "严重",
        "CF_JDRQ": "2026-02-26", "CF_GSJZQ": "2029-02-25",
    }  # fmt: skip
    ready = check(without(row, "CF_NR_FK"))
    assert isinstance(ready, Ready)
    assert ready.raised == (
        RaisedPlan("P-FOOD", date(2026, 2, 26), date(2031, 2, 25), "吊销食品经营许可证", True, True),
        RaisedPlan("P-GEN", date(2026, 2, 26), date(2029, 2, 25), GOOD["CF_SY"], False, False),
    )


def test_a_raise_without_its_date_names_the_field():
    raised = [{"source": "P-BID", "field": "CF_NR", "words": ["罚款"], "begins": "CF_JDRQ", "ends": "CF_YXQ"}]
    fields = [f | {"required": {}} if f["code"] == "CF_YXQ" else f for f in FIELDS]
    one = Plan(read(SAID | {"raises": raised, "fields": fields}), today=TODAY, reporter="", reporter_code="")
    found = one.check(2, without(GOOD, "CF_YXQ"))
    assert isinstance(found, Returned)
    assert [p.code for p in found.problems] == ["raise_incomplete"]
    assert any("因“处罚内容”含“罚款”，限制期限须有日期。请填写“处罚有效期”" in p.message for p in found.problems)


def test_what_follows_from_a_wrong_day_is_not_told_twice():
    assert problems(GOOD | {"CF_GSJZQ": "2026-10-08"}) == [("CF_GSJZQ", "in_order")]
    assert problems(without(GOOD, "CF_YXQ")) == [("CF_YXQ", "required")]
    late = GOOD | {"CF_JDRQ": "2025-02-30", "CF_GSJZQ": "2026-02-27"}
    assert problems(late) == [("CF_JDRQ", "date_impossible")]


def test_a_ban_for_life_must_be_confirmed():
    row = GOOD | {"CF_NR": "罚款3万元，取消投标资格", "CF_YXQ": "2099-12-31"}
    assert problems(row) == [("CF_YXQ", "term_open")]
    ready = check(row, confirmed=True)
    assert isinstance(ready, Ready) and ready.raised[0].ends == date(2099, 12, 31)
    ready = check(row | {"CF_YXQ": "2027-10-08"})
    assert isinstance(ready, Ready) and ready.raised[0].ends == date(2027, 10, 8)


@pytest.mark.parametrize("row", [without(GOOD, "CF_GSJZQ"), PERSON])
def test_a_trigger_of_the_publicity_period_ends_with_what_the_law_gives(row):
    ready = check(row)
    assert isinstance(ready, Ready)
    assert [(one.source, one.ends) for one in ready.raised] == [("P-GEN", date(2027, 10, 8))]
