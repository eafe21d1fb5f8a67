"""A penalty item as the data standard has it (rulebook 3.3), for tests of the row rules."""

from typing import Any

from catalog.rules.definition import Definition, read

ALL = {"legal_person": "R", "natural_person": "R", "sole_trader": "R", "other_organisation": "R"}
NONE = dict.fromkeys(ALL, "O")
CODES = NONE | {"natural_person": "-"}
ORGANISATIONS = CODES | {"sole_trader": "-"}
PERSONS = {"legal_person": "-", "natural_person": "R", "sole_trader": "-", "other_organisation": "-"}
DOCUMENTS = ["身份证", "护照号", "港澳居民来往内地通行证", "台湾居民来往大陆通行证", "外国人永久居留身份证"]
PENALTIES = [
    "警告", "通报批评", "罚款", "没收违法所得、没收非法财物", "暂扣许可证件", "降低资质等级", "吊销许可证件",
    "限制开展生产经营活动", "责令停产停业", "责令关闭", "限制从业", "行政拘留",
]  # fmt: skip


def field(code: str, name: str, type_: str, required: dict[str, str], length: int | None = None, **more: Any) -> dict:
    return {"code": code, "name": name, "type": type_, "length": length, "required": required, **more}


FIELDS = [
    field("CF_XDR_MC", "行政相对人名称", "text", ALL, 200, synonyms=["企业名称"]),
    field("CF_XDR_LB", "行政相对人类别", "code", ALL, codes=["法人及非法人组织", "自然人", "个体工商户"]),
    field(
        "CF_XDR_SHXYM",
        "行政相对人代码_1(统一社会信用代码)",
        "uscc",
        ALL | {"natural_person": "-"},
        synonyms=["统一社会信用代码"],
    ),
    field("CF_XDR_GSZC", "行政相对人代码_2(工商注册号)", "reg_no", CODES),
    field("CF_XDR_ZZJG", "行政相对人代码_3(组织机构代码)", "org_code", CODES),
    field("CF_XDR_SWDJ", "行政相对人代码_4(税务登记号)", "text", CODES, 32),
    field("CF_XDR_SYDW", "行政相对人代码_5(事业单位证书号)", "text", ORGANISATIONS, 120),
    field("CF_XDR_SHZZ", "行政相对人代码_6(社会组织登记证号)", "text", ORGANISATIONS, 50),
    field("CF_FRDB", "法定代表人", "text", ALL | {"natural_person": "-"}, 50),
    field("CF_FR_ZJLX", "法定代表人证件类型", "code", CODES, codes=DOCUMENTS, codes_open=True),
    field("CF_FR_ZJHM", "法定代表人证件号码", "id_number", CODES, synonyms=["CF_FR_SFZH"]),
    field("CF_XDR_ZJLX", "证件类型", "code", PERSONS, codes=DOCUMENTS, codes_open=True),
    field("CF_XDR_ZJHM", "证件号码", "id_number", PERSONS),
    field("CF_WSH", "行政处罚决定书文号", "text", ALL, 128),
    field("CF_WFXW", "违法行为类型", "text", ALL, 2000),
    field("CF_SY", "违法事实", "text", ALL, 5000),
    field("CF_YJ", "处罚依据", "text", ALL, 2048),
    field("CF_CFLB", "处罚类别", "code", ALL, 100, codes=PENALTIES, codes_open=True, separator=";"),
    field("CF_NR", "处罚内容", "text", ALL, 4000, synonyms=["CF_JG"]),
    field("CF_NR_FK", "罚款金额（万元）", "amount", NONE, unit="万元", decimals=6, suspect_above="10000"),
    field("CF_NR_WFFF", "没收违法所得、没收非法财物的金额（万元）", "amount", NONE, unit="万元", decimals=6),
    field("CF_NR_ZKDX", "暂扣或吊销证照名称及编号", "text", NONE, 200),
    field("CF_JDRQ", "处罚决定日期", "date", ALL),
    field("CF_YXQ", "处罚有效期", "date", ALL),
    field("CF_GSJZQ", "公示截止期", "date", NONE),
    field("CF_CFJG", "处罚机关", "text", ALL, 200),
    field("CF_CFJGDM", "处罚机关统一社会信用代码", "uscc", ALL),
    field("CF_SJLY", "数据来源单位", "text", ALL, 200),
    field("CF_SJLYDM", "数据来源单位统一社会信用代码", "uscc", ALL),
    field("BZ", "备注", "text", NONE, 512),
    field("PROCEDURE", "处罚程序", "code", NONE, codes=["简易程序", "普通程序"]),
    field("GRADE", "失信程度", "code", NONE, codes=["轻微", "一般", "严重"]),
    field("STATE", "公示状态", "code", NONE, codes=["公示中", "不予公示", "期满停止公示", "终止公示"]),
]
RULES = [
    {"kind": "in_order", "field": "CF_JDRQ", "other": "CF_YXQ"},
    {"kind": "in_order", "field": "CF_JDRQ", "other": "CF_GSJZQ"},
    {"kind": "not_future", "field": "CF_JDRQ"},
    {"kind": "required_if", "field": "CF_NR_FK", "other": "CF_CFLB", "words": ["罚款"]},
    {"kind": "required_if", "field": "CF_NR_ZKDX", "other": "CF_CFLB", "words": ["暂扣", "吊销"]},
    {"kind": "empty_unless", "field": "CF_NR_WFFF", "other": "CF_CFLB", "words": ["没收"]},
    {"kind": "unit_slip", "field": "CF_NR_FK", "other": "CF_NR"},
]  # fmt: skip
ROLES = {
    "name": "CF_XDR_MC", "subject_kind": "CF_XDR_LB", "uscc": "CF_XDR_SHXYM", "reg_no": "CF_XDR_GSZC",
    "org_code": "CF_XDR_ZZJG", "person_id_kind": "CF_XDR_ZJLX", "person_id": "CF_XDR_ZJHM", "document_no": "CF_WSH",
    "authority": "CF_CFJG", "authority_code": "CF_CFJGDM", "decided_on": "CF_JDRQ", "valid_until": "CF_YXQ",
    "publicity_until": "CF_GSJZQ", "publicity_state": "STATE", "procedure": "PROCEDURE", "grade": "GRADE",
    "responsible_name": "CF_FRDB", "responsible_id_kind": "CF_FR_ZJLX", "responsible_id": "CF_FR_ZJHM",
}  # fmt: skip
RAISES = [
    {"source": "P-FOOD", "field": "CF_NR", "words": ["吊销食品经营许可证", "吊销食品生产许可证"], "begins": "CF_JDRQ",
     "years": 5, "ground": "CF_NR", "own_term": True, "responsible": True},
    {"source": "P-BID", "field": "CF_NR", "words": ["投标资格"], "begins": "CF_JDRQ", "ends": "CF_YXQ",
     "ground": "CF_NR", "own_term": True},
    {"source": "P-GEN", "field": "GRADE", "words": ["一般", "严重"], "begins": "CF_JDRQ", "ends": "CF_GSJZQ",
     "years": 1, "ground": "CF_SY"},
]  # fmt: skip
SAID: dict[str, Any] = {
    "item_code": "penalty", "item_name": "行政处罚信息", "version": 2, "subject_kinds": list(ALL),
    "sharing_scope": "社会公开", "publicity_months": 36,
    "fields": FIELDS, "rules": RULES, "roles": ROLES, "raises": RAISES,
}  # fmt: skip
PENALTY: Definition = read(SAID)

