"""Credit reports: real typst, real fonts, a real signature; what is on the paper is read out of the PDF again."""

import io
import re
from datetime import date, timedelta
from typing import Any

import pypdf
import pytest
from django.test import Client
from django.urls import reverse

from audit.models import Event
from collection.models import Record
from kernel.actor import ANONYMOUS, Actor, Role, visitor
from kernel.errors import NotPermitted, Refusal, RuleBroken
from office.services import open_file
from office.services.signing import is_ours
from redblack import services as lists
from redblack.rules.lists import Ground
from reports.models import Report
from reports.rules.truth import Standing
from reports.services import Asked, CannotIssue, CannotVerify, ReportRefused, issue, verify
from reports.services.verifying import code_of
from screening.services.verifying import TooManyTries
from tests.factories import accounts, catalog, collection, redblack, repair, subjects
from tests.factories.reports import report

pytestmark = pytest.mark.django_db
RARE = "𬭎鑫龘（江澜）䶮业有限公司"
FIELDS = [
    {"code": "FACT", "name": "违法事实", "length": 500, "required": True},
    {"code": "FINE", "name": "罚款金额", "type": "amount", "unit": "万元", "required": False},
    {"code": "BOSS", "name": "法定代表人", "length": 60, "required": False, "sharing": "政务共享", "masking": "name"},
    {"code": "NOTE", "name": "内部备注", "length": 60, "required": False, "sharing": "不予共享"},
]
FACT = {"FACT": "超标排放 #let x = 1 *不是标记*", "FINE": "12", "BOSS": "沈建国", "NOTE": "不得外传", "NAME": RARE}


@pytest.fixture
def clerk() -> Actor:
    return accounts.actor(Role.CLERK)


@pytest.fixture
def penalty() -> str:
    catalog.document()
    return catalog.item(name="行政处罚信息", fields=FIELDS)


@pytest.fixture
def firm(penalty: str) -> int:
    """With a rare name, a penalty that is published, one that is not, an entry; one list cannot be consulted."""
    found = subjects.organisation(RARE)
    collection.record(subject_id=found, raised=[], item_code=penalty, document_no="江环罚〔2026〕47号", content=FACT)
    collection.record(
        subject_id=found, raised=[], item_code=penalty, document_no="江环罚〔2026〕1号", publicity_state="不予公示",
        publicity_until=None, grade="轻微", content=FACT,
    )  # fmt: skip
    redblack.entry(
        redblack.list_type(title="安全生产严重失信主体名单").code, found, document_no="江应急失信列〔2026〕4号"
    )
    redblack.list_type(title="从未接入的名单", loaded=False)
    return found


def body_of(one: Report) -> bytes:
    with open_file(file_id=one.file_id) as stream:
        return stream.read()


