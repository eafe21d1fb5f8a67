"""How a page is judged as it stands: by axe and by its width, in every display mode, loaded once."""

from typing import Any

from playwright.sync_api import Page

from tests.browser.conftest import STANDARD, Desk
from tools.vendor import TESTS

AXE = next(TESTS.glob("axe-core-*/axe.min.js"))
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SEEN = ["color-contrast", "target-size", "scrollable-region-focusable"]  # the rules that size and colour can change
LOOKS = ["normal.normal", "big.normal", "huge.high"]
NARROW = [(320, 640), (683, 384)]  # 400 % of a small desk; 200 % of 1366 × 768


def faults_of(desk: Desk, places: dict[str, list[str]]) -> dict[str, list[str]]:
    """Every path of `places`, as the user it stands under ("" is nobody), with what is wrong with its page."""
    found = {}
    for username, paths in places.items():
        desk.page.context.clear_cookies(name="sessionid")
        if username:
            desk.enter_as(username)
        for path in paths:
            answer = desk.go(path)
            assert answer.status in {200, 404}, (username, path, answer.status)
            found[f"{username} {path}"] = judged(desk.page)
    return {place: wrong for place, wrong in found.items() if wrong}


def judged(page: Page) -> list[str]:
    """What axe finds in each look, each with its place, and by how many pixels the page is wider than its window.

    The server writes the look as two attributes of the document (toolkit.pages); here they are set on the page that
    is open. At the end the page is as it was.
    """
    wrong = []
    for look in LOOKS:
        _look(page, look)
        wrong += [f"{look}: {fault}" for fault in faults(page, only=SEEN if look != LOOKS[0] else None)]
        wrong += [f"{look}: {by} px too wide" for by in [overflow(page)] if by]
    _look(page, LOOKS[0])
    for width, height in NARROW:
        page.set_viewport_size({"width": width, "height": height})
        wrong += [f"{width} px: {fault}" for fault in faults(page, only=SEEN)]
        wrong += [f"{width} px: {by} px too wide" for by in [overflow(page)] if by]
    page.set_viewport_size(STANDARD)  # type: ignore[arg-type]  # width and height
    return wrong


def faults(page: Page, only: list[str] | None = None) -> list[str]:
    """What axe finds, each with the place; of the rules `only`, or of every rule of WCAG 2.2 A and AA."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate(
        "rules => axe.run({runOnly: rules, resultTypes: ['violations'], selectors: false})", only or TAGS
    )
    return [f"{v['id']}: {node['html'][:160]}" for v in found["violations"] for node in v["nodes"]]


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    width: int = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return max(width, 0)


def _look(page: Page, look: str) -> None:
    page.evaluate(
        "([size, contrast]) => Object.assign(document.documentElement.dataset, {size, contrast})", look.split(".")
    )
