"""On the portal: what a firm objects to by itself, what it may not, what came of it; "that is not me" as it goes."""

import zlib
from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.urls import reverse

from citizens.models import Visitor
from kernel.actor import Actor, Role, visitor
from kernel.errors import Refusal
from objections import selectors, services
from objections.models import Attachment, Objection
from objections.rules.kinds import Channel, Kind, Outcome
from office.models import Message
from office.rules.attachments import MOST_FILES
from redblack.models import Binding, Entry
from repair.models import Application
from repair.rules.states import Target
from repair.services import deciding, filing, handling
from screening.services.verifying import code_of
from subjects.models import Subject
from subjects.selectors import cleared_subjects
from tests.conftest import NOW
from tests.factories import accounts, citizens, collection, exits, objections, repair, screening
from tests.factories.screening import firm
from toolkit.references import reference

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
TODAY = NOW.date()
SAID = {"kind": "data", "claim": "金额与决定书不一致，请更正。", "contact": "0731-1"}


def pdf(name: str = "决定书.pdf", more: bytes = b"") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, objections.PDF + more + b"%%EOF\n")


def of(subject_id: int, address: str = "shen@example.com") -> Client:
    """A browser of somebody who signed in and speaks for that subject."""
    before = set(Visitor.objects.values_list("pk", flat=True))
    client = citizens.client_of(address)
    citizens.represents(Visitor.objects.exclude(pk__in=before).get().pk, subject_id)
    return client


def new(entry: int) -> str:
    return reverse("objections:object_to", args=["entry", reference("objection-entry", entry)])


def text(client: Client, name: str, *args: Any, status: int = 200) -> str:
    answer = client.get(reverse(f"objections:{name}", args=args))
    assert answer.status_code == status, answer.content.decode()[:400]
    return answer.content.decode()


def post(client: Client, name: str, *args: Any, **said: Any) -> tuple[int, str]:
    answer = client.post(reverse(f"objections:{name}", args=args), said)
    return answer.status_code, answer.content.decode()


def test_from_the_portal_to_the_answer_and_its_review() -> None:
    here = objections.town()
    entry = exits.black(here.at)
    mine, other = of(Entry.objects.get(pk=entry).subject_id), of(firm(), "other@example.com")
    assert new(entry) in text(mine, "my_objections") and new(entry) not in text(other, "my_objections")
    assert other.get(new(entry)).status_code == 404
    assert mine.get(reverse("objections:object_to", args=["entry", str(entry)])).status_code == 404
    assert mine.get(new(entry)).status_code == 200
    assert mine.post(new(entry), SAID | {"kind": ""}).status_code == 422 and not Objection.objects.exists()
    assert mine.post(new(entry), SAID | {"papers": [pdf()]}).status_code == 302
    row = Objection.objects.get()
    assert (row.channel, row.kind, row.state, row.attachments.count()) == ("portal", "data", "filed", 1)
    assert mine.post(new(entry), SAID).status_code == 409  # one at a time
    page = text(mine, "my_objection", row.number)
    assert "待受理" in page and "金额与决定书" not in page and "第四十一条" in page
    assert "金额与决定书" in text(mine, "my_claim", row.number)
    for name in ("my_objection", "my_claim"):
        text(other, name, row.number, status=404)
    for name in ("my_papers", "my_withdrawal", "my_review"):
        assert post(other, name, row.number)[0] == 404
    services.accept(objection_id=row.pk, actor=here.office, now=NOW)
    assert "存在异议" in text(mine, "my_objection", row.number)
    assert post(mine, "my_papers", row.number, papers=[pdf("账单.pdf", b"1"), pdf("合同.pdf", b"2")])[0] == 302
    assert post(mine, "my_review", row.number, **{"review-reason": "请再看"})[0] == 409  # not answered yet
    objections.proposed(here, row.pk, outcome=Outcome.KEEP, document_no="", statement="")
    assert post(mine, "my_withdrawal", row.number, **{"withdrawal-reason": "不再坚持"})[0] == 409
    objections.conclude(here, row.pk)
    paper = services.answer(objection_id=row.pk, answer_no="答1号", actor=here.office, now=NOW)
    page = text(mine, "my_objection", row.number)
    assert "答1号" in page and "行政复议" in page and "异议核查转办函" not in page
    told = [one for one in Message.objects.filter(to="shen@example.com").order_by("id") if row.number in one.body]
    assert ["已受理" in told[0].body, "异议处理答复书" in told[1].body, len(told)] == [True, True, 2]
    assert not any("金额" in one.body or "答1号" in one.body for one in told)  # anybody may read a mailbox
    answer = mine.get(reverse("objections:my_paper", args=[row.number, paper]))
    assert answer.content.startswith(b"%PDF-") and answer["Content-Type"] == "application/pdf"
    inner = row.attachments.get(kind="异议核查转办函").pk
    assert mine.get(reverse("objections:my_paper", args=[row.number, inner])).status_code == 404
    assert other.get(reverse("objections:my_paper", args=[row.number, paper])).status_code == 404
    assert post(mine, "my_review", row.number, **{"review-reason": "计算仍然有误"})[0] == 302
    review = Objection.objects.get(review_of=row)
    assert review.channel == "portal" and review.number in text(mine, "my_objection", row.number)
    assert post(mine, "my_withdrawal", review.number, **{"withdrawal-reason": "已经说明清楚"})[0] == 302
    page = text(mine, "my_objection", review.number)
    assert "已撤回" in page and "标注随之取消" not in page  # it was not accepted, so there was no mark
    assert post(mine, "my_review", row.number, **{"review-reason": "再看"})[0] == 409  # once


