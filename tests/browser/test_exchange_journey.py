"""Acceptance: an entry decided in the browser reaches three departments, each by its own way; they report what they
did by three ways, and it stands in the statistics; the entry is taken back, and the recall closes with the last one.
"""

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from exchange.models import Recall, Subscription
from exchange.tasks import deliver, number_changes, read_acknowledgements
from feedback.models import Case, Due
from portal.services.exchange_story import connect_receivers
from portal.services.files import demo
from redblack.models import Entry
from tests.browser.conftest import FIRMS, Desk, MakeDesk, run_deliveries
from tests.browser.test_proceedings import fill_decision, press, said, seat
from tests.exchange import departments
from tests.exchange.departments import Department
from tests.exchange.soap_client import service
from tests.factories.proceedings import PDF
from tests.signing import send
from toolkit import clock

pytestmark = pytest.mark.browser
FIRM = FIRMS["luyuan"]
SECRETS = {one["code"]: one["secret"] for one in demo("users")["clients"]}


@pytest.fixture
def three(city: str, settings: Any, tmp_path: Path) -> Iterator[dict[str, Department]]:
    """The departments as processes, connected as `make demo` connects them: all told what the story's ledgers say."""
    settings.EXCHANGE_FOLDER = tmp_path / "outgoing"
    with ExitStack() as stack:
        found = {
            "jyzx": stack.enter_context(departments.table()),
            "czj": stack.enter_context(departments.folder(tmp_path / "outgoing", tmp_path)),
            "gxj": stack.enter_context(departments.web(tmp_path)),
        }
        places = {"jyzx": {"port": found["jyzx"].settings["port"]}, "gxj": {"url": found["gxj"].settings["url"]}}
        assert connect_receivers(places=places, clock=clock.now) == ["czj", "gxj", "jyzx"]
        work()
        yield found


def work() -> None:
    """What worker and beat do within a minute."""
    number_changes()
    for row in Subscription.objects.order_by("id"):
        deliver(row.pk)
    read_acknowledgements()


def told(three: dict[str, Department], wanted: int) -> bool:
    """Whether each holds so many entries about the firm; the folder's reader takes a moment."""
    for _ in range(50):
        if [one.holds(FIRM["uscc"]) for one in three.values()] == [wanted] * 3:
            break
        time.sleep(0.1)
    read_acknowledgements()
    return [one.holds(FIRM["uscc"]) for one in three.values()] == [wanted] * 3


def holders(desk: Desk, entry: int) -> str:
    desk.go(f"/exchange/entries/{entry}/holders/")
    return said(desk)


