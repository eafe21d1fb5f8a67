"""A new key is put first; the command brings over whatever is sealed, and the old key may go."""

import io
from datetime import date
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts import selectors as accounts
from audit.models import Event
from office.services import open_file, store_file
from subjects.models import Person
from tests.conftest import NOW
from tests.factories import accounts as make_accounts
from tests.factories import subjects as make
from toolkit import crypto

pytestmark = pytest.mark.django_db
NEW = "k9:" + "A" * 43 + "="


def test_nothing_to_do_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    make.person()
    call_command("rotate_keys", "--chunk", "10")
    assert "重新封装 0，重建索引 0，清除旧索引 0；接入系统密钥 0，文件 0" in capsys.readouterr().out


def test_persons_secrets_and_files_come_over(settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    person = make.person()
    client = make_accounts.client_system("secret-one", "secret-two")
    keep: dict[str, Any] = {"name": "x.csv", "keep_until": date(2027, 1, 1), "limit": 10}
    file = store_file(stream=io.BytesIO(b"abc"), **keep, actor=make.ACTOR, now=NOW)
    settings.FIELD_KEYS = f"{NEW},{settings.FIELD_KEYS}"
    call_command("rotate_keys")
    assert "重新封装 1，重建索引 0，清除旧索引 0；接入系统密钥 2，文件 1" in capsys.readouterr().out
    settings.FIELD_KEYS = NEW
    accounts.forget()
    found = accounts.client_by_code(client.code)
    assert found is not None and set(found.secrets) == {b"secret-one", b"secret-two"}
    with open_file(file_id=file.id) as opened:
        assert opened.read() == b"abc"
    assert crypto.key_of(Person.objects.get(pk=person).data_key or "") == "k9"
    assert Event.objects.get(name="accounts.client.secrets_rewrapped").payload == {"secrets": 2}


def test_an_old_key_that_went_too_early_is_said(settings: Any) -> None:
    make_accounts.client_system("secret-one")
    settings.FIELD_KEYS = NEW
    with pytest.raises(CommandError, match="放回 FIELD_KEYS"):
        call_command("rotate_keys")
