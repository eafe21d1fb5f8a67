"""What of a received list is not taken in, and from whom."""

from datetime import datetime, timedelta

import pytest

from collection.rules.sheet_guard import FileRefused
from kernel.actor import Actor, Kind, Role
from redblack import services
from redblack.models import Entry
from redblack.rules.lists import LegalStatus, Origin
from redblack.services import received as refusals
from tests.factories import accounts
from tests.factories import redblack as make
from tests.factories.received import (
    SECOND,
    as_csv,
    department_actor,
    handed_in,
    received,
    received_list,
    row,
    standing,
    worked_off,
)
from tests.factories.screening import uscc

pytestmark = pytest.mark.django_db(transaction=True)
LATER = timedelta(hours=1)


def test_the_same_bytes_again_are_the_same_version(now: datetime) -> None:
    court, rows = received_list(), [row(uscc())]
    first = handed_in(court.code, rows, at=now, version="第47周")
    assert handed_in(court.code, rows, at=now, version=" 第47周 ").pk == first.pk
    with pytest.raises(refusals.VersionKnown):
        handed_in(court.code, [row(uscc())], at=now, version="第47周")
    with pytest.raises(refusals.VersionWaits):
        handed_in(court.code, [row(uscc())], at=now, version="第48周")
    worked_off(first, at=now)
    assert handed_in(court.code, rows, at=now, version="第47周").pk == first.pk


def test_old_data_never_replace_newer_ones(now: datetime) -> None:
    court = received_list()
    received(court.code, [row(uscc())], at=now)
    with pytest.raises(refusals.VersionOlder):
        handed_in(court.code, [], at=now, stated_at=now - LATER, version="旧")
    with pytest.raises(refusals.StatedInFuture):
        handed_in(court.code, [], at=now, stated_at=now + LATER)
    with pytest.raises(refusals.VersionUnnamed):
        handed_in(court.code, [row(uscc())], at=now, version="  x" * 99)


def test_who_may_hand_in_which_list(now: datetime) -> None:
    home, rows = accounts.department(), [row(uscc())]
    court = received_list(initiator_department_id=home.pk)
    for who in (
        department_actor(accounts.department(), Role.UPLOADER),
        department_actor(home, Role.REVIEWER),
        SECOND,
    ):
        with pytest.raises(refusals.CannotDeliver):
            handed_in(court.code, rows, at=now, actor=who)
    with pytest.raises(refusals.ListDecidedHere):
        handed_in(make.list_type().code, rows, at=now)
    with pytest.raises(services.CannotBind):
        handed_in(received_list(legal_status=LegalStatus.STOPPED).code, rows, at=now)
    assert handed_in(court.code, rows, at=now, actor=department_actor(home, Role.UPLOADER)).state == "staging"


@pytest.mark.parametrize(
    ("scopes", "own", "taken"),
    [
        ({"lists:deliver"}, True, True),
        ({"lists:deliver"}, False, False),
        ({"lists:deliver_any"}, False, True),
        ({"records:create"}, True, False),
    ],
)
def test_which_system_may_hand_in_which_list(scopes: set[str], own: bool, taken: bool, now: datetime) -> None:
    home = accounts.department()
    court = received_list(initiator_department_id=home.pk if own else accounts.department().pk)
    client = Actor(
        kind=Kind.CLIENT,
        name="sheng",
        department_id=home.pk,
        departments=frozenset({home.pk}),
        scopes=frozenset(scopes),
    )
    if taken:
        handed_in(court.code, [row(uscc())], at=now, actor=client)
    else:
        with pytest.raises(refusals.CannotDeliver):
            handed_in(court.code, [row(uscc())], at=now, actor=client)


def test_a_file_that_is_no_table_is_refused_and_the_last_version_stands(now: datetime) -> None:
    court = received_list()
    received(court.code, [row(uscc())], at=now)
    with pytest.raises(FileRefused):
        handed_in(court.code, b"%PDF-1.7 scanned", at=now + LATER)
    torn = received(court.code, b"PK\x03\x04 torn", at=now + LATER, file_name="名单.xlsx")
    assert torn.state == "refused" and "损坏" in torn.reasons[0]["message"]
    version = received(court.code, as_csv([row(uscc())], ["企业名称", "列入日期"]), at=now + LATER)
    assert version.state == "refused" and "没有找到“" in version.reasons[0]["message"]
    assert len(standing(court.code)) == 1
    assert received(court.code, [row(uscc())], at=now + 2 * LATER).state == "applied"  # the way is free again


def test_a_list_that_is_stopped_meanwhile_takes_nothing(now: datetime) -> None:
    court = received_list(code="STOPPING")
    version = handed_in(court.code, [row(uscc())], at=now)
    make.list_type(
        code="STOPPING", title=court.name, legal_status=LegalStatus.STOPPED, origin=Origin.COURT, loaded=False
    )
    worked_off(version, at=now)
    assert version.state == "refused" and not Entry.objects.exists()
