"""Complaints by the public, through their pages; the informant is looked for wherever he must not be."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from audit.models import Event
from citizens.services.counting import TooOften
from complaints import services
from complaints.models import Complaint, Paper
from complaints.rules.telling import may_be_passed_on
from complaints.services.forgetting import LEAST_DAYS
from complaints.services.handling import NobodyNamesHimself, NotAHandler
from complaints.services.receiving import ProgressNotFound
from complaints.tasks import forget_informants
from kernel.actor import Role
from kernel.errors import NotFound
from kernel.machine import TransitionRefused
from tests.factories import accounts, subjects
from toolkit import clock, crypto

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj\n"
TOLD = {
    "kind": "report",
    "about_name": "江澜恒泰食品有限公司",
    "about_code": "91339901MA9K3H5T3Y",
    "text": "2026年11月3日在东门仓库见到该公司更换到期食品的标签。",
    "name": "欧阳守信",
    "phone": "139 1234 5678",
    "mail": "whistle@example.cn",
}
SECRETS = ("欧阳守信", "13912345678", "139 1234 5678", "whistle@example.cn")


def told(client: Client, *files: SimpleUploadedFile, **fields: str) -> tuple[Any, str, str]:
    response = client.post(reverse("complaints:tell"), TOLD | fields | {"papers": list(files)})
    page = response.content.decode()
    number, code = re.search(r"TS-\d{8}-\d{6}", page), re.search(r"<strong>([0-9A-Z]{12})</strong>", page)
    return response, number[0] if number else "", code[1] if code else ""


def seen_everywhere() -> str:
    """Every row of this app and every fact, as text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT c::text FROM complaints_complaint c UNION ALL SELECT e::text FROM audit_event e")
        return "\n".join(row[0] for row in cursor.fetchall())


def test_from_the_form_to_the_answer_and_the_department_never_learns_who_told(frozen: object, now: Any) -> None:
    office_home, home = accounts.department(), accounts.department()
    officer = accounts.user(Role.CREDIT_OFFICE, department=office_home)
    accounts.user(Role.UPLOADER, department=home)
    public, office, department = Client(), Client(), Client()
    department.force_login(accounts.user(Role.REVIEWER, department=home))
    office.force_login(officer)
    response, number, code = told(
        public, SimpleUploadedFile("欧阳守信的照片.pdf", PDF), SimpleUploadedFile("b.pdf", PDF)
    )
    assert response.status_code == 200 and number and code and not public.cookies.get("sessionid")
    one = Complaint.objects.get(number=number)
    url = reverse("complaints:complaint", args=[one.pk])
    page = office.get(url).content.decode()
    assert "更换到期食品的标签" in page and not any(secret in page for secret in SECRETS)
    assert department.get(url).status_code == 404

    def step(client: Client, verb: str, **fields: Any) -> Any:
        return client.post(reverse("complaints:step", args=[one.pk, verb]), fields)

    assert step(office, "accept").status_code == 302
    first, second = Paper.objects.order_by("pk")
    leaking = {"department": home.pk, "summary": "举报人欧阳 守信反映该公司更换标签", "papers": [first.pk]}
    assert step(office, "forward", **leaking).status_code == 409
    said = leaking | {"summary": "有群众反映该公司更换到期食品标签，请核查。"}
    assert step(office, "forward", **said).status_code == 302
    page = department.get(url).content.decode()
    assert "有群众反映" in page and "东门仓库" not in page and not any(secret in page for secret in SECRETS)
    papers = [reverse("complaints:paper", args=[one.pk, paper.pk]) for paper in (first, second)]
    assert [department.get(paper).status_code for paper in papers] == [200, 404]
    file = department.get(papers[0])
    assert (
        file.content == PDF
        and "attachment" in file["Content-Disposition"]
        and "守信" not in file["Content-Disposition"]
    )
    assert step(department, "answer", words="部门不能直接答复举报人").status_code in (403, 409)
    assert step(department, "report", words="经现场检查，情况属实，已立案。").status_code == 302
    assert step(office, "answer", words="您反映的情况属实，已由市场监管部门立案查处。").status_code == 302
    assert step(office, "accept").status_code == 409
    follow = public.post(reverse("complaints:progress"), {"number": number.lower(), "code": code.lower()})
    assert "已由市场监管部门立案查处" in follow.content.decode()
    everything = seen_everywhere()
    assert not any(secret in everything for secret in (*SECRETS, "东门仓库", code))


