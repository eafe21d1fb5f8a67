"""The single window: applications forwarded, steps told up with receipts, results applied and compared, over a real
process that is switched off, broken and slow to answer.
"""

import base64
import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from collection.models import Record
from redblack.models import Entry
from repair.models import Application, Message, Reconciliation, Result
from repair.rules.states import State
from repair.services import deciding, filing, handling, results, upward
from repair.tasks import reconcile, send_messages
from subjects.models import Subject
from tests.conftest import NOW
from tests.factories import accounts, exits, repair, screening
from tests.factories.accounts import PLATFORM
from tests.signing import send
from tools.places import free_port

pytestmark = pytest.mark.django_db
TOKEN = "a-token-for-this-test-alone"
DAY = timedelta(days=1)


@dataclass
class Window:
    port: int
    folder: Path

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def messages(self) -> list[dict[str, Any]]:
        found = [json.loads(path.read_text()) for path in (self.folder / "messages").glob("[0-9a-f]*.json")]
        return sorted(found, key=lambda one: one["id"])

    def decide(self, **said: Any) -> None:
        request = urllib.request.Request(f"{self.address}/repair/decide", json.dumps(said).encode(), method="POST")
        with urllib.request.urlopen(request, timeout=5) as answer:
            assert answer.status == 200

    def break_it(self, word: str) -> None:
        (self.folder / "fault").write_text(word)

    def mend(self) -> None:
        (self.folder / "fault").unlink()


@pytest.fixture
def above(tmp_path: Path, settings: Any) -> Iterator[Window]:
    (tmp_path / "token").write_text(TOKEN)
    window = Window(free_port(), tmp_path / "box")
    command = [sys.executable, "-m", "tools.upstream", str(window.port), str(window.folder), str(tmp_path / "token")]
    process = subprocess.Popen([*command, "http://127.0.0.1:1"], cwd=Path(__file__).parents[2])
    for _ in range(200):
        try:
            urllib.request.urlopen(window.address, timeout=1).close()
            break
        except OSError:
            time.sleep(0.05)
    settings.REPAIR_UPSTREAM_URL, settings.REPAIR_UPSTREAM_TOKEN = window.address, TOKEN
    yield window
    process.terminate()
    process.wait(10)


def uscc(firm: int) -> str:
    return str(Subject.objects.get(pk=firm).uscc)


def told(one: repair.Repairable, **fields: Any) -> dict[str, Any]:
    said = {
        "upstream_no": "XYZG2026111300001", "code": uscc(one.firm), "document_no": one.no, "target": "record",
        "applied_on": "2026-11-13", "statement": "罚款已缴纳，违法行为已改正", "committed": True,
    }  # fmt: skip
    return said | fields


def result(one: repair.Repairable, number: str = "R1", **fields: Any) -> results.Said:
    said = {
        "upstream_no": number, "code": uscc(one.firm), "document_no": one.no, "target": "record",
        "repaired_on": "2026-11-20",
    }  # fmt: skip
    read = results.read_result(said | fields)
    assert read is not None
    return read


def post(client: Client, what: str, said: Any, scopes: tuple[str, ...] = ("repair:forward", "repair:results")) -> Any:
    system = accounts.client_system(scopes=scopes)
    return send(client, system.code, f"/api/v1/repair/{what}", body=json.dumps(said).encode())


# --- forwarded ---------------------------------------------------------------------------------------------------


def test_an_application_is_forwarded_once_with_its_clocks_and_its_papers(client: Client, frozen: Any) -> None:
    one = repair.penalty()
    files = [{"name": "凭证.pdf", "content": base64.b64encode(repair.PDF).decode()}]
    frozen.move_to(NOW - 4 * DAY)  # Monday 2026-11-16
    first, again = (post(client, "applications", told(one, files=files)).json() for _ in range(2))
    assert (first["new"], again["new"], first["number"]) == (True, False, again["number"])
    assert (first["accept_due_on"], first["whole_due_on"]) == ("2026-11-19", "2026-11-27")
    row = Application.objects.get(number=first["number"])
    assert (row.applied_on, row.received_on, row.channel) == (date(2026, 11, 13), date(2026, 11, 16), "upstream")
    assert row.attachments.count() == 1
    handling.accept(application_id=row.pk, actor=one.desk.drafter, now=NOW - 3 * DAY)
    row.refresh_from_db()
    assert row.due_on == date(2026, 11, 26)
    other = post(client, "applications", told(one, statement="别的说法别的说法"))
    assert (other.status_code, other.json()["type"]) == (409, "/problems/repair.forwarded_otherwise")
    number = post(client, "applications", told(one, upstream_no="另一个编号"))
    assert (number.status_code, number.json()["type"]) == (409, "/problems/repair.already_applied")


