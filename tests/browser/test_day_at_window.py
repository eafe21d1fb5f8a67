"""A day at the window: every kind of check by keyboard alone, and the time from Enter to the painted answer.

The answers are judged by the table of the story; the times are printed (`-s`), never judged: the machine is not ours.
"""

import random
import statistics
import sys
from collections.abc import Callable

import pytest

from portal.services.files import demo
from tests.browser.conftest import FIRMS, MEASURES, SHEN, Desk
from tests.browser.looking import judged

pytestmark = pytest.mark.browser
TABLE = {row["subject"]: row for row in demo("expected")["expected"]}
MATTERS = demo("expected")["matters"]
WORDS = {"hit": "命中", "clear": "未命中", "could_not_check": "未能核查"}
FILE = "JL-{:04d}"
# from Enter to the frame after the one that shows the answer
WATCH = """() => {
  window.painted = [];
  let pressed = 0;
  addEventListener("keydown", (event) => { if (event.key === "Enter") { pressed = performance.now(); } }, true);
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id !== "result" || !pressed) return;
    const from = pressed;
    pressed = 0;
    requestAnimationFrame(() => requestAnimationFrame(() => { window.painted.push(performance.now() - from); }));
  });
}"""


# as quick as a scanner, which the driver of a browser is not
SCAN = """characters => {
  const field = document.activeElement;
  for (const one of characters) {
    const key = one === "\\n" ? "Enter" : one;
    const goes = field.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    if (goes) { field.setRangeText(one, field.selectionStart, field.selectionEnd, "end"); }
  }
}"""


def code(key: str) -> str:
    return str(FIRMS[key]["uscc"])


def told_as_expected(desk: Desk, key: str, matter: str, panel: int = 0) -> None:
    """One verdict of the answer against the story's table."""
    wanted = TABLE[key][matter]
    said = desk.page.locator("#result .verdict").nth(panel).inner_text()
    headline = said.splitlines()[0] + said.splitlines()[1]
    word = WORDS[wanted["answer"]]
    assert word in headline and not (word == "命中" and "未命中" in headline), (key, matter, headline)
    for measure in wanted.get("measures", ()):
        assert MEASURES[measure] in said, (key, matter, said)
    if not wanted.get("measures"):
        assert "依法应当" not in said and "依法可以" not in said, (key, matter, said)
    assert ("关联提示" in said) == bool(wanted.get("related")), (key, matter, said)
    assert ("存在异议" in said) == bool(wanted.get("disputed")), (key, matter, said)
    assert ("激励暂停" in said) == bool(wanted.get("reward_paused")), (key, matter, said)
    assert ("不得据此认定为无记录" in said) == bool(wanted.get("gaps")), (key, matter, said)


