"""Acceptance 1: four people propose, notify, hear and decide; each step too early is refused with its article; a
window sees the entry only from the moment it binds. And scene 8: a decision already made, in three tries.
"""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from accounts.models import Department, User
from kernel.actor import Role
from portal.services.files import demo
from tests.browser.conftest import FIRMS, MEASURES, Desk, MakeDesk
from tests.browser.looking import judged
from tests.factories import accounts
from tests.factories.proceedings import PDF
from toolkit import clock

pytestmark = pytest.mark.browser
CHEMICAL = FIRMS["hongsheng-chemical"]
COUNTY = next(user["department"] for user in demo("users")["users"] if user["username"] == "wcyj01")
NARROW = {"width": 320, "height": 640}
FACTS = "2026年9月3日发生一般生产安全事故，企业瞒报。"
MEASURES_TOLD = "暂停项目审批\n加大执法检查频次"

Later = Callable[[int], None]


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Later:
    """Move the platform's day; the machine's own clock, by which sessions live, stays."""
    real, shift = clock.now, [0]
    monkeypatch.setattr(clock, "now", lambda: real() + timedelta(days=shift[0]))

    def move(days: int) -> None:
        shift[0] += days

    return move


@pytest.fixture
def decision(tmp_path: Path) -> Path:
    path = tmp_path / "列入决定书.pdf"
    path.write_bytes(PDF)
    return path


def colleague(role: Role, name: str) -> str:
    """One more member of the county's bureau. The log-in."""
    user = accounts.user(role, department=Department.objects.get(code=COUNTY), username=name, display_name=name)
    assert User.objects.filter(username=user.username).exists()
    return name


def seat(desks: MakeDesk, username: str, path: str = "/lists/proceedings/") -> Desk:
    desk = desks()
    desk.enter_as(username)
    desk.go(path)
    return desk


def said(desk: Desk) -> str:
    return desk.page.locator("main").inner_text()


def press(desk: Desk, label: str) -> str:
    """Press a button by its words; what the page then says."""
    with desk.page.expect_navigation():
        desk.page.get_by_role("button", name=label, exact=True).click()
    return said(desk)


def at_the_window(desks: MakeDesk, matter: str) -> list[str]:
    desk = seat(desks, "zc01", "/check/")
    desk.choose_matter(matter)
    desk.check(CHEMICAL["uscc"])
    return desk.verdicts


def test_four_people_list_a_firm_and_no_step_comes_too_early(desks: MakeDesk, later: Later) -> None:
    proposer = seat(desks, "wcyj01", "/lists/proceedings/new/")
    teller = seat(desks, colleague(Role.UPLOADER, "wcyj03"))
    hearer = seat(desks, colleague(Role.UPLOADER, "wcyj04"))
    reviewer = seat(desks, "wcyj02")

    # propose, by keys alone
    page = proposer.page
    page.select_option("#id_list_code", "L3")
    page.focus("#id_code")
    proposer.type(CHEMICAL["uscc"])
    with page.expect_navigation(url="**/edit/"):
        proposer.press("Enter")
    path = page.url.removeprefix(proposer.address).removesuffix("edit/")
    assert "《安全生产法》第七十八条" in page.input_value("#id_legal_basis")
    teller.go(path)
    teller.page.fill("#id_notice_notice_no", "望应急失信告〔2026〕9号")
    refused = press(teller, "制作列入事先告知书")
    assert "没有写明事实" in refused and "国办发〔2020〕49号 列入前告知" in refused
    page.fill("#id_ground", "瞒报生产安全事故")
    page.fill("#id_facts", FACTS)
    page.fill("#id_measures_told", MEASURES_TOLD)
    page.fill("#id_decision_no", "望应急失信列〔2026〕9号")
    assert FACTS in press(proposer, "保存")

    # notify: served on a day to come is refused
    teller.go(path)
    teller.page.fill("#id_notice_notice_no", "望应急失信告〔2026〕9号")
    assert "已制作列入事先告知书" in press(teller, "制作列入事先告知书")
    with teller.page.expect_download() as download:
        teller.page.get_by_role("link", name="列入事先告知书").click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF-")
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    teller.page.fill("#id_service_served_on", tomorrow)
    refused = press(teller, "登记送达")
    assert "送达日期晚于今天" in refused and "国办发〔2020〕49号 列入前告知" in refused
    teller.page.fill("#id_service_served_on", clock.today().isoformat())
    assert "已登记送达" in press(teller, "登记送达")

    # hear: while the party may speak, nothing is submitted; what it said is answered first
    hearer.go(path)
    refused = press(hearer, "提交决定")
    assert "尚未届满" in refused and "行政处罚法" in refused
    later(3)
    hearer.go(path)
    hearer.page.get_by_text("登记陈述、申辩", exact=True).click()
    hearer.page.fill("#id_statement_text", "事故已按时上报。")
    assert "已登记陈述、申辩" in press(hearer, "登记")
    later(15)
    hearer.go(path)
    refused = press(hearer, "提交决定")
    assert "没有答复" in refused and "国办发〔2020〕49号 列入前告知" in refused
    hearer.page.get_by_label("不予采纳").check()
    hearer.page.get_by_role("form", name="答复陈述、申辩").get_by_label("理由").fill("系统中没有上报记录")
    assert "已答复" in press(hearer, "答复")
    assert "已提交" in press(hearer, "提交决定")

    # decide: not by whoever proposed or submitted it
    for desk in (proposer, hearer):
        desk.go(path)
        refused = press(desk, "决定列入")
        assert "不能由您作出决定" in refused and "浙江省公共信用信息管理条例 第二十四条" in refused
    assert at_the_window(desks, "M6") == ["○未命中"]
    reviewer.go(path)
    assert "望应急失信列〔2026〕9号" in said(reviewer) and "救济途径" in said(reviewer)
    assert "已决定列入" in press(reviewer, "决定列入")
    assert at_the_window(desks, "M6") == ["■命中"]
    reviewer.page.get_by_role("link", name="查看名单条目").click()
    assert CHEMICAL["name"] in said(reviewer)


