"""The example of docs/manual/soap.md runs as it stands: real zeep over HTTP against a real server."""

import re
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from exchange.models import Subscription
from exchange.rules.soap.contract import HERE
from exchange.services.numbering import number_changes
from tests.architecture.project import ROOT
from tests.factories import accounts as make
from tests.factories import exchange, redblack
from tests.factories.screening import firm
from toolkit import clock

MANUAL = (ROOT / "docs" / "manual" / "soap.md").read_text()
SECRET = "the-manuals-own-secret"


@pytest.mark.django_db(transaction=True)
def test_the_example_pulls_and_confirms(live_server: LiveServer, capsys: pytest.CaptureFixture[str]) -> None:
    listed = redblack.list_type()
    client = make.client_system(SECRET, department=make.department(), code="hall", scopes=("exchange:pull",))
    row = exchange.opened(listed.code, client=client)
    entries = [redblack.entry(listed.code, firm()) for _ in range(3)]
    number_changes(subscription_id=row.pk, actor=make.PLATFORM, now=clock.now())
    [code] = re.findall(r"^```python\n(.*?)^```", MANUAL, flags=re.MULTILINE | re.DOTALL)
    changed = {
        "https://credit.example": live_server.url,
        "签名密钥": SECRET,
        "SUBSCRIPTION = 1": f"SUBSCRIPTION = {row.pk}",
    }
    for old, new in changed.items():
        assert old in code
        code = code.replace(old, new)
    names: dict[str, Any] = {}
    exec(compile(code, "docs/manual/soap.md", "exec"), names)
    assert set(names["held"]) == set(entries) and "签收至第 3 号，一致" in capsys.readouterr().out
    assert Subscription.objects.get(pk=row.pk).confirmed_seq == 3


def test_every_operation_is_in_the_manual() -> None:
    for name in ("exchange", "receiver"):
        for operation in re.findall(r'<wsdl:operation name="(\w+)"', (HERE / f"{name}.wsdl").read_text()):
            assert f"`{operation}`" in MANUAL, operation
