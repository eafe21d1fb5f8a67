"""Memoranda in the register: written by the credit office, out and in as files, kept where something rests on it."""

import io
from copy import deepcopy
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml

from audit.models import Event
from kernel.actor import Actor, Role
from kernel.errors import Refusal
from measures import services
from measures.models import MeasureItem, Memorandum, OriginalMeasure
from measures.rules.memoranda import ConductRow, MemorandumContent, OriginalRow
from measures.selectors import memoranda as selectors
from office.services import open_file
from portal.services.initial_data import load_reference_data
from tests.conftest import NOW
from tests.factories import accounts
from tests.factories import measures as make
from tests.factories.collection import source
from tests.facts import facts_about

pytestmark = pytest.mark.django_db
WAGES = MemorandumContent(
    code="test-wages",
    title="拖欠工资备忘录",
    document_number="发改财金〔2017〕2058号",
    issued_on=date(2017, 11, 30),
    lead="人力资源社会保障部",
    signatories=("国家发展改革委", "某某协会"),
    list_numbers=(16,),
    text="一、对象\n二、措施",
    conducts=(ConductRow(number=1, label="克扣工资"),),
    measures=(
        OriginalRow(
            number=1,
            label="限制政府资金支持",
            reward=False,
            departments=("财政部", "某某协会"),
            legal_basis=("保障农民工工资支付条例 第48条",),
            conducts=(1,),
        ),
        OriginalRow(number=2, label="融资授信参考", reward=False),
    ),
)
OLDER = replace(WAGES, code="test-wages-2014", title="较早的拖欠工资备忘录", measures=())


@pytest.fixture
def office(db: None) -> Actor:
    return accounts.actor(Role.CREDIT_OFFICE)


def create(content: MemorandumContent, actor: Actor) -> int:
    return services.create_memorandum(content=content, actor=actor, now=NOW)


def stored(code: str = WAGES.code) -> MemorandumContent:
    return selectors.content_of(selectors.memorandum_by_code(code))


def save(content: MemorandumContent, actor: Actor, seen: str = "") -> str:
    return services.save_memorandum(
        code=content.code, content=content, seen=seen or stored(content.code).seen, actor=actor, now=NOW
    )


def refusal(call: Any) -> Refusal:
    with pytest.raises(Refusal) as refused:
        call()
    return refused.value


def test_what_is_written_is_what_is_read(office: Actor) -> None:
    made = create(WAGES, office)
    assert stored() == WAGES
    row = Memorandum.objects.get(pk=made)
    assert row.decomposed and row.edited_by == office.key
    assert [name for name, _ in facts_about(f"measures.memorandum:{made}")] == ["measures.memorandum.saved"]
    assert refusal(lambda: create(WAGES, office)).code == "measures.memorandum_exists"


def test_a_change_keeps_the_measures_that_stay(office: Actor) -> None:
    create(WAGES, office)
    first = OriginalMeasure.objects.get(memorandum__code=WAGES.code, number=1).pk
    changed = replace(WAGES, measures=(replace(WAGES.measures[0], label="限制政府性资金支持"),), conducts=())
    changed = replace(changed, measures=(replace(changed.measures[0], conducts=()),))
    seen = save(changed, office)
    assert stored() == changed and seen == changed.seen
    assert OriginalMeasure.objects.get(memorandum__code=WAGES.code).pk == first
    before = Event.objects.count()
    assert save(changed, office) == seen and Event.objects.count() == before  # the same changes nothing
    assert refusal(lambda: save(WAGES, office, seen="0" * 20)).code == "measures.memorandum_moved"


def test_a_measure_that_an_item_goes_back_to_is_not_deleted(office: Actor) -> None:
    create(WAGES, office)
    original = OriginalMeasure.objects.get(memorandum__code=WAGES.code, number=2)
    item = make.item(triggers=[source()])
    MeasureItem.objects.filter(pk=item).update(original=original)
    without = replace(WAGES, measures=WAGES.measures[:1])
    assert refusal(lambda: save(without, office)).code == "measures.measure_in_use"
    assert stored() == WAGES
    MeasureItem.objects.filter(pk=item).update(original=None)
    save(without, office)
    assert stored() == without


def test_everything_that_is_wrong_is_said_at_once(office: Actor) -> None:
    bad = replace(WAGES, title="", replaces="nowhere", list_numbers=(99,))
    refused = refusal(lambda: create(bad, office))
    assert refused.code == "measures.bad_memorandum" and len(refused.reasons) == 3
    assert "没有登记编号为“nowhere”的备忘录" in "".join(reason.message for reason in refused.reasons)


