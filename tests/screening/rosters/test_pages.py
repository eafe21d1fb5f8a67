"""The pages of rosters: made, filled, run, handled, counted, by those of the department and by nobody else."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Department
from audit.models import Event
from kernel.actor import Role
from screening.models import Roster, RosterFinding, RosterRun, RosterUpload
from screening.services.rosters.running import run_roster
from screening.services.rosters.uploading import take_file
from tests.conftest import NOW
from tests.factories import accounts, collection, measures, redblack, rosters
from tests.factories import screening as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def home() -> Department:
    return accounts.department(short_name="市应急局")


@pytest.fixture
def desk(home: Department, frozen: object) -> Client:
    client = Client()
    client.force_login(accounts.user(Role.UPLOADER, Role.CLERK, department=home, username="yj01"))
    return client


def said(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, response.content.decode()[:3000]
    return response.content.decode()


def form(**fields: Any) -> dict[str, Any]:
    given = {"name": "危险化学品企业", "measures_from": "department", "schedule": "每天 06:00；名单变化时"}
    return given | fields


def work() -> None:
    """What the workers would do at once."""
    for upload in RosterUpload.objects.filter(done_at=None, failure="").order_by("id"):
        take_file(job_id=upload.job_id or 0, clock=lambda: NOW)
    for run in RosterRun.objects.filter(state="waiting").exclude(job_id=None).order_by("id"):
        run_roster(job_id=run.job_id or 0, clock=lambda: NOW)


def csv_of(*lines: str) -> SimpleUploadedFile:
    text = "统一社会信用代码,名称\n" + "".join(f"{line}\n" for line in lines)
    return SimpleUploadedFile("名单.csv", text.encode("utf-8-sig"), content_type="text/csv")


def sheet_of(content: bytes) -> list[tuple[Any, ...]]:
    return list(openpyxl.load_workbook(BytesIO(content)).worksheets[0].values)


def test_from_a_new_roster_to_a_finding_that_is_disposed_of(desk: Client, home: Department) -> None:
    black = redblack.list_type()
    measures.item(code="Y-8", triggers=[black.source_id], department_id=home.pk, content="加大执法检查频次")
    listed, clean = make.uscc(), make.uscc()
    entry = redblack.entry(black.code, make.firm(listed, name="江澜宏晟化工有限公司"))
    assert entry and "还没有监管对象名单" in said(desk, "/rosters/")
    page = said(desk, "/rosters/new/")
    assert black.name in page and "加大执法检查频次" in page and "每天 06:00 筛查" in page
    asked = form(sources=[black.source_id], labels="安全生产、危化", mails="yj@example.test")
    made = desk.post("/rosters/new/", asked)
    roster = Roster.objects.get()
    assert made["Location"] == f"/rosters/{roster.pk}/upload/" and roster.labels == ["安全生产", "危化"]
    assert (roster.schedule, roster.on_change) == ("每天 06:00；名单变化时", True)
    assert roster.next_run_at is not None and roster.next_run_at > NOW
    assert "尚未筛查" in said(desk, f"/rosters/{roster.pk}/")

    lines = (f"{listed},江澜宏晟化工有限公司", clean, ",只有名字的公司", "91339901MA00000000,错码贸易公司", listed)
    sent = desk.post(f"/rosters/{roster.pk}/upload/", {"file": csv_of(*lines)})
    assert "正在录入" in said(desk, sent["Location"])
    work()
    page = said(desk, sent["Location"])
    assert "已录入" in page and "共 5 行" in page and "只有名称，不能确定主体" in page
    back = sheet_of(desk.get(f"{sent['Location']}problems/").content)
    assert back[0] == ("原文件行号", "统一社会信用代码", "名称", "问题", "怎样修改")
    assert [row[0] for row in back[1:]] == ["4", "5"] or [row[0] for row in back[1:]] == [4, 5]

    page = said(desk, f"/rosters/{roster.pk}/")
    assert "新增命中 1" in page and "筛查发现 1 项" in page
    for query, name in (
        ("answer=hit", "江澜宏晟化工有限公司"),
        ("answer=clear", clean),
        ("state=problem", "错码贸易公司"),
    ):
        assert name in said(desk, f"/rosters/{roster.pk}/members/?{query}")
    results = sheet_of(desk.get(f"/rosters/{roster.pk}/results/?answer=hit").content)
    assert results[1][:3] == (listed, "江澜宏晟化工有限公司", "命中") and "加大执法检查频次" in results[1][5]
    assert "处置筛查发现" in said(desk, "/") and "危险化学品企业" in said(desk, "/")

    finding = RosterFinding.objects.get()
    page = said(desk, "/rosters/findings/")
    assert "新增命中" in page and black.name in page and "加大执法检查频次" in page
    refused = desk.post("/rosters/findings/handle/", {"verb": "dispose", "findings": finding.pk})
    assert refused.status_code == 400 and "checked" in refused.content.decode()
    refused = desk.post(
        "/rosters/findings/handle/",
        {"verb": "dispose", "findings": finding.pk, "disposition": "false_hit", "state": "todo"},
    )
    assert refused.status_code == 400 and "请写明理由" in refused.content.decode()
    given = {"verb": "dispose", "findings": finding.pk, "disposition": "true_hit", "note": "已加大检查频次"}
    assert desk.post("/rosters/findings/handle/", given).status_code == 302
    assert "没有待办理的筛查发现" in said(desk, "/rosters/findings/")
    assert "已加大检查频次" in said(desk, f"/rosters/findings/{finding.pk}/")
    page = said(desk, "/rosters/statistics/?by=label")
    assert "安全生产" in page and "危化" in page
    counted = sheet_of(desk.get("/rosters/statistics/?by=roster&file=1").content)
    assert counted[1][1:6] == (1, 1, 1, 0, "0.0%")


def test_another_department_does_not_learn_that_it_exists(desk: Client, home: Department) -> None:
    black = redblack.list_type()
    code = make.uscc()
    redblack.entry(black.code, make.firm(code))
    roster = rosters.roster(sources=[black.source_id], department_id=home.pk)
    rosters.members(roster, code)
    rosters.run(roster, at=NOW)
    finding = RosterFinding.objects.get()
    stranger, office = Client(), Client()
    stranger.force_login(accounts.user(Role.UPLOADER, Role.REVIEWER))
    office.force_login(accounts.user(Role.CREDIT_OFFICE))
    paths = ["", "members/", "results/", "draws/", "runs/", "edit/", "upload/"]
    for path in paths:
        said(stranger, f"/rosters/{roster.pk}/{path}", 404)
    said(stranger, f"/rosters/findings/{finding.pk}/", 404)
    assert roster.name not in said(stranger, "/rosters/") + said(stranger, "/rosters/findings/")
    given = {"verb": "snooze", "findings": finding.pk, "until": "2026-12-01"}
    assert stranger.post("/rosters/findings/handle/", given).status_code == 404
    assert roster.name in said(office, "/rosters/") and said(office, f"/rosters/{roster.pk}/members/")
    assert office.post("/rosters/findings/handle/", given).status_code == 403
    assert office.post(f"/rosters/{roster.pk}/run/").status_code == 403
    finding.refresh_from_db()
    assert finding.state == "open"


def test_the_timetable_is_read_while_it_is_typed(desk: Client) -> None:
    page = desk.get("/rosters/schedule/", {"schedule": "每周一、四 08:30"}, headers={"HX-Request": "true"})
    text = page.content.decode()
    assert "每周一、四 08:30 筛查" in text and "2026-11-23" in text and "<html" not in text
    text = desk.get("/rosters/schedule/", {"schedule": "每秒"}).content.decode()
    assert "至少间隔一小时" in text
    black = redblack.list_type()
    refused = desk.post("/rosters/new/", form(sources=[black.source_id], schedule="* * * * *"))
    assert refused.status_code == 400 and "不用 cron 表达式" in refused.content.decode()
    assert "* * * * *" in refused.content.decode() and not Roster.objects.exists()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"sources": []}, "请勾选至少一个"),
        ({"persons": "on"}, "须写明目的和依据"),
        ({"mails": "nobody"}, "邮箱"),
        ({"measures_from": "chosen"}, "请勾选要比对的措施"),
        ({"measures_from": "matter"}, "请选择政务服务事项"),
        ({"purpose": "关于 339901198001010013 的监管"}, "不得含公民身份号码"),
        ({"labels": "、".join(f"标签{n}" for n in range(11))}, "最多 10 个"),
    ],
)
def test_what_is_not_whole_stays_on_the_page(desk: Client, fields: dict[str, Any], words: str) -> None:
    black = redblack.list_type()
    refused = desk.post("/rosters/new/", form(sources=[black.source_id]) | fields)
    assert refused.status_code == 400 and words in refused.content.decode()
    assert "危险化学品企业" in refused.content.decode() and not Roster.objects.exists()


def test_two_editors_do_not_overwrite_each_other(desk: Client, home: Department) -> None:
    black = redblack.list_type()
    desk.post("/rosters/new/", form(sources=[black.source_id]))
    roster = Roster.objects.get()
    page = said(desk, f"/rosters/{roster.pk}/edit/")
    seen = page.partition('name="seen" value="')[2].partition('"')[0]
    changed = form(sources=[black.source_id], name="改名一", seen=seen)
    assert desk.post(f"/rosters/{roster.pk}/edit/", changed).status_code == 302
    late = desk.post(f"/rosters/{roster.pk}/edit/", changed | {"name": "改名二"})
    assert late.status_code == 409 and "已被他人修改" in late.content.decode()
    assert desk.post("/rosters/new/", form(sources=[black.source_id], name="改名一")).status_code == 400


def test_by_form_paused_and_closed(desk: Client, home: Department) -> None:
    black = redblack.list_type()
    roster = rosters.roster(sources=[black.source_id], department_id=home.pk, schedule="每天 06:00")
    code = make.uscc()
    there = f"/rosters/{roster.pk}/"
    desk.post(f"{there}members/add/", {"code": code, "name": "甲公司"})
    desk.post(f"{there}members/add/", {"code": code})
    desk.post(f"{there}members/add/", {"name": "乙公司有限公司"})
    page = said(desk, f"{there}members/")
    assert page.count(f"{code}</span>") == 1 and "只有名称" in page
    desk.post(f"{there}state/", {"state": "paused"})
    assert "恢复筛查" in said(desk, there)
    assert desk.post(f"{there}run/").status_code == 409
    desk.post(f"{there}state/", {"state": "active"})
    roster.refresh_from_db()
    assert roster.next_run_at is not None
    assert desk.post(f"{there}run/").status_code == 302
    assert "正在筛查" in said(desk, there)
    work()
    assert "正在筛查" not in said(desk, there) and "手动筛查" in said(desk, f"{there}runs/") + said(desk, there)
    desk.post(f"{there}state/", {"state": "closed"})
    assert desk.post(f"{there}state/", {"state": "active"}).status_code == 409
    assert roster.name not in said(desk, "/rosters/") and roster.name in said(desk, "/rosters/?state=closed")


def test_looking_at_persons_is_recorded_and_their_numbers_are_shown_nowhere(desk: Client, home: Department) -> None:
    black = redblack.list_type()
    number = make.citizen_id()
    redblack.entry(black.code, make.person(number, "沈建国"))
    roster = rosters.roster(
        sources=[black.source_id], department_id=home.pk, persons=True, purpose="《某条例》第一条"
    )
    rosters.members(roster, number, make.citizen_id())
    rosters.run(roster, at=NOW)
    there = f"/rosters/{roster.pk}/"
    pages = [said(desk, there), said(desk, f"{there}members/"), said(desk, "/rosters/findings/")]
    pages.append(said(desk, f"/rosters/findings/{RosterFinding.objects.get().pk}/"))
    pages.append(str(sheet_of(desk.get(f"{there}results/").content)))
    assert all(number not in page and "沈建国" not in page for page in pages)
    assert "沈" in pages[1] and "自然人（证件号码已加密）" in pages[1]
    reads = Event.objects.filter(name="screening.roster.persons_read", about=f"screening.roster:{roster.pk}")
    told = list(reads.order_by("id").values_list("payload", flat=True))
    assert [(one["where"], one["rows"]) for one in told][-1] == ("结果文件", 2)
    assert len(told) == 4 and number not in str(told)


def test_stale_lists_are_loud(desk: Client, home: Department) -> None:
    stale = redblack.list_type(freshness_days=3)
    roster = rosters.roster(sources=[stale.source_id], department_id=home.pk)
    rosters.members(roster, make.uscc())
    collection.load(stale.source_id, at=NOW - timedelta(days=10))
    rosters.run(roster, at=NOW)
    page = said(desk, f"/rosters/{roster.pk}/")
    assert "不得据此认定为无记录" in page and stale.name in page
    assert "未能核查" in said(desk, f"/rosters/{roster.pk}/members/?answer=could_not_check")


def test_of_many_rosters_a_page_asks_no_more_than_of_one(desk: Client, home: Department) -> None:
    black, codes = redblack.list_type(), [make.uscc() for _ in range(2)]
    for code in codes:
        redblack.entry(black.code, make.firm(code))

    def kept(of: Roster) -> None:
        rosters.members(of, *codes)
        rosters.run(of, at=NOW)

    def asked(path: str) -> int:
        with CaptureQueriesContext(connection) as caught:
            said(desk, path)
        return len(caught)

    kept(rosters.roster(sources=[black.source_id], department_id=home.pk))
    paths = ("/rosters/", "/rosters/findings/", "/rosters/findings/?mine=1&state=disposed", "/")
    few = [[asked(path) for path in paths] for _ in range(2)][1]
    for _ in range(5):
        kept(rosters.roster(sources=[black.source_id], department_id=home.pk))
    assert [asked(path) for path in paths] == few
    page = said(desk, "/rosters/findings/")
    assert page.count("新增命中") >= 12 and "待办理 12 项" in page
