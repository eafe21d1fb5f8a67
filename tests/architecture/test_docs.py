"""What the documents say of the code is so: links lead somewhere, and what they name exists.

And what an app publishes in SQL is all that another app's SQL reads of it, and stands in its README.
"""

import ast
import re
import subprocess
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps

from tests.architecture.project import APPS, PACKAGES, ROOT, name_of

README_LINES = 120
DOCUMENTS = [
    ROOT / name
    for name in subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    if not name.startswith(("static/vendor", "tests/browser/vendor")) and (ROOT / name).exists()
]
ROOMS = [*APPS, "toolkit"]
CREATED = re.compile(
    r"CREATE (?:OR REPLACE )?(?:TABLE|VIEW|FUNCTION|SEQUENCE)(?: IF NOT EXISTS)? ([a-z]+_[a-z_]+)", re.IGNORECASE
)
REFERENCES = re.compile(r"REFERENCES [a-z_]+")  # a foreign key may name the table that it points to
# Functions that are published though they are verbs, each the one door to what it does:
VERBS = {
    "audit_append",  # the receipt's SQL writes its fact in the same statement
    "toolkit_make_month_partitions",  # every migration of a partitioned table calls it
    "toolkit_guard_partitions",  # every migration of an append-only one
}
QUOTED = re.compile(r"`([^`\n]+)`")
FILE = re.compile(r"[\w.-]+(?:/[\w.-]+)*\.(?:py|md|yaml|csv|html|toml|txt|css|js|conf)")
DOTTED = re.compile(rf"(?:{'|'.join(PACKAGES)})(?:\.\w+)+")
RELATION = re.compile(rf"(?:{'|'.join(PACKAGES)})_[a-z0-9_]+")


# --- documents ------------------------------------------------------------------------------------------------------


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) <= README_LINES


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_local_link_leads_somewhere(document: Path) -> None:
    targets = re.findall(r"\]\(([^)\s]+)\)", _without_code(document))
    wrong = [
        target
        for target in targets
        if "://" not in target and not _is_there(document, target)  # an address outside is not asked
    ]
    assert not wrong


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_file_that_is_named_exists(document: Path) -> None:
    """`rules/answer.py` is looked for beside the document, at the root, and in `<app>/` of no app at all."""
    named = [quoted for quoted in _quoted(document) if FILE.fullmatch(quoted) and "/" in quoted]
    wrong = [name for name in named if not ((document.parent / name).exists() or (ROOT / name).exists())]
    assert not [name for name in wrong if not name.startswith(("var/", "deploy/keys/"))]  # made at run time


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_everything_of_the_code_that_is_named_exists(document: Path) -> None:
    """Constraints, relations, functions, facts, tests: what a document puts in back quotes is in the code."""
    words = {
        word
        for quoted in _quoted(document)
        for word in re.findall(r"[\w.]+", quoted)
        if RELATION.fullmatch(word) or DOTTED.fullmatch(word) or re.fullmatch(r"test_\w*[^\W_]", word)
    }
    assert not sorted(word for word in words if not _is_in_code(word))


def test_the_numbers_of_decisions_have_no_gap() -> None:
    numbers = sorted(int(path.name[:4]) for path in (ROOT / "docs" / "decisions").glob("*.md"))
    assert numbers == list(range(1, len(numbers) + 1))


def _quoted(document: Path) -> list[str]:
    return QUOTED.findall(_without_code(document))


def _without_code(document: Path) -> str:
    return re.sub(r"^```.*?^```", "", document.read_text(), flags=re.MULTILINE | re.DOTALL)


def _is_there(document: Path, target: str) -> bool:
    path, _, anchor = target.partition("#")
    file = (document.parent / path).resolve() if path else document
    return file.exists() and (not anchor or anchor in _anchors(file))


def _anchors(file: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", file.read_text(), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@cache
def _code() -> str:
    found = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py", "*.yaml"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    texts = [(ROOT / name).read_text() for name in found if (ROOT / name).exists()]
    tables = {model._meta.db_table for model in apps.get_models()}
    return "\n".join([*texts, *found, *tables])


def _stands_alone(word: str, text: str) -> bool:
    """Whether it is there with no letter, digit or _ at either end. Not by re: the text is all the code there is."""
    at = text.find(word)
    while at >= 0:
        ends = text[max(at - 1, 0) : at] + text[at + len(word) : at + len(word) + 1]
        if not any(character.isalnum() or character == "_" for character in ends):
            return True
        at = text.find(word, at + 1)
    return False


def _is_in_code(word: str) -> bool:
    if _stands_alone(word, _code()):
        return True
    parts = word.split(".")
    if len(parts) == 1:
        return False
    for cut in range(len(parts), 0, -1):
        try:
            found: object = import_module(".".join(parts[:cut]))
        except ImportError:
            continue
        for name in parts[cut:]:
            found = getattr(found, name, None)
        return found is not None
    return False


# --- published relations --------------------------------------------------------------------------------------------


@cache
def created(app: str) -> frozenset[str]:
    """Every table, view and function that the app's migrations make, by their names."""
    texts = [path.read_text() for path in (ROOT / app / "migrations").glob("*.py")]
    made = {name for text in texts for name in CREATED.findall(text)}
    tables = {m._meta.db_table for m in apps.get_app_config(app).get_models()} if app in APPS else set()
    return frozenset(name for name in made | tables if name.startswith(f"{app}_"))


def published(app: str) -> set[str]:
    return {name for name in created(app) if name.startswith(f"{app}_pub_") or name in VERBS}


@pytest.mark.parametrize("app", ROOMS)
def test_the_readme_lists_what_the_app_publishes(app: str) -> None:
    words = set(re.findall(r"\b[a-z]+_[a-z0-9_]+\b", (ROOT / app / "README.md").read_text()))
    assert {word for word in words if word.startswith(f"{app}_pub_") or word in VERBS & created(app)} == published(
        app
    )


def readers() -> list[tuple[str, Path]]:
    return [(home, path) for home in PACKAGES for path in sorted((ROOT / home).rglob("*.py"))]


@pytest.mark.parametrize(("home", "path"), readers(), ids=lambda v: name_of(v) if isinstance(v, Path) else v)
def test_sql_reads_of_other_apps_only_what_they_publish(home: str, path: Path) -> None:
    """And only of floors below. `tools/bench` stands outside the house and is not held to it."""
    words = {word for text in _texts(path) for word in re.findall(r"\b[a-z]+_[a-z_]+\b", REFERENCES.sub("", text))}
    below = PACKAGES[PACKAGES.index(home) + 1 :]
    wrong = {word for app in ROOMS if app != home for word in words & created(app) - published(app)}
    wrong |= {word for app in ROOMS if app != home and app not in below for word in words & published(app)}
    assert not wrong


def _texts(path: Path) -> list[str]:
    """The string literals of a module, its docstrings left out."""
    tree = ast.parse(path.read_text())
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    told = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told
    ]