def test_a_supplement_comes_by_the_same_way(client: Client, frozen: Any) -> None:
    one = repair.penalty()
    row = forwarded(one)
    handling.notify(application_id=row.pk, missing="请补充缴款凭证", actor=one.desk.drafter, now=NOW - 3 * DAY)
    place = f"applications/{row.upstream_no}/supplement"
    said = {"files": [{"name": "凭证.pdf", "content": base64.b64encode(repair.PDF).decode()}]}
    assert post(client, place, said).json()["state"] == "待受理"
    assert post(client, place, said).status_code == 409
    assert post(client, "applications/没有/supplement", said).status_code == 404


def test_a_withdrawal_comes_by_the_same_way_and_twice_is_once(client: Client, frozen: Any) -> None:
    row = forwarded(repair.penalty())
    place = f"applications/{row.upstream_no}/withdrawal"
    assert post(client, place, {"reason": ""}).status_code == 400
    first, again = (post(client, place, {"reason": "申请人在信用中国撤回"}) for _ in range(2))
    assert (first.status_code, first.json()["state"], again.json()) == (200, "已撤回", first.json())
    assert Application.objects.get(pk=row.pk).closing_reason == "申请人在信用中国撤回"
    assert post(client, "applications/没有/withdrawal", {"reason": "申请人撤回"}).status_code == 404
    late = repair.penalty()
    done = forwarded(late, "已经决定的")
    handling.decline(
        application_id=done.pk, decision_no="不受1号", reasons=[("尚未满最短公示期", "信用修复管理办法 第四条")],
        actor=late.desk.drafter, now=NOW,
    )  # fmt: skip
    assert post(client, "applications/已经决定的/withdrawal", {"reason": "申请人撤回"}).status_code == 409


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"code": "91339901MA9K0000X0"}, 404, "repair.nothing_there"),
        ({"document_no": "没有这个文号"}, 404, "repair.nothing_there"),
        ({"applied_on": "昨天"}, 400, "repair.request_wrong"),
        ({"target": "person"}, 400, "repair.request_wrong"),
        ({"statement": ""}, 400, "repair.request_wrong"),
        ({"files": [{"name": "a.pdf", "content": "%%%"}]}, 400, "repair.request_wrong"),
        ({"files": [{"name": "a.pdf", "content": "TVqQAAMAAAAEAAAA"}]}, 400, "repair.files_wrong"),
    ],
)
def test_what_is_wrong_with_a_forwarded_application(
    client: Client, change: dict[str, Any], status: int, code: str
) -> None:
    answer = post(client, "applications", told(repair.penalty(decided_on=date(2026, 7, 1)), **change))
    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{code}")
    assert not Application.objects.exists()


def test_without_the_scope_nothing_comes_in(client: Client) -> None:
    one = repair.penalty()
    for what, said in (("applications", told(one)), ("results", {"results": []})):
        assert post(client, what, said, scopes=("checks:create",)).status_code == 403
        assert client.post(f"/api/v1/repair/{what}", said, content_type="application/json").status_code == 401


def test_one_that_came_too_early_is_registered_and_declined_with_its_reason() -> None:
    one = repair.penalty(decided_on=date(2026, 10, 9))
    row, _ = filing.forward(
        upstream_no="U9", code=uscc(one.firm), document_no=one.no, target=filing.Target.RECORD,
        applied_on=NOW.date(), wish=repair.wish(), actor=PLATFORM, now=NOW,
    )  # fmt: skip
    with pytest.raises(handling.CannotAccept) as refused:
        handling.accept(application_id=row.pk, actor=one.desk.drafter, now=NOW)
    [reason] = refused.value.reasons
    handling.decline(
        application_id=row.pk, decision_no="某不受〔2026〕1号", reasons=[(reason.message, str(reason.source))],
        actor=one.desk.drafter, now=NOW,
    )  # fmt: skip
    row.refresh_from_db()
    assert row.state == State.DECLINED
    assert [m.kind for m in row.messages.order_by("turn")] == ["receipt", "result"]


# --- told up -----------------------------------------------------------------------------------------------------


def forwarded(one: repair.Repairable, number: str = "U1") -> Application:
    row, _ = filing.forward(
        upstream_no=number, code=uscc(one.firm), document_no=one.no, target=filing.Target.RECORD,
        applied_on=date(2026, 11, 13), wish=repair.wish(), actor=PLATFORM, now=NOW - 4 * DAY,
    )  # fmt: skip
    return row


def test_every_step_goes_up_in_order_and_is_receipted(above: Window, frozen: Any) -> None:
    one = repair.penalty()
    row = forwarded(one)
    handling.accept(application_id=row.pk, actor=one.desk.drafter, now=NOW - 3 * DAY)
    deciding.grant(
        application_id=row.pk,
        decision_no="江环信修〔2026〕5号",
        finding="已核实履行完毕",
        actor=one.desk.reviewer,
        now=NOW,
    )
    assert send_messages() == 3
    assert [one["kind"] for one in above.messages()] == ["receipt", "accepted", "result"]
    last = above.messages()[-1]
    assert (last["upstream_no"], last["state"], last["decision_no"]) == ("U1", "准予修复", "江环信修〔2026〕5号")
    assert all(m.receipt.startswith("XYZG-") for m in Message.objects.order_by("id"))
    assert send_messages() == 0


