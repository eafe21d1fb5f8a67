"""The example of docs/manual/soap.md runs as it stands: real zeep over HTTP against a real server."""

import re
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from exchange.models import Subscription
from exchange.rules.soap.contract import HERE
from exchange.services.numbering import number_changes
from feedback.models import Case, Due
from tests.architecture.project import ROOT
from tests.factories import accounts as make
from tests.factories import exchange, redblack
from tests.factories.screening import firm
from tests.feedback.test_intake import Town
from toolkit import clock

MANUAL = (ROOT / "docs" / "manual" / "soap.md").read_text()
SECRET = "the-manuals-own-secret"
PULL, SUBMIT = re.findall(r"^```python\n(.*?)^```", MANUAL, flags=re.MULTILINE | re.DOTALL)


def ran(live_server: LiveServer, changed: dict[str, str], *codes: str) -> dict[str, Any]:
    """The names of the examples, run one after the other."""
    code = "\n".join(codes)
    for old, new in ({"https://credit.example": live_server.url, "签名密钥": SECRET} | changed).items():
        assert old in code
        code = code.replace(old, new)
    names: dict[str, Any] = {}
    exec(compile(code, "docs/manual/soap.md", "exec"), names)
    return names


@pytest.mark.django_db(transaction=True)
def test_the_example_pulls_and_confirms(live_server: LiveServer, capsys: pytest.CaptureFixture[str]) -> None:
    listed = redblack.list_type()
    client = make.client_system(SECRET, department=make.department(), code="hall", scopes=("exchange:pull",))
    row = exchange.opened(listed.code, client=client)
    entries = [redblack.entry(listed.code, firm()) for _ in range(3)]
    number_changes(subscription_id=row.pk, actor=make.PLATFORM, now=clock.now())
    names = ran(live_server, {"SUBSCRIPTION = 1": f"SUBSCRIPTION = {row.pk}"}, PULL)
    assert set(names["held"]) == set(entries) and "签收至第 3 号，一致" in capsys.readouterr().out
    assert Subscription.objects.get(pk=row.pk).confirmed_seq == 3


@pytest.mark.django_db(transaction=True)
def test_the_example_hands_in_cases_once(live_server: LiveServer) -> None:
    town = Town(clock.now())
    town.check()
    make.client_system(SECRET, department=town.department, code="hall", scopes=("feedback:write",))
    connecting = PULL.split("held, seq, more")[0]
    due = Due.objects.order_by("id")[0]
    names = ran(live_server, {"AL-000000123": due.case_number}, connecting, SUBMIT)
    said, again = names["answer"], names["answer_again"]
    assert [one.outcome for one in said.results] == ["taken", "refused"]
    assert [one.version for one in again.results] == [one.version for one in said.results]
    case = Case.objects.get()
    assert (case.due_id, case.channel, case.amount) == (due.pk, "soap", 120000)


def test_every_operation_is_in_the_manual() -> None:
    for name in ("exchange", "receiver"):
        for operation in re.findall(r'<wsdl:operation name="(\w+)"', (HERE / f"{name}.wsdl").read_text()):
            assert f"`{operation}`" in MANUAL, operation
