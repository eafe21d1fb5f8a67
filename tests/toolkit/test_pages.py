"""How the reader wants the pages to look."""

import pytest
from django.test import RequestFactory

from toolkit.pages import Look, look_of


@pytest.mark.parametrize(
    ("cookie", "look"),
    [
        ("big.high", Look("big", "high")),
        ("huge.normal", Look("huge", "normal")),
        ("", Look()),
        ('"><script>.high', Look("normal", "high")),
        ("huge", Look("huge", "normal")),
    ],
)
def test_a_cookie_of_any_kind_gives_a_known_look(cookie: str, look: Look) -> None:
    request = RequestFactory().get("/")
    request.COOKIES["display"] = cookie
    assert look_of(request) == look


def test_a_change_keeps_the_other_choice() -> None:
    assert Look("big", "high").changed(size="huge") == Look("huge", "high")
    assert Look("big", "high").changed(contrast="normal") == Look("big", "normal")


def test_high_contrast_is_a_switch() -> None:
    assert Look().other_contrast == "high"
    assert Look(contrast="high").other_contrast == "normal"