@pytest.mark.parametrize("fault", ["error", "html", "unsure"])
def test_away_nothing_is_lost_and_nothing_is_taken_twice(above: Window, frozen: Any, fault: str) -> None:
    row = forwarded(repair.penalty())
    above.break_it(fault)
    assert send_messages() == 0
    [message] = Message.objects.filter(application=row)
    assert message.attempts == 1 and message.last_error and message.retry_at > NOW
    assert upward.waiting(now=NOW) == []  # it is not time yet
    above.mend()
    assert upward.send(message_id=message.pk, actor=PLATFORM, now=NOW + DAY)
    assert not upward.send(message_id=message.pk, actor=PLATFORM, now=NOW + DAY)
    assert len(above.messages()) == 1


# --- results from above ------------------------------------------------------------------------------------------


def test_a_result_is_applied_the_same_day_once_and_closes_what_was_asked(client: Client) -> None:
    one = repair.penalty()
    asked = repair.filed(one)
    said = {
        "results": [
            {"upstream_no": "R1", "code": uscc(one.firm), "document_no": one.no, "target": "record",
             "repaired_on": "2026-11-20"},
            {"upstream_no": "R2", "code": uscc(one.firm), "document_no": "没有", "target": "record",
             "repaired_on": "2026-11-20"},
        ]
    }  # fmt: skip
    answer = post(client, "results", said).json()["results"]
    assert [(one["state"], one["new"]) for one in answer] == [("applied", True), ("unmatched", True)]
    again = post(client, "results", said).json()["results"]
    assert [(one["state"], one["new"]) for one in again] == [("applied", False), ("unmatched", False)]
    assert Record.objects.get(pk=one.record).publicity_state == "终止公示"
    asked.refresh_from_db()
    assert asked.state == State.WITHDRAWN and "R1" in asked.closing_reason
    said["results"][0]["document_no"] = "别的"
    assert post(client, "results", said).json()["results"][0]["state"] == "refused"


def test_the_same_end_told_by_two_numbers_is_the_same_end() -> None:
    one = repair.penalty()
    taken = results.receive(results=[result(one, "R1"), result(one, "R2")], way="file", actor=PLATFORM, now=NOW)
    assert [t.state for t in taken] == ["applied", "same"]


def test_a_result_about_an_entry_takes_it_off_its_list() -> None:
    home = exits.desk()
    entry = Entry.objects.get(pk=exits.black(home))
    said = results.Said(
        upstream_no="R5", code=uscc(entry.subject_id), document_no=entry.document_no,
        target=results.Target.ENTRY, repaired_on=NOW.date(),
    )  # fmt: skip
    [taken] = results.receive(results=[said], way="file", actor=PLATFORM, now=NOW)
    entry.refresh_from_db()
    assert taken.state == "applied" and entry.released_on == NOW.date()


def test_what_matched_nothing_is_tried_again_and_who_may_not_deliver() -> None:
    one = repair.penalty()
    early = result(one, "R7", document_no="某环罚〔2026〕7777号")
    results.receive(results=[early], way="file", actor=PLATFORM, now=NOW)
    assert results.try_again(actor=PLATFORM, now=NOW) == 0
    repair.penalty(one.desk, firm=one.firm, document_no="某环罚〔2026〕7777号")
    assert results.try_again(actor=PLATFORM, now=NOW + DAY) == 1
    assert Result.objects.get(upstream_no="R7").applied_at == NOW + DAY
    with pytest.raises(results.CannotDeliver):
        results.receive(results=[], way="file", actor=one.desk.reviewer, now=NOW)


def test_every_day_is_compared_and_what_is_missing_is_fetched(above: Window, frozen: Any) -> None:
    one, other = repair.penalty(), repair.penalty()
    above.decide(upstream_no="R1", code=uscc(one.firm), document_no=one.no, target="record", repaired_on="2026-11-20")
    above.decide(
        upstream_no="R2", code=uscc(other.firm), document_no=other.no, target="record", repaired_on="2026-11-20"
    )
    results.receive(results=[result(one, "R1")], way="file", actor=PLATFORM, now=NOW)
    for fetched in (1, 0):
        assert reconcile() == fetched
    row = Reconciliation.objects.get(day=NOW.date())
    assert (row.above, row.held, row.fetched, row.unmatched) == (2, 2, 0, 0)
    assert Record.objects.get(pk=other.record).publicity_state == "终止公示"
    above.break_it("error")
    assert reconcile() == 0  # tomorrow again


def test_the_screening_firm_is_another_ones() -> None:
    """A result names the subject by its code: another firm's record under the same number stays."""
    one, firm = repair.penalty(), screening.firm()
    said = results.Said(
        upstream_no="R8", code=uscc(firm), document_no=one.no, target=results.Target.RECORD, repaired_on=NOW.date()
    )
    [taken] = results.receive(results=[said], way="file", actor=PLATFORM, now=NOW)
    assert taken.state == "unmatched" and Record.objects.get(pk=one.record).publicity_state == "公示中"
