"""Who looked me up and why: each check is listed once, for the one who was checked and nobody else, as law has it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import Department
from citizens.models import Visitor
from kernel.actor import Role
from portal.models import Lookup, LookupMark
from portal.rules.lookups import SettingWrong, withheld
from portal.services import lookups
from screening.models import Matter
from tests.conftest import NOW
from tests.factories import accounts, citizens, collection, screening
from toolkit.references import reference

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


def gather() -> int:
    """How many lines came when what is there was seen, and listed a minute later."""
    before, last = Lookup.objects.count(), LookupMark.objects.values_list("at", flat=True).first() or NOW
    for minute in (1, 2):
        lookups.gather_lookups(actor=accounts.PLATFORM, now=last + minute * lookups.SETTLED)
    return Lookup.objects.count() - before


def test_every_check_is_listed_once_for_who_was_checked(settings: object) -> None:
    code, home = screening.uscc(), accounts.department()
    mine, other = screening.firm(code), screening.firm()
    source = collection.source(kind="record", code="LOOKED")
    window, secret = (screening.matter(consults=[source], implementing_department_id=home.pk) for _ in range(2))
    clerk = accounts.actor(Role.CLERK, department=screening.general_window())
    for matter in (window, secret, window):
        screening.ask(matter, code, actor=clerk, now=NOW)
    assert (gather(), gather()) == (3, 0) and Lookup.objects.filter(subject_id=mine).count() == 3
    mark = LookupMark.objects.get()
    assert mark.at is not None
    screening.ask(window, code, actor=clerk, now=NOW)
    lookups.gather_lookups(actor=accounts.PLATFORM, now=mark.at + lookups.SETTLED)
    assert Lookup.objects.count() == 3  # it may have been committed before another
    LookupMark.objects.update(done=0)  # gathered again from the start: nothing twice
    assert gather() == 1 and Lookup.objects.count() == 4 and LookupMark.objects.get().done > mark.done
    listed, seen = lookups.gathered_at(), LookupMark.objects.get().at
    assert listed is not None and seen is not None and listed == seen - 2 * lookups.SETTLED  # not what was only seen
    client = citizens.client_of()
    citizens.represents(Visitor.objects.get().pk, mine)
    url = reverse("portal:my_lookups", args=[reference("my", mine)])
    page = client.get(url).content.decode()
    name = Matter.objects.get(code=window).name
    asked_by = Department.objects.get(pk=clerk.department_id).name
    assert page.count(f"<td>{name}（事前）") == 3 and asked_by in page and f"实施部门：{home.name}" in page
    assert Matter.objects.get(code=secret).name in page and clerk.name not in page  # the department, not the person
    assert client.get(reverse("portal:my_lookups", args=[reference("my", other)])).status_code == 404
    assert client.get(reverse("portal:my_lookups", args=["x" * 26])).status_code == 404
    assert "谁查过我" in client.get(reverse("portal:my_subject", args=[reference("my", mine)])).content.decode()
    settings.LOOKUPS_WITHHELD = f"matter:{secret}=《中华人民共和国监察法》第十八条"  # type: ignore[attr-defined]
    page = client.get(url).content.decode()
    assert Matter.objects.get(code=secret).name not in page and page.count("（事前）") == 3
    settings.LOOKUPS_WITHHELD = f"department:{home.code}=《中华人民共和国监察法》第十八条"  # type: ignore[attr-defined]
    assert "没有核查记录" in client.get(url).content.decode()
    first = lookups.lookups_of(mine, limit=1)
    assert first == []
    settings.LOOKUPS_WITHHELD = ""  # type: ignore[attr-defined]
    first = lookups.lookups_of(mine, limit=3)
    assert len(lookups.lookups_of(mine, after=(first[-1].at, first[-1].id))) == 1  # pages turn without a gap
    settings.RECEIPT_YEARS = 0  # type: ignore[attr-defined]
    assert lookups.drop_old(now=NOW + timedelta(days=366 * 4)) == 0  # its receipt is still there
    settings.RECEIPT_YEARS = 10  # type: ignore[attr-defined]
    assert lookups.drop_old(now=NOW + timedelta(days=366 * 10 + 1)) == 4


def test_nothing_is_gone_past_before_a_minute_however_often_it_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    code = screening.uscc()
    mine = screening.firm(code)
    window = screening.matter(consults=[collection.source(kind="record", code="LATE")])
    clerk = accounts.actor(Role.CLERK, department=screening.general_window())
    for _ in range(3):
        screening.ask(window, code, actor=clerk, now=NOW)
    monkeypatch.setattr(lookups, "AT_ONCE", 2)

    def again(seconds: int) -> tuple[bool, int]:
        more = lookups.gather_lookups(actor=accounts.PLATFORM, now=NOW + timedelta(seconds=seconds))
        return more, Lookup.objects.filter(subject_id=mine).count()

    assert [again(0), again(0), again(59)] == [(False, 0)] * 3 and LookupMark.objects.get().done == 0
    assert [again(60), again(60), again(61)] == [(True, 2), (False, 3), (False, 3)]  # receipts fill it, not lines
    assert again(-600) == (False, 3) and LookupMark.objects.get().at == NOW - timedelta(seconds=600)  # set back


@pytest.mark.parametrize("text", ["matter:M1", "matter:=法第一条", "person:1=法第一条", "M1=法第一条", "matter:M1= "])
def test_what_is_withheld_names_its_law(text: str) -> None:
    with pytest.raises(SettingWrong):
        withheld(text)


def test_how_the_setting_is_read() -> None:
    said = withheld(" matter:M1=甲法第一条; department:1133=乙法第二条 ;")
    assert (said.matters, said.departments) == ({"M1": "甲法第一条"}, {"1133": "乙法第二条"})
    assert withheld("") == withheld(" ; ")