GOOD: dict[str, str] = {
    "CF_XDR_MC": "江澜绿源环保科技有限公司",
    "CF_XDR_LB": "法人及非法人组织",
    "CF_XDR_SHXYM": "91440300708461136T",
    "CF_FRDB": "沈某平",
    "CF_WSH": "江环罚〔2026〕66号",
    "CF_WFXW": "超标排放水污染物",
    "CF_SY": "2026年8月12日，经监测，外排废水化学需氧量超过排放标准。",
    "CF_YJ": "《中华人民共和国水污染防治法》第八十三条第二项",
    "CF_CFLB": "罚款",
    "CF_NR": "罚款人民币叁万元整",
    "CF_NR_FK": "3",
    "CF_JDRQ": "2026-10-09",
    "CF_YXQ": "2099-12-31",
    "CF_GSJZQ": "2027-10-08",
    "CF_CFJG": "江澜市生态环境局",
    "CF_CFJGDM": "11230500001755309F",
    "CF_SJLY": "江澜市生态环境局",
    "CF_SJLYDM": "11230500001755309F",
    "PROCEDURE": "普通程序",
    "GRADE": "一般",
    "STATE": "公示中",
}
PERSON: dict[str, str] = {
    **{k: v for k, v in GOOD.items() if k not in ("CF_XDR_SHXYM", "CF_FRDB", "CF_GSJZQ")},
    "CF_XDR_MC": "欧阳建国",
    "CF_XDR_LB": "自然人",
    "CF_XDR_ZJLX": "身份证",
    "CF_XDR_ZJHM": "110101199003070134",
    "STATE": "不予公示",
}
