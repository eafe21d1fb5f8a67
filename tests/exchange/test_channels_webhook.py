"""Calls to a receiver's own REST service, and everything that may be wrong with its answer."""

from datetime import timedelta
from pathlib import Path

import pytest

from exchange.models import Channel
from exchange.rules.channels import Kind, Trouble
from exchange.services import reconciling
from exchange.services.channels import webhook
from kernel.actor import Role
from tests.conftest import NOW
from tests.exchange.conftest import SECRET, Counterpart
from tests.exchange.test_channels_table import batch, release, send
from tests.factories import accounts, exchange, redblack, screening

pytestmark = pytest.mark.django_db


def test_rows_are_called_over_signed_and_its_count_confirms(hook: Counterpart) -> None:
    listed = redblack.list_type()
    row = exchange.opened(listed.code)
    exchange.channel(row, Kind.WEBHOOK, hook.said, SECRET)
    stays, leaves = (redblack.entry(listed.code, screening.firm()) for _ in range(2))
    assert send(row) == 2 and set(hook.book.held()) == {stays, leaves}
    assert hook.book.held()[stays]["list"] == listed.code
    release(leaves)
    send(row)
    row.refresh_from_db()
    assert (row.confirmed_seq, row.confirmed_count, hook.book.stands()) == (3, 1, (3, 1))
    Channel.objects.update(sent_seq=0, round_to=0)
    assert send(row) == 3 and hook.book.stands() == (3, 1)
    hook.kill()
    (hook.folder / "book.sqlite").unlink()  # they start from nothing
    hook.start()
    redblack.entry(listed.code, screening.firm())
    assert send(row) == 4 and hook.book.stands() == (4, 2), "the gap is told by 409 and filled"
    for path in hook.folder.glob("book.sqlite*"):
        path.unlink()
    hook.kill()
    hook.start()
    reconciling.send_everything(subscription_id=row.pk, actor=accounts.actor(Role.CREDIT_OFFICE), now=NOW)
    assert send(row) == 2 and hook.book.stands() == (4, 2)


def test_no_wrong_answer_is_a_receipt(hook: Counterpart, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(webhook, "PATIENCE", 1.0)  # what takes twenty seconds in earnest
    listed = redblack.list_type()
    row = exchange.opened(listed.code)
    exchange.channel(row, Kind.WEBHOOK, hook.said, SECRET)
    redblack.entry(listed.code, screening.firm())
    (hook.folder / "elsewhere").write_text(f"http://127.0.0.1:{hook.port}/other")
    minutes = iter(range(0, 6000, 70))
    for mood, trouble in [
        ("html", Trouble.ANSWER), ("nonsense", Trouble.ANSWER), ("500", Trouble.REFUSED), ("503", Trouble.REFUSED),
        ("404", Trouble.REFUSED), ("403", Trouble.LOGIN), ("507", Trouble.FULL), ("redirect", Trouble.REDIRECT),
        ("slow", Trouble.SLOW), ("drip", Trouble.SLOW), ("after", Trouble.SLOW),
    ]:  # fmt: skip
        hook.mood(mood)
        assert send(row, timedelta(minutes=next(minutes))) == 0, mood
        assert batch().trouble == trouble, (mood, batch().last_error)
        assert hook.book.stands()[0] == (1 if mood == "after" else 0), mood
    hook.mood("")
    assert send(row, timedelta(minutes=next(minutes))) == 1 and hook.book.stands() == (1, 1)
    assert Channel.objects.get().sent_seq == 1 and batch().attempts == 12


def test_it_calls_nobody_whom_the_operator_does_not_name(hook: Counterpart, settings: object) -> None:
    listed = redblack.list_type()
    row = exchange.opened(listed.code)
    exchange.channel(row, Kind.WEBHOOK, hook.said, SECRET)
    redblack.entry(listed.code, screening.firm())
    settings.EXCHANGE_HOSTS = ["hook.jyzx.example"]  # type: ignore[attr-defined]
    assert send(row) == 0 and batch().trouble == Trouble.FORBIDDEN and "EXCHANGE_HOSTS" in batch().last_error
