"""Acceptance: a firm leaves its list by its own application, while the presenter moves the day.

Two browsers: the firm's representative on the portal, the department that recognised. Around them everybody who was
told: the window, the plug-in in another system, a system that pulls, a roster, three receivers.
"""

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.selectors import actor_of_user
from collection.selectors import source_ids
from exchange.models import Recall, Subscription
from portal.services.demo_clock import move
from portal.services.files import demo
from portal.services.roster_story import ROSTER
from redblack.services import enter
from repair.models import Application
from screening.rules.roster_content import Recipient
from screening.selectors.rosters import get_visible, run_under_way
from screening.services.rosters.keeping import make_roster_of
from screening.services.rosters.members import take_rows
from screening.services.rosters.running import run_roster
from screening.services.rosters.starting import request_run
from subjects.services.persons import register_person
from subjects.services.posts import add_responsible
from tests.browser.conftest import MEASURES, Desk
from tests.browser.journey.acting import PERSONS, at_window, key, on_portal, press, represent, said, sign_in, wash
from tests.browser.journey.conftest import Stage
from tests.browser.test_plugin import Counter
from tests.factories import redblack, subjects
from tests.factories.accounts import PLATFORM
from tests.factories.repair import PDF
from tests.factories.screening import firm as a_firm
from tests.signing import send
from toolkit import clock
from tools.temporary import wait

pytestmark = pytest.mark.browser
NAME, DOCUMENT = "江澜晨光装饰工程有限公司", "江人社失信列〔2025〕21号"
DECIDED = date(2025, 11, 24)  # a year of publicity ends four days after the story's Friday
SECRETS = {one["code"]: one["secret"] for one in demo("users")["clients"]}


def staff(username: str) -> Any:
    return actor_of_user(User.objects.get(username=username))


def listed(stage: Stage) -> tuple[int, int, str]:
    """A firm on L1 for almost a year, its representative in the register, the receivers told: ids and code."""
    code = subjects.uscc()
    firm = a_firm(code, name=NAME)
    number = subjects.citizen_id()
    person = register_person(name="苏晓晨", id_kind="citizen_id", id_number=number, actor=PLATFORM, now=clock.now())
    PERSONS["su"] = {"name": "苏晓晨", "id_number": number}
    add_responsible(
        organisation_id=firm,
        person_id=person,
        post="法定代表人",
        valid_from=date(2019, 1, 7),
        valid_until=None,
        actor=PLATFORM,
        now=clock.now(),
    )
    reviewer = staff("rsj02")
    entry = enter(
        list_code="L1",
        subject_id=firm,
        papers=redblack.papers(
            document_no=DOCUMENT,
            authority="江澜市人力资源和社会保障局",
            ground="拖欠农民工工资",
            legal_basis="《保障农民工工资支付条例》第四十八条；《人社部令第45号》",
            notice_served_on=DECIDED - timedelta(days=21),
            decided_on=DECIDED,
            effective_from=DECIDED,
            effective_until=date(2028, 11, 23),
        ),
        authority_department_id=reviewer.department_id,
        actor=reviewer,
        now=clock.now(),
    )
    for one in stage.receivers.values():
        one.turn(True)
    stage.settled()
    assert wait(lambda: told(stage, code, 1), 60)
    return firm, entry, code


def told(stage: Stage, code: str, wanted: int) -> bool:
    stage.minute()
    return [one.holds(code) for one in stage.receivers.values()] == [wanted] * 3


def a_roster(code: str) -> int:
    """住建局 watches bidders of its own accord."""
    keeper = staff("zjj01")
    content = replace(
        ROSTER,
        name="在建项目施工企业",
        labels=("建筑",),
        matter_code="M4",
        stage="before",
        source_ids=(source_ids()["L1"],),
        recipients=(Recipient("mail", "zjj@jianglan.example"),),
    )
    made = make_roster_of(department_id=keeper.department_id, content=content, actor=keeper, now=clock.now())
    take_rows(roster_id=made, rows=[(2, code, NAME)], upload_id=None, actor=keeper, now=clock.now())
    screen(made)
    return made


def screen(roster: int) -> None:
    keeper = staff("zjj01")
    request_run(roster_id=roster, why="manual", actor=keeper, now=clock.now())
    waiting = run_under_way(get_visible(keeper, roster))
    if waiting and waiting.job_id:
        run_roster(job_id=waiting.job_id, clock=clock.now)


def found(stage: Stage, roster: int) -> int:
    """Hits that the roster shows; that it is none any more is told there, too."""
    desk = stage.seat("zjj01", f"/rosters/findings/?roster={roster}")
    return desk.page.locator("[data-rows] tr", has_text=NAME).locator(".tag-hit").count()


def pulled(code: str) -> bool:
    """What a system that pulls holds by the snapshot that REST gives it."""
    row = Subscription.objects.get(client__code="gxj")
    path = f"/api/v1/exchange/subscriptions/{row.pk}/snapshot"
    answer = send(Client(), "gxj", path, method="GET", secret=SECRETS["gxj"])
    assert answer.status_code == 200, answer.content
    return code in json.dumps(answer.json(), ensure_ascii=False)


def in_plugin(stage: Stage, code: str) -> list[str]:
    counter = Counter(stage.seat("@hall").page, stage.hall)
    counter.open("M3")
    counter.check(code)
    return counter.verdicts


