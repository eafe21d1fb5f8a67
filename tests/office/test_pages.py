"""The working calendar of the credit office, and the demo's mailbox."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kernel.actor import Role
from office.models import CalendarYear
from tests.conftest import NOW
from tests.factories import accounts

pytestmark = pytest.mark.django_db
LINES = "2027-02-06，放假，春节\n2027-02-20，上班，春节"
NOTICE = {"year": "2027", "notice": "国办发明电〔2026〕1号", "lines": LINES}


@pytest.fixture
def office(client: Client, frozen: Any) -> Client:
    CalendarYear.objects.filter(year=2027).delete()
    CalendarYear.objects.create(year=2027, source="x", provisional=True, imported_at=NOW)
    client.force_login(accounts.user(Role.CREDIT_OFFICE))
    return client


def test_a_pasted_notice_replaces_the_provisional_year(office: Client) -> None:
    page = office.get("/office/calendar/?year=2027").content.decode()
    assert "暂定" in page and "2027年的放假安排尚未录入正式通知" in page
    assert office.post("/office/calendar/", NOTICE)["Location"] == "/office/calendar/?year=2027"
    page = office.get("/office/calendar/?year=2027").content.decode()
    assert "2027-02-20" in page and "调休上班" in page and "尚未录入正式通知" not in page


def test_a_file_in_the_old_encoding_is_read(office: Client) -> None:
    file = SimpleUploadedFile("2027.csv", LINES.encode("gb18030"))
    assert office.post("/office/calendar/", NOTICE | {"lines": "", "file": file}).status_code == 302
    assert CalendarYear.objects.get(year=2027).days.count() == 2


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"lines": "2027-02-30，放假，春节"}, 400, "不是有效日期"),
        ({"lines": ""}, 400, "没有识别出任何一天"),
        ({"notice": ""}, 400, "请填写国务院办公厅放假通知"),
        ({"year": "1066"}, 400, "年份"),
        ({"lines": "", "file": SimpleUploadedFile("a.csv", b"x" * 70000)}, 400, "超过64 KB"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(
    office: Client, fields: dict[str, Any], status: int, said: str
) -> None:
    answer = office.post("/office/calendar/", NOTICE | fields)
    assert answer.status_code == status and said in answer.content.decode()
    assert CalendarYear.objects.get(year=2027).provisional


@pytest.mark.parametrize("role", [Role.CLERK, Role.SYSTEM_ADMIN])
def test_the_calendar_is_the_credit_offices(client: Client, role: Role) -> None:
    client.force_login(accounts.user(role))
    assert client.get("/office/calendar/").status_code == 403
    assert client.post("/office/calendar/", NOTICE).status_code == 403


def test_the_mailbox_is_the_demos_alone(client: Client, settings: Any, tmp_path: Path) -> None:
    client.force_login(accounts.user(Role.CLERK))
    settings.DEMO = False
    assert client.get("/demo/mail/").status_code == 404
    settings.DEMO, settings.DATA_DIR = True, tmp_path
    assert "还没有邮件" in client.get("/demo/mail/").content.decode()
