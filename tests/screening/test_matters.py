"""政务服务事项: the register, its editor, in and out as a spreadsheet."""

import io
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from kernel.actor import Role as StaffRole
from screening.models import ApplicationLists, Consulted, Matter
from screening.rules.matter_sheet import COLUMNS, Names, cells_of, role_text, roles_of, understand
from screening.rules.matters import MatterContent, problems_of
from screening.rules.question import Role
from screening.selectors.register import content_of, get_matter
from screening.services import lists
from tests.factories import accounts, measures, redblack
from tests.factories import screening as make
from tests.facts import facts_about
from tests.together import at_once

pytestmark = pytest.mark.usefixtures("frozen")
APPLICANT = Role(code="applicant", label="申请人", persons=False, required=True)


def content(**fields: Any) -> MatterContent:
    said: dict[str, Any] = {
        "code": "NM1",
        "name": "某许可",
        "department_id": 1,
        "handled_by_id": None,
        "by_application": True,
        "stages": ("before",),
        "roles": (APPLICANT,),
        "consults": ("L-1",),
    }
    return MatterContent(**said | fields)


# --- rules ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, None),
        ({"code": "new"}, "事项编码"),
        ({"code": ""}, "事项编码"),
        ({"code": "A" * 41}, "事项编码"),
        ({"name": " "}, "事项名称为空"),
        ({"stages": ()}, "管理阶段"),
        ({"stages": ("now",)}, "管理阶段"),
        ({"roles": ()}, "核查对象"),
        ({"roles": (APPLICANT, APPLICANT)}, "重复"),
        ({"roles": (Role(code="申请人", label="申请人", persons=False, required=True),)}, "角色代码“申请人”不规范"),
        ({"roles": (Role(code="a", label="", persons=False, required=True),)}, "没有名称"),
        ({"consults": ()}, None),  # asks nobody: could not check, and the page says so
    ],
)
def test_what_the_register_takes(fields: dict[str, Any], said: str | None) -> None:
    found = problems_of(content(**fields))
    assert (said is None and not found) or (said is not None and said in "".join(found)), found


ROLES = st.lists(
    st.builds(
        Role,
        code=st.from_regex(r"[a-z][a-z0-9_]{0,10}", fullmatch=True),
        label=st.text("申请人法定代表投标单位", min_size=1, max_size=8),
        persons=st.booleans(),
        required=st.booleans(),
    ),
    min_size=1,
    max_size=5,
    unique_by=lambda role: role.code,
)
NAMES = Names({"市水利局": 1, "市住建局": 2}, {"L-1": "L-1", "P-2": "P-2"})


@given(
    roles=ROLES,
    stages=st.sets(st.sampled_from(["before", "during", "after"]), min_size=1),
    consults=st.sets(st.sampled_from(["L-1", "P-2"])),
    by_application=st.booleans(),
    handled_by_id=st.sampled_from([None, 1, 2]),
)
def test_what_is_written_is_understood_again(
    roles: list[Role], stages: set[str], consults: set[str], by_application: bool, handled_by_id: int | None
) -> None:
    said = content(
        roles=tuple(roles),
        stages=tuple(s for s in ("before", "during", "after") if s in stages),
        consults=tuple(sorted(consults)),
        by_application=by_application,
        handled_by_id=handled_by_id,
    )
    cells = dict(zip(COLUMNS, cells_of(said, {1: "市水利局", 2: "市住建局"}), strict=True))
    assert understand(2, cells, NAMES) == said


def test_roles_are_read_as_people_write_them() -> None:
    assert roles_of("申请人; 法定代表人(自然人,可不填)\n股东") == (
        APPLICANT,
        Role(code="legal_representative", label="法定代表人", persons=True, required=False),
        Role(code="role_3", label="股东", persons=False, required=True),
    )
    assert role_text(make.LEGAL) == "legal_representative=法定代表人（自然人，可不填）"


# --- services -------------------------------------------------------------------------------------------------------
@pytest.fixture
def black(db: None) -> redblack.List:
    return redblack.list_type()


