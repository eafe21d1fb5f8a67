"""The plug-in's script on pages of every shape: several applicants, missing fields, forms that are sent by scripts.

What the platform answers is written here, for it is the script alone that is looked at; with the real platform and
acceptance system test_plugin.py goes through the scenes.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route

from tools.places import ROOT

pytestmark = pytest.mark.browser
ADDRESS = "http://hall.test/"
SCRIPT = (ROOT / "static/plugin/v1.js").read_text(encoding="utf-8")
PANEL: dict[str, Any] = {
    "role": "", "name": "n", "code": "", "shape": "clear", "mark": "○", "headline": "未命中", "word": "",
    "sentence": "", "identified": True, "leads": True,
} | {
    part: []
    for part in (
        "measures", "bad", "good", "rewards", "related", "gaps", "disputes", "warnings", "candidates",
    )
}  # fmt: skip
WITH_CANDIDATE = PANEL | {
    "shape": "identify",
    "headline": "需核实身份",
    "candidates": [{"name": "乙公司", "code": "CODE-OF-B", "area": "", "why": ""}],
}


@dataclass
class Hall:
    """A page with two applicants and the answers that it gets; `asked`: the subjects of each question."""

    page: Page
    hold: str = "go"
    panels: list[dict[str, Any]] = field(default_factory=lambda: [PANEL])
    matter: str = "#m"
    asked: list[list[str]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def open(self) -> None:
        self.page.goto(ADDRESS)

    def answer(self, route: Route) -> None:
        path = route.request.url.removeprefix(ADDRESS)
        if path == "v1.js":
            route.fulfill(body=SCRIPT, content_type="text/javascript")
        elif path == "token":
            route.fulfill(json={"token": "t"})
        elif path.endswith("plugin/checks"):
            body = json.loads(route.request.post_data or "{}")
            self.asked.append([one["text"] for one in body["subjects"]])
            told = {"number": "JL-1", "answer": "clear", "choice_token": "c", "department": "D", "note": ""}
            route.fulfill(json=told | {"hold": self.hold, "panels": self.panels})
        elif path.startswith("apply"):
            route.fulfill(body="<p>applied</p>", content_type="text/html")
        else:
            route.fulfill(body=self.html, content_type="text/html; charset=utf-8")

    @property
    def html(self) -> str:
        return f"""<!doctype html><title>x</title><form id="f" action="/apply"><input id="a" name="a">
          <input id="b" name="b"><input id="m" value="M1"><div id="out"></div></form>
          <script src="/v1.js" data-form="#f" data-token-url="/token" data-matter="{self.matter}" data-place="#out"
            data-subjects=":#a :#b"></script>"""

    def send(self) -> None:
        """As a script of the page does it: no button is pressed."""
        self.page.evaluate("document.querySelector('#f').requestSubmit()")

    def sent(self) -> bool:
        self.page.wait_for_url("**/apply**")
        return True

    def held(self) -> str:
        """What the plug-in says about the form that it holds."""
        self.page.wait_for_selector("credit-check article")
        assert self.page.url == ADDRESS
        return str(self.page.locator("credit-check article").first.inner_text())

    def go_on(self) -> None:
        self.page.get_by_role("button", name="继续受理并说明理由").click()
        self.page.get_by_label("继续受理的理由").fill("材料齐全")
        self.page.get_by_role("button", name="登记并继续受理").click()
        self.page.wait_for_selector("credit-check .chosen")


@pytest.fixture
def hall(browser: Browser) -> Iterator[Hall]:
    context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai")
    context.set_default_timeout(10_000)
    made = Hall(context.new_page())
    made.page.route("**/*", made.answer)
    made.page.on("pageerror", lambda error: made.errors.append(str(error)))
    yield made
    context.close()


def test_a_candidate_is_written_where_its_own_applicant_stands(hall: Hall) -> None:
    hall.hold, hall.panels = "confirm", [PANEL, WITH_CANDIDATE]
    hall.open()
    hall.page.fill("#a", "CODE-OF-A")
    hall.page.fill("#b", "乙公司")
    hall.page.focus("#m")
    hall.page.get_by_role("button", name="乙公司").click()
    hall.page.wait_for_function("document.querySelector('#b').value === 'CODE-OF-B'")
    assert hall.page.input_value("#a") == "CODE-OF-A"
    hall.panels = [WITH_CANDIDATE]  # the first is empty: the only panel is the second applicant's
    hall.open()
    hall.page.fill("#b", "乙公司")
    hall.page.focus("#m")
    hall.page.get_by_role("button", name="乙公司").click()
    hall.page.wait_for_function("document.querySelector('#b').value === 'CODE-OF-B'")
    assert hall.page.input_value("#a") == ""
    hall.open()  # panels that cannot be told apart offer no button
    hall.page.fill("#a", "CODE-OF-A")
    hall.page.fill("#b", "乙公司")
    hall.page.focus("#m")
    assert "CODE-OF-B" in hall.held() and hall.page.get_by_role("button", name="乙公司").count() == 0


def test_a_form_that_a_script_sends_goes_on_after_a_clear_answer(hall: Hall) -> None:
    hall.open()
    hall.page.evaluate("document.querySelector('#a').value = 'CODE-OF-A'")
    hall.send()
    assert hall.sent() and hall.asked == [["CODE-OF-A"]] and not hall.errors


def test_the_second_applicant_is_asked_about_alone(hall: Hall) -> None:
    hall.open()
    hall.page.evaluate("document.querySelector('#b').value = 'CODE-OF-B'")
    hall.send()
    assert hall.sent() and hall.asked == [["CODE-OF-B"]]


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("", "没有填写事项或任何核查对象"),
        ("document.querySelector('#a').value = 'A'; document.querySelector('#m').value = ''", "没有填写事项"),
        ("document.querySelector('#b').value = 'B'; document.querySelector('#a').remove()", "找不到 #a"),
        ("document.querySelector('#a').value = 'A'; document.querySelector('#m').remove()", "找不到 #m"),
    ],
)
def test_what_cannot_be_asked_is_held_until_a_person_chooses(hall: Hall, script: str, said: str) -> None:
    hall.open()
    hall.page.evaluate(script)
    hall.send()
    told = hall.held()
    assert "未能核查" in told and said in told and not hall.asked
    hall.go_on()
    assert hall.page.input_value("[name=credit_answer]") == "could_not_check"
    hall.send()
    assert hall.sent()


def test_a_field_that_was_never_there_is_said_at_once_and_held(hall: Hall) -> None:
    hall.matter = "#no-such-field"
    hall.open()
    assert "找不到 #no-such-field" in hall.held()
    assert "没有找到字段 #no-such-field" in hall.errors[0]
    hall.page.fill("#a", "CODE-OF-A")
    hall.send()
    assert "未能核查" in hall.held() and not hall.asked


def test_an_answer_of_yesterday_is_asked_for_anew(hall: Hall) -> None:
    hall.page.clock.install(time="2026-11-20T23:50:00+08:00")
    hall.open()
    hall.page.fill("#a", "CODE-OF-A")
    hall.page.focus("#m")
    hall.page.wait_for_function("document.querySelector('[name=credit_receipt]').value === 'JL-1'")
    hall.page.clock.set_system_time("2026-11-21T00:10:00+08:00")
    hall.send()
    assert hall.sent() and hall.asked == [["CODE-OF-A"], ["CODE-OF-A"]]
