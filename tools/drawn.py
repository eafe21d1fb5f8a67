"""What the documents say of the code, drawn from it: state diagrams, and which article stands behind which rule.

`make docs` writes docs/STATES.md and docs/LEGAL_INDEX.md; tests/docs/test_drawn.py refuses them when they are stale.
Rules are pure Python, so nothing of Django is touched here.
"""

import ast
import importlib
import pkgutil
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from kernel.law import Source
from kernel.machine import Machine
from tools.places import ROOT

APPS = sorted(
    p
    for p in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["root_packages"]
    if (ROOT / p / "rules").is_dir()
)
NOT_BY_HAND = "Drawn from the code by `make docs`; not written by hand."


# --- states ---------------------------------------------------------------------------------------------------------
def machines() -> Iterator[tuple[str, Machine[Any]]]:
    """Every table of arrows in the rules, with the name of the constant that holds it."""
    for module in _rule_modules():
        for constant, value in vars(importlib.import_module(module)).items():
            if isinstance(value, Machine):
                yield f"{module}.{constant}", value
            elif isinstance(value, dict) and value and all(isinstance(one, Machine) for one in value.values()):
                for key, one in value.items():
                    yield f"{module}.{constant}[{key.name}]", one


def states() -> str:
    parts = ["# States", "", f"{NOT_BY_HAND} Each diagram is a `Machine` that services, pages and tests read.", ""]
    for name, machine in machines():
        parts += [f"## `{name}`", "", "```mermaid", "stateDiagram-v2", f"    [*] --> {machine.initial.value}"]
        known: set[StrEnum] = {machine.initial}
        lines = []
        for arrow in machine.transitions.values():
            known |= arrow.sources | {arrow.target}
            lines += [
                f"    {source.value} --> {arrow.target.value}: {arrow.name}"
                for source in sorted(arrow.sources, key=lambda state: state.value)
            ]
        parts += [
            f"    {state.value}: {label}"
            for state in sorted(known, key=lambda state: state.value)
            if (label := str(getattr(state, "label", "")))
        ]
        left = {source for arrow in machine.transitions.values() for source in arrow.sources}
        parts += lines
        parts += [f"    {s.value} --> [*]" for s in sorted(known - left, key=lambda state: state.value)]
        parts += ["```", ""]
    return "\n".join(parts)


# --- articles -------------------------------------------------------------------------------------------------------
def legal_index() -> str:
    """Article -> where it is used -> the tests of that module, as one table per act."""
    places: dict[Source, set[tuple[str, str]]] = defaultdict(set)
    for app in APPS:
        named = _sources_of(app)
        for path in sorted((ROOT / app).rglob("*.py")):
            if path.name != "sources.py" and "migrations" not in path.parts:
                for constant, function in _uses(path, named):
                    places[named[constant]].add((_dotted(path), function))
    by_act: dict[str, list[Source]] = defaultdict(list)
    for source in places:
        by_act[source.act].append(source)
    parts = [
        "# Legal index",
        "",
        f"{NOT_BY_HAND} Which article stands behind which rule, and which tests hold the rule to it.",
        "",
    ]
    for act in sorted(by_act):
        parts += [f"## {act}", "", "| article | rule | tests |", "|---|---|---|"]
        for source in sorted(by_act[act], key=lambda source: source.article):
            for module, function in sorted(places[source]):
                tests = "<br>".join(f"`{name}`" for name in _tests_of(module, function)) or "-"
                parts.append(f"| {source.article} | `{module}.{function}` | {tests} |")
        parts.append("")
    return "\n".join(parts)


def _sources_of(app: str) -> dict[str, Source]:
    """Constants of the app's rules that are a source, or carry one (a term of days with its article)."""
    found: dict[str, Source] = {}
    for module in _rule_modules(app):
        for name, value in vars(importlib.import_module(module)).items():
            source = value if isinstance(value, Source) else getattr(value, "source", None)
            if name.isupper() and isinstance(source, Source):
                found[name] = source
    return found


def _uses(path: Path, named: Mapping[str, Source]) -> Iterator[tuple[str, str]]:
    """(constant, function or class) wherever a top-level definition uses a source or quotes it in its docstring."""
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            said = " ".join((ast.get_docstring(node) or "").split())
            used = {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}
            for constant, source in named.items():
                if constant in used or str(source) in said:
                    yield constant, node.name


def _tests_of(module: str, function: str) -> list[str]:
    """Test files of the app that name the definition; where none does, those that import from its module."""
    files = {path: path.read_text() for path in (ROOT / "tests" / module.split(".")[0]).glob("test_*.py")}
    naming = [path for path, text in files.items() if re.search(rf"\b{function}\b", text)]
    importing = [path for path, text in files.items() if re.search(rf"\b{re.escape(module)}\b", text)]
    return sorted(str(path.relative_to(ROOT)) for path in naming or importing)


def _rule_modules(app: str | None = None) -> Iterator[str]:
    for one in [app] if app else APPS:
        for found in pkgutil.walk_packages([str(ROOT / one / "rules")], f"{one}.rules."):
            yield found.name


def _dotted(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


DRAWN = {"docs/STATES.md": states, "docs/LEGAL_INDEX.md": legal_index}

if __name__ == "__main__":
    for name, draw in DRAWN.items():
        (ROOT / name).write_text(draw())
