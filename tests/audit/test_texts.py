"""Every fact has its sentence in Chinese, and the sentence asks for nothing that the fact does not hold."""

import dataclasses
import importlib
import inspect
import re
from typing import Any

import pytest

from tests.architecture.project import APPS, ROOT

FOLDER = ROOT / "templates" / "audit" / "events"
BUILT_IN = {"is", "event", "forloop", "if", "not", "elif", "else", "and", "or", "endif"}
BY_SQL = {"screening.check.made", "screening.check.called"}  # written by the function that writes the receipt


def facts() -> dict[str, Any]:
    found = {}
    for app in APPS:
        if (ROOT / app / "events.py").exists() or (ROOT / app / "events").is_dir():
            module = importlib.import_module(f"{app}.events")
            for _, fact in inspect.getmembers(module, inspect.isclass):
                if dataclasses.is_dataclass(fact) and hasattr(fact, "NAME"):
                    found[fact.NAME] = fact
    return found


def test_every_fact_has_a_sentence_and_every_sentence_a_fact() -> None:
    texts = {path.stem for path in FOLDER.glob("*.txt")} - {"_plain"}
    assert texts == set(facts()) | BY_SQL


@pytest.mark.parametrize(("name", "fact"), sorted(facts().items()), ids=lambda v: v if isinstance(v, str) else "")
def test_it_asks_only_for_what_the_fact_holds(name: str, fact: Any) -> None:
    text = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    tags = " ".join(re.findall(r"{[{%] *(.*?) *[%}]}", text))
    words = set(re.findall(r"(?<![:\w|\"])[a-z_][a-z_0-9]*", re.sub(r'"[^"]*"', "", tags))) - BUILT_IN
    assert words <= {field.name for field in dataclasses.fields(fact)}
    assert any("\u4e00" <= char <= "\u9fff" for char in text)
