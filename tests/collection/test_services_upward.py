"""One day's records for the platform above: what is in the files, as of when, who is in them, and who may."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from lxml import etree

from accounts.models import Department
from audit.models import Event
from collection.models import Handover, Record
from collection.rules.sheets import read_sheet
from collection.selectors.handovers import day_of_items
from collection.services import receive_rows, upward
from collection.services.changes import withdraw_record
from collection.services.extraction import NotYourIntake
from collection.services.upward import (
    AlreadyHanded,
    DayNotBegun,
    HandoverNotFound,
    ItemNotHandedUp,
    ItemUnknown,
    NoteMissing,
    NothingToHandUp,
    handover_file,
    make_handover,
    mark_handed,
)
from kernel.actor import Actor, Role
from kernel.errors import Refusal
from office.services import FileGone, destroy_files
from tests.collection.definitions import GOOD, PERSON
from tests.collection.items import published_penalty
from tests.conftest import NOW
from tests.factories import accounts
from tests.facts import payload_of
from toolkit.clock import day_of

pytestmark = pytest.mark.django_db
DAY = day_of(NOW)
NEXT = NOW + timedelta(days=1)
OTHER = GOOD | {"CF_WSH": "江环罚〔2026〕68号"}
THIRD = GOOD | {"CF_WSH": "江环罚〔2026〕69号"}


@pytest.fixture
def office() -> Actor:
    return accounts.actor(Role.CREDIT_OFFICE)


@pytest.fixture
def department() -> Department:
    return accounts.department()


@pytest.fixture
def item() -> str:
    return published_penalty("penalty-up")


_calls = iter(range(1, 1000))


def report(item: str, department: Department, *rows: dict[str, str], at: datetime = NOW) -> None:
    receipt = receive_rows(
        item_code=item, rows=rows, channel="page", department_id=department.pk, call_key=f"call-{next(_calls)}",
        all_or_nothing=False, actor=accounts.PLATFORM, now=at,
    )  # fmt: skip
    assert not receipt.returned, receipt


def made(item: str, office: Actor, *, at: datetime = NOW, day: Any = DAY) -> int:
    [handover_id] = make_handover(item_code=item, day=day, actor=office, now=at)
    return handover_id


def content(handover_id: int, kind: str, office: Actor) -> bytes:
    _, stream = handover_file(handover_id=handover_id, kind=kind, actor=office, now=NOW)
    with stream:
        return stream.read()


def records(handover_id: int, office: Actor) -> list[dict[str, str]]:
    """Each record of the xml with its attributes and fields; the xml is valid and the xlsx says the same."""
    root = etree.fromstring(content(handover_id, "xml", office))
    etree.XMLSchema(etree.fromstring(content(handover_id, "xsd", office))).assertValid(root)
    found = [dict(one.attrib) | {etree.QName(f).localname: f.text or "" for f in one} for one in root]
    sheet = read_sheet(content(handover_id, "xlsx", office), "上报数据", expected=["id", "operation"])
    assert [{k: v for k, v in row.cells.items() if v} for row in sheet.rows] == found
    return found


def operations(handover_id: int, office: Actor) -> list[tuple[str, str, str]]:
    return [(one["CF_WSH"], one["operation"], one["CF_SY"]) for one in records(handover_id, office)]


def test_new_changed_and_withdrawn(item: str, department: Department, office: Actor) -> None:
    report(item, department, GOOD, OTHER, THIRD)
    assert [op for _, op, _ in operations(made(item, office), office)] == ["新增"] * 3
    report(item, department, OTHER | {"CF_SY": "另一事实"}, at=NEXT)
    third = Record.objects.get(document_no=THIRD["CF_WSH"])
    withdraw_record(record_id=third.pk, reason="决定被撤销", document_no="x", actor=office, now=NEXT)
    handover = made(item, office, at=NEXT, day=day_of(NEXT))
    assert [(number, op) for number, op, _ in operations(handover, office)] == [
        (OTHER["CF_WSH"], "变更"), (THIRD["CF_WSH"], "撤销"),
    ]  # fmt: skip
    assert records(handover, office)[1]["reason"] == "决定被撤销"
    assert (line := day_of_items(day_of(NEXT))[0]).code == item
    assert [str(count) for count in (line.new, line.changed, line.withdrawn)] == ["0", "1", "1"]


def test_a_day_is_told_as_it_ended(item: str, department: Department, office: Actor) -> None:
    """Made again tomorrow, today's file says what the records said at the end of today."""
    report(item, department, GOOD)
    first = made(item, office)
    report(item, department, GOOD | {"CF_SY": "改过的事实"}, at=NEXT)
    again = made(item, office, at=NEXT)
    assert operations(first, office) == operations(again, office) == [(GOOD["CF_WSH"], "新增", GOOD["CF_SY"])]
    tomorrow = made(item, office, at=NEXT, day=day_of(NEXT))
    assert operations(tomorrow, office) == [(GOOD["CF_WSH"], "变更", "改过的事实")]


