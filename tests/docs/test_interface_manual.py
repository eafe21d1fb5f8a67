"""The example of docs/manual/interface.md runs as it stands against a real server, and what the manual says is so."""

import re
import urllib.error
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from drf_spectacular.generators import SchemaGenerator
from pytest_django.live_server_helper import LiveServer

from accounts.models import ClientSystem
from accounts.rules.scopes import SCOPES
from audit.models import Event
from collection.models import Record, Source
from collection.services import mark_loaded
from exchange.models import Subscription
from exchange.services.numbering import number_changes
from redblack.models import ListVersion
from redblack.rules.received_rows import KEYS
from screening.events import CHECK_MADE
from screening.models import Receipt
from screening.rules.sentences import RECEIPT_NOTE
from tests.architecture.project import ROOT
from tests.factories import accounts as make
from tests.factories import exchange, redblack
from tests.factories.screening import firm, general_window
from toolkit import clock

MANUAL = (ROOT / "docs" / "manual" / "interface.md").read_text()
SECRET = "the-manuals-own-secret"


def examples() -> list[str]:
    """The check; the report and the version of a list, which go on with the names of the check."""
    return re.findall(r"^```python\n(.*?)^```", MANUAL, flags=re.MULTILINE | re.DOTALL)


def loaded(now: datetime) -> None:
    """Both lists that the matter of the example consults are there and empty."""
    for source in Source.objects.filter(code__in=["L2", "L6"]).order_by("id"):
        mark_loaded(source_id=source.pk, version="1", loaded_at=now, rows=0, held=False, actor=make.PLATFORM, now=now)


@pytest.fixture
def run(live_server: LiveServer) -> Callable[..., dict[str, Any]]:
    """Run the example as the client `hall`; returns its names."""
    hall = general_window()
    scopes = ("checks:create", "records:create", "lists:deliver_any", "exchange:pull")
    make.client_system(SECRET, department=hall, code="hall", scopes=scopes)

    def run(**changed: str) -> dict[str, Any]:
        said = {"https://credit.example": live_server.url, "签名密钥": SECRET} | changed
        check, report, deliver, _ = examples()
        code = check
        for old, new in said.items():
            assert old in code
            code = code.replace(f'"{old}"', f'"{new}"')
        names: dict[str, Any] = {}
        exec(compile(code, "docs/manual/interface.md", "exec"), names)
        if not changed:
            exec(compile(report, "docs/manual/interface.md", "exec"), names)
            exec(compile(deliver, "docs/manual/interface.md", "exec"), names)
        return names

    return run


def test_the_example_checks_repeats_and_finds_again(run: Callable[..., Any], capsys: Any) -> None:
    loaded(clock.now())
    told = run()
    receipt = told["receipt"]
    assert receipt["answer"] == "clear" and receipt["complete"] and not receipt["repeated"]
    assert receipt["note"] == RECEIPT_NOTE
    assert told["again"] == receipt | {"repeated": True}
    assert told["found"] == receipt
    assert (told["replayed"]["same"], told["replayed"]["cautions"]) == (True, [])
    assert Receipt.objects.get().number == receipt["number"]
    assert Event.objects.filter(name=CHECK_MADE, actor="client:hall").count() == 1
    assert "未命中" in capsys.readouterr().out