def fill_decision(
    desk: Desk,
    decision: Path,
    *,
    decided: int,
    served: int,
    list_code: str = "L3",
    firm: dict[str, str] = CHEMICAL,
) -> None:
    """A decision with its own notice and service, so many days ago."""
    page, today = desk.page, clock.today()
    page.select_option("#id_list_code", list_code)
    for name, text in {
        "code": firm["uscc"],
        "name": firm["name"],
        "ground": "发生生产安全事故，负有主要责任",
        "facts": FACTS,
        "legal_basis": "《安全生产法》第七十八条",
        "measures_told": MEASURES_TOLD,
        "exit_route": "满十二个月后可以申请提前移出",
        "remedies": "可以依法申请行政复议或者提起行政诉讼",
        "decision_no": "望应急失信列〔2026〕5号",
        "notice_no": "望应急失信告〔2026〕5号",
        "notice_served_on": (today - timedelta(days=served)).isoformat(),
        "decided_on": (today - timedelta(days=decided)).isoformat(),
    }.items():
        page.fill(f"#id_{name}", text)
    page.select_option("#id_served_way", "直接")
    page.set_input_files("#id_decision", decision)


def test_scene_8_a_decision_already_made_in_three_tries(desks: MakeDesk, decision: Path) -> None:
    clerk = seat(desks, "wcyj01", "/lists/proceedings/register/")
    fill_decision(clerk, decision, decided=30, served=20)
    refused = press(clerk, "登记并提交")
    assert "早于告知送达日期" in refused and "国办发〔2020〕49号 列入前告知" in refused
    fill_decision(clerk, decision, decided=3, served=20)
    assert "已登记并提交" in press(clerk, "登记并提交")
    path = clerk.page.url.removeprefix(clerk.address)
    refused = press(clerk, "决定列入")
    assert "不能由您作出决定" in refused and "第二十四条" in refused
    assert at_the_window(desks, "M6") == ["○未命中"]
    reviewer = seat(desks, "wcyj02", "/")
    assert "决定列入" in said(reviewer)
    reviewer.go(path)
    assert "已决定列入" in press(reviewer, "决定列入")
    window = seat(desks, "zc01", "/check/")
    window.choose_matter("M6")
    window.check(CHEMICAL["uscc"])
    assert window.verdicts == ["■命中"] and MEASURES["Y7"] in window.answer


def pages(desks: MakeDesk, decision: Path) -> list[tuple[str, str]]:
    """Who looks at which page, each with something on it."""
    clerk = seat(desks, "wcyj01", "/lists/proceedings/register/")
    fill_decision(clerk, decision, decided=3, served=20)
    press(clerk, "登记并提交")
    submitted = clerk.page.url.removeprefix(clerk.address)
    clerk.go("/lists/proceedings/new/")
    clerk.page.select_option("#id_list_code", "L3")
    clerk.page.fill("#id_code", FIRMS["luyuan"]["uscc"])
    press(clerk, "提出列入")
    edit = clerk.page.url.removeprefix(clerk.address)
    return [
        ("wcyj01", "/lists/proceedings/"),
        ("wcyj01", "/lists/proceedings/new/"),
        ("wcyj01", "/lists/proceedings/register/"),
        ("wcyj01", "/lists/proceedings/table/"),
        ("wcyj01", edit),
        ("wcyj01", edit.removesuffix("edit/")),
        ("wcyj02", submitted),
        ("xyb01", submitted),
    ]


def test_every_page_is_clean_and_fits(desks: MakeDesk, decision: Path) -> None:
    found: dict[str, list[str]] = {}
    desk = desks()
    for username, path in pages(desks, decision):
        desk.enter_as(username)
        desk.go(path)
        desk.page.eval_on_selector_all("details", "all => all.forEach(d => { d.open = true; })")
        found |= {f"{username} {path}": wrong for wrong in [judged(desk.page)] if wrong}
    assert found == {}