def text_of(pdf: bytes) -> str:
    return re.sub(r"\s", "", "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages))


def worth(one: Report, now: Any, **fields: Any) -> Standing:
    said = {"number": one.number, "code": code_of(one.number), "address": "198.51.100.7", "now": now, "wall": now}
    return verify(**said | fields).standing


def test_ten_sections_with_source_and_day_and_the_rare_characters_can_be_selected(
    firm: int, clerk: Actor, now: Any, settings: Any
) -> None:
    settings.SITE_ADDRESS = "https://credit.example"
    made = report(firm, actor=clerk, now=now, edition="public", purpose="行政审批", note="办件 77")
    text = text_of(body_of(made))
    for words in (
        RARE, made.number, "公开版", "行政审批（办件77）", "一、行政管理信息", "十、地方补充信息",
        "九、信用状况提升建议", "江环罚〔2026〕47号", "违法事实：超标排放#letx=1*不是标记*", "罚款金额（万元）：12",
        "公示中（至2029-02-25）", "安全生产严重失信主体名单", "江应急失信列〔2026〕4号", "2026-11-20",
        "从未接入的名单：未接入。不得据此认定为无记录。", "https://credit.example/r/", "本报告有1条公示中的失信信息",
    ):  # fmt: skip
        assert words.replace(" ", "") in text, words
    for hidden in ("江环罚〔2026〕1号", "沈建国", "沈某某", "不得外传", "内部备注"):
        assert hidden not in text, hidden
    own = text_of(body_of(report(firm, actor=clerk, now=now)))
    assert "江环罚〔2026〕1号" in own and "不予公示" in own and "沈某某" in own
    assert "沈建国" not in own and "不得外传" not in own
    fact = Event.objects.filter(name="reports.report.issued").order_by("id").first()
    assert fact is not None and fact.actor == clerk.key and fact.payload["purpose"] == "行政审批"


def test_the_ninth_section_says_from_when_each_may_be_repaired(clerk: Actor, now: Any) -> None:
    early, ready = repair.penalty(decided_on=date(2026, 10, 9)), repair.penalty()
    other = repair.penalty(firm=early.firm)
    filed = repair.filed(other, now=now)
    said = text_of(body_of(report(early.firm, actor=clerk, now=now)))
    assert f"（{early.no}）：未到最短公示期" in said and "自2027-01-10起可以申请" in said
    assert f"（{other.no}）：信用修复申请正在办理，编号{filed.number}" in said
    public = text_of(body_of(report(early.firm, actor=clerk, now=now, edition="public", purpose="行政审批")))
    assert filed.number not in public and "自2027-01-10起可以申请" in public  # what is asked for is told to nobody
    assert "起可以申请信用修复，需要" in text_of(body_of(report(ready.firm, actor=clerk, now=now)))


def test_our_signature_is_over_every_byte(firm: int, clerk: Actor, now: Any) -> None:
    body = body_of(report(firm, actor=clerk, now=now))
    assert is_ours(body)
    for place in (1200, len(body) // 2, body.index(b"/Title") + 9):
        altered = bytearray(body)
        altered[place] ^= 1
        assert not is_ours(bytes(altered))
    assert not is_ours(body + b"\n% appended")


def test_it_tells_the_truth_after_each_thing_that_may_happen(firm: int, clerk: Actor, penalty: str, now: Any) -> None:
    def fresh() -> Report:
        return report(firm, actor=clerk, now=now, edition="public", purpose="政府采购")

    first = fresh()
    assert worth(first, now) is Standing.VALID
    entry = redblack.entry(redblack.list_type().code, firm)
    assert worth(first, now) is Standing.NEWS_SINCE
    second = fresh()
    lists.mark_disputed(
        entry_id=entry, ground=Ground.WRONG_SUBJECT, marked_on=now.date(), actor=accounts.PLATFORM, now=now
    )
    assert (worth(first, now), worth(second, now)) == (Standing.NEWS_SINCE, Standing.SUPERSEDED)
    third = fresh()
    Record.objects.filter(subject_id=firm, publicity_state="公示中").update(publicity_state="终止公示")  # a repair
    assert {worth(one, now) for one in (first, second, third)} == {Standing.SUPERSEDED}
    fourth = fresh()
    later = now + timedelta(days=3 * 366)  # its entries' terms are over by then
    assert (worth(fourth, now), worth(fourth, later)) == (Standing.VALID, Standing.SUPERSEDED)


def test_nobody_learns_more_than_number_day_and_standing(firm: int, clerk: Actor, now: Any, client: Client) -> None:
    made = report(firm, actor=clerk, now=now)
    page = client.get(reverse("reports:verify_report", args=[made.number]), {"c": code_of(made.number).lower()})
    said = page.content.decode()
    assert page.status_code == 200 and "有效：报告所载信息至今没有变更" in said and made.number in said
    assert RARE not in said and "江环罚" not in said and page["X-Robots-Tag"] == "noindex"
    other = made.number[:-1] + str((int(made.number[-1]) + 1) % 10)
    answers = {
        client.get(reverse("reports:verify_report", args=[number]), {"c": code}).content.decode()
        for number, code in ((made.number, "AAAAAAAAAA"), (other, code_of(other)), ("XB-1", "1"))
    }
    assert all("未能核验" in one for one in answers), answers
    with pytest.raises(TooManyTries):
        for _ in range(100):
            with pytest.raises(CannotVerify):
                verify(number=other, code="x", address="203.0.113.9", now=now, wall=now)
            worth(made, now, address="203.0.113.9")


def test_who_may_not_have_one(firm: int, clerk: Actor, now: Any) -> None:
    person = subjects.person()
    refusals: list[tuple[Actor, int, dict[str, str], type[Refusal]]] = [
        (clerk, person, {"edition": "own"}, ReportRefused),
        (visitor(7, subjects=frozenset({person})), person, {"edition": "own", "channel": "portal"}, ReportRefused),
        (visitor(7), firm, {"edition": "own", "channel": "portal"}, CannotIssue),
        (visitor(7, subjects=frozenset({firm})), firm, {"edition": "own", "channel": "counter"}, CannotIssue),
        (ANONYMOUS, firm, {"edition": "own", "channel": "kiosk"}, CannotIssue),
        (ANONYMOUS, firm, {"edition": "public", "channel": "portal"}, CannotIssue),
        (accounts.actor(Role.SYSTEM_ADMIN), firm, {"edition": "public", "channel": "counter"}, CannotIssue),
    ]
    for actor, subject, said, refusal in refusals:
        asked = Asked(**{"channel": "counter", "purpose": "主体申请"} | said)
        with pytest.raises(refusal) as caught:
            issue(subject_id=subject, asked=asked, actor=actor, now=now)
        assert isinstance(caught.value, NotPermitted | RuleBroken)
    assert not Report.objects.exists()
    own = issue(
        subject_id=firm,
        asked=Asked(edition="own", channel="portal", purpose="主体申请"),
        actor=visitor(7, subjects=frozenset({firm})),
        now=now,
    )
    assert Report.objects.get(pk=own).issued_by == "visitor:7"


def test_a_firm_without_a_name_or_with_a_character_that_no_font_has_gets_its_report(clerk: Actor, now: Any) -> None:
    code = subjects.uscc()
    nameless = text_of(body_of(report(subjects.organisation(code, code=code), actor=clerk, now=now)))
    assert "（名称未登记）" in nameless and code in nameless
    strange = text_of(body_of(report(subjects.organisation("江澜𪚥业有限公司"), actor=clerk, now=now)))
    assert "江澜〔U+2A6A5〕业有限公司" in strange and "字库中没有的字" in strange


def test_ten_thousand_records_are_counted_and_the_newest_listed(
    penalty: str, clerk: Actor, now: Any, settings: Any
) -> None:
    settings.REPORT_ROWS = 30
    found = subjects.organisation()
    collection.record(subject_id=found, raised=[], item_code=penalty, document_no="样", content=FACT)
    sample = Record.objects.get(subject_id=found)
    made = []
    for number in range(1, 10_000):
        row = Record(**{f.attname: getattr(sample, f.attname) for f in Record._meta.concrete_fields})
        row.id = sample.pk + number
        row.document_no = f"江环罚〔2025〕{number}号"
        row.decided_on = date(2025, 1, 1) + timedelta(days=number % 300)
        made.append(row)
    Record.objects.bulk_create(made, batch_size=2000)
    one = report(found, actor=clerk, now=now, edition="public", purpose="行政审批")
    text = text_of(body_of(one))
    assert (one.records, one.listed) == (10_000, 30)
    assert "行政处罚信息10000条" in text and "其余9970条只计入各栏目的条数" in text
    assert worth(one, now) is Standing.VALID
    Record.objects.filter(pk=sample.pk + 5).update(publicity_state="终止公示")  # counted, not listed: untrue as well
    assert worth(one, now) is Standing.SUPERSEDED
