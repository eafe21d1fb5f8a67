"""Feedback in the browser: from the receipt by one key, the chart beside its table, and how every page looks."""

import os
from pathlib import Path

import pytest
from django.db.models import Max

from accounts.models import User
from accounts.selectors import actor_of_user
from feedback.models import Case, Due, Supervision, TypicalCase
from feedback.rules.cases import Channel
from feedback.services import supervising, take_cases, typical
from kernel.actor import Actor
from tests.browser.conftest import FIRMS, MakeDesk, run_deliveries
from tests.browser.looking import faults_of
from tests.factories import screening as make
from toolkit.clock import now, today

pytestmark = pytest.mark.browser
HENGTAI = FIRMS["hengtai"]
SHOTS = os.environ.get("SHOTS", "")  # a folder, for whoever wants to look


def staff(username: str) -> Actor:
    return actor_of_user(User.objects.get(username=username))


def hit() -> tuple[str, list[Due]]:
    """The receipt of 恒泰's hit, and what is owed of it."""
    number = make.ask("M1", HENGTAI["uscc"], now=now(), actor=staff("zc01"), file_number="JY-2026-0311").number
    run_deliveries()
    return number, list(Due.objects.filter(number=number).order_by("id"))


def test_from_the_receipt_to_the_statistics_by_keys(desks: MakeDesk) -> None:
    number, dues = hit()
    before = Case.objects.count()
    clerk = User.objects.filter(department_id=dues[0].department_id, roles__contains=["uploader"]).order_by("pk")[0]
    desk = desks()
    desk.enter_as(clerk.username)
    desk.go(f"/check/receipts/{number}/")
    with desk.page.expect_navigation(url="**/feedback/**"):
        desk.page.keyboard.press("7")
    if "/of/" in desk.page.url:
        with desk.page.expect_navigation(url="**/feedback/[0-9]*/"):
            desk.page.keyboard.press("1")
    desk.page.keyboard.press("1")
    desk.page.wait_for_selector("input[name=action]:checked")  # a digit counts after a moment of silence
    desk.page.fill("textarea[name=content]", "依法不予受理")
    with desk.page.expect_navigation():
        desk.page.get_by_role("button", name="提交反馈").press("Enter")
    assert Case.objects.count() == before + 1
    desk.go("/feedback/effects/")
    desk.page.wait_for_selector("[data-chart] canvas")
    assert desk.page.locator("[data-chart]").bounding_box()["height"] > 100  # type: ignore[index]
    with desk.page.expect_navigation(url="**/effects/rows/**"):
        desk.page.locator("tbody a").first.press("Enter")
    shown = desk.page.locator("main").inner_text()
    assert any(due.case_number in shown for due in Due.objects.exclude(version=0))


def test_every_page_is_clean_and_fits(desks: MakeDesk) -> None:
    number, dues = hit()
    due = dues[0]
    clerk = User.objects.filter(department_id=due.department_id, roles__contains=["uploader"]).order_by("pk")[0]
    rows = [{"case": due.case_number, "action": "未实施", "reason": "无"}]
    take_cases(rows=rows, channel=Channel.REST, actor=actor_of_user(clerk), now=now())
    Due.objects.filter(reported_at=None, owed=True).update(due_on=today().replace(year=2025))
    supervising.escalate(today=today(), actor=staff("xyb01"), now=now())
    held = Supervision.objects.aggregate(last=Max("pk"))["last"]
    told = {"title": "一处失信 处处受限", "text": "命中名单，未予受理。", "subject_shown": "某食品公司"}
    retold = typical.draft(due_id=due.pk, actor=actor_of_user(clerk), now=now(), **told)
    TypicalCase.objects.update(state="published", reviewed_by="user:xyb01", published_on=today())
    pages = {
        "": ["/public/cases/", f"/public/cases/{retold}/"],
        clerk.username: [
            "/feedback/", f"/feedback/of/{number}/", f"/feedback/{due.pk}/", "/feedback/sheets/",
            "/feedback/effects/", "/feedback/effects/?by=month", "/feedback/effects/rows/",
            f"/feedback/{dues[-1].pk}/typical/",
        ],
        "xyb01": [
            "/feedback/supervision/", "/feedback/supervision/candidates/", f"/feedback/supervision/{held}/",
            "/feedback/badly-closed/?flaw=weak", "/feedback/badly-closed/?flaw=copied", "/feedback/typical/",
            f"/feedback/typical/{retold}/", "/feedback/upward/",
        ],
    }  # fmt: skip
    desk = desks()
    assert faults_of(desk, pages) == {}
    for place, path in enumerate(path for who in (clerk.username, "xyb01") if SHOTS for path in pages[who]):
        if path == pages["xyb01"][0]:
            desk.page.context.clear_cookies(name="sessionid")
            desk.enter_as("xyb01")
        elif place == 0:
            desk.page.context.clear_cookies(name="sessionid")
            desk.enter_as(clerk.username)
        for width in (1366, 320):
            desk.page.set_viewport_size({"width": width, "height": 768})
            desk.go(path)
            desk.page.screenshot(path=str(Path(SHOTS) / f"{place}-{width}.png"), full_page=True)