def test_made_again_it_is_the_next_number(item: str, department: Department, office: Actor) -> None:
    report(item, department, GOOD)
    first, second = made(item, office), made(item, office)
    rows = Handover.objects.in_bulk([first, second])
    assert [rows[pk].number for pk in (first, second)] == [1, 2]
    assert rows[first].xml.name == f"上报_{item}_20261120_1.xml"
    assert rows[first].xml.keep_until == DAY + upward.KEPT


def test_a_large_day_comes_in_parts(
    item: str, department: Department, office: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upward, "PART", 2)
    report(item, department, GOOD, OTHER, THIRD)
    parts = make_handover(item_code=item, day=DAY, actor=office, now=NOW)
    assert [len(records(part, office)) for part in parts] == [2, 1]


def test_persons_stay_here_unless_the_catalogue_shares_their_numbers(
    item: str, department: Department, office: Actor
) -> None:
    report(item, department, GOOD, PERSON | {"CF_WSH": "江环罚〔2026〕70号"})
    handover = made(item, office)
    assert [number for number, _, _ in operations(handover, office)] == [GOOD["CF_WSH"]]
    fact = payload_of(f"collection.handover:{handover}", "collection.handover.made")
    assert (fact["persons"], fact["numbers"], fact["left_out"]) == (0, 0, 1)


def test_shared_numbers_are_in_the_file_alone(department: Department, office: Actor) -> None:
    item = published_penalty("penalty-shared", persons="政务共享")
    responsible = {"CF_FR_ZJLX": "身份证", "CF_FR_ZJHM": "11010119900307803X"}
    report(item, department, GOOD | responsible, PERSON | {"CF_WSH": "江环罚〔2026〕70号"})
    handover = made(item, office)
    firm, person = records(handover, office)
    assert firm["CF_FR_ZJHM"] == responsible["CF_FR_ZJHM"]
    assert (person["CF_XDR_ZJHM"], person["subjectKind"]) == (PERSON["CF_XDR_ZJHM"], "natural_person")
    fact = payload_of(f"collection.handover:{handover}", "collection.handover.made")
    assert (fact["records"], fact["persons"], fact["numbers"], fact["left_out"]) == (2, 1, 2, 0)
    assert PERSON["CF_XDR_ZJHM"] not in str(list(Event.objects.order_by("id").values_list("payload", flat=True)))
    assert Event.objects.filter(name="subjects.identifier.revealed", actor=office.key).count() == 1
    fetched = Event.objects.filter(about=f"collection.handover:{handover}", name="collection.handover.fetched")
    assert fetched.count() == 2 and set(fetched.values_list("actor", flat=True)) == {office.key}
    on_disk = [path.read_bytes() for path in settings.FILES_DIR.rglob("*-*") if path.is_file()]
    assert on_disk and not any(PERSON["CF_XDR_ZJHM"].encode() in sealed for sealed in on_disk)


def test_what_cannot_be_made(item: str, department: Department, office: Actor) -> None:
    def refusal(**said: Any) -> type[Refusal]:
        with pytest.raises(Refusal) as refused:
            make_handover(**{"item_code": item, "day": DAY, "actor": office, "now": NOW} | said)
        return type(refused.value)

    assert refusal() is NothingToHandUp
    assert refusal(item_code="nothing") is ItemUnknown
    assert refusal(day=day_of(NEXT)) is DayNotBegun
    assert refusal(actor=accounts.actor(Role.UPLOADER)) is NotYourIntake
    closed = published_penalty("penalty-closed", sharing_scope="不予共享")
    report(closed, department, GOOD)
    assert refusal(item_code=closed) is ItemNotHandedUp
    assert not Handover.objects.exists()


def test_it_is_marked_once(item: str, department: Department, office: Actor) -> None:
    report(item, department, GOOD)
    handover = made(item, office)
    for note in (" ", "经办人 110101199003070134 已送达"):
        with pytest.raises(NoteMissing):
            mark_handed(handover_id=handover, note=note, actor=office, now=NOW)
    mark_handed(handover_id=handover, note="省平台回执 A-1", actor=office, now=NOW)
    with pytest.raises(AlreadyHanded):
        mark_handed(handover_id=handover, note="再一次", actor=office, now=NEXT)
    row = Handover.objects.get(pk=handover)
    assert (row.handed_at, row.handed_by, row.note) == (NOW, office.key, "省平台回执 A-1")
    with pytest.raises(NotYourIntake):
        mark_handed(handover_id=handover, note="省平台", actor=accounts.actor(Role.REVIEWER), now=NOW)


def test_who_may_fetch_and_how_long(item: str, department: Department, office: Actor) -> None:
    report(item, department, GOOD)
    handover = made(item, office)
    with pytest.raises(NotYourIntake):
        handover_file(handover_id=handover, kind="xml", actor=accounts.actor(Role.UPLOADER), now=NOW)
    for unknown in ({"handover_id": handover + 1, "kind": "xml"}, {"handover_id": handover, "kind": "exe"}):
        with pytest.raises(HandoverNotFound):
            handover_file(**unknown, actor=office, now=NOW)  # type: ignore[arg-type]
    after = NOW + upward.KEPT + timedelta(days=1)
    destroy_files(today=day_of(after), actor=accounts.PLATFORM, now=after)
    with pytest.raises(FileGone):
        handover_file(handover_id=handover, kind="xml", actor=office, now=after)
