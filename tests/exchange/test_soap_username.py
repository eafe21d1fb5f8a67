"""WS-Security UsernameToken towards a receiver that knows nothing else, and held to zeep's own."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree
from zeep.wsse.username import UsernameToken

from exchange.models import Channel
from exchange.rules.channels import Kind, Trouble
from exchange.rules.soap.envelope import Version, build, wrap
from exchange.rules.soap.username_token import SECURITY, UTILITY, password_digest, token
from exchange.services.channels import setting
from exchange.services.channels.setting import Setup
from kernel.actor import Role
from tests.exchange.conftest import Counterpart
from tests.exchange.test_channels_table import batch, release, send
from tests.factories import accounts, exchange, redblack, screening
from tests.factories.accounts import LONG_AGO
from tools import places

PASSWORD = "a-password-of-both-sides-2026"


@pytest.fixture
def named(tmp_path: Path) -> Iterator[Counterpart]:
    port = places.free_port()
    command = ["tests.exchange.receivers.named", str(port), str(tmp_path), "credit", PASSWORD]
    made = Counterpart(tmp_path, command, port, Kind.SOAP)
    made.start()
    yield made
    made.kill()


@pytest.mark.django_db
def test_a_receiver_that_knows_a_name_and_a_password_is_told(named: Counterpart) -> None:
    listed = redblack.list_type()
    row = exchange.opened(listed.code)
    said = {"url": f"http://127.0.0.1:{named.port}/credit", "username": "credit"}
    uploader = accounts.actor(Role.UPLOADER, department=row.department)
    for wrong in (said | {"username": "somebody"}, said | {"username": ""}):
        setup = Setup(kind=Kind.SOAP, said=wrong, secret=PASSWORD)
        setting.save_channel(subscription_id=row.pk, setup=setup, actor=uploader, now=LONG_AGO)
        tried = setting.try_channel(subscription_id=row.pk, actor=uploader, now=LONG_AGO)
        assert not tried.tested_well and "用户名" in tried.tested_said
    exchange.channel(row, Kind.SOAP, said, PASSWORD)
    stays, leaves = (redblack.entry(listed.code, screening.firm()) for _ in range(2))
    assert send(row) == 2 and set(named.book.held()) == {stays, leaves}
    release(leaves)
    send(row)
    row.refresh_from_db()
    assert (row.confirmed_seq, row.confirmed_count, set(named.book.held())) == (3, 1, {stays})
    envelope = (named.folder / "seen").read_bytes()
    assert PASSWORD.encode() not in envelope
    named.kill()
    named.command[-1] = "they-have-changed-it-meanwhile"
    named.start()
    redblack.entry(listed.code, screening.firm())
    assert send(row) == 0 and batch().trouble == Trouble.LOGIN and Channel.objects.get().sent_seq == 3


def test_our_token_is_zeeps() -> None:
    """The same name, password, nonce and moment: the same digest and kinds, by a library of somebody else."""
    nonce, moment = "a-nonce-of-theirs", datetime(2026, 11, 20, 2, 3, 4, tzinfo=UTC)
    document = etree.fromstring(wrap(build("Status", {"subscription": 1}), Version.V11))
    UsernameToken("credit", PASSWORD, nonce=nonce, created=moment, use_digest=True).apply(document, {})
    theirs = document.find(f".//{{{SECURITY}}}UsernameToken")
    ours = token(username="credit", password=PASSWORD, nonce=nonce.encode(), created=moment)[0]
    for one in ("Username", "Nonce"):
        assert ours.findtext(f"{{{SECURITY}}}{one}") == theirs.findtext(f"{{{SECURITY}}}{one}")
    for one, kind in (("Password", "Type"), ("Nonce", "EncodingType")):
        assert ours.find(f"{{{SECURITY}}}{one}").get(kind) == theirs.find(f"{{{SECURITY}}}{one}").get(kind)
    created = theirs.findtext(f"{{{UTILITY}}}Created")
    digest = password_digest(password=PASSWORD, nonce=nonce.encode(), created=created)
    assert digest == theirs.findtext(f"{{{SECURITY}}}Password")
    assert ours.findtext(f"{{{UTILITY}}}Created") == "2026-11-20T02:03:04Z"
