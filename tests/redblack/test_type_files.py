"""List types out and in as a spreadsheet, beside those that ship: the same comes back, what differs is drafted."""

import io
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml

from kernel.actor import Actor, Role
from kernel.errors import Refusal
from redblack import services
from redblack.models import ListType, ListTypeEdition
from redblack.rules.editions import TypeContent
from redblack.rules.type_sheet import HEADINGS, TypesRefused
from redblack.selectors import editions as selectors
from redblack.services import TypesTaken
from tests.conftest import NOW
from tests.factories import accounts, redblack
from tests.facts import payload_of

pytestmark = pytest.mark.django_db
PLAIN = ("序号", "联合奖惩对象", "发起单位", "对应备忘录")
SHIPPED = yaml.safe_load(Path("redblack/initial/list_types.yaml").read_text(encoding="utf-8"))
OBJECTS = [one for one in SHIPPED if one["code"].startswith("LT-")]


@pytest.fixture
def office(db: None) -> Actor:
    return accounts.actor(Role.CREDIT_OFFICE)


def export(actor: Actor) -> bytes:
    return services.export_types(actor=actor, now=NOW)[1]


def take(data: bytes, actor: Actor) -> TypesTaken:
    return services.import_types(data=data, actor=actor, now=NOW)


def counted(taken: TypesTaken) -> tuple[int, int, int, int]:
    return taken.created, taken.changed, taken.same, taken.drafted


def problems(data: bytes, actor: Actor) -> list[str]:
    with pytest.raises(TypesRefused) as refused:
        take(data, actor)
    return list(refused.value.problems)


def cells(data: bytes) -> list[tuple[object, ...]]:
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    return [tuple(row) for row in sheet.iter_rows(values_only=True)]


def book(*rows: Sequence[object], merged: Sequence[str] = ()) -> bytes:
    out, made = io.BytesIO(), openpyxl.Workbook()
    for row in rows:
        made.worksheets[0].append(list(row))
    for place in merged:
        made.worksheets[0].merge_cells(place)
    made.save(out)
    return out.getvalue()


def changed(data: bytes, code: str, **said: str) -> bytes:
    """An exported workbook with other cells in the row of one list."""
    workbook = openpyxl.load_workbook(io.BytesIO(data))
    sheet = workbook.worksheets[0]
    headings = [cell.value for cell in sheet[1]]
    [row] = [row for row in sheet.iter_rows(min_row=2) if row[headings.index("名单编码")].value == code]
    for part, text in said.items():
        row[headings.index(HEADINGS[part])].value = text
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def drafts() -> list[str]:
    return list(ListTypeEdition.objects.filter(state="draft").values_list("code", flat=True))


def drafted(code: str) -> TypeContent:
    return selectors.content_of(ListTypeEdition.objects.get(code=code, state="draft"))


def test_out_and_in_again_changes_nothing(office: Actor) -> None:
    data = export(office)
    assert len(cells(data)) == 1 + len(SHIPPED) == 1 + ListType.objects.count()
    before = list(ListTypeEdition.objects.order_by("pk").values())
    assert counted(take(data, office)) == (0, 0, len(SHIPPED), 0)
    assert list(ListTypeEdition.objects.order_by("pk").values()) == before
    assert cells(export(office)) == cells(data)
    said = payload_of("redblack.list_type:", "redblack.list_types.imported")
    assert (said["created"], said["changed"], said["same"]) == (0, 0, len(SHIPPED))


def test_every_list_goes_out_with_what_it_says(office: Actor) -> None:
    head, *rows = cells(export(office))
    by_code = {row[head.index("名单编码")]: dict(zip(head, row, strict=True)) for row in rows}
    wages = by_code["L1"]
    assert (wages["序号"], wages["性质"], wages["法律状态"], wages["层级"]) == (
        "16",
        "严重失信主体名单",
        "现行",
        "国家",
    )
    assert (wages["期限"], wages["期限月数"], wages["时效上限"]) == ("3年", "36", None)
    assert "自然人：政务共享" in str(wages["分类公开"]) and "《保障农民工工资支付条例》第四十八条" in str(
        wages["法律依据"]
    )
    assert (by_code["LT-01"]["并入名单"], by_code["LT-01"]["法律状态"]) == ("L5", "已并入")
    assert by_code["L4"]["时效上限"] == "2"