def test_a_firm_applies_too_early_then_in_time_and_is_gone_everywhere(stage: Stage) -> None:
    firm, entry, code = listed(stage)
    roster = a_roster(code)
    window = at_window(stage, "M3", code)
    assert window.verdicts == ["■命中"] and MEASURES["Y3"] in window.answer
    assert in_plugin(stage, code) == ["■命中"]
    assert pulled(code) and found(stage, roster) == 1 and DOCUMENT in on_portal(stage, firm)

    visitor, bureau, decider = sign_in(stage, "su@chenguang.example"), stage.seat("rsj01"), stage.seat("rsj02")
    finds_itself(stage, code)
    represent(visitor, code, "su", name=NAME)
    first = too_early(stage, visitor, entry)
    assert Application.objects.filter(entry_id=entry).count() == 0
    move(shift=timedelta(days=(first - clock.today()).days), now=clock.now())
    assert clock.today() == first
    number = in_time(stage, visitor, entry)
    row = Application.objects.get(number=number)

    asked_once_for_more(stage, bureau, visitor, row)
    granted(stage, bureau, decider, row)
    stage.settled()
    assert wait(lambda: told(stage, code, 0), 60)
    assert at_window(stage, "M3", code).verdicts == ["○未命中"]
    assert in_plugin(stage, code) == ["○未命中"]
    screen(roster)
    assert not pulled(code) and found(stage, roster) == 0
    assert DOCUMENT not in on_portal(stage, firm)
    assert wait(lambda: not Recall.objects.filter(entry_id=entry, confirmed_at=None).exists(), 60)
    office = stage.seat("xyb01", f"/exchange/entries/{entry}/holders/")
    assert said(office).count("已确认撤回") >= 3 and "都已确认撤回" in said(office)
    stage.shot("repair-recalled", office.page)
    stage.nobody_complains()


def finds_itself(stage: Stage, code: str) -> None:
    """By its code, on the portal, like anybody."""
    anybody = stage.seat("", "/portal/")
    anybody.page.locator("input[name=q]").focus()
    anybody.type(code)
    with anybody.page.expect_navigation(url="**/portal/firm/*/"):
        anybody.press("Enter")
    assert NAME in said(anybody) and DOCUMENT in said(anybody)
    stage.shot("repair-finds-itself", anybody.page)


def too_early(stage: Stage, visitor: Desk, entry: int) -> date:
    """From when it may apply, as its page says; applying before that is refused with the article."""
    visitor.go("/portal/my/repair/")
    line = wash(visitor.page.locator("li", has_text=DOCUMENT).inner_text())
    day = re.search(r"自 (\d{4}-\d\d-\d\d) 起可以申请", line)
    assert day is not None and "未到最短公示期" in line and "申请修复" not in line, line
    stage.shot("repair-from-when", visitor.page)
    visitor.go(f"/portal/my/repair/apply/entry/{entry}/")
    visitor.page.fill("#id_statement", "所欠工资已全部付清。")
    visitor.page.check("#id_committed")
    with visitor.page.expect_navigation():
        visitor.page.get_by_role("button", name="提交申请").press("Enter")
    refusal = visitor.page.locator("section.refusal").inner_text()
    assert "未到最短公示期" in refusal and day[1] in refusal and "信用修复管理办法" in refusal
    stage.shot("repair-too-early", visitor.page)
    return date.fromisoformat(day[1])


def in_time(stage: Stage, visitor: Desk, entry: int) -> str:
    visitor.go("/portal/my/repair/")
    with visitor.page.expect_navigation(url=f"**/apply/entry/{entry}/"):
        visitor.page.get_by_role("link", name=f"申请修复 {DOCUMENT}").press("Enter")
    visitor.page.fill("#id_statement", "所欠工资已全部付清，并已公开道歉。")
    visitor.page.check("#id_committed")
    with visitor.page.expect_navigation(url="**/portal/my/repair/of/*/"):
        visitor.page.get_by_role("button", name="提交申请").press("Enter")
    stage.shot("repair-applied", visitor.page)
    return visitor.page.url.rstrip("/").rpartition("/")[2]


def asked_once_for_more(stage: Stage, bureau: Desk, visitor: Desk, row: Application) -> None:
    bureau.go(f"/repair/{row.pk}/")
    form = bureau.page.locator("form[aria-label=一次性告知补正]")
    form.locator("textarea").focus()
    bureau.type("请补充工资支付凭证。")
    assert "待补正" in press(bureau, form.get_by_role("button"))
    visitor.page.reload()
    assert "请补充工资支付凭证。" in said(visitor)
    proof = stage.folder / "工资支付凭证.pdf"
    proof.write_bytes(PDF)
    more = visitor.page.get_by_role("form", name="补正")
    more.locator("[name$=statement]").fill("补充凭证。")
    more.locator("input[type=file]").set_input_files(proof)
    more.locator("[name$=committed]").check()
    stage.shot("repair-asked-for-more", visitor.page)
    assert "已补正" in press(visitor, more.get_by_role("button", name="提交补正"))
    bureau.go(f"/repair/{row.pk}/")
    assert bureau.page.locator("form[aria-label=一次性告知补正]").count() == 0, "once"


def granted(stage: Stage, bureau: Desk, decider: Desk, row: Application) -> None:
    assert "已受理" in key(bureau, "1")
    opinion = bureau.page.locator("form[aria-label=核实意见]")
    opinion.locator("textarea").focus()
    bureau.type("经核查支付凭证，所欠工资已付清。")
    press(bureau, opinion.get_by_role("button"))
    decider.go(f"/repair/{row.pk}/")
    grant = decider.page.locator("form[aria-label=准予修复]")
    grant.locator("[name$=decision_no]").focus()
    decider.type("江人社信修〔2026〕1号")
    decider.press("Tab")
    decider.type("所欠工资已付清，符合修复条件。")
    assert "准予修复" in press(decider, grant.get_by_role("button"))
    stage.shot("repair-granted", decider.page)