class Day:
    """A clerk at work. Each kind of question types, asks and judges; the matter changes now and then."""

    def __init__(self, desk: Desk, seed: int) -> None:
        self.desk, self.dice, self.matter, self.asked = desk, random.Random(seed), "", 0
        self.kinds: list[Callable[[], None]] = [
            self.by_code, self.by_code, self.by_code, self.by_written_code, self.by_licence, self.by_row,
            self.by_lines, self.by_name, self.by_person, self.by_wrong_code, self.again, self.held, self.going_on,
        ]  # fmt: skip

    def work(self, checks: int) -> None:
        self.desk.page.evaluate(WATCH)
        while self.asked < checks:
            if not self.matter or self.dice.random() < 0.3:
                self.go_to(self.dice.choice(MATTERS))
            kinds = self.kinds if self.asked >= len(self.kinds) else [self.kinds[self.asked % len(self.kinds)]]
            self.dice.choice(kinds)()

    def go_to(self, matter: str) -> None:
        if matter != self.matter:
            self.desk.choose_matter(matter)
            self.matter = matter

    def ask(self, text: str) -> None:
        self.desk.check(text)
        self.asked += 1

    def some(self) -> str:
        return self.dice.choice(list(TABLE))

    def by_code(self) -> None:
        key = self.some()
        self.ask(code(key))
        told_as_expected(self.desk, key, self.matter)

    def by_written_code(self) -> None:
        """In full width and small letters, with a gap: as it is copied out of a letter."""
        key = self.some()
        wide = "".join(chr(ord(c) + 0xFEE0) for c in code(key)[:8])
        self.ask(f"{wide} {code(key)[8:].lower()}")
        told_as_expected(self.desk, key, self.matter)

    def by_licence(self) -> None:
        """A scanner types the lines of a licence's QR code with Enter between them; nothing is asked too early."""
        key, page = self.some(), self.desk.page
        self.desk.press("/")
        lines = [f"统一社会信用代码:{code(key)}", f"名称:{FIRMS[key]['name']}", "类型:有限责任公司(自然人投资)"]
        with self.desk.asking():
            page.evaluate(SCAN, [*"\n".join(lines), "\n"])
        self.asked += 1
        assert page.locator("#result .verdict").count() == 1
        told_as_expected(self.desk, key, self.matter)

    def by_row(self) -> None:
        """A row of a spreadsheet, with another firm's name: the code decides, and the name is doubted."""
        key, other = self.dice.sample(list(TABLE), 2)
        self.paste(f"{code(key)}\t{FIRMS[other]['name']}\n")
        told_as_expected(self.desk, key, self.matter)
        assert "与登记名称" not in self.desk.answer  # one line is read as it was typed

    def by_lines(self) -> None:
        """Several subjects of one application: a heading, and a code and a name in each row."""
        keys = self.dice.sample(list(TABLE), 3)
        self.paste("\n".join(["统一社会信用代码\t名称", *(f"{code(k)}\t{FIRMS[k]['name']}" for k in keys)]))
        for panel, key in enumerate(keys):
            told_as_expected(self.desk, key, self.matter, panel)
        assert "与登记名称" not in self.desk.answer

    def paste(self, text: str) -> None:
        self.desk.press("/")
        self.desk.page.keyboard.insert_text(text)
        with self.desk.asking():
            self.desk.press("Enter")
        self.asked += 1

    def by_name(self) -> None:
        self.ask("云帆科技")
        assert self.desk.verdicts == ["◇需核实身份"] and "仅凭名称不得采取措施" in self.desk.answer
        self.desk.tab_to("[data-rows] button")
        row = self.desk.page.locator("[data-rows] tr").first.inner_text()
        key = next(k for k, firm in FIRMS.items() if firm["name"] in row)
        with self.desk.asking():
            self.desk.press("Enter")
        self.asked += 1
        told_as_expected(self.desk, key, self.matter)

    def by_person(self) -> None:
        self.go_to("M1")
        self.file_number()
        self.ask(SHEN)
        assert "命中" in self.desk.focused and MEASURES["Y1"] in self.desk.answer
        assert SHEN not in self.desk.page.content()

    def by_wrong_code(self) -> None:
        self.ask("91339901MA9K3H5T3X")
        assert "未能核查" in self.desk.focused and "校验码不符" in self.desk.answer
        self.desk.press("/", "Escape")

    def file_number(self) -> str:
        number = FILE.format(self.asked)
        self.desk.press("Alt+n")
        self.desk.type(number)
        with self.desk.asking():
            self.desk.press("Enter")
        assert "没有核查过" in self.desk.answer
        return number

    def again(self) -> None:
        """Before the decision: the file number alone, one key, and nothing has changed."""
        key, number = self.some(), self.file_number()
        self.ask(code(key))
        first = self.desk.number
        self.desk.press("Alt+n")
        self.desk.type(number)
        with self.desk.asking():
            self.desk.press("Enter")
        assert f"{number}：已有核查 1 次" in self.desk.answer
        with self.desk.asking():
            self.desk.press("5")
        self.asked += 1
        assert first in self.desk.answer and "的核查相比：没有变化。" in self.desk.answer
        told_as_expected(self.desk, key, self.matter)
        self.desk.press("4")  # the next applicant: his file number is another
        self.desk.page.wait_for_selector("#id_text:focus")
        assert self.desk.page.input_value("#id_file_number") == ""

    def held(self) -> None:
        self.go_to("M1")
        self.ask(code("hengtai"))
        self.desk.press("1")
        self.desk.page.wait_for_selector(".chosen:focus")
        self.desk.press("4")
        self.desk.page.wait_for_selector("#id_text:focus")

    def going_on(self) -> None:
        self.go_to("M6")
        self.ask(code("hongsheng"))
        self.desk.press("2")
        self.desk.page.wait_for_selector("#id_reason:focus")
        self.desk.type("异议已受理，措施暂不执行")
        self.desk.press("Enter")
        self.desk.page.wait_for_selector(".chosen:focus")


def worked(desk: Desk, checks: int, seed: int) -> None:
    day = Day(desk, seed)
    day.work(checks)
    times = sorted(desk.page.evaluate("window.painted"))
    assert len(times) >= checks
    sys.stdout.write(
        f"\nwindow_day: {day.asked} checks, Enter to painted: median {statistics.median(times):.0f} ms,"
        f" p95 {times[int(len(times) * 0.95)]:.0f} ms, longest {times[-1]:.0f} ms\n"
    )


def test_every_kind_of_check_by_keyboard(desk: Desk) -> None:
    worked(desk, 20, seed=1)


@pytest.mark.soak
def test_two_hundred_checks(desk: Desk) -> None:
    worked(desk, 200, seed=2)


def test_what_the_day_meets_is_clean_and_fits(desk: Desk) -> None:
    """The picker, the checks of a file number, the check made again: in every look, wide and narrow."""
    desk.press("Alt+m")
    desk.page.wait_for_selector("#matter-list .active")
    found = {"picker": judged(desk.page)}
    desk.press("ArrowDown", "ArrowDown", "Enter")
    desk.page.wait_for_selector("#id_text:focus")
    assert desk.page.input_value("#id_matter").startswith("M3 ")
    desk.press("Alt+s")
    desk.page.wait_for_selector("#star[aria-pressed=true]")
    desk.go("/check/matters/")
    found["choices"] = judged(desk.page)
    assert desk.page.locator("tbody tr").first.locator("th").inner_text() == "市级技术改造专项资金申报"
    desk.go("/check/")
    desk.press("Alt+m")
    desk.page.wait_for_selector("#matter-list .active[data-starred=true]")
    desk.press("Alt+2")
    desk.page.wait_for_selector("#id_text:focus")
    assert desk.page.input_value("#id_matter").startswith("M1 ")
    day = Day(desk, 3)
    day.matter = "M1"
    number = day.file_number()
    day.ask(code("hengtai"))
    desk.press("Alt+n")
    desk.type(number)
    with desk.asking():
        desk.press("Enter")
    found["earlier"] = judged(desk.page)
    with desk.asking():
        desk.press("5")
    found["again"] = judged(desk.page)
    desk.press("?")
    desk.page.wait_for_selector("#keys:modal")
    found["keys"] = judged(desk.page)
    desk.press("Escape")
    assert "命中" in desk.focused
    desk.enter_as("xyb01")
    desk.go("/matters/windows/")
    found["windows"] = judged(desk.page)
    assert {place: what for place, what in found.items() if what} == {}