def test_the_example_reports_repeats_and_finds_again(run: Callable[..., Any], capsys: Any) -> None:
    loaded(clock.now())
    told = run()
    result = told["result"]
    assert (result["taken"], result["returned"]) == (1, 1)
    assert told["result_again"] == told["result_found"] == result
    assert Record.objects.get(document_no="江环罚〔2026〕66号").provider is not None
    assert "第 2 行“处罚决定日期”：" in capsys.readouterr().out
    rows = MANUAL.split("答复（200）")[1].split("退回的行由业务系统")[0]
    fields = re.findall(r"^\| (`\w+`[^|]*) \|", rows, re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", " ".join(fields))) == set(result)


def test_the_example_delivers_a_version_once(run: Callable[..., Any]) -> None:
    loaded(clock.now())
    told = run()
    delivered = told["delivered"]
    assert told["delivered_again"] == told["delivered_found"] == delivered
    assert ListVersion.objects.get().pk == delivered["id"] and delivered["state"] == "staging"
    answer = MANUAL.split("收下后在后台比对")[1].split("减少、新增")[0]
    fields = re.findall(r"^\| (`\w+`[^|]*) \|", answer, re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", " ".join(fields))) == set(delivered)
    columns = next(line for line in MANUAL.splitlines() if line.startswith("| `rows` | 是 | 每行：`name`"))
    assert set(re.findall(r"`(\w+)`", columns)) - {"rows"} == set(KEYS)


def test_a_list_that_was_never_loaded_is_not_no_record(run: Callable[..., Any]) -> None:
    receipt = run()["receipt"]
    assert receipt["answer"] == "could_not_check" and not receipt["complete"]
    assert [gap["code"] for gap in receipt["content"]["subjects"][0]["gaps"]] == ["L2", "L6"]


def test_what_an_answer_is_said_to_hold_is_in_it(run: Callable[..., Any]) -> None:
    receipt = run()["receipt"]
    fields = re.findall(r"^\| (`\w+`[^|]*) \|", MANUAL.split("## 四、答复")[1].split("三条规矩")[0], re.MULTILINE)
    for name in re.findall(r"`(\w+)`", " ".join(fields)):
        assert name in receipt, name
    row = next(line for line in MANUAL.splitlines() if line.startswith("| `content.subjects[]`"))
    for name in re.findall(r"`(\w+)`", row):
        assert name in receipt["content"]["subjects"][0], name


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        pytest.param({"签名密钥": "another secret"}, 401, id="401: another secret"),
        pytest.param({"M2": "M99"}, 404, id="404: no such matter"),
        pytest.param({"applicant": "bidder"}, 400, id="400: no such role"),
    ],
)
def test_the_statuses(run: Callable[..., Any], changed: dict[str, str], status: int) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        run(**changed)
    with refused.value as answer:
        assert answer.code == status
        assert answer.headers["Content-Type"] == "application/problem+json"


def test_the_scope_exists() -> None:
    assert set(re.findall(r"`(\w+:\w+)`", MANUAL)) <= set(SCOPES)


def test_the_example_reads_the_changes_of_its_lists_and_confirms(run: Callable[..., Any], capsys: Any) -> None:
    loaded(clock.now())
    listed = redblack.list_type()
    entries = [redblack.entry(listed.code, firm()) for _ in range(2)]
    opened = exchange.opened(listed.code, client=ClientSystem.objects.get(code="hall"))
    number_changes(subscription_id=opened.pk, actor=make.PLATFORM, now=clock.now())
    names = run()
    example = examples()[3].replace("SUBSCRIPTION = 1 ", f"SUBSCRIPTION = {opened.pk} ")
    exec(compile(example, "docs/manual/interface.md", "exec"), names)
    assert sorted(names["held"]) == entries and names["confirmed"]["agrees"] is True
    assert Subscription.objects.get().confirmed_seq == 2
    assert "签收至第 2 号，一致" in capsys.readouterr().out
    told = re.findall(r"`(\w+)`", MANUAL.split("`upsert` 的内容：")[1].split("`remove` 的内容是")[0])
    assert set(names["held"][entries[0]]) <= set(told)


def test_every_interface_is_in_the_index() -> None:
    """One row for each method of each path, with the scope that its view asks for."""
    index = (ROOT / "docs" / "manual" / "interface-index.md").read_text()
    rows = re.findall(r"^\| `(\w+) (/api/v1/\S+)` \| ([^|]+) \|", index, re.MULTILINE)
    told = {(method, re.sub("<[^>]*>", "{}", path)) for method, path, _ in rows}
    described = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    beside = {("POST", "/api/v1/exchange/soap"), ("GET", "/api/v1/schema")}  # not described in OpenAPI
    assert told == beside | {
        (method.upper(), re.sub("{[^}]*}", "{}", path)) for path, found in described.items() for method in found
    }
    assert set(re.findall(r"`(\w+:\w+)`", " ".join(scopes for _, _, scopes in rows))) == set(SCOPES)
