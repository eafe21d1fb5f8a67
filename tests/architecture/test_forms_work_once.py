"""Every form that changes something carries the key by which it is done once; the few that need none say why."""

import re

import pytest

from tests.architecture.project import ROOT

FORM = re.compile(r'<form\b[^>]*method="post".*?</form>', re.DOTALL)
KEY = re.compile(r'{% once %}|{% include "screening/_key.html" %}')  # the check's key is its receipt's own
WITHOUT = {
    "base.html": "logging out twice is logging out",
    "components/_display.html": "sets a cookie",
    "accounts/login.html": "nobody is known yet",
    "citizens/sign_in.html": "nobody is known yet, and codes are counted",
    "citizens/code.html": "a code is good once by itself",
    "portal/public/_menu.html": "signing out twice is signing out",
    "accounts/second_factor.html": "a code is good once by itself",
    "reports/kiosk.html": "nobody is known; each press is a report of its own, and limits count",
    "complaints/tell.html": "nobody is known; limits count, and number and code are shown once",
    "complaints/progress.html": "changes nothing",
    "accounts/trial.html": "changes nothing",
    "accounts/password.html": "the old password is good once by itself",
}
# posted so that what is asked stays out of the address; reloading the answer asks again, and nothing has changed
ASKS = {"subjects:find", "repair:progress"}
TEMPLATES = sorted(str(p.relative_to(ROOT / "templates")) for p in (ROOT / "templates").rglob("*.html"))


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_form_has_its_key_and_the_csrf_token(name: str) -> None:
    for form in FORM.findall((ROOT / "templates" / name).read_text(encoding="utf-8")):
        assert "{% csrf_token %}" in form
        asks = any(f"action=\"{{% url '{url}' %}}\"" in form for url in ASKS)
        assert bool(KEY.search(form)) is (name not in WITHOUT and not asks), form[:200]


def test_no_exception_outlives_its_form() -> None:
    assert set(WITHOUT) <= set(TEMPLATES)
    texts = [(ROOT / "templates" / name).read_text(encoding="utf-8") for name in TEMPLATES]
    assert all(any(f"{{% url '{url}' %}}" in text for text in texts) for url in ASKS)