def test_memoranda_that_replace_each_other_are_refused(office: Actor) -> None:
    create(OLDER, office)
    create(replace(WAGES, replaces=OLDER.code), office)
    refused = refusal(lambda: save(replace(OLDER, replaces=WAGES.code), office))
    assert f"{OLDER.code} → {WAGES.code} → {OLDER.code}" in refused.reasons[0].message


def test_the_citys_own_departments_may_be_named(office: Actor) -> None:
    name = accounts.department().name
    bad = replace(WAGES, measures=(replace(WAGES.measures[0], departments=("乌有局",)),))
    assert "乌有局" in refusal(lambda: create(bad, office)).reasons[0].message
    create(replace(WAGES, measures=(replace(WAGES.measures[0], departments=(name,)),)), office)


@pytest.mark.parametrize("role", [Role.CLERK, Role.UPLOADER, Role.REVIEWER])
def test_memoranda_are_the_credit_offices(role: Role, office: Actor) -> None:
    create(WAGES, office)
    stranger: dict[str, Any] = {"actor": accounts.actor(role), "now": NOW}
    calls = [
        lambda: services.create_memorandum(content=OLDER, **stranger),
        lambda: services.save_memorandum(code=WAGES.code, content=WAGES, seen="", **stranger),
        lambda: services.attach_file(code=WAGES.code, stream=io.BytesIO(b"x"), name="x.pdf", **stranger),
        lambda: services.import_memoranda(data=b"[]", name="x.yaml", **stranger),
        lambda: services.export_memoranda(codes=None, form="yaml", **stranger),
    ]
    assert {refusal(call).code for call in calls} == {"measures.memoranda_are_the_offices"}


def test_a_file_is_kept_and_replaced(office: Actor) -> None:
    create(WAGES, office)
    said: dict[str, Any] = {"code": WAGES.code, "name": "备忘录.pdf", "actor": office, "now": NOW}
    services.attach_file(stream=io.BytesIO(b"%PDF-1"), **said)
    second = services.attach_file(stream=io.BytesIO(b"%PDF-2"), **said)
    row = selectors.memorandum_by_code(WAGES.code)
    with open_file(file_id=second) as kept:
        assert row.file_id == second and kept.read() == b"%PDF-2"
    assert refusal(lambda: services.attach_file(stream=io.BytesIO(b"x"), **said | {"code": "none"})).code == (
        "measures.memorandum_not_found"
    )


# --- files


@pytest.fixture
def register(office: Actor) -> list[MemorandumContent]:
    load_reference_data(actor=accounts.PLATFORM, now=NOW)
    create(OLDER, office)
    create(replace(WAGES, replaces=OLDER.code), office)
    return selectors.contents_of()


@pytest.mark.parametrize("form", ["xlsx", "yaml"])
def test_out_and_in_again_says_the_same(form: str, register: list[MemorandumContent], office: Actor) -> None:
    name, data = services.export_memoranda(codes=None, form=form, actor=office, now=NOW)
    outcome = services.import_memoranda(data=data, name=name, actor=office, now=NOW)
    assert (outcome.same, outcome.created, outcome.changed, outcome.problems) == (len(register), 0, 0, [])
    Memorandum.objects.filter(code__in=[WAGES.code, OLDER.code]).update(replaces=None)
    Memorandum.objects.filter(code__in=[WAGES.code, OLDER.code]).delete()
    outcome = services.import_memoranda(data=data, name=name, actor=office, now=NOW)
    assert (outcome.same, outcome.created, outcome.problems) == (len(register) - 2, 2, [])
    assert selectors.contents_of() == register


def test_every_decomposed_memorandum_of_the_country_is_there(register: list[MemorandumContent]) -> None:
    ours = [one for one in register if not one.code.startswith("test-")]
    assert len(ours) == 44 and sum(len(one.measures) for one in ours) == 200
    assert {number for one in ours for number in one.list_numbers} == set(range(1, 44))
    stubs = [one for one in ours if not one.decomposed]
    assert stubs and all(one.title and one.lead and not one.complete for one in stubs)
    assert sum(len(one.conducts) for one in ours) == 19


def workbook(*contents: MemorandumContent, office: Actor) -> openpyxl.Workbook:
    for one in contents:
        create(one, office)
    _, data = services.export_memoranda(codes=[one.code for one in contents], form="xlsx", actor=office, now=NOW)
    Memorandum.objects.filter(code__in=[one.code for one in contents]).delete()
    return openpyxl.load_workbook(io.BytesIO(data))


