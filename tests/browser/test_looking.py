"""The judge itself: a page that is wrong only when it is large, or only when it is narrow, is found out."""

import pytest
from playwright.sync_api import Page

from tests.browser.looking import judged

pytestmark = pytest.mark.browser
PAGE = """<!doctype html><html lang="zh-CN" data-size="normal" data-contrast="normal"><title>页面</title>
<style>{style}</style><main><h1>名单</h1><p>说明</p></main>"""


@pytest.mark.parametrize(
    ("style", "found"),
    [
        ("p { color: #999; background: #aaa }", "normal.normal: color-contrast"),
        ("[data-contrast=high] p { color: #999; background: #aaa }", "huge.high: color-contrast"),
        ("[data-size=huge] p { width: 1500px }", "huge.high: "),
        ("p { width: 500px }", "320 px: "),
    ],
)
def test_what_is_wrong_is_found(page: Page, style: str, found: str) -> None:
    page.set_content(PAGE.format(style=style))
    assert any(wrong.startswith(found) for wrong in judged(page))


def test_a_clean_page_is_left_as_it_was(page: Page) -> None:
    page.set_content(PAGE.format(style=""))
    assert judged(page) == []
    assert page.get_attribute("html", "data-size") == "normal" and page.viewport_size == {
        "width": 1366,
        "height": 768,
    }