@pytest.mark.django_db
def test_who_saves_names_the_wording_that_he_saw(black: redblack.List, now: Any) -> None:
    office = accounts.actor(StaffRole.CREDIT_OFFICE)
    said = content(department_id=accounts.department().pk, consults=(black.code,))
    made = lists.save_matter(content=said, seen="", actor=office, now=now)
    with pytest.raises(lists.MatterExists):
        lists.save_matter(content=said, seen="", actor=office, now=now)
    stored = content_of(get_matter("NM1"))
    assert stored == said and stored.digest == said.digest
    changed = content(department_id=said.department_id, consults=(), by_application=False)
    assert lists.save_matter(content=changed, seen=said.digest, actor=office, now=now) == made
    with pytest.raises(lists.MatterChangedMeanwhile):
        lists.save_matter(content=said, seen=said.digest, actor=office, now=now)
    line = Consulted.objects.get(matter_id=made)
    assert line.rev_to == ApplicationLists.objects.get().revision  # known until then, not forgotten
    for wrong, refusal in (
        (content(code="NM2", consults=("没有",), department_id=said.department_id), lists.SourceUnknown),
        (content(code="NM2", name="", consults=(), department_id=said.department_id), lists.MatterUnclear),
    ):
        with pytest.raises(refusal):
            lists.save_matter(content=wrong, seen="", actor=office, now=now)
    with pytest.raises(lists.MayNotEditLists):
        lists.save_matter(content=said, seen="", actor=accounts.actor(StaffRole.REVIEWER), now=now)
    assert [name for name, _ in facts_about(f"screening.matter:{made}")] == ["screening.matter.registered"] * 2


@pytest.mark.django_db(transaction=True)
def test_of_two_who_change_one_matter_one_is_told(now: Any) -> None:
    office, unit = accounts.actor(StaffRole.CREDIT_OFFICE), accounts.department().pk
    said = content(department_id=unit, consults=())
    lists.save_matter(content=said, seen="", actor=office, now=now)

    names = iter(["甲", "乙"])

    def rename() -> str:
        name = next(names)
        wanted = content(department_id=unit, consults=(), name=name)
        try:
            lists.save_matter(content=wanted, seen=said.digest, actor=office, now=now)
        except lists.MatterChangedMeanwhile:
            return "told"
        return name

    told = sorted(at_once(rename))
    assert "told" in told and len(set(told)) == 2
    assert Matter.objects.get(code="NM1").name in told


# --- pages ----------------------------------------------------------------------------------------------------------
@pytest.fixture
def office(client: Client, db: None) -> Client:
    client.force_login(accounts.user(StaffRole.CREDIT_OFFICE))
    return client


def fields(unit: int, **changed: Any) -> dict[str, Any]:
    said = {
        "code": "NM1",
        "name": "某许可",
        "department": unit,
        "handled_by": "",
        "way": "no",
        "stages": ["during"],
        "role-0-code": "inspected",
        "role-0-label": "检查对象",
        "role-0-required": "1",
        "role-1-code": "head",
        "role-1-label": "负责人",
        "role-1-persons": "1",
    }
    return said | changed


def test_a_matter_is_registered_and_changed_on_its_page(office: Client, black: redblack.List) -> None:
    unit = accounts.department().pk
    new = reverse("screening:new_matter")
    assert black.name in office.get(new).content.decode()
    refused = office.post(new, fields(unit, code="小写", consults=[black.code]))
    assert (
        refused.status_code == 400 and "不规范" in refused.content.decode() and "检查对象" in refused.content.decode()
    )
    assert office.post(new, fields(unit, stages=[])).status_code == 422
    answer = office.post(new, fields(unit, consults=[black.code]))
    assert answer.status_code == 302 and answer["Location"] == reverse("screening:matter", args=["NM1"])
    stored = Matter.objects.get(code="NM1")
    assert (stored.by_application, stored.stages) == (False, ["during"])
    assert stored.roles[1] == {"code": "head", "label": "负责人", "persons": True, "required": False}
    measures.item(matter_code="NM1", stages=["during"], triggers=[redblack.list_type().source_id], content="加大频次")
    page = office.get(answer["Location"]).content.decode()
    assert black.name in page and "加大频次" in page and "不在应用清单中" in page and "依职权" in page
    edit = reverse("screening:edit_matter", args=["NM1"])
    seen = office.get(edit).context["form"]["seen"].value()
    assert office.post(edit, fields(unit, name="另一个名字", seen=seen)).status_code == 302
    assert office.post(edit, fields(unit, name="第三个名字", seen=seen)).status_code == 409
    assert "没有应查的名单" in office.get(answer["Location"]).content.decode()
    assert office.get(reverse("screening:matter", args=["NOBODY"])).status_code == 404


