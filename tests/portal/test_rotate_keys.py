"""A new key is put first; the command brings over whatever is sealed, and the old key may go."""

import io
import re
from datetime import date
from string import Formatter
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db.models import TextField

from accounts import selectors as accounts
from accounts.models import Authenticator
from audit.models import Event
from citizens.models import Identity, IdentityIndex
from exchange.models import Channel
from exchange.rules.channels import Kind
from exchange.services.channels.setting import Setup, save_channel, target_of
from kernel.actor import Role
from office.services import open_file, store_file
from portal.services.rotating import NotByHand, reseal_everything
from subjects.models import Person
from tests.conftest import NOW
from tests.factories import accounts as make_accounts
from tests.factories import exchange, redblack
from tests.factories import subjects as make
from tests.factories.citizens import visitor
from toolkit import crypto, sealing

pytestmark = pytest.mark.django_db
NEW = "k9:" + "A" * 43 + "="


def test_nothing_to_do_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    make.person()
    call_command("rotate_keys", "--chunk", "10")
    assert "重新封装 0，重建索引 0，清除旧索引 0；访客 0，其他密文 0" in capsys.readouterr().out


def test_whatever_is_sealed_comes_over(settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    person = make.person()
    client = make_accounts.client_system("secret-one", "secret-two")
    keep: dict[str, Any] = {"name": "x.csv", "keep_until": date(2027, 1, 1), "limit": 10}
    file = store_file(stream=io.BytesIO(b"abc"), **keep, actor=make.ACTOR, now=NOW)
    visited = visitor()
    user = make_accounts.user(Role.CLERK)
    key_ct = Authenticator.sealed(b"0" * 20, user_id=user.pk)
    phone = Authenticator.objects.create(user=user, name="x", key_ct=key_ct)
    row = exchange.proposed(redblack.list_type().code)
    uploader = make_accounts.actor(Role.UPLOADER, department=row.department)
    setup = Setup(kind=Kind.WEBHOOK, said={"url": "http://127.0.0.1:1/"}, secret="agreed-upon-in-2026-11")
    save_channel(subscription_id=row.pk, setup=setup, actor=uploader, now=NOW)
    settings.FIELD_KEYS, settings.INDEX_KEYS = f"{NEW},{settings.FIELD_KEYS}", f"{NEW},{settings.INDEX_KEYS}"
    call_command("rotate_keys", "--chunk", "10")
    said = capsys.readouterr().out
    assert "重新封装 1，重建索引 1，清除旧索引 0；访客 1，其他密文 7" in said
    assert "exchange.channel.secret_ct：1" in said
    settings.FIELD_KEYS = NEW
    accounts.forget()
    found = accounts.client_by_code(client.code)
    assert found is not None and set(found.secrets) == {b"secret-one", b"secret-two"}
    with open_file(file_id=file.id) as opened:
        assert opened.read() == b"abc"
    assert crypto.key_of(Person.objects.get(pk=person).data_key or "") == "k9"
    assert Authenticator.objects.get(pk=phone.pk).bin_key == b"0" * 20
    identity = Identity.objects.get(visitor_id=visited.id)
    assert crypto.key_of(identity.value_ct) == "k9"
    assert [one.key_id for one in IdentityIndex.objects.filter(identity=identity).order_by("pk")][-1] == "k9"
    assert target_of(channel=Channel.objects.get(subscription=row)).secret == "agreed-upon-in-2026-11"
    told = {one.payload["column"]: one.payload["values"] for one in Event.objects.filter(name="portal.keys.resealed")}
    assert told["accounts.clientsecret.secret_ct"] == 3 and sum(told.values()) == 7


def test_every_column_that_may_be_sealed_is_in_the_register() -> None:
    """By its name or by what its help says; tests/browser/test_sealed.py asks the rows of a whole city."""
    known = {str(column) for column in sealing.register()}
    suspects = {
        f"{model._meta.label_lower}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, TextField)
        and (field.name.endswith(("_ct", "_cipher")) or re.search("toolkit.crypto|^sealed|wrapped", field.help_text))
    }
    assert suspects <= known, "name it in `sealed` of its app's AppConfig"
    for column in sealing.register():
        names = {field.attname for field in column.model._meta.concrete_fields}
        assert column.said.column in names
        if isinstance(column.said, sealing.Sealed):
            assert {name for _, name, _, _ in Formatter().parse(column.said.place) if name} <= names


def test_only_the_command_rotates() -> None:
    with pytest.raises(NotByHand):
        reseal_everything(actor=make_accounts.actor(Role.SYSTEM_ADMIN), now=NOW)


def test_an_old_key_that_went_too_early_is_said(settings: Any) -> None:
    make_accounts.client_system("secret-one")
    settings.FIELD_KEYS = NEW
    with pytest.raises(CommandError, match="放回 FIELD_KEYS"):
        call_command("rotate_keys")
