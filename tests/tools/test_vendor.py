"""What the browser gets is what was vendored: every file hashes to its manifest, and nothing else lies there."""

import json
from pathlib import Path
from typing import Any

import pytest

from tools.vendor import PACKAGES, PRODUCT, TESTS, sha256_of


def rows(home: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((home / "MANIFEST.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("home", [PRODUCT, TESTS], ids=["product", "tests"])
def test_every_vendored_file_hashes_to_its_manifest(home: Path) -> None:
    said = {f"{row['folder']}/{name}": sha for row in rows(home) for name, sha in row["files"].items()}
    there = {
        str(path.relative_to(home)): sha256_of(path)
        for path in home.rglob("*")
        if path.is_file() and path.name != "MANIFEST.json"
    }
    assert there == said


def test_the_manifest_names_the_pinned_versions_and_their_licences() -> None:
    found = {(row["name"], row["version"], row["licence"]) for home in (PRODUCT, TESTS) for row in rows(home)}
    assert found == {(package.name, package.version, package.licence) for package in PACKAGES}


def test_each_package_brings_its_licence_file() -> None:
    assert all("LICENSE" in row["files"] for home in (PRODUCT, TESTS) for row in rows(home))
