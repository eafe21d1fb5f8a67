"""Rows of a received list that were spoilt on the way end nobody's entry, and nothing reads clear because of them."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from redblack import services
from redblack.models import Doubt, Entry, ListType, StagedEntry
from redblack.rules.lists import Origin, ReleaseKind
from redblack.selectors.received import diff_page
from tests.factories import proceedings
from tests.factories.accounts import PLATFORM
from tests.factories.received import SECOND, received, received_list, row, standing, worked_off
from tests.factories.screening import citizen_id, uscc
from toolkit.clock import day_of

pytestmark = pytest.mark.django_db(transaction=True)
LATER = timedelta(hours=1)
BOTH = {"（2026）江01执1号", "（2026）江01执2号"}


def test_an_extension_without_end_is_no_silence(now: datetime) -> None:
    court, code = received_list(), uscc()
    received(court.code, [row(code, 有效期止="2026-12-01")], at=now)
    silent = received(court.code, [row(code)], at=now + LATER)
    assert (silent.kept, Entry.objects.get().effective_until) == (1, date(2026, 12, 1))
    endless = received(court.code, [row(code, 有效期止="长期")], at=now + 2 * LATER)
    assert (endless.state, endless.changed, Entry.objects.get().effective_until) == ("applied", 1, None)


@pytest.mark.parametrize(
    ("spoilt", "outcome"),
    [
        ({"企业名称": "江澜甲有限公司", "列入日期": "x"}, "refused"),
        ({"企业名称": "江澜甲有限公司", "案号": ""}, "refused"),
        ({"统一社会信用代码": ""}, "lost"),
    ],
)
def test_an_organisation_whose_row_is_spoilt_stands(spoilt: dict[str, str], outcome: str, now: datetime) -> None:
    court, one, two = received_list(), uscc(), uscc()
    received(court.code, [row(one, 1, name="江澜甲公司"), row(two, 2)], at=now)
    version = received(court.code, [row(one, 1, name="江澜甲公司") | spoilt, row(two, 2)], at=now + LATER)
    assert (version.state, version.removed, getattr(version, outcome)) == ("applied", 0, 1)
    assert standing(court.code) == BOTH


@pytest.mark.parametrize("how", ["masked", "empty", "another name"])
def test_a_person_whose_number_is_spoilt_stands(how: str, now: datetime) -> None:
    court, firm, number = received_list(), uscc(), citizen_id()
    received(court.code, [row(firm, 1), row(number, 2, name="王小二")], at=now)
    code = {"masked": number[:14] + "****", "empty": "", "another name": number}[how]
    name = "李大山" if how == "another name" else "王小二"
    version = received(court.code, [row(firm, 1), row(code, 2, name=name)], at=now + LATER)
    assert (version.lost, version.removed) == (1, 0)
    assert standing(court.code) == BOTH


@pytest.mark.parametrize(
    ("stray", "state"),
    [
        ({"企业名称": "改了名的公司"}, "held"),  # the same decision
        ({"案号": "（2026）江01执1号之一"}, "held"),  # the same name
        ({"企业名称": "改了名的公司", "案号": ""}, "held"),  # anybody
        ({"企业名称": "改了名的公司", "案号": "（2026）江01执7号"}, "applied"),  # somebody else
    ],
)
def test_who_may_be_meant_by_a_stray_row_is_doubtful(stray: dict[str, str], state: str, now: datetime) -> None:
    court, one, two = received_list(), uscc(), uscc()
    received(court.code, [row(one, 1, name="江澜甲公司"), row(two, 2)], at=now)
    version = received(court.code, [row("", 1, name="江澜甲公司") | stray, row(two, 2)], at=now + LATER)
    assert (version.state, version.lost, version.removed) == (state, 1, 1)
    if state == "held":
        assert [r["code"] for r in version.reasons] == ["rows_unmatched"]
        assert "有 1 行无法对应主体" in version.reasons[0]["message"]
        assert standing(court.code) == BOTH
        assert Doubt.objects.get(rev_to=None).entry == Entry.objects.get(document_no="（2026）江01执1号")
        services.release_version(version_id=version.pk, note="已核实", actor=SECOND, now=now + 2 * LATER)
        assert worked_off(version, at=now + 2 * LATER).state == "applied"
    assert standing(court.code) == {"（2026）江01执2号"}


def test_whose_term_would_change_is_doubtful_while_the_version_is_held(now: datetime) -> None:
    court, one, two = received_list(fuse_rows=1), uscc(), uscc()
    received(court.code, [row(one, 1, 有效期止="2026-11-19"), row(two, 2)], at=now)
    more: list[dict[str, Any]] = [row(uscc(), n) for n in (3, 4)]
    rows = [row(one, 1, 有效期止="2028-12-01"), row(two, 2, 列入事由="另一事由"), *more]
    version = received(court.code, rows, at=now + LATER)
    assert (version.state, version.changed) == ("held", 2)
    subject = Entry.objects.get(document_no="（2026）江01执1号").subject_id
    assert (
        Doubt.objects.filter(rev_to=None, subject_id=subject, entry=None).count() == 1
    )  # its entry stands as it did
    assert not Doubt.objects.filter(entry__isnull=False).exists()
    assert diff_page(version, what="removed", limit=9) == []  # nobody would leave
    assert len(diff_page(version, what="changed", limit=9)) == 2


def test_what_the_place_decided_is_left_alone(now: datetime) -> None:
    at = proceedings.bench()
    made = proceedings.submitted(at, now=now)
    entry = Entry.objects.get(pk=proceedings.decide(made, at, now=now))
    ListType.objects.filter(code=at.list_code).update(origin=Origin.PROVINCE.value)
    version = received(at.list_code, [row(uscc())], at=now + LATER)
    assert (version.state, version.before, version.added, version.removed) == ("applied", 0, 1, 0)
    entry.refresh_from_db()
    assert entry.released_on is None
    assert not StagedEntry.objects.exists()


def test_a_term_that_would_begin_after_its_end_is_a_refused_row(now: datetime) -> None:
    court, code = received_list(), uscc()
    received(court.code, [row(code, 有效期止="2026-12-01")], at=now)
    version = received(court.code, [row(code, 列入日期="2027-01-05")], at=now + LATER)
    assert (version.state, version.refused, version.removed) == ("applied", 1, 0)
    [told] = diff_page(version, what="refused", limit=9)
    assert "列入日期晚于原截止日期" in told.problem
    assert Entry.objects.get().effective_from == date(2026, 3, 18)


def test_whom_a_paper_let_go_is_not_entered_again_by_a_list_that_has_not_heard(now: datetime) -> None:
    court, (gone, stays) = received_list(), (uscc(), uscc())
    rows = [row(gone), row(stays, 2)]
    received(court.code, [*rows, row(gone, 3)], at=now)  # the third has left where it came from
    released_on = day_of(now)
    services.release(
        entry_id=Entry.objects.get(document_no="（2026）江01执1号").pk,
        kind=ReleaseKind.EARLY,
        released_on=released_on,
        document_no="江信修〔2026〕9号",
        reason="信用修复",
        actor=PLATFORM,
        now=now,
    )
    version = received(court.code, rows, at=now + LATER)
    assert (version.state, version.added, version.kept, version.refused) == ("applied", 0, 1, 1)
    assert standing(court.code) == {"（2026）江01执2号"}
    [told] = diff_page(version, what="refused", limit=9)
    assert f"已于 {released_on} 依据 江信修〔2026〕9号 移出，没有重新列入" in told.problem
    later = row(gone, 列入日期=str(released_on + timedelta(days=1)))  # decided anew, under the same number
    received(court.code, [later, row(stays, 2)], at=now + 2 * LATER)
    assert standing(court.code) == BOTH
