"""The classes of information that may be collected, by edition of the catalogue: data, in initial/classes.yaml."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

FILE = Path(__file__).resolve().parent.parent / "initial" / "classes.yaml"


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition. `local`: the city's supplement, whose items need a basis of higher rank."""

    code: str
    title: str
    classes: tuple[str, ...]
    local: bool
    formerly: tuple[tuple[str, str], ...] = ()  # a class, and what the edition before called it


@dataclass(frozen=True, slots=True)
class ClassRow:
    """One national class through the editions: by the code of each edition what it is called there, "" where it is
    not in it."""

    name: str
    called: tuple[tuple[str, str], ...]


@cache
def editions() -> dict[str, Edition]:
    """Every edition by its code, the national ones by year, then the local supplement."""
    said = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return {
        one["edition"]: Edition(
            one["edition"],
            one["title"],
            tuple(one["classes"]),
            bool(one.get("local")),
            tuple(one.get("formerly", {}).items()),
        )
        for one in said
    }


@cache
def latest() -> Edition:
    """The national edition under which new items are drafted."""
    said = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return editions()[next(one["edition"] for one in said if one.get("latest"))]


def through_editions() -> list[ClassRow]:
    """Every national class, in the order of the newest edition that has it, with its name in each."""
    national = [one for one in editions().values() if not one.local]
    later_name = {before: after for one in national for after, before in one.formerly}
    names = dict.fromkeys(later_name.get(name, name) for one in reversed(national) for name in one.classes)
    known_as = {one.code: {later_name.get(name, name): name for name in one.classes} for one in national}
    return [ClassRow(name, tuple((one.code, known_as[one.code].get(name, "")) for one in national)) for name in names]
