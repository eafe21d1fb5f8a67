"""Before log-in nothing large is taken: the answer comes from the headers alone, and the disk stays as it is."""

import http.client
import os
import socket
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings as real

from tests.factories import accounts as make
from tests.machines import BOUNDARY, CSRF, session_of

GIGABYTE = 1 << 30
UPLOAD = "/collection/reporting/penalty/file/"


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    return tmp_path


def answer_to(live_server: Any, path: str, *headers: str, body: bytes = b"") -> tuple[http.client.HTTPResponse, str]:
    """What the server says to a head and this much of its body; nothing more is ever sent."""
    place = urlsplit(live_server.url)
    said = [f"POST {path} HTTP/1.1", f"Host: {place.netloc}", f"Cookie: csrftoken={CSRF}", *headers, "", ""]
    with closing(socket.create_connection((place.hostname, place.port), timeout=30)) as connection:
        connection.sendall("\r\n".join(said).encode() + body)
        response = http.client.HTTPResponse(connection, method="POST")
        response.begin()
        return response, response.read().decode()


FORM = f"Content-Type: multipart/form-data; boundary={BOUNDARY}"


@pytest.mark.parametrize("path", [UPLOAD, "/accounts/login/", "/no-such-page/"])
def test_a_large_form_is_refused_before_it_is_read(live_server: Any, path: str) -> None:
    response, page = answer_to(live_server, path, FORM, f"Content-Length: {GIGABYTE}", body=b"-" * 4096)
    assert response.status == 413
    assert "尚未登录" in page


def test_an_interface_says_so_in_its_own_way(live_server: Any) -> None:
    response, page = answer_to(live_server, "/api/v1/checks", FORM, f"Content-Length: {GIGABYTE}")
    assert (response.status, response.headers["Content-Type"]) == (413, "application/problem+json")
    assert "accounts.body_before_log_in" in page


def test_htmx_is_led_to_the_log_in(live_server: Any) -> None:
    response, _ = answer_to(live_server, UPLOAD, FORM, f"Content-Length: {GIGABYTE}", "HX-Request: true")
    assert response.status == 401
    assert response.headers["HX-Redirect"].startswith("/accounts/login/")


def test_a_body_without_a_length_is_refused(live_server: Any) -> None:
    head, chunk = (FORM, "Transfer-Encoding: chunked"), b"1000\r\n" + b"-" * 4096
    response, page = answer_to(live_server, UPLOAD, *head, body=chunk)
    assert response.status == 411
    assert "Content-Length" in page


@pytest.mark.parametrize("length", [(), ("Content-Length: 0",)])
def test_no_body_is_no_large_body(live_server: Any, length: tuple[str, ...]) -> None:
    response, _ = answer_to(live_server, "/accounts/login/", *length)
    assert response.status == 403  # the form lacks its token


def test_an_invented_session_opens_nothing(live_server: Any) -> None:
    invented = f"Cookie: sessionid={'x' * 32}; csrftoken={CSRF}"
    response, _ = answer_to(live_server, UPLOAD, FORM, f"Content-Length: {GIGABYTE}", invented)
    assert response.status == 413


def test_who_has_logged_in_sends_what_is_large(live_server: Any, folder: Path) -> None:
    session = session_of(make.user())
    body = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'.encode()
        + b"0" * (3 * 1024 * 1024)
        + f"\r\n--{BOUNDARY}--\r\n".encode()
    )
    place = urlsplit(live_server.url)
    with closing(http.client.HTTPConnection(place.hostname or "", place.port, timeout=30)) as web:
        cookie = f"{real.SESSION_COOKIE_NAME}={session}; csrftoken={CSRF}"
        headers = {"Content-Type": FORM.split(": ")[1], "Cookie": cookie, "X-CSRFToken": CSRF}
        web.request("POST", UPLOAD, body, headers)
        assert web.getresponse().status in {403, 404}  # by who it is and what there is, not by the size
    assert os.listdir(folder) == []
