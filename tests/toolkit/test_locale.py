"""What forms say of a value beyond its limits: our words, not Django's."""

import gettext
import re
from pathlib import Path

from django import forms

FOLDER = Path("toolkit/locale/zh_Hans/LC_MESSAGES")


class Limited(forms.Form):
    text = forms.CharField(max_length=3, label="文号")
    number = forms.IntegerField(min_value=1, max_value=5)


def test_a_form_says_how_much_is_too_much() -> None:
    form = Limited({"text": "四个字了", "number": "6"})
    assert form.errors == {"text": ["最多 3 个字符，现有 4 个，请删减。"], "number": ["不能大于 5。"]}
    assert Limited({"text": "一", "number": "0"}).errors == {"number": ["不能小于 1。"]}


def test_the_compiled_words_are_those_of_the_source() -> None:
    said = re.findall(r'^msgstr(?:\[0\])? "(.+)"$', (FOLDER / "django.po").read_text(encoding="utf-8"), re.MULTILINE)
    with (FOLDER / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    assert sorted(said) == sorted(words for place, words in compiled.items() if place)