def test_the_register_goes_out_and_comes_in_again(office: Client, black: redblack.List) -> None:
    unit = accounts.department(name="江澜市水利局", short_name="市水利局")
    for number in (1, 2):
        make.matter(code=f"XM{number}", consults=[black.source_id], implementing_department_id=unit.pk)
    before = {m.code: content_of(m) for m in Matter.objects.order_by("code")}
    book = office.get(reverse("screening:export_matters")).content
    path = reverse("screening:import_matters")
    page = office.post(path, {"file": SimpleUploadedFile("事项.xlsx", book)}).content.decode()
    assert '登记或更新 <b class="num">0</b> 项' in page and f'已有且相同 <b class="num">{len(before)}</b>' in page
    sheet = openpyxl.load_workbook(io.BytesIO(book))
    rows = sheet.worksheets[0]
    at = {str(rows.cell(line, 1).value): line for line in range(2, rows.max_row + 1)}
    rows.cell(at["XM1"], 2).value = "改了名字"
    rows.cell(at["XM2"], 4).value = "没有的局"
    rows.append(["XM2", "重复", "", "市水利局", "", "事前", "申请人", ""])
    rows.append(["XM3", "坏行", "自愿", "", "", "事前、事尾", "", "没有的名单"])
    rows.append(
        ["XM4", "新事项", "", unit.code, "", "事前\n事中", "申请人；法定代表人（自然人，可不填）", black.name]
    )
    rows.append(["XM4", "又一行", "", unit.code, "", "事前", "申请人", ""])
    out = io.BytesIO()
    sheet.save(out)
    page = office.post(path, {"file": SimpleUploadedFile("事项.xlsx", out.getvalue())}).content.decode()
    assert '登记或更新 <b class="num">3</b> 项' in page
    for said in (
        "“没有的局”没有登记",
        "“自愿”没有登记",
        "“事尾”没有登记",
        "“没有的名单”没有登记",
        "与第",
        "核查对象",
    ):
        assert said in page, said
    assert Matter.objects.get(code="XM1").name == "改了名字" and not Matter.objects.filter(code="XM3").exists()
    stored = content_of(get_matter("XM4"))
    assert stored.consults == (black.code,) and stored.stages == ("before", "during") and stored.roles[1].persons
    for data, status in ((b"", 422), (b"<html>", 400), ("编码,名\n1,2".encode(), 400)):
        assert office.post(path, {"file": SimpleUploadedFile("事项.csv", data)}).status_code == status


def test_the_list_is_narrowed_and_turned(office: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    unit = accounts.department()
    for number in range(3):
        make.matter(code=f"ZZ{number}", name=f"取水许可{number}", consults=[], implementing_department_id=unit.pk)
    monkeypatch.setattr("screening.views.matters.PAGE", 2)
    page = office.get(reverse("screening:matters"), {"q": "取水", "department": unit.pk})
    assert [row["matter"].code for row in page.context["rows"]] == ["ZZ0", "ZZ1"]
    more = office.get(f"{reverse('screening:matters')}?{page.context['next']}")
    assert [row["matter"].code for row in more.context["rows"]] == ["ZZ2"]
    assert "没有符合条件" in office.get(reverse("screening:matters"), {"q": "没有这样的"}).content.decode()
