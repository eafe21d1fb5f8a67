"""Who sees what of the catalogue, page by page; which version is current; who may report; the export."""

from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest

from catalog import selectors, services
from catalog.models import ItemVersion
from catalog.rules.sheet import FIELD_COLUMNS, ITEM_COLUMNS
from kernel.actor import Actor, Role
from tests.factories import accounts
from tests.factories.accounts import LONG_AGO, PLATFORM
from tests.factories.catalog import draft, editor, in_review, item
from tests.facts import payload_of

pytestmark = pytest.mark.django_db
NOW = LONG_AGO + timedelta(days=30)
READERS = [Role.CLERK, Role.UPLOADER, Role.REVIEWER]
ADMINISTRATORS = [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN]


def codes(actor: Actor, limit: int = 200, after: str = "", **filters: str) -> list[str]:
    page = selectors.item_page(actor, filters=selectors.ItemFilters(**filters), after=after, limit=limit)
    return [row.code for row in page]


def test_drafts_are_the_credit_offices_own() -> None:
    office = editor()
    waiting, drafted = in_review(actor=office, code="zz-waiting"), draft(actor=office, code="zz-drafted")
    shown = item(code="zz-shown")
    assert codes(office, q="zz-") == ["zz-drafted", "zz-shown", "zz-waiting"]
    for role in READERS:
        reader = accounts.actor(role)
        assert codes(reader, q="zz-") == [shown]
        assert selectors.drafts(reader) == [] and selectors.waiting_review(reader) == []
        for made in (waiting, drafted):
            with pytest.raises(selectors.VersionNotFound):
                selectors.version_by_id(reader, made)
        with pytest.raises(selectors.VersionNotFound):
            selectors.version(reader, "zz-drafted", 1)
        assert selectors.version(reader, shown, 1).number == 1


@pytest.mark.parametrize("role", ADMINISTRATORS)
def test_administrators_see_nothing_of_it(role: Role) -> None:
    actor, shown = accounts.actor(role), item()
    assert codes(actor) == [] and selectors.versions_of(actor, shown) == []
    with pytest.raises(services.CannotExport):
        services.export_catalogue(actor=actor, now=NOW)


def test_items_by_code_page_by_page_each_once() -> None:
    office = editor()
    for n in range(5):
        item(code=f"zz{n}")
    item(code="zz1", name="第二版")
    services.draft_version(item_code="zz3", actor=office, now=NOW)
    seen: list[str] = []
    while page := codes(office, limit=2, after=seen[-1] if seen else "", q="zz"):
        seen += page
    assert seen == ["zz0", "zz1", "zz2", "zz3", "zz4"]
    rows = {row.code: row for row in selectors.item_page(office, filters=selectors.ItemFilters(q="zz"))}
    assert rows["zz1"].version.number == 2 and rows["zz1"].version.name == "第二版"
    draft_of_zz3 = rows["zz3"].draft
    assert draft_of_zz3 is not None and draft_of_zz3.number == 2 and rows["zz3"].version.number == 1
    reader = accounts.actor(Role.CLERK)
    assert all(row.draft is None for row in selectors.item_page(reader, filters=selectors.ItemFilters(q="zz")))


def test_the_filters_of_the_list() -> None:
    office, home = editor(), accounts.department()
    item(code="zz-open", name="甲类信息")
    item(code="zz-ours", provider_units=[home.code], sharing_scope="政务共享")
    item(code="zz-theirs", provider_units=["11339900009910158L"], class_edition="2022")
    item(code="zz-gone")
    gone = selectors.current_version("zz-gone")
    assert gone
    services.withdraw(version_id=gone.version_id, reason="依据废止", actor=office, now=NOW)
    assert codes(office, q="甲类") == ["zz-open"]
    assert codes(office, q="zz", sharing_scope="政务共享") == ["zz-ours"]
    assert codes(office, q="zz", class_edition="2022") == ["zz-theirs"]
    assert codes(office, q="zz", state="withdrawn") == ["zz-gone"]
    assert codes(office, q="zz", department=home.code) == ["zz-gone", "zz-open", "zz-ours"]
    assert codes(office, q="zz", information_class="知识产权信息") == []


def test_who_reviews_sees_what_others_drafted_the_longest_waiting_first() -> None:
    one, other = editor(), editor()
    late = in_review(actor=one, now=NOW)
    early = in_review(actor=one)
    own = in_review(actor=other)
    assert [v.pk for v in selectors.waiting_review(other)] == [early, late]
    assert [v.pk for v in selectors.waiting_review(one)] == [own]
    assert len(selectors.drafts(one)) == 3 and len(selectors.drafts(one, limit=2)) == 2