def test_a_changed_row_is_a_draft_that_another_person_publishes(office: Actor) -> None:
    data = changed(export(office), "L1", term_rule="两年", term_months="24", conduct="第一种\n第二种")
    assert counted(take(data, office)) == (0, 1, len(SHIPPED) - 1, 0)
    edition = ListTypeEdition.objects.get(code="L1", state="draft")
    assert (edition.number, edition.drafted_by) == (1, office.key)
    assert (drafted("L1").term_rule, drafted("L1").term_months, drafted("L1").conduct) == (
        "两年",
        24,
        "第一种\n第二种",
    )
    assert ListType.objects.get(code="L1").term_rule == "3年"
    assert counted(take(data, office)) == (0, 0, len(SHIPPED) - 1, 1)
    other = changed(data, "L1", term_rule="五年")
    assert ["已有一个起草中或待审核的版本" in one for one in problems(other, office)] == [True]
    seen = drafted("L1").seen
    services.submit_edition(edition_id=edition.pk, seen=seen, actor=office, now=NOW)
    with pytest.raises(services.ReviewedByAnother):
        services.publish_edition(edition_id=edition.pk, seen=seen, actor=office, now=NOW)
    another = accounts.actor(Role.CREDIT_OFFICE)
    services.publish_edition(edition_id=edition.pk, seen=seen, actor=another, now=NOW + timedelta(hours=1))
    assert ListType.objects.get(code="L1").term_rule == "两年"
    assert cells(export(office)) == cells(data)
    assert counted(take(data, office)) == (0, 0, len(SHIPPED), 0)


def test_a_new_list_waits_for_legal_review_whatever_its_row_says(office: Actor) -> None:
    data = book(
        ("名单编码", "名单名称", "性质", "法律状态", "发起部门", "备注"),
        ("new-a", "新甲名单", "严重失信主体名单", "现行", "市某局", "不读"),
        ("new-b", "新乙名单", "激励", "", "市某局", ""),
    )
    taken = take(data, office)
    assert counted(taken) == (2, 0, 0, 0) and (taken.to_review, taken.unread) == (1, ("备注",))
    assert (drafted("new-a").legal_status, drafted("new-b").legal_status) == ("待法制审核", "待法制审核")
    assert (drafted("new-a").kind, drafted("new-b").kind) == ("serious", "reward")
    assert not ListType.objects.filter(code__startswith="new-").exists()
    assert counted(take(data, office)) == (0, 0, 0, 2)


def test_a_column_that_is_not_there_stays_as_it_is_and_an_empty_cell_empties(office: Actor) -> None:
    one = redblack.list_type(title="甲名单", exit_rule="期满移出", memorandum="某备忘录")
    take(book(("名单编码", "名单名称", "对应备忘录"), (one.code, "甲名单", "")), office)
    assert (drafted(one.code).memorandum, drafted(one.code).exit_rule) == ("", "期满移出")


def plain(objects: Sequence[dict[str, Any]]) -> list[tuple[Any, ...]]:
    memos = [one.get("memorandum", {}).get("title", "") for one in objects]
    return [
        (one["number"], one["title"], one["authority"], f"《{memo}》" if memo else "")
        for one, memo in zip(objects, memos, strict=True)
    ]


def test_the_plain_table_of_the_43_changes_nothing(office: Actor) -> None:
    rows = plain(OBJECTS)
    assert len(rows) == 43
    rows[5] = (6, "财政性资金管理使\n用领域相关失信责\n任主体", "市财政局", rows[5][3])
    rows[13] = (14, rows[13][1], "", rows[13][3])  # the source names no unit here
    data = book(("信用联合奖惩对象清单",), PLAIN, *rows, merged=["A1:D1"])
    assert counted(take(data, office)) == (0, 0, 43, 0)


def test_a_plain_table_makes_drafts_of_what_differs(office: Actor) -> None:
    rows = plain(OBJECTS)
    rows[10] = (11, "海关严重失信企业", "株洲海关", rows[10][3])  # the same object under another name
    rows[2] = (3, rows[2][1], "市生态环境局\n市水利局", rows[2][3])
    new = [(44, "档案领域失信主体", "市档案局", "《甲备忘录》"), (None, None, None, "《乙备忘录》")]
    data = book(PLAIN, *rows, *new, merged=["A45:A46", "B45:B46", "C45:C46"])
    assert counted(take(data, office)) == (1, 2, 41, 0)
    assert (drafted("LT-11").title, drafted("LT-11").legal_status) == ("海关严重失信企业", "待法制审核")
    assert drafted("LT-03").initiator == "市生态环境局市水利局"
    made = drafted("LT-44")
    assert (made.number, made.kind, made.legal_status) == (44, "serious", "待法制审核")
    assert made.memorandum == "甲备忘录；乙备忘录"
    assert counted(take(data, office)) == (0, 0, 41, 3)


def test_a_row_put_in_between_moves_numbers_and_renames_nothing(office: Actor) -> None:
    for number, title in ((101, "甲失信主体"), (102, "乙失信主体")):
        redblack.list_type(code=f"LT-{number}", number=number, title=title, initiator="市某局")
    rows = [
        (number, title, "市某局", "") for number, title in enumerate(("甲失信主体", "丙失信主体", "乙失信主体"), 101)
    ]
    assert counted(take(book(PLAIN, *rows), office)) == (1, 1, 1, 0)
    assert (drafted("LT-102").title, drafted("LT-102").number) == ("乙失信主体", 103)
    assert (drafted("LT-103").title, drafted("LT-103").number) == ("丙失信主体", 102)


