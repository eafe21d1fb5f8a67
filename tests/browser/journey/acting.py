"""What the people of the story do again and again: by keys, each at a seat of their own."""

import re
from io import BytesIO

from playwright.sync_api import Locator
from pypdf import PdfReader

from citizens.models import Visitor
from office.models import Message
from portal.services.files import demo
from tests.browser.conftest import FIRMS, Desk
from tests.browser.journey.conftest import Stage
from toolkit.references import reference

PERSONS = {one["key"]: one for one in demo("cast")["persons"]}
LONG = 60_000  # milliseconds: a worker is on its way


def said(desk: Desk) -> str:
    return desk.page.locator("main").inner_text()


def wash(text: str) -> str:
    """As it is read: without the breaks of a layout."""
    return re.sub(r"\s+", " ", text)


def text_of(pdf: bytes) -> str:
    """The text of a letter, as one would select it."""
    return "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).replace("\n", "").replace(" ", "")


def press(desk: Desk, button: str | Locator) -> str:
    """A button of the page, by Enter; what the page then says."""
    found = button if isinstance(button, Locator) else desk.page.get_by_role("button", name=button).first
    with desk.page.expect_navigation():
        found.press("Enter")
    return said(desk)


def key(desk: Desk, digit: str) -> str:
    """The button that shows this digit; what the page then says."""
    with desk.page.expect_navigation():
        desk.press(digit)
    return said(desk)


def at_window(stage: Stage, matter: str, firm: str, *, who: str = "zc01") -> Desk:
    """The clerk asks about a firm of the cast (or types what is given)."""
    desk = stage.seat(who)
    if not desk.page.url.endswith("/check/"):
        desk.go("/check/")
    if not desk.page.input_value("#id_matter").startswith(f"{matter} "):
        desk.choose_matter(matter)
    desk.check(FIRMS[firm]["uscc"] if firm in FIRMS else firm)
    return desk


def replayed(stage: Stage, matter: str, firm: str, on: str) -> str:
    """What the same question is answered as of another day, known as it is known now."""
    desk = at_window(stage, matter, firm)
    desk.go(f"/check/receipts/{desk.number}/replay/")
    desk.page.select_option("#id_purpose", index=1)
    desk.page.fill("#id_as_of", on)
    desk.page.select_option("#id_known", "now")
    with desk.page.expect_navigation():
        desk.press("Alt+1")
    return said(desk).partition("重放的答复")[2].partition("与现在相比")[0]


def sign_in(stage: Stage, address: str) -> Desk:
    """A visitor of the portal, by the code that is sent."""
    desk = stage.seat(f"@{address}", "/portal/in/")
    desk.tab_to("#id_address")
    desk.type(address)
    with desk.page.expect_navigation(url="**/portal/in/code/"):
        desk.press("Enter")
    body = Message.objects.filter(to=address).order_by("-id").values_list("body", flat=True)[0]
    found = re.search(r"验证码 (\d{6})", body)
    assert found is not None
    desk.tab_to("#id_code")
    desk.type(found[1])
    with desk.page.expect_navigation(url="**/portal/my/"):
        desk.press("Enter")
    assert Visitor.objects.exists()
    return desk


def represent(desk: Desk, firm: str, person: str, *, name: str = "") -> None:
    """The legal representative, as the register knows him: effective at once. `firm`: of the cast, or its code."""
    one = PERSONS[person]
    code, name = (FIRMS[firm]["uscc"], FIRMS[firm]["name"]) if firm in FIRMS else (firm, name)
    desk.go("/portal/my/relations/new/")
    desk.page.get_by_label("法定代表人").first.check()
    for field, text in (("code", code), ("name", one["name"]), ("id_number", one["id_number"])):
        desk.tab_to(f"#id_{field}")
        desk.type(text)
    told = press(desk, "提交核验")
    assert name in told and "与登记信息比对一致" in told, told


def on_portal(stage: Stage, subject_id: int) -> str:
    """What everybody reads about an organisation."""
    return said(stage.seat("", f"/portal/firm/{reference('firm', subject_id)}/"))
