"""The pages: the department's queue and steps, the window, the portal, results, outreach, papers."""

import io
import re
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from collection.models import Record
from kernel.actor import Actor, Role
from repair.models import Application, Paper, Result
from repair.services import filing, handling
from subjects.models import Subject
from tests.conftest import NOW
from tests.factories import accounts, exits, repair, screening

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
DAY = timedelta(days=1)


def desk(actor: Actor) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=actor.name))
    return client


def text(client: Client, name: str, *args: Any, status: int = 200, **query: Any) -> str:
    answer = client.get(reverse(f"repair:{name}", args=args), query)
    assert answer.status_code == status, answer.content.decode()[:500]
    return answer.content.decode()


def step(client: Client, row: Application, name: str, **said: Any) -> Any:
    return client.post(reverse("repair:step", args=[row.pk, name]), said)


def test_from_the_window_to_the_grant() -> None:
    one, clerk = repair.penalty(), repair.window()
    window, drafter, reviewer = desk(clerk), desk(one.desk.drafter), desk(one.desk.reviewer)
    code = Subject.objects.get(pk=one.firm).uscc
    page = text(window, "counter", code=code)
    assert "可以申请" in page and "法定责任义务履行完毕的证明材料" in page and "代为申请" in page
    place = reverse("repair:file_for", args=["record", one.record])
    said = {"statement": "罚款已缴纳，行为已改正", "committed": "on", "kind": "法定责任义务履行完毕的证明材料"}
    bad = io.BytesIO(b"MZ\x90\x00")
    bad.name = "凭证.pdf"
    refused = window.post(place, said | {"attached": bad})
    assert refused.status_code == 400 and "不是 PDF" in refused.content.decode()
    good = io.BytesIO(repair.PDF)
    good.name = "凭证.pdf"
    assert window.post(place, said | {"attached": good}).status_code == 302
    row = Application.objects.get()
    assert row.filed_department_id == clerk.department_id and row.attachments.count() == 1
    assert "已申请，编号" in text(window, "counter", code=code)
    assert text(window, "application", row.pk)  # what it filed it may follow
    assert row.number in text(drafter, "queue")
    assert "受理并生成受理通知书" in text(drafter, "application", row.pk)
    assert step(drafter, row, "accept").status_code == 302
    assert step(drafter, row, "accept").status_code == 409
    assert step(drafter, row, "verify", **{"opinion-text": "已核实缴清"}).status_code == 302
    assert (
        step(drafter, row, "grant", **{"grant-decision_no": "信修1号", "grant-text": "已履行完毕"}).status_code == 403
    )
    assert step(reviewer, row, "grant", **{"grant-decision_no": "", "grant-text": ""}).status_code == 422
    assert (
        step(reviewer, row, "grant", **{"grant-decision_no": "信修1号", "grant-text": "已履行完毕"}).status_code
        == 302
    )
    page = text(drafter, "application", row.pk)
    assert "准予修复" in page and "终止公示" in page and "准予信用修复决定书" in page
    assert row.number not in text(drafter, "queue") and row.number in text(drafter, "queue", state="granted")
    paper = row.papers.get(kind="准予信用修复决定书")
    answer = drafter.get(reverse("repair:paper", args=[row.pk, paper.pk]))
    assert answer.content.startswith(b"%PDF") and answer["Content-Type"] == "application/pdf"
    shown = Client().get(reverse("repair:verify", args=[paper.token])).content.decode()
    assert "准予信用修复决定书" in shown and "准予修复" in shown
    assert Client().get(reverse("repair:verify", args=["没有"])).status_code == 404
    attached = drafter.get(reverse("repair:attachment", args=[row.pk, row.attachments.get().pk]))
    assert attached["Content-Disposition"].startswith("attachment") and attached.content == repair.PDF
    assert Record.objects.get(pk=one.record).publicity_state == "终止公示"


def test_too_early_reads_the_same_at_the_window_and_is_refused_with_the_day() -> None:
    one = repair.penalty(decided_on=date(2026, 10, 9))
    window = desk(repair.window())
    page = text(window, "counter", code=Subject.objects.get(pk=one.firm).uscc)
    told = "未到最短公示期（一般失信信息最短 3 个月，自 2026-10-09 起算）。自 2027-01-10 起可以申请。"
    assert told in page and "信用修复管理办法 第四条" in page and "代为申请" not in page
    answer = window.post(
        reverse("repair:file_for", args=["record", one.record]), {"statement": "已经缴纳罚款", "committed": "on"}
    )
    assert answer.status_code == 409 and told in answer.content.decode()
    assert "没有登记" in text(window, "counter", code="91339901MA9K0000X0")


def test_a_refused_step_keeps_what_was_typed_and_says_the_article() -> None:
    one = repair.penalty(grade="严重", decided_on=date(2025, 11, 10))
    row = repair.accepted(one)
    reviewer = desk(one.desk.both)
    handling.verify(application_id=row.pk, opinion="已核实履行完毕", actor=one.desk.both, now=NOW)
    answer = step(reviewer, row, "grant", **{"grant-decision_no": "信修8号", "grant-text": "已履行完毕"})
    page = answer.content.decode()
    assert answer.status_code == 403 and "另一名审核人员" in page and "依据：" in page
    assert "须由本部门另一名审核人员决定" in text(reviewer, "application", row.pk)
    assert reviewer.post(reverse("repair:step", args=[row.pk, "delete"])).status_code == 404