def test_files_that_are_not_what_they_say() -> None:
    here = objections.town()
    entry = exits.black(here.at)
    mine = of(Entry.objects.get(pk=entry).subject_id)
    bomb = b"%PDF-1.7\n1 0 obj\n<<>>\nstream\n" + zlib.compress(bytes(220 * 1024 * 1024), 9) + b"\nendstream\n%%EOF\n"
    for name, body, word in (
        ("凭证.pdf", b"MZ\x90\x00" * 10, "不是 PDF"), ("凭证.exe", objections.PDF, "与文件名不符"),
        ("凭证\u202efdp.exe", objections.PDF, "与文件名不符"), ("凭证.pdf", bomb, "解压后过大"),
        ("大.pdf", objections.PDF + bytes(20 * 1024 * 1024) + b"%%EOF\n", "超过 20 MB"),
    ):  # fmt: skip
        answer = mine.post(new(entry), SAID | {"papers": [pdf(), SimpleUploadedFile(name, body)]})
        assert answer.status_code == 400 and word in answer.content.decode(), word
        assert not Objection.objects.exists() and not Attachment.objects.exists()  # all or nothing
    papers = [pdf(f"{n}.pdf", b"%d" % n) for n in range(MOST_FILES + 1)]
    answer = mine.post(new(entry), SAID | {"papers": papers})
    assert answer.status_code == 400 and "最多 30 份" in answer.content.decode() and not Objection.objects.exists()
    for paper in papers:
        paper.seek(0)
    assert mine.post(new(entry), SAID | {"papers": papers[:MOST_FILES]}).status_code == 302
    row = Objection.objects.get()
    assert row.attachments.count() == MOST_FILES
    assert post(mine, "my_papers", row.number, papers=[pdf("多.pdf", b"x")])[0] == 400


def test_who_may_not_come_by_the_portal() -> None:
    entry = exits.black(exits.desk())
    own = Entry.objects.get(pk=entry).subject_id
    himself, stranger = visitor(7, subjects=frozenset({own})), visitor(8, subjects=frozenset({firm()}))
    for actor, fields in (
        (stranger, {"entry_id": entry}),
        (stranger, {"entry_id": entry, "subject_id": next(iter(stranger.subjects))}),
        (himself, {"entry_id": entry, "channel": Channel.DEPARTMENT}),
        (himself, {"entry_id": entry, "channel": Channel.COUNTER}),
        (himself, {"receipt_number": "H-20261120-1", "subject_id": own, "other_subject_id": firm()}),
    ):
        with pytest.raises(Refusal):
            objections.file(actor, **{"channel": Channel.PORTAL} | fields)
    assert Client().get(reverse("objections:my_objections")).status_code == 302
    assert not Objection.objects.exists()