def test_only_who_was_named_opens_an_identity_and_says_why(frozen: object, now: Any) -> None:
    home = accounts.department()
    chief = accounts.actor(Role.CREDIT_OFFICE, Role.REVIEWER, department=home)
    clerk = accounts.actor(Role.CREDIT_OFFICE, department=home)
    _, number, _ = told(Client())
    one = Complaint.objects.get(number=number)
    asked: dict[str, Any] = {"complaint_id": one.pk, "reason": "核实举报线索，联系举报人补充材料", "now": now}
    for actor in (chief, clerk):
        with pytest.raises(NotAHandler):
            services.open_identity(**asked, actor=actor)
    for actor, username in ((chief, chief.name), (clerk, chief.name), (chief, "nobody")):
        with pytest.raises(NobodyNamesHimself):
            services.name_handler(username=username, active=True, actor=actor, now=now)
    services.name_handler(username=clerk.name, active=True, actor=chief, now=now)
    with pytest.raises(Exception, match="事由"):
        services.open_identity(**asked | {"reason": "看看"}, actor=clerk)
    assert services.open_identity(**asked, actor=clerk)["name"] == "欧阳守信"
    fact = Event.objects.get(name="complaints.identity.opened")
    assert fact.actor == clerk.key and fact.payload["reason"] == asked["reason"]
    services.name_handler(username=clerk.name, active=False, actor=chief, now=now)
    with pytest.raises(NotAHandler):
        services.open_identity(**asked, actor=clerk)
    with pytest.raises(NotFound):
        services.open_identity(**asked, actor=accounts.actor(Role.REVIEWER))
    Complaint.objects.filter(pk=one.pk).update(informant_key="")  # erased: the rest stays, who told it is gone
    services.name_handler(username=clerk.name, active=True, actor=chief, now=now)
    assert services.open_identity(**asked, actor=clerk) == {}


@pytest.mark.parametrize(
    ("files", "fields", "words"),
    [
        ([("病毒.pdf", b"MZ\x90\x00This program")], {}, "PDF、JPG 或 PNG"),
        ([("空.pdf", b"")], {}, ""),
        ([(f"{n}.pdf", PDF) for n in range(7)], {}, "不超过 5 个"),
        ([], {"text": "短"}, "至 4000 字"),
        ([], {"text": f"他的身份证号是 {subjects.citizen_id()}，请查处。"}, "请勿填写公民身份号码"),
        ([], {"kind": "gossip"}, ""),
        ([], {"about_name": ""}, ""),
    ],
)
def test_what_is_not_taken_says_how_to_mend_it_and_stays_typed(
    files: list[tuple[str, bytes]], fields: dict[str, str], words: str, frozen: object
) -> None:
    response, number, _ = told(Client(), *(SimpleUploadedFile(*one) for one in files), **fields)
    page = response.content.decode()
    assert response.status_code in (400, 422) and not number and words in page
    assert not Complaint.objects.exists() and (fields.get("text", TOLD["text"]) in page)


def test_nobody_guesses_a_code_and_nobody_floods(frozen: object, now: Any) -> None:
    _, number, code = told(Client())
    later = now + timedelta(days=1)

    def look(guess: str, address: str) -> services.Progress:
        return services.progress(number=number, code=guess, address=address, wall=later)

    with pytest.raises(TooOften):
        for n in range(60):  # from as many addresses
            with pytest.raises(ProgressNotFound):
                look("A" * 12, f"198.51.100.{n}")
    with pytest.raises(TooOften):
        look(code, "203.0.113.77")
    assert services.progress(number=number, code=code, address="203.0.113.77", wall=now + timedelta(days=3)).number
    statuses = [told(Client())[0].status_code for _ in range(8)]
    assert statuses[-1] == 429 and Complaint.objects.count() < 8


