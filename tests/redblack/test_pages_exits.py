"""The pages of entries, exits, reviews and honours: what they show to whom, and each step on them."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from kernel.actor import Actor, Role
from redblack.models import Entry, Paper, Proceeding, RecogniserTask, Removal, Statement
from redblack.rules.lists import Origin, ReleaseKind
from subjects.models import Subject
from tests.conftest import NOW
from tests.factories import accounts, exits
from tests.factories import redblack as make
from tests.factories.screening import firm, person

SAID = {"kind": "early", "document_no": "移1号", "reason": "已改正", "released_on": "2026-11-20"}
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


def come(client: Client, actor: Actor) -> None:
    client.force_login(User.objects.get(username=actor.name))


def text(client: Client, name: str, *args: Any, **query: Any) -> str:
    response = client.get(reverse(f"redblack:{name}", args=args), query)
    assert response.status_code == 200, response.content.decode()[:400]
    return response.content.decode()


def send(client: Client, name: str, *args: Any, **said: Any) -> Any:
    return client.post(reverse(f"redblack:{name}", args=args), said)


# --- entries --------------------------------------------------------------------------------------------------------


def test_the_list_shows_a_department_its_own_and_the_credit_office_all(client: Client) -> None:
    home, other = exits.desk(), exits.desk()
    mine, theirs = exits.black(home, document_no="列甲号"), exits.black(other, document_no="列乙号")
    come(client, home.drafter)
    page = text(client, "entries")
    assert "列甲号" in page and "列乙号" not in page
    assert client.get(reverse("redblack:entry", args=[theirs])).status_code == 404
    client.force_login(accounts.user(Role.CREDIT_OFFICE))
    page = text(client, "entries")
    assert "列甲号" in page and "列乙号" in page
    assert text(client, "entry", mine)


def test_the_list_is_narrowed(client: Client) -> None:
    home = exits.desk()
    black, red, left = exits.black(home), exits.red(home), exits.black(home)
    exits.decide(exits.propose(left, home.drafter), home.reviewer)
    come(client, home.drafter)

    def ids(**query: Any) -> list[int]:
        rows = client.get(reverse("redblack:entries"), query).context["rows"]
        return [row["entry"].pk for row in rows]

    assert ids() == [red, black]
    assert ids(state="released") == [left]
    assert ids(state="all") == [left, red, black]
    assert ids(kind="reward") == [red]
    assert ids(origin=Origin.COURT.value) == []
    entry = Entry.objects.get(pk=left)
    assert ids(q=entry.document_no) == [left]  # what is looked for by name is found in whatever state
    assert ids(q=Subject.objects.get(pk=entry.subject_id).uscc) == [left]
    assert ids(list=entry.list_type.code, state="all") == [left]
    code, found = entry.list_type.code, Subject.objects.get(pk=entry.subject_id).uscc
    assert ids(on="2026-11-19", list=code) == ids(on="2026-11-19", q=found) == [left]  # the day before it left
    assert ids(on="2026-11-20", q=found) == [] and ids(on="2026-03-01", list=code) == []
    assert "请同时选择名单" in text(client, "entries", on="2026-11-20")
    assert ids(q="没有这个文号") == [] and ids(after="x") == [red, black]


def test_the_list_turns_by_key(client: Client) -> None:
    home = exits.desk()
    made = make.list_type(initiator_department_id=home.department.pk)
    said = {"authority_department_id": home.department.pk}
    every = [make.entry(made.code, firm(), **said) for _ in range(53)]
    come(client, home.drafter)
    first = client.get(reverse("redblack:entries"))
    second = client.get(f"{reverse('redblack:entries')}?{first.context['next']}")
    seen = [row["entry"].pk for page in (first, second) for row in page.context["rows"]]
    assert seen == sorted(every, reverse=True)
    assert second.context["next"] == "" and str(first.context["count"]) == "53"


def test_an_entry_tells_its_life_and_names_no_person(client: Client) -> None:
    home, someone = exits.desk(), person()
    entry_id = exits.black(home, responsible_persons=[someone])
    come(client, home.drafter)
    page = text(client, "entry", entry_id)
    assert "沈**" in page or "沈某某" in page or "沈*" in page
    assert "沈建国" not in page
    for said in ("本级认定", "列入事先告知书送达", "作出决定", "提前移出", "撤销列入", "更正", "已列入"):
        assert said in page
    come(client, home.reviewer)
    assert "由您提出" not in text(client, "entry", entry_id)


def test_an_entry_shows_who_else_the_decision_names_and_what_else_he_is_on(client: Client) -> None:
    home, subject = exits.desk(), firm()
    made = make.list_type(initiator_department_id=home.department.pk)
    said = {"authority_department_id": home.department.pk, "document_no": "列丙号"}
    first, second = make.entry(made.code, subject, **said), make.entry(made.code, firm(), **said)
    third = exits.red(home, subject_id=subject)
    exits.black(exits.desk(), subject_id=subject)  # another department's: not for these eyes
    come(client, home.drafter)
    life = client.get(reverse("redblack:entry", args=[first])).context["life"]
    assert [entry.pk for entry, _ in life.same_decision] == [second]
    assert [entry.pk for entry in life.related] == [third]


def test_what_was_decided_elsewhere_offers_no_exit(client: Client) -> None:
    home = exits.desk()
    made = make.list_type(origin=Origin.COURT, initiator_department_id=home.department.pk)
    entry_id = make.entry(made.code, firm(), authority_department_id=home.department.pk)
    come(client, home.drafter)
    page = text(client, "entry", entry_id)
    assert "法院推送" in page and "随名单更新到达本市" in page and "由您提出" not in page
    answer = send(
        client,
        "propose_removal",
        entry_id,
        kind="early",
        document_no="移1号",
        reason="已履行",
        released_on="2026-11-20",
    )
    assert answer.status_code == 409 and "函告认定部门" in answer.content.decode()


# --- exits ----------------------------------------------------------------------------------------------------------
def test_from_the_proposal_to_the_papers(client: Client) -> None:
    home = exits.desk()
    entry_id = exits.black(home)
    come(client, home.drafter)
    assert "checked" in text(client, "propose_removal", entry_id, kind="revoked").split('value="revoked"')[1][:80]
    assert send(client, "propose_removal", entry_id, **SAID | {"reason": ""}).status_code == 422
    assert send(client, "propose_removal", entry_id, **SAID).status_code == 302
    removal = Removal.objects.get(entry_id=entry_id)
    page = text(client, "removal", removal.pk)
    assert "您是提出人" in page and "同意提前移出" not in page
    assert send(client, "decide_removal", removal.pk, token="x").status_code == 403
    assert "移1号" in text(client, "entry", entry_id)

    come(client, home.reviewer)
    assert "决定提前移出" in client.get("/").content.decode()
    assert "待您决定" in text(client, "removals")
    page = client.get(reverse("redblack:removal", args=[removal.pk]))
    assert "同意提前移出" in page.content.decode()
    token = page.context["token"]
    assert send(client, "decide_removal", removal.pk, token="something else").status_code == 409
    assert send(client, "decide_removal", removal.pk, token=token).status_code == 302
    assert "没有待决定的移出" in text(client, "removals")
    assert "已移出（提前移出）" in text(client, "entry", entry_id)
    assert "移1号" in text(client, "removals", all=1)
    again = send(client, "decide_removal", removal.pk, token=token)
    assert again.status_code == 409
    paper = Paper.objects.filter(entry_id=entry_id).order_by("id")[0]
    answer = client.get(reverse("redblack:entry_paper", args=[entry_id, paper.pk]))
    assert answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF")
    assert "inline" in answer["Content-Disposition"]


def test_declined_and_taken_back(client: Client) -> None:
    home = exits.desk()
    entry_id = exits.black(home)
    first = exits.propose(entry_id, home.drafter)
    come(client, home.reviewer)
    assert send(client, "drop_removal", first, reason="").status_code == 422
    assert send(client, "drop_removal", first, reason="未满六个月").status_code == 302
    assert "未满六个月" in text(client, "removal", first)
    second = exits.propose(entry_id, home.drafter)
    come(client, home.drafter)
    assert send(client, "drop_removal", second, reason="材料不全").status_code == 302
    third = exits.propose(entry_id, home.drafter)
    client.force_login(accounts.user(Role.UPLOADER, department=home.department))
    assert send(client, "drop_removal", third, reason="材料不全").status_code == 403


def test_a_wrong_listing_is_cleared_on_its_page(client: Client) -> None:
    home = exits.desk()
    entry_id = exits.black(home)
    exits.decide(exits.propose(entry_id, home.drafter, kind=ReleaseKind.CORRECTED), home.reviewer)
    come(client, home.drafter)
    assert "应当发布消除影响声明" in text(client, "entry", entry_id)
    come(client, home.reviewer)
    assert "发布消除影响声明" in text(client, "entry", entry_id)
    assert send(client, "clear_name", entry_id, text="").status_code == 422
    assert send(client, "clear_name", entry_id, document_no="声1号", text="系错误列入").status_code == 302
    assert "消除影响声明" in text(client, "entry", entry_id)
    assert send(client, "clear_name", entry_id, document_no="声1号", text="系错误列入").status_code == 409


# --- reviews --------------------------------------------------------------------------------------------------------


def asked(at: exits.Desk, **fields: Any) -> RecogniserTask:
    subject = firm()
    honour = exits.red(at, subject_id=subject, **fields)
    make.entry(make.list_type().code, subject, now=NOW)
    return RecogniserTask.objects.get(entry_id=honour)


def test_a_review_leads_to_an_exit_or_is_kept(client: Client) -> None:
    home = exits.desk()
    task = asked(home)
    come(client, home.drafter)
    assert "复核守信激励对象" in client.get("/").content.decode()
    assert "待答复" in text(client, "reviews")
    page = text(client, "review", task.pk)
    assert "提出移出" in page and "激励暂停" in page and 'aria-label="予以保留"' not in page
    come(client, home.reviewer)
    assert send(client, "keep_honour", task.pk, reason="").status_code == 422
    assert send(client, "keep_honour", task.pk, reason="处罚已被撤销").status_code == 302
    assert "予以保留" in text(client, "reviews", all=1)
    assert "没有待答复的复核任务" in text(client, "reviews")
    assert send(client, "keep_honour", task.pk, reason="处罚已被撤销").status_code == 409


def test_the_credit_office_writes_to_a_recogniser_elsewhere(client: Client) -> None:
    task = asked(exits.desk(), origin=Origin.PROVINCE)
    client.force_login(accounts.user(Role.CREDIT_OFFICE))
    assert "复核守信激励对象" in client.get("/").content.decode()
    assert "生成函并登记" in text(client, "review", task.pk)
    assert send(client, "tell_recogniser", task.pk, document_no="", text="请复核").status_code == 422
    assert send(client, "tell_recogniser", task.pk, document_no="函1号", text="请复核").status_code == 302
    page = text(client, "entry", task.entry_id)
    assert "告知函" in page and "已函告认定部门" in page and "已列入" in page


# --- honours --------------------------------------------------------------------------------------------------------


def test_from_the_nomination_to_the_entry(client: Client, frozen: Any) -> None:
    home, subject = exits.desk(), firm()
    red = make.list_type(kind="reward", initiator_department_id=home.department.pk)
    uscc = Subject.objects.get(pk=subject).uscc
    come(client, home.drafter)
    assert red.name in text(client, "new_honour")
    said = {"list_code": red.code, "uscc": uscc, "ground": "诚信经营", "facts": ""}
    assert send(client, "new_honour", **said | {"uscc": "91339901MA9K2D3FX4"}).status_code == 404
    assert send(client, "new_honour", **said | {"ground": ""}).status_code == 422
    assert send(client, "new_honour", **said).status_code == 302
    one = Proceeding.objects.get(subject_id=subject)
    assert "未发现在期失信信息" in text(client, "honour", one.pk)
    span = {"begins": "2026-11-20", "ends": "2026-11-30", "note": "已核实"}
    assert send(client, "publicise_honour", one.pk, **span | {"ends": "2026-11-23"}).status_code == 409
    assert send(client, "publicise_honour", one.pk, **span).status_code == 302
    objection = {"received_on": "2026-11-20", "way": "书面", "text": "不实"}
    assert send(client, "object_to_honour", one.pk, **objection).status_code == 302
    assert "不实" in text(client, "honour", one.pk)
    [held] = Statement.objects.filter(proceeding=one)
    assert send(client, "submit_honour", one.pk, decision_no="诚1号").status_code == 409
    assert send(client, "answer_objection", one.pk, held.pk, accepted="no", answer="查无此事").status_code == 302
    frozen.shift(timedelta(days=11))
    come(client, home.drafter)  # nobody stays logged in so long
    assert send(client, "submit_honour", one.pk, decision_no="诚1号").status_code == 302
    assert send(client, "decide_honour", one.pk).status_code == 403

    come(client, home.reviewer)
    assert "认定守信激励对象" in client.get("/").content.decode()
    assert "待您认定" in text(client, "honours")
    assert send(client, "send_back_honour", one.pk, reason="请补充").status_code == 302
    come(client, home.drafter)
    assert "请补充" in text(client, "honour", one.pk)
    assert send(client, "submit_honour", one.pk, decision_no="诚1号", effective_until="2028-12-01").status_code == 302
    come(client, home.reviewer)
    assert send(client, "decide_honour", one.pk, token="").status_code == 409
    [token] = re.findall(r'name="token" value="(\w+)"', text(client, "honour", one.pk))
    assert send(client, "decide_honour", one.pk, token=token).status_code == 302
    one.refresh_from_db()
    page = text(client, "entry", one.entry_id)
    assert "诚1号" in page and "列入（本平台办理）" in page and "列入决定书" in page
    assert "没有办理中的" in text(client, "honours") and red.name in text(client, "honours", all=1)


def test_an_objection_is_read_by_the_department_alone(client: Client) -> None:
    home = exits.desk()
    candidate = exits.publicised(home)
    exits.object_to(candidate, home.drafter, text="举报人某某称其拖欠货款")
    client.force_login(accounts.user(Role.CREDIT_OFFICE))
    page = text(client, "honour", candidate)
    assert "拖欠货款" not in page and "由认定部门查看" in page
    come(client, home.drafter)
    assert "拖欠货款" in text(client, "honour", candidate)
    assert send(client, "drop_honour", candidate, reason="").status_code == 422
    assert send(client, "drop_honour", candidate, reason="撤回提名").status_code == 302
    assert "撤回提名" in text(client, "honour", candidate)
