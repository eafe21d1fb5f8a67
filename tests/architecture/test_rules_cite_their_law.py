"""A rule that answers with a Verdict names its law in its docstring, in the words of the sources that it uses."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from types import FunctionType

import pytest

from kernel.law import Source, Verdict
from tests.architecture.project import APPS


def rules() -> Iterator[tuple[str, FunctionType]]:
    for app in APPS:
        package = importlib.import_module(f"{app}.rules")
        for module in pkgutil.walk_packages(package.__path__, f"{app}.rules."):
            for name, found in inspect.getmembers(importlib.import_module(module.name), inspect.isfunction):
                if found.__module__ == module.name and inspect.signature(found).return_annotation is Verdict:
                    yield f"{module.name}.{name}", found


@pytest.mark.parametrize(("name", "rule"), list(rules()), ids=lambda v: v if isinstance(v, str) else "")
def test_docstring_names_every_source_that_the_rule_uses(name: str, rule: FunctionType) -> None:
    module = inspect.getmodule(rule)
    assert module is not None
    used = [
        value for word, value in vars(module).items() if isinstance(value, Source) and word in rule.__code__.co_names
    ]
    assert used, "answers without a source"
    documented = " ".join((inspect.getdoc(rule) or "").split())
    missing = [str(source) for source in used if str(source) not in documented]
    assert not missing
