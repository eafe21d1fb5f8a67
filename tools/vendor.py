"""Bring the pinned browser libraries into the repository, with their licences and a manifest of hashes.

`python -m tools.vendor` needs npm and is for the developer who changes a version; nobody else runs it. The product
serves what is committed, and tests/tools/test_vendor.py hashes it again.
"""

import hashlib
import json
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PRODUCT = ROOT / "static" / "vendor"
TESTS = ROOT / "tests" / "browser" / "vendor"  # MPL-2.0 and only for tests: not a part of the product


@dataclass(frozen=True, slots=True)
class Package:
    name: str
    version: str
    licence: str
    files: tuple[str, ...]
    home: Path = PRODUCT

    @property
    def folder(self) -> str:
        return f"{self.name}-{self.version}"


PACKAGES = (
    # the map too: the manifest storage of static files refuses a stylesheet that points at a missing one
    Package("bootstrap", "5.3.9", "MIT", ("LICENSE", "dist/css/bootstrap.min.css", "dist/css/bootstrap.min.css.map")),
    Package("htmx.org", "2.0.11", "0BSD", ("LICENSE", "dist/htmx.min.js")),
    Package("echarts", "6.1.0", "Apache-2.0", ("LICENSE", "NOTICE", "dist/echarts.simple.min.js")),
    Package("axe-core", "4.14.1", "MPL-2.0", ("LICENSE", "LICENSE-3RD-PARTY.txt", "axe.min.js"), TESTS),
)


def sha256_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def fetch(package: Package, workplace: Path) -> dict[str, Any]:
    """Unpack the named files of one package; the row that the manifest keeps of it."""
    packed = subprocess.run(
        ["npm", "pack", f"{package.name}@{package.version}", "--json"],
        cwd=workplace,
        check=True,
        capture_output=True,
        text=True,
    )
    (answer,) = json.loads(packed.stdout)
    folder = package.home / package.folder
    folder.mkdir(parents=True, exist_ok=True)
    files: dict[str, str] = {}
    with tarfile.open(workplace / answer["filename"]) as archive:
        for wanted in package.files:
            member = archive.extractfile(f"package/{wanted}")
            assert member is not None, f"{wanted} is not a file of {package.name}"
            target = folder / Path(wanted).name
            target.write_bytes(member.read())
            files[target.name] = sha256_of(target)
    return {
        "name": package.name,
        "version": package.version,
        "licence": package.licence,
        "integrity": answer["integrity"],
        "folder": package.folder,
        "files": files,
    }


def main() -> None:
    with tempfile.TemporaryDirectory() as workplace:
        for home in (PRODUCT, TESTS):
            rows = [fetch(package, Path(workplace)) for package in PACKAGES if package.home == home]
            text = json.dumps(rows, indent=2, ensure_ascii=False) + "\n"
            (home / "MANIFEST.json").write_text(text, encoding="utf-8")
            print(f"{home.relative_to(ROOT)}: {', '.join(row['folder'] for row in rows)}")


if __name__ == "__main__":
    main()