def test_a_summary_is_compared_without_spaces_and_dashes() -> None:
    assert not may_be_passed_on("请联系 139-1234 5678 核实具体情况", informant=["139 1234 5678"])
    assert not may_be_passed_on("欧 阳守信反映该公司的问题", informant=["欧阳守信"])
    assert may_be_passed_on("有群众反映该公司更换标签，请核查", informant=["欧阳守信", "", "a"])


def test_steps_out_of_turn(frozen: object, now: Any) -> None:
    officer = accounts.actor(Role.CREDIT_OFFICE)
    _, number, _ = told(Client(), name="", phone="", mail="")
    one = Complaint.objects.get(number=number)
    assert one.informant_ct == "" and one.state == "received"
    with pytest.raises(TransitionRefused):
        services.answer(complaint_id=one.pk, words="没有受理就答复是不行的", actor=officer, now=now)
    services.decline(complaint_id=one.pk, words="反映的事项不属于受理范围。", actor=officer, now=now)
    with pytest.raises(TransitionRefused):
        services.accept(complaint_id=one.pk, actor=officer, now=now)


def test_an_informants_key_is_destroyed_when_its_term_is_over(frozen: object, now: Any, settings: Any) -> None:
    officer = accounts.actor(Role.CREDIT_OFFICE)
    numbers = [told(Client())[1] for _ in range(3)]
    done, later, running = (Complaint.objects.get(number=number) for number in numbers)
    for one in (done, later):
        services.decline(complaint_id=one.pk, words="反映的事项不属于受理范围。", actor=officer, now=now)
    term = timedelta(days=settings.COMPLAINT_IDENTITY_DAYS)
    Complaint.objects.filter(pk=later.pk).update(moved_at=now + timedelta(days=1))
    forget = {"actor": accounts.PLATFORM}
    assert services.destroy_identities(**forget, now=now + term) == 0  # the last day is still its own
    assert done.informant_key in seen_everywhere()
    after = now + term + timedelta(seconds=1)
    assert [services.destroy_identities(**forget, now=after) for _ in range(2)] == [1, 0]
    assert done.informant_key not in seen_everywhere() and done.informant_ct in seen_everywhere()
    with pytest.raises(crypto.CannotOpen):  # nor does the key of the text, nor another informant's, open it
        place = f"complaints.complaint:{done.pk}:informant"
        crypto.decrypt_with(crypto.unwrap(later.informant_key, aad=place), done.informant_ct, aad=place)
    facts = Event.objects.filter(name="complaints.identity.destroyed")
    assert [fact.payload["number"] for fact in facts] == numbers[:1]
    client = Client()
    client.force_login(accounts.User.objects.get(username=officer.name))
    page = client.get(reverse("complaints:complaint", args=[done.pk])).content.decode()
    assert "已销毁" in page and "不属于受理范围" in page
    keys = Complaint.objects.exclude(informant_key="").order_by("pk").values_list("pk", flat=True)
    assert list(keys) == [later.pk, running.pk]


def test_no_key_is_destroyed_before_its_floor_nor_by_a_moved_clock(frozen: object, now: Any, settings: Any) -> None:
    settings.COMPLAINT_IDENTITY_DAYS = 0
    one = Complaint.objects.get(number=told(Client())[1])
    officer = accounts.actor(Role.CREDIT_OFFICE)
    services.decline(complaint_id=one.pk, words="反映的事项不属于受理范围。", actor=officer, now=now)
    floor = timedelta(days=LEAST_DAYS)
    assert services.destroy_identities(actor=accounts.PLATFORM, now=now + floor) == 0
    Complaint.objects.filter(pk=one.pk).update(moved_at=clock.wall() - timedelta(days=1))
    settings.DEMO = True
    try:
        clock.move_demo_clock(2 * floor)
        assert clock.now() > clock.wall() + floor and forget_informants() == 0
    finally:
        clock.move_demo_clock(None)
    Complaint.objects.filter(pk=one.pk).update(moved_at=clock.wall() - floor - timedelta(days=1))
    assert forget_informants() == 1