def test_an_entry_reaches_three_comes_back_as_feedback_and_is_recalled_from_all(
    desks: MakeDesk, three: dict[str, Department], tmp_path: Path
) -> None:
    # decided in the browser
    decision = tmp_path / "列入决定书.pdf"
    decision.write_bytes(PDF)
    clerk, reviewer, office = seat(desks, "rsj01", "/lists/proceedings/register/"), desks(), desks()
    fill_decision(clerk, decision, decided=3, served=20, list_code="L1", firm=FIRM)
    assert "已登记并提交" in press(clerk, "登记并提交")
    reviewer.enter_as("rsj02")
    reviewer.go(clerk.page.url.removeprefix(clerk.address))
    assert "已决定列入" in press(reviewer, "决定列入")
    reviewer.page.get_by_role("link", name="查看名单条目").click()
    reviewer.page.wait_for_url("**/lists/entries/*/")
    entry = Entry.objects.get(pk=int(reviewer.page.url.rstrip("/").rpartition("/")[2]))

    # it reaches all three, and both sides say so
    work()
    assert told(three, 1)
    office.enter_as("xyb01")
    assert "推送过 3 个接收方" in holders(office, entry.pk) and "仍有 3 个持有" in said(office)
    for code, department in three.items():
        row = Subscription.objects.get(client__code=code)
        assert department.status() == (row.last_seq, row.standing) == (row.confirmed_seq, row.confirmed_count)

    # what was done comes back: by the page, by SOAP, by REST
    window = seat(desks, "zc01", "/check/")
    window.choose_matter("M3")
    numbers = []
    for _ in range(2):
        window.check(FIRM["uscc"])
        numbers.append(window.number)
    run_deliveries()
    first = Due.objects.get(number=numbers[0], measure_code="Y3")
    bureau = seat(desks, "gxj01", f"/feedback/{first.pk}/")
    bureau.page.get_by_label("已实施").check()
    bureau.page.fill("#id_content", "不予受理专项资金申报")
    with bureau.page.expect_navigation():
        bureau.page.get_by_role("button", name="提交反馈").click()
    by_soap = {"receipt": numbers[1], "measure": "Y3", "action": "done", "content": "不予受理专项资金申报"}
    answer = service("gxj", secret=SECRETS["gxj"]).SubmitCases(key="gxj-journey-1", cases=[by_soap])
    assert (answer.taken, answer.refused) == (1, 0), answer
    by_rest = {
        "trigger": f"entry:{entry.pk}", "own_number": "CG2026-17", "action": "done", "content": "资格审查不予通过",
    }  # fmt: skip
    answer = rest("czj", {"cases": [by_rest]})
    assert (answer["taken"], answer["refused"]) == (1, 0), answer["results"]
    run_deliveries()
    office.go("/feedback/effects/?by=department")
    rows = office.page.locator("[data-rows] tr")
    stands = {row.split("\t")[0].strip(): row for row in rows.all_inner_texts()}
    assert {"市工信局", "市财政局"} <= set(stands), stands
    assert set(Case.objects.values_list("channel", flat=True)) == {"page", "soap", "rest"}

    # taken back in the browser: two of three are told, and it is not over
    three["gxj"].turn(False)
    clerk.go(f"/lists/entries/{entry.pk}/remove/?kind=revoked")
    clerk.page.fill("#id_document_no", "江人社失信撤〔2026〕1号")
    clerk.page.fill("#id_reason", "列入决定经复议撤销")
    with clerk.page.expect_navigation(url="**/lists/removals/*/"):
        clerk.page.get_by_role("button", name="提出").click()
    reviewer.go(clerk.page.url.removeprefix(clerk.address))
    with reviewer.page.expect_navigation(url=f"**/lists/entries/{entry.pk}/"):
        reviewer.page.get_by_role("button", name="同意").first.click()
    number_changes()
    assert "仍有 3 个持有或尚未确认撤回" in holders(office, entry.pk)
    assert Recall.objects.filter(entry_id=entry.pk, confirmed_at=None).count() == 3
    work()
    for _ in range(50):
        read_acknowledgements()
        if Recall.objects.filter(entry_id=entry.pk, confirmed_at=None).count() == 1:
            break
        time.sleep(0.1)
    assert "仍有 1 个持有或尚未确认撤回" in holders(office, entry.pk) and "撤回待确认" in said(office)
    assert three["gxj"].holds(FIRM["uscc"]) == 1

    # switched on and sent again by a button, the last one confirms
    three["gxj"].turn(True)
    office.go(f"/exchange/{Subscription.objects.get(client__code='gxj').pk}/deliveries/")
    assert "主机无法连接" in said(office)
    with office.page.expect_navigation():
        office.press("1")  # 重发
    work()
    assert told(three, 0)
    assert "都已确认撤回" in holders(office, entry.pk)
    assert not Recall.objects.filter(entry_id=entry.pk, confirmed_at=None).exists()


def rest(code: str, told: Any) -> Any:
    answer = send(Client(), code, "/api/v1/feedback/cases", body=json.dumps(told).encode(), secret=SECRETS[code])
    assert answer.status_code == 200, answer.content
    return answer.json()
