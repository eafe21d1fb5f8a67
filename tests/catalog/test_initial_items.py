"""The items that ship: publishable, with the fields of the data standard, and loaded once."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from audit.models import Event
from catalog.models import ItemVersion
from catalog.rules.content import Content
from catalog.rules.definition import FieldType, Masking, RuleKind
from catalog.rules.publication import may_publish
from catalog.selectors import current_version
from catalog.services import draft_version, publish, publish_item, save_draft, submit, withdraw
from kernel.law import Rank
from portal.services.initial_data import catalogue_items, load_reference_data
from tests.factories import accounts, catalog
from tests.factories.accounts import LONG_AGO, PLATFORM

PERMIT_28 = [
    "XK_XDR_MC", "XK_XDR_LB", "XK_XDR_SHXYM", "XK_XDR_GSZC", "XK_XDR_ZZJG", "XK_XDR_SWDJ", "XK_XDR_SYDW",
    "XK_XDR_SHZZ", "XK_FRDB", "XK_FR_ZJLX", "XK_FR_ZJHM", "XK_XDR_ZJLX", "XK_XDR_ZJHM", "XK_XKWS", "XK_WSH",
    "XK_XKLB", "XK_XKZS", "XK_XKBH", "XK_NR", "XK_JDRQ", "XK_YXQZ", "XK_YXQZI", "XK_XKJG", "XK_XKJGDM", "XK_ZT",
    "XK_LYDW", "XK_LYDWDM", "BZ",
]  # fmt: skip
PERMIT_27 = [
    {"XK_XDR_LB": "XK_XDR_TYPE", "XK_FR_ZJHM": "XK_FR_SFZH"}.get(code, code)
    for code in PERMIT_28
    if code != "XK_FR_ZJLX"
]
PENALTY_30 = [
    "CF_XDR_MC", "CF_XDR_LB", "CF_XDR_SHXYM", "CF_XDR_GSZC", "CF_XDR_ZZJG", "CF_XDR_SWDJ", "CF_XDR_SYDW",
    "CF_XDR_SHZZ", "CF_FRDB", "CF_FR_ZJLX", "CF_FR_ZJHM", "CF_XDR_ZJLX", "CF_XDR_ZJHM", "CF_WSH", "CF_WFXW", "CF_SY",
    "CF_YJ", "CF_CFLB", "CF_NR", "CF_NR_FK", "CF_NR_WFFF", "CF_NR_ZKDX", "CF_JDRQ", "CF_YXQ", "CF_GSJZQ", "CF_CFJG",
    "CF_CFJGDM", "CF_SJLY", "CF_SJLYDM", "BZ",
]  # fmt: skip
OWN = ["CF_CXLB", "CF_JB", "CF_GSZT", "CF_FDXZ", "CF_XZJZQ"]
# rulebook 3.2 and 3.3: legal person / natural person / sole trader, by the number of the field
_SUBJECT = "RRR RRR R-R O-O O-O O-O O-- O-- R-R O-O O-O -R- -R- "
PERMIT_NEEDS = _SUBJECT + "RRR RRR RRR OOO OOO RRR RRR RRR RRR RRR RRR RRR RRR RRR OOO"
PENALTY_NEEDS = _SUBJECT + "RRR RRR RRR RRR RRR RRR OOO OOO OOO RRR RRR OOO RRR RRR RRR RRR OOO"
TOLD = {  # item codes that the demo story and earlier tests name
    "registration", "permit", "penalty", "serious-list-entry", "judgment-defaulter", "abnormal-list-entry", "honour",
    "tax-credit-a",
}  # fmt: skip

ITEMS = catalogue_items()
DOCUMENTS = yaml.safe_load(Path("office/initial/legal_documents.yaml").read_text(encoding="utf-8"))
SOURCES = {one["code"] for one in yaml.safe_load(Path("collection/initial/sources.yaml").read_text(encoding="utf-8"))}


class Document:
    def __init__(self, said: dict[str, Any]) -> None:
        self.short, self.rank, self.since = said["short"], Rank[said["rank"]], said["effective_from"]

    def in_force(self, on: date) -> bool:
        return self.since is None or self.since <= on


REGISTERED = {one["code"]: Document(one) for one in DOCUMENTS}


def versions(code: str) -> list[Content]:
    return [content for one, content in ITEMS if one == code]


def needs(content: Content, codes: list[str]) -> str:
    kinds = ("legal_person", "natural_person", "sole_trader")
    for code in codes:  # 法人及非法人组织 is one column of the standard
        assert content.by_code[code].need("legal_person") == content.by_code[code].need("other_organisation")
    return " ".join("".join(content.by_code[code].need(kind) for kind in kinds) for code in codes)


@pytest.mark.parametrize(("code", "content"), ITEMS, ids=lambda v: v if isinstance(v, str) else "")
def test_it_may_be_published(code: str, content: Content) -> None:
    verdict = may_publish(content, REGISTERED, on=date(2026, 11, 22), sources=SOURCES)
    assert not verdict.against
    assert content.class_edition == "2024"


def test_what_ships() -> None:
    assert {code for code, _ in ITEMS} >= TOLD | {
        "commitment",
        "public-credit-rating",
        "industry-credit-rating",
        "voluntary-declaration",
    }
    assert [code for code, _ in ITEMS].count("permit") == 2


def test_no_department_of_a_city_stands_in_reference_data() -> None:
    assert not any(content.provider_units for _, content in ITEMS)
    files = Path("catalog/initial").rglob("*.yaml")
    assert not [path for path in files if "江澜" in path.read_text(encoding="utf-8")]


def test_the_permit_in_both_editions() -> None:
    older, newer = versions("permit")
    assert [field.code for field in older.fields] == PERMIT_27 and len(PERMIT_27) == 27
    assert [field.code for field in newer.fields] == PERMIT_28 and len(PERMIT_28) == 28
    assert needs(newer, PERMIT_28) == PERMIT_NEEDS


def test_the_penalty_with_its_30_fields_and_what_follows_them() -> None:
    (penalty,) = versions("penalty")
    assert [field.code for field in penalty.fields] == PENALTY_30 + OWN and len(PENALTY_30) == 30
    assert needs(penalty, PENALTY_30) == PENALTY_NEEDS
    assert needs(penalty, OWN) == "OOO OOO OOO OOO OOO"  # a file of the standard's 30 columns stays acceptable


@pytest.mark.parametrize("content", [*versions("permit"), *versions("penalty")], ids=lambda c: str(len(c.fields)))
def test_the_clock_and_the_scope_of_double_publicity(content: Content) -> None:
    assert content.report_within == 7 and content.sharing_scope == "社会公开"
    assert len(content.subject_kinds) == 4
    numbers = [field for field in content.fields if field.type is FieldType.ID_NUMBER]
    assert len(numbers) == 2
    assert all(field.masking is Masking.SEALED and field.sharing == "不予共享" for field in numbers)


@pytest.mark.parametrize("record_kind", ["permit", "penalty"])
def test_the_headings_of_a_real_template_are_all_known(record_kind: str) -> None:
    """The headings of published templates, as they are printed."""
    headings = {
        "permit": "行政相对人名称,行政相对人类别,行政相对人代码_1(统一社会信用代码),行政相对人代码_2(工商注册号),"
        "行政相对人代码_3(组织机构代码),行政相对人代码_4(税务登记号),行政相对人代码_5(事业单位证书号),"
        "行政相对人代码_6(社会组织登记证号),法定代表人,法定代表人身份证号,证件类型,证件号码,行政许可决定文书名称,"
        "行政许可决定文书号,许可类别,许可证书名称,许可编号,许可内容,许可决定日期,有效期自,有效期至,许可机关,"
        "许可机关统一社会信用代码,当前状态,数据来源单位,数据来源单位统一社会信用代码,备注",
        "penalty": "行政相对人名称,行政相对人类别,行政相对人代码_1(统一社会信用代码),行政相对人代码_2(工商注册号),"
        "行政相对人代码_3(组织机构代码),行政相对人代码_4(税务登记号),行政相对人代码_5(事业单位证书号),"
        "行政相对人代码_6(社会组织登记证号),法定代表人,法定代表人证件类型,法定代表人证件号码,证件类型,证件号码,"
        "行政处罚决定书文号,违法行为类型,违法事实,处罚依据,处罚类别,处罚内容,罚款金额（万元）,"
        "没收违法所得、没收非法财物的金额（万元）,暂扣或吊销证照名称及编号,处罚决定日期,处罚有效期,公示截止期,处罚机关,"
        "处罚机关统一社会信用代码,数据来源单位,数据来源单位统一社会信用代码,备注",
    }[record_kind].split(",")
    for content in versions(record_kind):
        known = {text for field in content.fields for text in (field.name, *field.synonyms)}
        assert not [heading for heading in headings if heading not in known]


def test_what_a_penalty_raises() -> None:
    (penalty,) = versions("penalty")
    assert [(r.source, r.words, r.ends, r.years, r.own_term, r.responsible) for r in penalty.raises] == [
        ("P-GEN", ("一般",), "CF_GSJZQ", 1, False, False),
        ("P-GEN", ("严重",), "CF_GSJZQ", 3, False, False),
        ("P-FOOD", ("五年内不得申请食品生产经营许可",), "", 5, True, True),
        ("P-BID", ("取消投标资格",), "CF_XZJZQ", 0, True, False),
    ]
    assert all(r.begins == "CF_JDRQ" and r.ground for r in penalty.raises)


def test_the_cross_field_rules_of_a_penalty() -> None:
    (penalty,) = versions("penalty")
    kinds = {(rule.kind, rule.field) for rule in penalty.rules}
    assert {(RuleKind.REQUIRED_IF, code) for code in ("CF_NR_FK", "CF_NR_WFFF", "CF_NR_ZKDX", "CF_XZJZQ")} <= kinds
    assert {(RuleKind.UNIT_SLIP, "CF_NR_FK"), (RuleKind.NOT_FUTURE, "CF_JDRQ")} <= kinds
    words = {word for rule in penalty.rules for word in rule.words if rule.other == "CF_CFLB"}
    assert words <= set(penalty.by_code["CF_CFLB"].codes)
    assert all(penalty.by_code[code].suspect_above for code in ("CF_NR_FK", "CF_NR_WFFF"))


def test_commitments_have_their_five_kinds_and_are_followed() -> None:
    (commitment,) = versions("commitment")
    assert commitment.by_code["kind"].codes == ("主动型", "审批替代型", "证明事项型", "行业自律型", "信用修复型")
    assert commitment.roles.promised_on and commitment.roles.promise_state


def test_ratings_are_never_of_persons() -> None:
    ratings = [content for _, content in ITEMS if content.information_class == "信用评价结果信息"]
    assert len(ratings) == 3
    assert not [content for content in ratings if "natural_person" in content.subject_kinds]


@pytest.mark.django_db
def test_they_load_once_and_each_version_stands() -> None:
    load_reference_data(actor=PLATFORM, now=LONG_AGO)
    stood = list(ItemVersion.objects.order_by("pk").values_list("pk", "item__code", "number", "state"))
    assert {(code, number) for _, code, number, _ in stood} >= {("permit", 1), ("permit", 2), ("penalty", 1)}
    assert {state for *_, state in stood} == {"published"}
    facts = Event.objects.filter(name="catalog.item.published").count()
    assert load_reference_data(actor=PLATFORM, now=LONG_AGO + timedelta(days=1))["items"] == len(
        {c for c, _ in ITEMS}
    )
    assert list(ItemVersion.objects.order_by("pk").values_list("pk", "item__code", "number", "state")) == stood
    assert Event.objects.filter(name="catalog.item.published").count() == facts
    current = current_version("permit")
    assert current is not None
    assert len(ItemVersion.objects.get(pk=current.version_id).fields) == 28


@pytest.mark.django_db
def test_what_the_city_published_or_withdrew_is_not_overruled() -> None:
    one, other = (accounts.actor(accounts.Role.CREDIT_OFFICE) for _ in range(2))
    code = catalog.item()
    made = draft_version(item_code=code, actor=one, now=LONG_AGO)
    seen = save_draft(
        version_id=made,
        content=catalog.item_content(name="本市的名称"),
        seen=catalog.seen(made),
        actor=one,
        now=LONG_AGO,
    )
    submit(version_id=made, seen=seen, actor=one, now=LONG_AGO)
    publish(version_id=made, seen=seen, actor=other, now=LONG_AGO)
    shipped = catalog.item_content(name="下一版产品的名称")
    assert publish_item(code=code, content=shipped, actor=PLATFORM, now=LONG_AGO) == made
    withdraw(version_id=made, reason="依据废止", actor=one, now=LONG_AGO)
    assert publish_item(code=code, content=shipped, actor=PLATFORM, now=LONG_AGO) == made
    assert current_version(code) is None