def test_under_what_a_department_reports() -> None:
    home, other = accounts.department(), accounts.department()
    item(code="zz-any", report_within=7)
    item(code="zz-home", provider_units=[home.code], update_cycle="每月")
    item(code="zz-other", provider_units=[other.code], update_cycle="每月")
    draft(actor=editor(), code="zz-draft")
    mine = {one.code: one for one in selectors.items_for(home.code) if one.code.startswith("zz")}
    assert set(mine) == {"zz-any", "zz-home"}
    assert (mine["zz-any"].report_within, mine["zz-any"].number) == (7, 1)
    duties = {one.item_code: one.provider_units for one in selectors.duties() if one.item_code.startswith("zz")}
    assert duties == {"zz-home": [home.code], "zz-other": [other.code]}
    item(code="zz-home", provider_units=[other.code], update_cycle="每月")  # the next version is another's
    assert "zz-home" not in {one.code for one in selectors.items_for(home.code)}


def test_what_nobody_reads() -> None:
    with pytest.raises(selectors.VersionNotFound):
        selectors.definition_of(999_999)
    assert selectors.content_of(ItemVersion.objects.get(item__code=item())).by_code["USCC"].need("sole_trader") == "R"


# --- the export -----------------------------------------------------------------------------------------------------


def rows_of(data: bytes, sheet: str) -> list[dict[str, object]]:
    head, *rows = openpyxl.load_workbook(BytesIO(data))[sheet].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_the_whole_catalogue_as_a_workbook() -> None:
    office, home = editor(), accounts.department(name="江澜市某某局")
    item(code="zz-a", provider_units=[home.code], report_within=7)
    item(code="zz-a", provider_units=[home.code], report_within=5, retention_months=60)
    item(code="zz-b", name="=1+1", legal_basis="@某法")
    draft(actor=office, code="zz-draft")
    name, data = services.export_catalogue(actor=accounts.actor(Role.UPLOADER), now=NOW)
    assert name == "信用信息目录-20260204.xlsx"
    items = {row["条目编码"]: row for row in rows_of(data, "目录条目")}
    assert set(next(iter(items.values()))) == set(ITEM_COLUMNS)
    assert "zz-draft" not in items
    assert items["zz-a"]["版本"] == 2 and items["zz-a"]["提供单位"] == "江澜市某某局"
    assert items["zz-a"]["报送时限（工作日）"] == 5 and items["zz-a"]["保存期限（月）"] == 60
    assert items["zz-b"]["条目名称"] == "=1+1"  # a text, no formula
    assert openpyxl.load_workbook(BytesIO(data))["目录条目"]["B2"].data_type == "s"
    fields = [row for row in rows_of(data, "信息项") if row["条目编码"] == "zz-a"]
    assert [row["信息项代码"] for row in fields] == ["NAME", "USCC", "NO", "DAY"]
    assert set(fields[0]) == set(FIELD_COLUMNS)
    assert fields[0]["填报要求（法人）"] == "必填" and fields[0]["填报要求（自然人）"] is None
    fact = payload_of("catalog.item:", "catalog.catalogue.exported")
    assert fact == {"code": "", "versions": len(items), "fields": len(rows_of(data, "信息项"))}


def test_one_item_and_one_version_of_it() -> None:
    office = editor()
    item(code="zz-a", name="第一版", rules=[{"kind": "not_future", "field": "DAY"}])
    item(code="zz-a", name="第二版")
    name, data = services.export_catalogue(code="zz-a", number=1, actor=office, now=NOW)
    assert name == "信用信息目录-第一版-第1版-20260204.xlsx"
    assert [row["内容"] for row in rows_of(data, "规则")] == ["“决定日期”不得晚于填报当日。"]
    assert services.export_catalogue(code="zz-a", actor=office, now=NOW)[0].startswith("信用信息目录-第二版-第2版")
    made = draft(actor=office, code="zz-new")
    assert made and services.export_catalogue(code="zz-new", actor=office, now=NOW)
    for code, number in (("zz-a", 3), ("NOWHERE", None), ("zz-new", 1)):
        with pytest.raises(selectors.VersionNotFound):
            services.export_catalogue(code=code, number=number, actor=accounts.actor(Role.CLERK), now=NOW)
    assert services.export_catalogue(actor=PLATFORM, now=NOW)
