"""`name_quality`: how often the right one is among ten, on labelled pairs and on made variants of real names.

The pairs are split by a hash: the ranking was tuned on one half and is measured on the other. What is missed is
written into a file of the bench's folder.
"""

import hashlib
import json
import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from opencc import OpenCC

from kernel.names import core_of, name_key
from tools import places
from tools.bench import name_ground as ground
from tools.bench.bed import Bed, machine
from tools.engines import Postgres

ID = "name_quality"
SEED = 20_353
OF_EACH, OF_LABELLED = 100, 400  # made variants of each kind and near-duplicates; pairs of a labelled set
MISSED = 40  # of each set in the file of what was missed
SETS = {
    "listed_short_names": ("listed_companies_alias.csv", "short_name", "full_name"),
    "one_entity_two_names": ("name_pairs_same_entity.csv", "name_a", "name_b"),
    "abbreviations": ("org_abbreviations.csv", "abbreviation", "full_name"),
}
Pair = tuple[str, str]  # what is asked, what is meant
_TO_TRADITIONAL = OpenCC("s2t")
_COMMON = set("有限责任公司股份")


def targets(folder: Path) -> list[str]:
    """The names that the labelled sets mean; those that the register lacks are added to it."""
    return [right for name in SETS for _, right in _pairs(folder, name)]


def measure(bed: Bed) -> dict[str, Any]:
    """One object for var/bench.jsonl."""
    folder = ground.data_folder()
    with bed.engine() as postgres:
        ground.fill(bed, postgres, targets(folder))
        sets = {name: _judged(folder, name) for name in SETS}
        sets |= _variants(folder)
        near = _in_register(postgres, list(_near_duplicates(folder)))
        asked = sorted({pair[0] for pairs in sets.values() for pair in pairs} | {one for one, _, _ in near})
        found = ask(bed, asked, "product", ground.QUALITY)
    results = {name: _result(pairs, found) for name, pairs in sets.items()}
    every = [pair for pairs in sets.values() for pair in pairs]
    total = _result(every, found)
    above = [one for one in near if _above(found[one[0]], one[1], one[2])]
    missed = {
        name: [[asked, meant, found[asked][:1]] for asked, meant in pairs if _place(found[asked], meant) is None]
        for name, pairs in sets.items()
    }
    (bed.folder / "name_quality_missed.json").write_text(
        json.dumps({name: rows[:MISSED] for name, rows in missed.items()}, ensure_ascii=False), encoding="utf-8"
    )
    return {
        "id": ID,
        "recall_at_10": total["recall_at_10"],
        "mrr": total["mrr"],
        "near_duplicates_above": round(len(above) / len(near), 4),
        "near_duplicates": len(near),
        "sets": results,
        "names": _count(found),
        "machine": machine(),
    }


def ask(bed: Bed, names: Sequence[str], way: str, database: str) -> dict[str, list[Any]]:
    """What was found for each name (found name, code, score), by a process of the product."""
    questions, answers = bed.folder / "questions.json", bed.folder / "answers.jsonl"
    questions.write_text(json.dumps(list(names), ensure_ascii=False), encoding="utf-8")
    bed.python("-m", "tools.bench.name_ask", str(questions), str(answers), way, database=database)
    with answers.open(encoding="utf-8") as lines:
        return {one["name"]: one["found"] for one in map(json.loads, lines)}


def _count(found: dict[str, list[Any]]) -> dict[str, int]:
    return {"asked": len(found), "with_candidates": sum(1 for one in found.values() if one)}


def _result(pairs: Sequence[Pair], found: dict[str, list[Any]]) -> dict[str, Any]:
    places = [_place(found[asked], meant) for asked, meant in pairs]
    hits = [place for place in places if place is not None]
    return {
        "pairs": len(pairs),
        "recall_at_10": round(len(hits) / len(pairs), 4),
        "mrr": round(sum(1 / (place + 1) for place in hits) / len(pairs), 4),
    }


def _place(found: Sequence[Any], meant: str) -> int | None:
    key = name_key(meant)
    return next((n for n, one in enumerate(found) if name_key(one[0]) == key), None)