def test_that_is_not_me_from_the_window_to_the_pair(client: Client) -> None:
    here, me = objections.town(), firm()
    code = screening.uscc()
    other = firm(code)
    listed = collection.source(kind="record", code="NOTME")
    collection.record(subject_id=other, raised=[collection.raised("NOTME", other)])
    matter = screening.matter(consults=[listed], implementing_department_id=here.at.department.pk)
    clerk = accounts.actor(Role.CLERK, department=here.at.department)
    number = screening.ask(matter, code, actor=clerk, now=NOW).number
    mine = of(me)
    said = {"number": number.lower(), "code": "AAAAA-AAAAA", "subject": me, "claim": "我单位从未被处罚，系同名。"}
    status, page = post(mine, "object_to_check", **said)
    assert status == 403 and "核验码不符" in page and not Objection.objects.exists()
    said["code"] = code_of(number)
    assert post(mine, "object_to_check", **said | {"other": "别的企业"})[0] == 404
    assert post(mine, "object_to_check", **said | {"subject": other})[0] == 422  # not his to speak for
    assert post(mine, "object_to_check", **said)[0] == 302
    row = Objection.objects.get()
    assert (row.kind, row.target, row.subject_id, row.other_subject_id) == ("wrong_subject", "check", me, other)
    assert "受理后各处标注" not in text(mine, "my_objection", row.number)  # a check bears no mark
    desk = Client()
    desk.force_login(accounts.User.objects.get(username=here.office.name))
    assert "标注" not in desk.get(reverse("objections:objection", args=[row.pk])).content.decode()
    page = desk.post(reverse("objections:step", args=[row.pk, "accept"]), follow=True).content.decode()
    assert "已受理" in page and "标注" not in page and "存在异议" not in page
    told = [one.body for one in Message.objects.all() if row.number in one.body]
    assert any("已受理" in body for body in told) and not any("标注" in body for body in told)
    objections.proposed(here, row.pk, document_no="", statement="")
    objections.conclude(here, row.pk)
    services.answer(objection_id=row.pk, answer_no="答9号", actor=here.office, now=NOW)
    assert cleared_subjects(subject_id=me, on=TODAY) == {other}
    assert "已答复" in text(mine, "my_objection", row.number)
    name = Subject.objects.get(pk=other).name
    client.force_login(accounts.User.objects.get(username=clerk.name))
    asked = {"text": name}
    assert name in client.post(reverse("subjects:find"), asked).content.decode().partition("<main")[2]
    found = client.post(reverse("subjects:find"), asked | {"about": me}).context["rows"]
    assert other not in {one.subject_id for one, _ in found}  # the window is not shown it again


def test_an_objection_during_a_repair_and_a_repair_during_an_objection() -> None:
    here = objections.town()
    for first in ("repair", "objection"):
        one = repair.penalty(here.at)
        himself = visitor(7, subjects=frozenset({one.firm}))
        rows: dict[str, int] = {}
        steps: dict[str, Callable[[], int]] = {
            "repair": lambda one=one, himself=himself: repair.filed(one, actor=himself).pk,  # type: ignore[misc]
            "objection": lambda one=one, himself=himself: objections.file(  # type: ignore[misc]
                himself, record_id=one.record, channel=Channel.PORTAL, kind=Kind.DATA
            ),
        }
        for name in (first, *(set(steps) - {first})):
            rows[name] = steps[name]()
        application, objection = rows["repair"], rows["objection"]
        services.accept(objection_id=objection, actor=here.office, now=NOW)
        handling.accept(application_id=application, actor=here.at.drafter, now=NOW)
        if first == "repair":  # the grant comes first: nothing is left to correct, the mark has ended with it
            deciding.grant(
                application_id=application, decision_no="信修1号", finding="已核实履行完毕",
                actor=here.at.reviewer, now=NOW,
            )  # fmt: skip
            objections.proposed(here, objection, outcome=Outcome.KEEP, document_no="", statement="")
            objections.conclude(here, objection)
            assert not selectors.record_is_disputed(one.record)
        else:  # the objection is upheld first: the application has nothing left to ask for
            objections.proposed(here, objection, outcome=Outcome.DELETE, document_no="删1号", statement="")
            objections.conclude(here, objection)
            filing.close_moot(
                record_id=one.record, entry_id=None, reason="该信息已经撤回。", actor=accounts.PLATFORM, now=NOW
            )
            assert Application.objects.get(pk=application).state == "withdrawn"
            with pytest.raises(Refusal):
                filing.file_application(
                    target=Target.RECORD, target_id=one.record, channel=repair.Channel.PORTAL, wish=repair.wish(),
                    actor=himself, now=NOW,
                )  # fmt: skip
        done = services.answer(objection_id=objection, answer_no=f"答{first}", actor=here.office, now=NOW)
        assert Attachment.objects.filter(pk=done, kind="异议处理答复书").exists()


@pytest.mark.django_db(transaction=True)
def test_twice_at_once_is_one() -> None:
    entry = exits.black(objections.town().at)
    own = Entry.objects.get(pk=entry).subject_id
    start, outcomes = Barrier(4), list[str]()

    def press(actor: Actor) -> None:
        try:
            start.wait()
            objections.file(actor, entry_id=entry, channel=Channel.PORTAL)
            outcomes.append("filed")
        except Refusal as refused:
            outcomes.append(refused.code)
        finally:
            connections.close_all()

    workers = [Thread(target=press, args=(visitor(n, subjects=frozenset({own})),)) for n in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(outcomes) == ["filed", *["objections.filed_already"] * 3]
    assert Objection.objects.count() == 1 and not Binding.objects.filter(entry_id=entry, disputed_on=TODAY).exists()
