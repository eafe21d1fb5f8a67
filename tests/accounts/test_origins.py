"""Whose pages may carry the plug-in: what an origin is, who enters it, and that it is on the record."""

import pytest
from django.test import Client

from accounts.models import ClientSystem
from accounts.rules.origins import normalised, read
from accounts.selectors import client_by_code, is_plugin_origin
from audit.models import Event
from kernel.actor import Role
from tests.factories import accounts as make


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://Hall.Example", "https://hall.example"),
        ("https://hall.example:443/", "https://hall.example"),
        ("http://10.1.2.3:8080", "http://10.1.2.3:8080"),
        ("http://127.0.0.1:08001", "http://127.0.0.1:8001"),
        ("https://hall.example:80", "https://hall.example:80"),
        *(
            (wrong, None)
            for wrong in ("hall.example", "https://hall.example/apply", "*", "null", "https://*.example")
        ),
        *((wrong, None) for wrong in ("file:///a", "a:0", "https://a:70000", "https://u@a", "https://-a", "")),
    ],
)
def test_an_origin_is_scheme_host_and_port(text: str, origin: str | None) -> None:
    assert normalised(text) == origin


def test_lines_are_read_once_each() -> None:
    assert read(["", "https://b.example ", "https://a.example", "https://B.example/", "no"]) == (
        ["https://b.example", "https://a.example"],
        ["no"],
    )


@pytest.mark.django_db
def test_the_security_administrator_enters_them(client: Client) -> None:
    system = make.client_system()
    path = f"/accounts/clients/{system.pk}/origins/"
    client.force_login(make.user(Role.SYSTEM_ADMIN))
    assert client.post(path, {"origins": "https://hall.example"}).status_code == 403
    client.force_login(make.user(Role.SECURITY_ADMIN))
    assert client.post(path, {"origins": "https://hall.example\nhttps://a.example/page"}).status_code == 400
    assert not is_plugin_origin("https://hall.example")
    for _ in range(2):
        client.post(path, {"origins": "https://hall.example\n"})
    assert "https://hall.example" in client.get(f"/accounts/clients/{system.pk}/").content.decode()
    assert Event.objects.filter(name="accounts.client.origins_set", about=f"accounts.client:{system.pk}").count() == 1
    assert is_plugin_origin("https://hall.example") and not is_plugin_origin("https://a.example")
    found = client_by_code(system.code)
    assert found is not None and found.origins == {"https://hall.example"}
    ClientSystem.objects.filter(pk=system.pk).update(active=False)
    assert not is_plugin_origin("https://hall.example")
