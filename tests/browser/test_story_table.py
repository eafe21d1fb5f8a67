"""Part 2.1 of the demo story: every firm of the cast at every matter, typed by a clerk."""

from typing import Any

import pytest

from portal.services.files import demo
from tests.browser.conftest import FIRMS, MEASURES, Desk

pytestmark = pytest.mark.browser
WORDS = {"hit": "命中", "clear": "未命中", "could_not_check": "未能核查"}


def seen(desk: Desk) -> dict[str, Any]:
    """What the page says, in the words of expected.yaml; nothing that is not there."""
    text, (verdict,) = desk.answer, desk.verdicts
    shape = verdict[0]
    found: dict[str, Any] = {"answer": {"■": "hit", "□": "hit", "○": "clear", "▲": "could_not_check"}[shape]}
    shown = desk.page.locator("#result .measure b").all_inner_texts()
    if shown:
        found["measures"] = sorted(code for code, content in MEASURES.items() if content in shown)
    marks = {
        "no_measure": "不得因此附加条件" in text,
        "disputed": "存在异议" in verdict,
        "related": "关联提示" in text,
        "reward_paused": "激励暂停：有在期失信信息" in text,
    }
    found |= {mark: True for mark, is_there in marks.items() if is_there}
    if "重大税收违法失信主体名单" in text:
        found["gaps"] = ["L5"]
    return found


@pytest.mark.parametrize("matter", demo("expected")["matters"])
def test_every_firm_at_a_matter(desk: Desk, matter: str) -> None:
    desk.choose_matter(matter)
    answers = {}
    for line in demo("expected")["expected"]:
        desk.check(FIRMS[line["subject"]]["uscc"])
        assert FIRMS[line["subject"]]["name"] in desk.answer
        answers[line["subject"]] = seen(desk)
    assert answers == {line["subject"]: line[matter] for line in demo("expected")["expected"]}