def test_another_department_finds_nothing_and_the_credit_office_reads() -> None:
    one = repair.penalty()
    row = repair.filed(one)
    stranger = desk(accounts.actor(Role.REVIEWER))
    assert text(stranger, "application", row.pk, status=404)
    office = desk(accounts.actor(Role.CREDIT_OFFICE, Role.REVIEWER))
    page = text(office, "application", row.pk)
    assert "受理并生成" not in page and "准予修复</h2>" not in page
    assert step(office, row, "accept").status_code == 403
    assert "没有待办" in text(stranger, "queue")


def test_results_are_uploaded_as_a_table() -> None:
    one = repair.penalty()
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["上级编号", "统一社会信用代码", "决定书文号", "修复日期"])
    code = Subject.objects.get(pk=one.firm).uscc
    sheet.append(["R1", code, one.no, "2026-11-20"])
    sheet.append(["R2", code, one.no, "去年"])
    sheet.append(["R3", "91339901MA9K0000X1", one.no, "2026-11-20"])
    body = io.BytesIO()
    book.save(body)
    body.seek(0)
    body.name = "结果.xlsx"
    office = desk(accounts.actor(Role.CREDIT_OFFICE))
    answer = office.post(reverse("repair:results"), {"file": body})
    page = answer.content.decode()
    assert answer.status_code == 200 and "1 条已登记" in page and "第 3 行" in page and "第 4 行" in page
    assert Result.objects.get().state == "applied"
    assert Record.objects.get(pk=one.record).publicity_state == "终止公示"
    assert "已执行" in text(office, "results")


def test_outreach_names_organisations_that_could_and_have_not() -> None:
    home = exits.desk()
    could, early, asked = (
        repair.penalty(home),
        repair.penalty(home, decided_on=date(2026, 10, 9)),
        repair.penalty(home),
    )
    repair.penalty(home, firm=screening.person())
    repair.filed(asked)
    client = desk(home.drafter)
    page = text(client, "outreach")
    assert could.no in page and early.no not in page and asked.no not in page
    assert len(client.get(reverse("repair:outreach")).context["rows"]) == 1
    area = Subject.objects.get(pk=could.firm).division_code
    assert could.no in text(client, "outreach", area=area[:4]) and could.no not in text(client, "outreach", area="99")
    assert could.no not in text(desk(accounts.actor(Role.UPLOADER)), "outreach")


def test_the_rules_and_the_times_are_shown_with_their_sources() -> None:
    one = repair.penalty()
    repair.granted(one)
    client = desk(one.desk.drafter)
    page = text(client, "rules")
    assert "信用修复管理办法" in page and "2026-04-01" in page and "河南省社会信用条例" in page and "现行" in page
    rows = client.get(reverse("repair:statistics")).context["rows"]
    assert [(row.total, row.granted, row.late, row.days) for row in rows] == [(1, 1, 0, 0.0)]


def test_the_notice_is_printed_from_the_records_own_page() -> None:
    one = repair.penalty()
    Record.objects.filter(pk=one.record).update(provider=one.desk.department)
    client = desk(one.desk.drafter)
    page = client.get(reverse("collection:record", args=[one.record])).content.decode()
    place = reverse("repair:record_notice", args=[one.record])
    assert place in page and "信用修复告知书" in page
    answer = client.get(place)
    assert answer.status_code == 200 and answer.content.startswith(b"%PDF")
    assert Paper.objects.filter(record_id=one.record).count() == 1
    assert client.get(place).content == answer.content


def test_progress_is_asked_by_number_and_code_and_by_no_address() -> None:
    one = repair.penalty()
    row = repair.filed(one, actor=repair.of_firm(one.firm))
    code = Subject.objects.get(pk=one.firm).uscc
    place = reverse("repair:progress")
    page = Client().post(place, {"number": row.number, "code": code}).content.decode()
    assert "待受理" in page and one.no not in page
    for wrong in ({"number": row.number, "code": "91339901MA9K0000X0"}, {"number": "XF1", "code": code}):
        answer = Client().post(place, wrong)
        assert answer.status_code == 404 and "没有找到该办件" in answer.content.decode()


def test_the_parts_of_a_lifting() -> None:
    one = repair.penalty()
    client = desk(one.desk.reviewer)
    said = {
        "code": Subject.objects.get(pk=one.firm).uscc,
        "court": "某法院",
        "ruling_no": "破1号",
        "ruled_on": "2026-11-19",
    }
    place = reverse("repair:liftings")
    assert client.post(place, said | {"code": "91339901MA9K0000X0"}).status_code == 422
    assert client.post(place, said).status_code == 302
    page = text(client, "liftings")
    assert "暂时解除中" in page
    [number] = set(re.findall(r"/repair/liftings/(\d+)/close/", page))
    close = reverse("repair:close_lifting", args=[number])
    assert client.post(close, {"executed": "yes", "text": "执行完毕"}).status_code == 302
    assert Record.objects.get(pk=one.record).publicity_state == "终止公示"
    assert filing.statement_of(repair.filed(repair.penalty()))