def _in_register(postgres: Postgres, near: Sequence[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Those whose two names both are there to be found; the labelled file is of a bigger register."""
    connection = postgres.connect(ground.QUALITY)
    keys = [name_key(name) for _, *names in near for name in names]
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM subjects_name WHERE key = ANY(%s)", [keys])
        held = {key for (key,) in cursor.fetchall()}
    connection.close()
    return [one for one in near if name_key(one[1]) in held and name_key(one[2]) in held]


def _above(found: Sequence[Any], right: str, wrong: str) -> bool:
    """Whether the near-duplicate stands before the right one, or alone."""
    of_right, of_wrong = _place(found, right), _place(found, wrong)
    return of_wrong is not None and (of_right is None or of_wrong < of_right)


def _pairs(folder: Path, name: str) -> list[Pair]:
    file, asked, meant = SETS[name]
    pairs = {(row[asked], row[meant]) for row in ground.rows_of(folder, file) if row[asked] and row[meant]}
    return sorted(pair for pair in pairs if name_key(pair[0]) != name_key(pair[1]))


def _judged(folder: Path, name: str) -> list[Pair]:
    """Of the half that is kept back, pairs with two characters in common; of a big set some, drawn by a seed."""
    pairs = [pair for pair in _pairs(folder, name) if _kept_back(pair) and _shares_two(pair)]
    return random.Random(SEED).sample(pairs, min(OF_LABELLED, len(pairs)))


def _kept_back(pair: Pair) -> bool:
    """The half that nothing was tuned on."""
    return hashlib.sha256(f"{pair[0]}|{pair[1]}".encode()).digest()[0] % 2 == 1


def _shares_two(pair: Pair) -> bool:
    """Two characters in common, those of the legal form not counted."""
    return len((set(name_key(pair[0])) & set(name_key(pair[1]))) - _COMMON) >= 2


def _variants(folder: Path) -> dict[str, list[Pair]]:
    """Real names written as people write them. Every kind draws its own names."""
    draw = random.Random(SEED)
    names = [row["name"] for row in ground.rows_of(folder, ground.PARTS[1]) if len(name_key(row["name"])) >= 8]
    known = _place_names()
    made: dict[str, list[Pair]] = {}
    for kind, change in _CHANGES.items():
        rows = ((change(name, draw, known), name) for name in draw.sample(names, 20 * OF_EACH))
        made[kind] = [(asked, name) for asked, name in rows if asked and asked != name][:OF_EACH]
    return made


def _place_names() -> frozenset[str]:
    rows = ground.rows_of(places.ROOT / "office" / "initial", "divisions.csv")
    names = [row["name"] for row in rows]
    return frozenset(names) | {name[:-1] for name in names if len(name) > 2 and name[-1] in "省市县"}


def _wide(name: str, draw: random.Random, places: frozenset[str]) -> str:
    wide = name.translate({n: n + 0xFEE0 for n in range(0x21, 0x7F)})
    return f"{wide[:4]}\u3000{wide[4:]}"


def _form(name: str, draw: random.Random, places: frozenset[str]) -> str:
    if name.endswith("有限责任公司"):
        return name.removesuffix("有限责任公司") + "有限公司"
    return name.removesuffix("有限公司") + "有限责任公司" if name.endswith("有限公司") else ""


def _without_place(name: str, draw: random.Random, places: frozenset[str]) -> str:
    key = name_key(name)
    core = core_of(key, places)
    start = key.find(core)
    return key[start:] if start > 0 and len(core) > 3 else ""


def _without_form(name: str, draw: random.Random, places: frozenset[str]) -> str:
    return name.removesuffix("有限公司").removesuffix("有限责任公司") if name.endswith("公司") else ""


def _wrong(name: str, draw: random.Random, places: frozenset[str]) -> str:
    place = draw.randrange(len(name) - 4)
    return f"{name[:place]}{draw.choice('凡宏鑫达华恒天晟')}{name[place + 1 :]}"


def _lost(name: str, draw: random.Random, places: frozenset[str]) -> str:
    place = draw.randrange(len(name) - 4)
    return name[:place] + name[place + 1 :]


def _swapped(name: str, draw: random.Random, places: frozenset[str]) -> str:
    place = draw.randrange(len(name) - 5)
    return f"{name[:place]}{name[place + 1]}{name[place]}{name[place + 2 :]}"


def _two_wrong(name: str, draw: random.Random, places: frozenset[str]) -> str:
    return _lost(_wrong(name, draw, places), draw, places)


_CHANGES: dict[str, Callable[[str, random.Random, frozenset[str]], str]] = {
    "traditional": lambda name, draw, places: _TO_TRADITIONAL.convert(name),
    "full_width": _wide,
    "other_form": _form,
    "without_form": _without_form,
    "without_place": _without_place,
    "wrong_character": _wrong,
    "missing_character": _lost,
    "swapped_characters": _swapped,
    "wrong_and_missing": _two_wrong,
}


def _near_duplicates(folder: Path) -> Iterator[tuple[str, str, str]]:
    """What is asked, the right name, and the one that differs in one character. Spoilt where they do not differ."""
    draw = random.Random(SEED)
    rows = [row for row in ground.rows_of(folder, "near_duplicate_names.csv.gz") if len(row["name_1"]) > 6]
    for row in draw.sample(rows, OF_EACH):
        right, wrong, place = row["name_1"], row["name_2"], int(row["position"])
        others = [n for n in range(len(right)) if abs(n - place) > 1]
        lost = draw.choice(others)
        yield right, right, wrong
        yield right.replace("有限公司", "有限责任公司"), right, wrong
        yield _TO_TRADITIONAL.convert(right), right, wrong
        yield right[:lost] + right[lost + 1 :], right, wrong
