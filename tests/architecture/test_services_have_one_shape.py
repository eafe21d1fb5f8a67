"""Services: keyword-only, typed, documented; who acts and when is handed in, never guessed."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from types import FunctionType, ModuleType

import pytest

from tests.architecture.project import APPS, ROOT

FIRST_BY_PLACE = {"audit.services.record"}  # record(fact, about=…) is in every service and reads as a sentence


def modules(name: str) -> Iterator[ModuleType]:
    module = importlib.import_module(name)
    yield module
    if hasattr(module, "__path__"):
        for inner in pkgutil.iter_modules(module.__path__, f"{name}."):
            yield importlib.import_module(inner.name)


def is_a_door(module: ModuleType, function: FunctionType) -> bool:
    """In services.py and services/__init__.py every public function is one. The other modules of a package also hold
    tools of its workshop: there, whatever takes the actor or the time is one."""
    return module.__name__.endswith(".services") or bool(
        {"actor", "now", "today"} & set(inspect.signature(function).parameters)
    )


def services() -> Iterator[tuple[str, FunctionType]]:
    for app in APPS:
        if (ROOT / app / "services.py").exists() or (ROOT / app / "services").is_dir():
            for module in modules(f"{app}.services"):
                for name, found in inspect.getmembers(module, inspect.isfunction):
                    service, is_here = inspect.unwrap(found), found.__module__ == module.__name__
                    if is_here and not name.startswith("_") and is_a_door(module, service):
                        yield f"{module.__name__}.{name}", service


@pytest.mark.parametrize(("name", "service"), list(services()), ids=lambda v: v if isinstance(v, str) else "")
def test_shape(name: str, service: FunctionType) -> None:
    signature = inspect.signature(service)
    positional = [p.name for p in signature.parameters.values() if p.kind is not p.KEYWORD_ONLY]
    assert not positional or name in FIRST_BY_PLACE, f"by place: {positional}"
    assert signature.return_annotation is not inspect.Signature.empty, "says not what it returns"
    assert service.__doc__, "has no docstring"
    guessed = [
        p.name
        for p in signature.parameters.values()
        if p.name in {"now", "today", "actor"} and p.default is not p.empty
    ]
    assert not guessed, f"has a default: {guessed}"
