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


@cache
def editions() -> dict[str, Edition]:
    """Every edition by its code, the national ones by year, then the local supplement."""
    said = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return {
        one["edition"]: Edition(one["edition"], one["title"], tuple(one["classes"]), bool(one.get("local")))
        for one in said
    }


@cache
def latest() -> Edition:
    """The national edition under which new items are drafted."""
    said = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return editions()[next(one["edition"] for one in said if one.get("latest"))]