def test_an_empty_register_takes_the_plain_table(office: Actor) -> None:
    ListTypeEdition.objects.all().delete()
    ListType.objects.update(merged_into=None)
    ListType.objects.all().delete()
    mixed = [one for one in OBJECTS if one["nature"] == "混合"]
    data = book(PLAIN, *plain([one for one in OBJECTS if one not in mixed]))
    assert counted(take(data, office)) == (41, 0, 0, 0)
    kinds = {one["code"]: one["kind"] for one in OBJECTS if one not in mixed}
    assert {code: drafted(code).kind for code in kinds} == kinds
    assert len(mixed) == 2
    assert ["看不出是激励还是惩戒" in one for one in problems(book(PLAIN, *plain(mixed)), office)] == [True, True]


def test_every_problem_is_told_by_row_and_nothing_is_taken(office: Actor) -> None:
    one = redblack.list_type(title="甲名单")
    parts = "code title kind legal_status initiator department merged_into term_months publicity_scopes"
    heads = [HEADINGS[part] for part in parts.split()]
    data = book(
        heads,
        ("good", "好名单", "激励", "", "市某局", "", "", "", ""),
        (one.code, "", "其他", "有效", "", "没有", "nowhere", "三", "自然人：社会公开"),
        ("1", "乙", "惩戒", "", "市某局", "", "", "", "法人：公开"),
        ("good", "又一个", "惩戒", "", "市某局", "", "", "0", ""),
        ("", "丙", "惩戒", "", "市某局", "", "", "", ""),
        ("new-c", "丁" * 201, "惩戒", "", "", "", "", "", "法人：社会公开；法人：政务共享"),
    )
    told = problems(data, office)
    rows = [int(message.split(" ")[1]) for message in told]
    assert rows == sorted(rows) and {row: rows.count(row) for row in rows} == {3: 8, 4: 2, 5: 2, 6: 1, 7: 3}
    whole = "\n".join(told)
    for part in (
        "“性质”：“其他”不对。请填写：严重失信主体名单",
        "“法律状态”：“有效”不对",
        "“名单名称”：没有填写",
        "“发起部门”：没有填写",
        "没有代码为“没有”的部门",
        "没有登记名单“nowhere”",
        "“三”不对。请填 1 至 1200 的整数",
        "自然人信用信息不得向社会公开",
        "名单代码应以字母开头",
        "与第 2 行是同一个名单类型（good）",
        "“名单编码”：没有填写",
        "超过 200 个字",
        "“法人”写了两次",
    ):
        assert part in whole, (part, whole)
    assert not drafts()


def test_plain_rows_that_mean_nothing_or_two_things(office: Actor) -> None:
    redblack.list_type(title="同名失信主体", code="a-list")
    redblack.list_type(title="同名失信主体", code="b-list")
    titles = {1: "同名失信主体", "": "不知序号失信主体", 107: "甲失信主体"}
    rows = [(number, title, "市某局", "") for number, title in titles.items()]
    data = book(PLAIN, *rows, (107, "乙失信主体", "市某局", ""), (108, "丙失信主体", "", ""))
    told = problems(data, office)
    assert "有几个名单类型：a-list、b-list" in told[0] and "没有填写序号" in told[1]
    assert "序号“107”与第 4 行重复" in told[2] and "“发起部门”：没有填写" in told[3] and len(told) == 4


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"not a table", "没有找到这些列"),
        ("序号,联合奖惩对象\n1,甲\n".encode(), "没有找到这些列：发起部门"),
        ("序号,联合奖惩对象,发起单位\n".encode(), "表头下面没有内容"),
        (b"", ""),
    ],
)
def test_what_is_no_table_of_list_types(data: bytes, said: str, office: Actor) -> None:
    with pytest.raises(Refusal) as refused:
        take(data, office)
    assert said in str(refused.value) and not drafts()


def test_a_csv_with_lost_merges_is_read_as_the_table_was(office: Actor) -> None:
    rows = ("101,甲主体,市某局,《一》,惩戒", ",,市另局,《二》,", "102,乙主体,市某局,,激励")
    data = "\n".join(["序号,联合奖惩对象,发起单位,对应备忘录,性质", *rows]).encode()
    assert counted(take(data, office)) == (2, 0, 0, 0)
    assert (drafted("LT-101").initiator, drafted("LT-101").memorandum) == ("市某局、市另局", "一；二")
    assert (drafted("LT-102").kind, drafted("LT-102").memorandum) == ("reward", "")


@pytest.mark.parametrize("role", [Role.CLERK, Role.UPLOADER, Role.REVIEWER, Role.SYSTEM_ADMIN])
def test_files_of_list_types_are_the_credit_offices(role: Role) -> None:
    other = accounts.actor(role)
    with pytest.raises(services.CannotRegister):
        export(other)
    with pytest.raises(services.CannotRegister):
        take(b"", other)
