"""The pages of reports: at the counter, and of whoever speaks for an organisation."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from kernel.actor import Role
from office.services.signing import is_ours
from reports.models import Report
from tests.factories import accounts, citizens, subjects
from tests.factories.reports import report

pytestmark = pytest.mark.django_db


def test_the_counter_wants_a_code_and_a_purpose(client: Client, frozen: object, now: Any) -> None:
    home = accounts.department()
    client.force_login(accounts.user(Role.CLERK, department=home))
    code, person = subjects.uscc(), subjects.citizen_id()
    firm = subjects.organisation("江澜试验有限公司", code=code)
    page = client.get(reverse("reports:new_report"), {"code": code})
    assert code in page.content.decode()
    said = {"code": code.lower(), "edition": "public", "purpose": "行政审批", "note": ""}
    wrong = [{"purpose": ""}, {"code": "江澜试验有限公司"}, {"code": person}, {"purpose": "其他"}, {"edition": "own"}]
    statuses = [client.post(reverse("reports:new_report"), said | one).status_code for one in wrong]
    assert statuses == [422, 404, 404, 409, 409] and not Report.objects.exists()
    made = client.post(reverse("reports:new_report"), said)
    one = Report.objects.get(subject_id=firm)
    assert made["Location"] == reverse("reports:report", args=[one.pk]) and one.department_id == home.pk
    assert one.number in client.get(made["Location"]).content.decode()
    assert one.number in client.get(reverse("reports:reports")).content.decode()
    file = client.get(reverse("reports:report_file", args=[one.pk]))
    assert file["Content-Type"] == "application/pdf" and is_ours(file.content)
    other = Client()
    other.force_login(accounts.user(Role.CLERK))
    assert other.get(reverse("reports:report_file", args=[one.pk])).status_code == 404


def test_who_speaks_for_a_firm_has_its_report_and_nobody_elses(frozen: object, now: Any) -> None:
    firm, another, person = subjects.organisation("江澜试验有限公司"), subjects.organisation(), subjects.person()
    browser = citizens.client_of("boss@example.com")
    address = reverse("reports:my_reports")
    assert "还没有经核验的单位" in browser.get(address).content.decode()
    visitor = citizens.visitor("boss@example.com", of=firm)
    assert visitor.id is not None
    citizens.represents(visitor.id, person)
    page = browser.get(address).content.decode()
    assert "江澜试验有限公司" in page and "不出具自然人信用报告" in page
    for subject, status in ((another, 403), (person, 409), (0, 404)):
        assert browser.post(address, {"subject": subject, "edition": "own"}).status_code == status
    for _ in range(3):  # twice free, and a third all the same
        assert browser.post(address, {"subject": firm, "edition": "own"}).status_code == 302
    assert "已出具主体自查版 3 份" in browser.get(address).content.decode()
    one = Report.objects.filter(subject_id=firm).earliest("pk")
    assert one.issued_by == f"visitor:{visitor.id}" and one.channel == "portal"
    assert is_ours(browser.get(reverse("reports:my_report_file", args=[one.pk])).content)
    theirs = report(another, actor=accounts.actor(Role.CLERK), now=now)
    assert browser.get(reverse("reports:my_report_file", args=[theirs.pk])).status_code == 404
    assert Client().get(address).status_code == 302


def test_anybody_prints_the_public_edition_at_a_terminal_and_nowhere_else(frozen: object) -> None:
    code, trader = subjects.uscc(), subjects.uscc()
    firm = subjects.organisation("江澜终端有限公司", code=code)
    subjects.organisation("沈记面馆", code=trader, kind="sole_trader")
    url, said = reverse("reports:kiosk"), {"code": code, "purpose": "招标投标", "note": ""}
    assert Client().post(url, said).status_code == 302 and not Report.objects.exists()  # no terminal
    terminal = Client()
    terminal.get("/kiosk/")
    assert "打印信用报告" in terminal.get(url).content.decode()
    for wrong, status in (
        ({"code": subjects.citizen_id()}, 404), ({"code": trader}, 409), ({"purpose": "其他"}, 409),
        ({"code": ""}, 422),
    ):  # fmt: skip
        assert terminal.post(url, said | wrong).status_code == status
    made = terminal.post(url, said)
    assert made["Content-Type"] == "application/pdf" and is_ours(made.content)
    assert made["Refresh"] == "120;url=/kiosk/"  # nobody stands before another's report
    one = Report.objects.get()
    assert (one.subject_id, one.edition, one.channel, one.issued_by) == (
        firm,
        "public",
        "kiosk",
        "anonymous:anonymous",
    )
    answers = [terminal.post(url, said | {"code": "91339901MA9K0000X0"}).status_code for _ in range(8)]
    assert answers[-1] == 429
