"""Chromium for browser tests: the machine's own, with Chinese fonts from a Python package; no downloads."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pylopdf_fonts_zh_cn
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir><dir>/usr/share/fonts</dir><cachedir>{cache}</cachedir>
  <alias><family>sans-serif</family><prefer><family>Noto Sans SC</family></prefer></alias>
</fontconfig>
"""


def chromium() -> str | None:
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One chromium per worker. A test opens pages with `browser.new_context(...)` or takes the `page` fixture."""
    program = chromium()
    if program is None:
        pytest.skip("no chromium on this machine: install it from Debian, or name it in CHROMIUM")
    folder = tmp_path_factory.mktemp("chromium")
    configuration = folder / "fonts.conf"
    fonts = Path(pylopdf_fonts_zh_cn.__file__).parent
    configuration.write_text(FONTS.format(fonts=fonts, cache=folder / "cache"))
    # playwright keeps an event loop in this thread, in which Django would refuse its own synchronous queries
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chrome = playwright.chromium.launch(
            executable_path=program, args=ARGUMENTS, env=os.environ | {"FONTCONFIG_FILE": str(configuration)}
        )
        yield chrome
        chrome.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A Chinese desk: 1366 × 768. Whatever the page writes to its console as an error fails the test."""
    context = browser.new_context(
        locale="zh-CN", timezone_id="Asia/Shanghai", viewport={"width": 1366, "height": 768}
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert not errors, errors