def bytes_of(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def take(data: bytes, office: Actor, name: str = "memo.xlsx") -> services.MemorandaTaken:
    return services.import_memoranda(data=data, name=name, actor=office, now=NOW)


def test_merged_cells_and_line_breaks_are_read(office: Actor) -> None:
    book = workbook(WAGES, office=office)
    sheet = book["原始措施"]
    sheet.merge_cells("A2:A3")
    sheet["G2"] = "财政部\n某某协会"
    book["备忘录"]["B1"] = "名称\n（必填）"
    outcome = take(bytes_of(book), office)
    assert (outcome.created, outcome.problems) == (1, []) and stored() == WAGES


def test_bad_rows_are_told_by_sheet_and_row_and_the_others_taken(office: Actor) -> None:
    book = workbook(WAGES, OLDER, office=office)
    rows = {row[0].value: row[0].row for row in book["备忘录"].iter_rows()}
    book["备忘录"].cell(rows[OLDER.code], 3).value = None
    sheet = book["原始措施"]
    sheet["G2"], sheet["H3"] = "财政总局", None
    outcome = take(bytes_of(book), office)
    assert outcome.created == 0
    told = [(one.sheet, one.row, one.message) for one in outcome.problems]
    assert [one[:2] for one in told] == [("备忘录", rows[OLDER.code]), ("原始措施", 3)]
    assert "没有填写文号" in told[0][2] and "没有填写依据条文" in told[1][2]
    sheet["H3"] = "未注明"
    book["备忘录"].cell(rows[OLDER.code], 3).value = "未查明"
    outcome = take(bytes_of(book), office)
    assert outcome.created == 1 and stored(OLDER.code).document_number == ""
    [problem] = outcome.problems
    assert (problem.sheet, problem.row) == ("原始措施", 2) and "“财政总局”不在部门名录中" in problem.message


def test_a_circle_within_one_file_is_refused(office: Actor) -> None:
    book = workbook(WAGES, OLDER, office=office)
    for row in book["备忘录"].iter_rows(min_row=2):
        row[9].value = OLDER.code if row[0].value == WAGES.code else WAGES.code
    outcome = take(bytes_of(book), office)
    assert outcome.created == 0 and len(outcome.problems) == 2


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"", "a.xlsx", "空的"),
        ("备忘录编号,名称\na,b".encode(), "a.csv", "只能从 .xlsx"),
        (b"PK\x03\x04rubbish", "a.xlsx", "损坏"),
        (b"- &a {code: x}\n- *a", "a.yaml", "锚点"),
        (b"code: x", "a.yaml", "列表"),
        (b"- [", "a.yaml", "无法读取"),
        (b"\xff\xfe", "a.yaml", "无法读取"),
        (b"- !!python/object/apply:os.system [ls]", "a.yaml", "无法读取"),
    ],
)
def test_what_is_no_file_of_memoranda(data: bytes, name: str, said: str, office: Actor) -> None:
    assert said in str(refusal(lambda: take(data, office, name)))


def test_yaml_problems_name_the_memorandum(office: Actor) -> None:
    one = {"code": "a", "title": "甲", "document_number": "", "measures": [{"number": 1, "label": "x"}]}
    two = {"code": "b", "title": "乙", "document_number": "未查明", "colour": "red"}
    outcome = take(yaml.safe_dump([one, two, deepcopy(one)], allow_unicode=True).encode(), office, "m.yml")
    assert outcome.created == 0
    places = [problem.sheet for problem in outcome.problems]
    assert places.count("第 1 份备忘录") == 3 and "第 2 份备忘录" in places


def test_a_workbook_without_the_sheet_says_which_there_are(office: Actor) -> None:
    book = openpyxl.Workbook()
    book.active.title = "清单"  # type: ignore[union-attr]
    book.active["A1"] = "名称"  # type: ignore[index]
    assert "没有名为“备忘录”的工作表；有：清单" in str(refusal(lambda: take(bytes_of(book), office)))


def test_what_ships_never_overrules_what_a_person_wrote(office: Actor) -> None:
    load_reference_data(actor=accounts.PLATFORM, now=NOW)
    one = stored("tax-2014")
    save(replace(one, lead="税务总局"), office)
    load_reference_data(actor=accounts.PLATFORM, now=NOW)
    assert stored("tax-2014").lead == "税务总局"


def test_what_ships_is_what_the_file_says() -> None:
    shipped = yaml.safe_load(Path("measures/initial/memoranda.yaml").read_text(encoding="utf-8"))
    load_reference_data(actor=accounts.PLATFORM, now=NOW)
    for one in shipped:
        content = stored(one["code"])
        assert [m.label for m in content.measures] == [m["label"] for m in one["measures"]]
        assert [c.label for c in content.conducts] == one["behaviours"]
