"""What may be published: each reason alone, and all at once."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest

from catalog.rules.classes import Edition, editions, latest, through_editions
from catalog.rules.content import Basis, Content, read_content
from catalog.rules.publication import may_publish
from kernel.law import Rank

DAY = date(2026, 11, 22)
KINDS = ["legal_person", "natural_person", "sole_trader", "other_organisation"]
ORGANISATIONS = ["legal_person", "sole_trader", "other_organisation"]


@dataclass(frozen=True)
class Document:
    short: str
    rank: Rank
    since: date = date(2020, 1, 1)
    until: date = date(2099, 1, 1)

    def in_force(self, on: date) -> bool:
        return self.since <= on <= self.until


DOCUMENTS = {
    "law": Document("某法", Rank.LAW),
    "local": Document("某省条例", Rank.LOCAL_REGULATION),
    "rule": Document("某部规章", Rank.MINISTRY_RULE),
    "notice": Document("某通知", Rank.NORMATIVE_DOCUMENT),
    "begins": Document("新法", Rank.LAW, since=DAY),
    "later": Document("未来的法", Rank.LAW, since=date(2026, 11, 23)),
    "ends": Document("旧法", Rank.LAW, until=DAY),
    "over": Document("废止的法", Rank.LAW, until=date(2026, 11, 21)),
}
FIELDS: list[dict[str, Any]] = [
    {"code": "MC", "name": "主体名称", "length": 200, "required": True},
    {"code": "LB", "name": "主体类别", "type": "code", "codes": ["法人及非法人组织", "自然人"], "required": True},
    {"code": "DM", "name": "统一社会信用代码", "type": "uscc", "required": dict.fromkeys(ORGANISATIONS, "R")},
    {
        "code": "ZJ",
        "name": "证件号码",
        "type": "id_number",
        "masking": "sealed",
        "sharing": "不予共享",
        "required": {"natural_person": "R"},
    },
    {"code": "WH", "name": "决定文号", "length": 64, "required": True},
    {"code": "RQ", "name": "决定日期", "type": "date", "required": True},
    {"code": "JE", "name": "金额（万元）", "type": "amount", "unit": "万元"},
]
ROLES = {
    "name": "MC",
    "subject_kind": "LB",
    "uscc": "DM",
    "person_id": "ZJ",
    "document_no": "WH",
    "decided_on": "RQ",
}


def content(**changes: Any) -> Content:
    said = {
        "name": "某信息",
        "information_class": "行政管理信息",
        "class_edition": "2024",
        "legal_basis": "《某法》第一条",
        "bases": [{"document": "law", "article": "第一条"}],
        "subject_kinds": KINDS,
        "sharing_scope": "社会公开",
        "fields": FIELDS,
        "roles": ROLES,
    }
    return read_content(said | changes)


def with_field(**field: Any) -> dict[str, Any]:
    return {"fields": [*FIELDS, {"code": "X", "name": "其他情况"} | field]}


def without(code: str, **changes: Any) -> dict[str, Any]:
    return {"fields": [one for one in FIELDS if one["code"] != code], **changes}


def changed(code: str, **changes: Any) -> dict[str, Any]:
    return {"fields": [one | changes if one["code"] == code else one for one in FIELDS]}


def reasons(given: Content, **more: Any) -> dict[str, str]:
    verdict = may_publish(given, DOCUMENTS, on=DAY, **{"sources": {"P-GEN"}} | more)
    assert all(reason.source.act and reason.message.endswith("。") for reason in verdict.against)
    return {reason.code: f"{reason.source}｜{reason.message}" for reason in verdict.against}


def test_a_complete_item() -> None:
    assert reasons(content()) == {}


def test_the_national_classes_by_edition() -> None:
    assert {code: len(one.classes) for code, one in editions().items() if not one.local} == {
        "2021": 11,
        "2022": 12,
        "2024": 13,
    }
    first, second, third = (set(editions()[code].classes) for code in ("2021", "2022", "2024"))
    assert second - first == {"遵守法律法规情况信息"} and not first - second
    assert third - second == {"知识产权信息", "经营主体自愿提供的信用信息"}
    assert second - third == {"市场主体自愿提供的信用信息"}
    through = {row.name: dict(row.called) for row in through_editions()}
    assert list(through) == list(editions()["2024"].classes)
    assert through["知识产权信息"] == {"2021": "", "2022": "", "2024": "知识产权信息"}
    assert through["经营主体自愿提供的信用信息"]["2021"] == "市场主体自愿提供的信用信息"
    assert latest().code == "2024" and [one.code for one in editions().values() if one.local] == ["地方补充"]


@pytest.mark.parametrize(
    ("edition", "information_class"),
    [(edition.code, one) for edition in editions().values() if not edition.local for one in edition.classes],
)
def test_every_class_of_every_edition(edition: str, information_class: str) -> None:
    kinds = {"subject_kinds": ORGANISATIONS}
    assert reasons(content(class_edition=edition, information_class=information_class, **kinds)) == {}


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        pytest.param({"legal_basis": ""}, "no_basis", "没有法律依据", id="no-text"),
        pytest.param({"legal_basis": " \n"}, "no_basis", "没有法律依据", id="blank-text"),
        pytest.param({"bases": []}, "no_basis", "选择已登记的依据文件", id="no-document"),
        pytest.param({"bases": [{"document": "ghost"}]}, "basis_unregistered", "ghost", id="unregistered"),
        pytest.param({"bases": [{"document": "later"}]}, "basis_not_in_force", "未来的法", id="day-before"),
        pytest.param({"bases": [{"document": "over"}]}, "basis_not_in_force", "废止的法", id="day-after"),
        pytest.param({"class_edition": "2020"}, "unknown_edition", "2020", id="no-such-edition"),
        pytest.param({"information_class": "宗教信仰"}, "unknown_class", "宗教信仰", id="beliefs"),
        pytest.param(
            {"class_edition": "2022", "information_class": "知识产权信息"}, "unknown_class", "2022", id="2022"
        ),
        pytest.param(
            {"class_edition": "2021", "information_class": "遵守法律法规情况信息"}, "unknown_class", "2021", id="2021"
        ),
        pytest.param({"name": " "}, "no_name", "没有名称", id="no-name"),
        pytest.param({"subject_kinds": []}, "no_subject_kind", "主体类型", id="no-kind"),
    ],
)
def test_basis_and_class(changes: dict[str, Any], code: str, words: str) -> None:
    found = reasons(content(**changes))
    assert set(found) == {code} and words in found[code]


@pytest.mark.parametrize("document", ["begins", "ends"])
def test_a_basis_is_in_force_on_its_first_and_on_its_last_day(document: str) -> None:
    assert reasons(content(bases=[{"document": document}])) == {}


@pytest.mark.parametrize(
    ("bases", "refused"),
    [
        (["notice"], True),
        (["rule"], True),
        (["rule", "notice"], True),
        (["local"], False),
        (["law"], False),
        (["notice", "local"], False),
    ],
    ids=str,
)
def test_the_local_supplement_needs_a_local_regulation(bases: list[str], refused: bool) -> None:
    given = content(class_edition="地方补充", bases=[{"document": one} for one in bases])
    found = reasons(given)
    assert set(found) == ({"basis_rank_too_low"} if refused else set())
    assert not refused or "国办发〔2020〕49号" in found["basis_rank_too_low"]
    assert reasons(replace(given, class_edition="2024")) == {}  # a national class: any basis of the catalogue


def test_a_city_may_name_its_own_editions() -> None:
    known = {"本市": Edition("本市", "本市补充目录", ("夜间经济信息",), local=True)}
    assert reasons(content(class_edition="本市", information_class="夜间经济信息"), known=known) == {}


NEVER = ["宗教信仰", "信仰情况", "基因检测结果", "DNA信息", "指纹", "血 型", "患病情况", "既往病史", "疾病名称"]
PRIVATE = ["婚姻状况", "人脸照片", "健康状况", "政治面貌", "配偶姓名"]
CONSENT = ["年收入（万元）", "存款余额", "有价证券", "商业保险", "名下不动产", "房产套数", "纳税数额"]


@pytest.mark.parametrize("name", NEVER)
def test_what_is_never_collected(name: str) -> None:
    found = reasons(content(**with_field(name=name)))
    assert set(found) == {"never_collected"}
    assert "浙江省公共信用信息管理条例 第十四条" in found["never_collected"] and name in found["never_collected"]


@pytest.mark.parametrize("name", PRIVATE)
def test_what_is_of_private_life(name: str) -> None:
    assert "个人信息保护法 第六条" in reasons(content(**with_field(name=name)))["never_collected"]


@pytest.mark.parametrize(
    "field",
    [
        {"name": "其他", "note": "填写当事人的血型"},
        {"name": "其他", "synonyms": ["病史"]},
        {"name": "其他", "type": "code", "codes": ["佛教信仰", "无"]},
    ],
    ids=["note", "synonym", "code-list"],
)
def test_it_does_not_hide_in_other_words(field: dict[str, Any]) -> None:
    assert set(reasons(content(**with_field(**field)))) == {"never_collected"}


def test_nor_in_the_name_of_the_item() -> None:
    assert set(reasons(content(name="居民宗教信仰信息"))) == {"never_collected"}


@pytest.mark.parametrize(
    "field",
    [
        {"name": "宗教活动场所登记证号"},
        {"name": "疾病预防控制机构名称"},
        {"name": "备注", "note": "不得填写宗教信仰、病史等信息"},
        {"name": "没收违法所得"},
        {"name": "生育保险缴费状态"},
    ],
    ids=lambda field: field["name"],
)
def test_what_only_sounds_alike(field: dict[str, Any]) -> None:
    assert reasons(content(**with_field(**field))) == {}


@pytest.mark.parametrize("name", CONSENT)
def test_what_needs_written_consent(name: str) -> None:
    assert set(reasons(content(**with_field(name=name)))) == {"needs_consent"}
    only_scope, only_words = {"sharing": "授权查询"}, {"note": "经本人书面同意"}
    assert set(reasons(content(**with_field(name=name, **only_scope)))) == {"needs_consent"}
    assert set(reasons(content(**with_field(name=name, **only_words)))) == {"needs_consent"}
    assert reasons(content(**with_field(name=name, **only_scope, **only_words))) == {}


def test_of_an_enterprise_no_consent_is_asked() -> None:
    firms = {"subject_kinds": ["legal_person", "other_organisation"]}
    assert reasons(content(**with_field(name="营业收入（万元）"), **firms)) == {}


def test_no_rating_of_persons() -> None:
    rating = {"information_class": "信用评价结果信息"}
    assert set(reasons(content(**rating))) == {"rates_persons"}
    assert reasons(content(**rating, subject_kinds=ORGANISATIONS)) == {}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        pytest.param(changed("ZJ", masking="partial"), "id_number_not_sealed", id="shown"),
        pytest.param(changed("ZJ", masking="none"), "id_number_not_sealed", id="bare"),
        pytest.param(changed("ZJ", sharing=""), "id_number_public", id="public-as-the-item"),
        pytest.param(changed("ZJ", sharing="社会公开"), "id_number_public", id="public"),
    ],
)
def test_a_persons_number(changes: dict[str, Any], code: str) -> None:
    found = reasons(content(**changes))
    assert set(found) == {code} and "个人信息保护法 第二十五条" in found[code]


def test_an_item_of_persons_alone_is_not_public() -> None:
    persons = {"subject_kinds": ["natural_person"]}
    assert set(reasons(content(**persons))) == {"persons_public", "person_public"}
    assert reasons(content(**persons, sharing_scope="政务共享")) == {}
    named = changed("MC", sharing="社会公开")
    assert set(reasons(content(**persons, sharing_scope="政务共享", **named))) == {"person_public"}


def test_the_name_of_the_responsible_person_is_not_public() -> None:
    roles = {"roles": ROLES | {"responsible_name": "X"}}
    assert set(reasons(content(**with_field(name="法定代表人"), **roles))) == {"person_public"}
    assert reasons(content(**with_field(name="法定代表人", sharing="政务共享"), **roles)) == {}


def test_every_reason_at_once() -> None:
    raised = {"source": "P-GEN", "begins": "RQ", "ends": "GHOST"}
    given = replace(
        content(**with_field(name="血型"), raises=[raised]),
        legal_basis="",
        class_edition="2000",
        subject_kinds=(),
        bases=(Basis(document="ghost"),),
    )
    assert set(reasons(given)) == {"no_basis", "unknown_edition", "no_subject_kind", "never_collected", "raise_wrong"}
