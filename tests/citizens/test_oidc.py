"""The identity service: a real provider in a process of its own, asked as a browser asks it."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from django.conf import settings as configured
from django.test import Client
from django.urls import reverse

from citizens.models import Visitor
from citizens.rules.kinds import IdentityKind
from citizens.services.oidc import Begun, IdentityNotVouched, IdentityServiceAway, Vouched, begin, finish
from citizens.services.sessions import Browser
from citizens.services.signing_in import accept_identity
from kernel.actor import ANONYMOUS
from tests.factories import subjects
from toolkit import clock
from tools import oidc_provider, places

pytestmark = pytest.mark.django_db
BACK = "http://127.0.0.1:9/portal/in/province/"
FAULTS = ("wrong_issuer", "wrong_audience", "wrong_nonce", "expired", "other_key", "unsigned", "other_userinfo")
NUMBER = subjects.citizen_id()


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Its issuer."""
    port, accounts = places.free_port(), tmp_path_factory.mktemp("oidc") / "accounts.json"
    said = [{"account": "p-1", "name": "沈建国", "id_number": NUMBER}]
    said += [{"account": fault, "name": "甲", "id_number": NUMBER, "faults": [fault]} for fault in FAULTS]
    accounts.write_text(json.dumps(said), encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "tools.oidc_provider", str(port), str(accounts)], cwd=places.ROOT
    )
    try:
        issuer = f"http://127.0.0.1:{port}"
        for _ in range(200):
            try:
                requests.get(f"{issuer}/keys", timeout=1)
                break
            except requests.ConnectionError:
                time.sleep(0.05)
        yield issuer
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(autouse=True)
def as_client(provider: str, settings: Any) -> None:
    settings.OIDC_ISSUER = provider
    settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = oidc_provider.CLIENT, oidc_provider.SECRET


def browse(begun: Begun, account: str) -> dict[str, str]:
    """What the service sends the browser back with."""
    answer = requests.get(f"{begun.url}&account={account}", timeout=5, allow_redirects=False)
    back = answer.headers["Location"]
    assert back.startswith(BACK)
    return dict(parse_qsl(urlsplit(back).query))


def test_whom_the_service_vouches_for_is_in_and_known_again() -> None:
    person = subjects.person("沈建国", number=NUMBER)
    entered = []
    for _ in range(2):
        begun = begin(back=BACK)
        assert "code_challenge_method=S256" in begun.url and begun.kept["verifier"] not in begun.url
        vouched = finish(answer=browse(begun, "p-1"), kept=begun.kept, wall=clock.wall())
        assert (vouched.account, vouched.name, vouched.id_number) == ("p-1", "沈建国", NUMBER)
        now = clock.wall()
        said = {"browser": Browser(address="198.51.100.1"), "actor": ANONYMOUS, "now": now, "wall": now}
        entered.append(accept_identity(**vars_of(vouched), **said))
    assert [one.first_time for one in entered] == [True, False]
    assert Visitor.objects.get(pk=entered[0].visitor_id).person_id == person
    assert Visitor.objects.filter(identities__kind=IdentityKind.PROVIDER).count() == 1


def vars_of(vouched: Vouched) -> dict[str, str]:
    return {name: getattr(vouched, name) for name in ("issuer", "account", "name", "id_number")}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_token_with_one_thing_wrong_is_not_believed(fault: str) -> None:
    begun = begin(back=BACK)
    with pytest.raises(IdentityNotVouched):
        finish(answer=browse(begun, fault), kept=begun.kept, wall=clock.wall())


def test_what_comes_back_must_be_the_answer_to_what_was_asked() -> None:
    begun, other = begin(back=BACK), begin(back=BACK)
    answer = browse(begun, "p-1")
    now = clock.wall()
    wrong: list[tuple[dict[str, str], dict[str, str]]] = [
        (answer | {"state": "x"}, begun.kept),
        (answer, other.kept),  # another browser's
        (answer, {}),  # no cookie: a link that somebody sent
        ({**answer, "code": ""}, begun.kept),
        (answer | {"iss": "https://elsewhere.example"}, begun.kept),
        ({"error": "access_denied", "state": answer["state"]}, begun.kept),
    ]
    for said, kept in wrong:
        with pytest.raises(IdentityNotVouched):
            finish(answer=said, kept=kept, wall=now)
    with pytest.raises(IdentityNotVouched):  # a stolen code, without the verifier
        finish(answer=answer, kept=begun.kept | {"verifier": "v" * 64}, wall=now)
    again = begin(back=BACK)
    answer = browse(again, "p-1")
    assert finish(answer=answer, kept=again.kept, wall=now).account == "p-1"
    with pytest.raises(IdentityNotVouched):  # the same code again
        finish(answer=answer, kept=again.kept, wall=now)


def test_a_service_that_is_away_or_another_says_so(settings: Any) -> None:
    settings.OIDC_ISSUER = f"http://127.0.0.1:{places.free_port()}"
    with pytest.raises(IdentityServiceAway):
        begin(back=BACK)


def test_a_document_of_another_issuer_is_not_taken(settings: Any, provider: str) -> None:
    settings.OIDC_ISSUER = provider.replace("127.0.0.1", "localhost")  # answers, and calls itself otherwise
    with pytest.raises(IdentityServiceAway):
        begin(back=BACK)


def test_a_browser_goes_there_and_comes_back_signed_in(client: Client) -> None:
    there = client.get(reverse("citizens:province"), {"next": "/portal/my/relations/"})
    assert there.status_code == 302 and there["Location"].startswith(oidc_provider_page())
    answer = requests.get(f"{there['Location']}&account=p-1", timeout=5, allow_redirects=False)
    back = urlsplit(answer.headers["Location"])
    stranger = Client().get(f"{back.path}?{back.query}")  # the same link in a browser that did not ask for it
    assert stranger.status_code == 409 and "visitor" not in stranger.cookies
    entered = client.get(f"{back.path}?{back.query}")
    assert (entered.status_code, entered["Location"]) == (302, "/portal/my/relations/")
    assert entered.cookies["visitor"].value and entered.cookies["visitor_province"].value == ""
    again = client.get(f"{back.path}?{back.query}")
    assert again.status_code == 409
    elsewhere = client.get(reverse("citizens:province"), {"next": "https://elsewhere.example/"})
    assert elsewhere.status_code == 302 and "elsewhere" not in elsewhere["Location"]


def oidc_provider_page() -> str:
    return f"{configured.OIDC_ISSUER}/authorize?"
