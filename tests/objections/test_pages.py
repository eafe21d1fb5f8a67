"""The pages from the counter to the answer, what is refused there, and the interface of the platform above."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import Department
from kernel.actor import Role
from objections.models import Objection
from objections.policies import FORWARD_SCOPE
from redblack.models import Entry
from tests.conftest import NOW
from tests.factories import accounts, exits, objections
from tests.signing import send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


def desk(*roles: Role, department: Department | None = None) -> Client:
    client = Client()
    client.force_login(accounts.user(*roles, department=department or accounts.department()))
    return client


def text(client: Client, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status, answer.content.decode()[:400]
    return answer.content.decode()


def test_from_the_counter_to_the_answer() -> None:
    at = exits.desk()
    office, drafter, reviewer, stranger = (
        desk(Role.CREDIT_OFFICE, Role.UPLOADER),
        desk(Role.UPLOADER, department=at.department),
        desk(Role.REVIEWER, department=at.department),
        desk(Role.REVIEWER),
    )
    entry = exits.black(at)
    new = reverse("objections:against_entry", args=[entry])
    said = {"by": "counter", "kind": "wrong_subject", "claim": "决定书载明的不是我公司", "contact": "0371-1"}
    assert "提出异议" in text(drafter, reverse("redblack:entry", args=[entry]))
    bad = office.post(new, said | {"papers": SimpleUploadedFile("坏.pdf", b"MZ program")})
    assert bad.status_code == 400 and "PDF" in bad.content.decode() and not Objection.objects.exists()
    proof = SimpleUploadedFile("决定书.pdf", objections.PDF)
    assert office.post(new, said | {"papers": proof}).status_code == 302
    row = Objection.objects.get()
    page = reverse("objections:objection", args=[row.pk])

    def step(client: Client, name: str, **fields: str) -> int:
        return client.post(reverse("objections:step", args=[row.pk, name]), fields).status_code

    assert stranger.get(page).status_code == 404 and step(stranger, "accept") == 404
    shown = text(office, page)
    assert "受理并标注" in shown and "决定书载明的不是我公司" not in shown  # sealed: each look is recorded
    assert "决定书载明的不是我公司" in text(office, reverse("objections:claim", args=[row.pk]))
    assert row.number in text(office, reverse("objections:queue"))
    assert step(drafter, "accept") == 403
    assert step(office, "accept") == 302 and step(office, "accept") == 409
    assert "措施暂不执行" in text(office, page)
    assert "存在异议" in text(drafter, reverse("redblack:entry", args=[entry]))
    assert step(office, "forward") == 302 and step(drafter, "verify") == 302
    shown = text(drafter, page)
    assert "消除影响声明" in shown and "系登记主体错误" in shown and "提供单位核查" in shown
    assert step(drafter, "propose", outcome="更正", finding="决定书载明的是另一家企业") == 409  # no number
    found = {
        "outcome": "更正", "finding": "决定书载明的是另一家企业", "document_no": "某移〔2026〕7号",
        "statement": "系登记错误，特此声明。",
    }  # fmt: skip
    assert step(drafter, "propose", **found) == 302
    assert step(drafter, "conclude", seen="") == 403 and step(reviewer, "conclude", seen="old") == 409
    row.refresh_from_db()
    moment = row.proposed_at.isoformat() if row.proposed_at else ""
    assert step(reviewer, "conclude", seen=f"proposed~更正~{moment}") == 302
    assert Entry.objects.get(pk=entry).release_kind == "更正"
    assert step(drafter, "answer", answer_no="某异答〔2026〕1号") == 302
    row.refresh_from_db()
    paper = row.attachments.get(kind="异议处理答复书")
    answer = office.get(reverse("objections:paper", args=[row.pk, paper.pk]))
    assert answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF-")
    seen = text(Client(), reverse("objections:verify", args=[row.answer_code]))
    assert "属实" in seen and "某异答〔2026〕1号" in seen and "系登记错误" not in seen
    assert "没有查到" in text(Client(), reverse("objections:verify", args=["x" * 16]))
    assert "office" not in text(office, page) and "已答复" in text(office, page)
    assert "河南" in text(office, reverse("objections:rules"))
    assert office.post(reverse("objections:step", args=[row.pk, "dance"])).status_code == 404


def test_the_platform_above_forwards_once_and_reads_the_result() -> None:
    here = objections.town()
    entry = exits.black(here.at)
    above, other = (accounts.client_system("secret-one", scopes=(FORWARD_SCOPE,)).code for _ in range(2))

    def post(url: str, body: dict[str, object]) -> Any:
        return send(Client(), above, url, body=json.dumps(body).encode())

    body = {"upstream_number": "XYZG-1", "kind": "wrong_subject", "claim": "决定书不是我公司的", "entry_id": entry}
    url = reverse("objections:api_objections")
    first = post(url, body)
    assert first.status_code == 200, first.content
    again = post(url, body)
    assert again.json() == first.json() and Objection.objects.count() == 1
    assert first.json()["state"] == "filed" and not first.json()["disputed"]
    for wrong, status in (
        (body | {"claim": "另一件事情"}, 400), (body | {"extra": 1}, 400), (body | {"kind": "x"}, 400),
        (body | {"record_id": 1}, 400), (body | {"upstream_number": "2"}, 409),
        (body | {"upstream_number": "3", "entry_id": 10**9}, 404),
    ):  # fmt: skip
        assert post(url, wrong).status_code == status, wrong
    row = Objection.objects.get()
    objections.services.accept(objection_id=row.pk, actor=here.office, now=NOW)
    objections.proposed(here, row.pk, outcome=objections.Outcome.KEEP, document_no="", statement="")
    objections.conclude(here, row.pk)
    objections.services.answer(
        objection_id=row.pk, answer_no="答1号", actor=here.office, now=NOW + timedelta(hours=1)
    )
    read = reverse("objections:api_objection", args=["XYZG-1"])
    result = send(Client(), above, read, method="GET").json()
    assert (result["state"], result["outcome"], result["answer_no"]) == ("answered", "维持", "答1号")
    assert {clock["met_on"] for clock in result["clocks"]} == {"2026-11-20"}
    assert send(Client(), other, read, method="GET").status_code == 404
