"""How rows go wrong in real files; each fault changes one good sample row. Pure.

The kinds were seen in published penalties, in credit reports and in lists that government departments put out; the
values here are written anew for the invented city.
"""

from collections.abc import Callable
from random import Random

Cells = dict[str, str]
Fault = Callable[[Cells, Random, str], None]  # the cells, chance, the prefix of the item's field codes


def _set(code: str, text: str) -> Fault:
    def fault(cells: Cells, chance: Random, prefix: str) -> None:
        cells[prefix + code] = text

    return fault


def _letter_o(cells: Cells, chance: Random, prefix: str) -> None:
    code = cells[f"{prefix}_XDR_SHXYM"] or "91339901MA0000000X"
    cells[f"{prefix}_XDR_SHXYM"] = code[:2] + code[2:].replace("0", "O", 1) if "0" in code[2:] else code[:17]


def _two_swapped(cells: Cells, chance: Random, prefix: str) -> None:
    code = cells[f"{prefix}_XDR_SHXYM"] or "91339901MA0000000X"
    at = next((i for i in range(10, 16) if code[i] != code[i + 1]), 10)
    cells[f"{prefix}_XDR_SHXYM"] = code[:at] + code[at + 1] + code[at] + code[at + 2 :]


def _no_code(cells: Cells, chance: Random, prefix: str) -> None:
    cells[f"{prefix}_XDR_SHXYM"] = chance.choice(("", "无", "/", "— —"))


def _code_as_number(cells: Cells, chance: Random, prefix: str) -> None:
    cells[f"{prefix}_XDR_SHXYM"] = "9.13399E+17"


def _impossible_day(cells: Cells, chance: Random, prefix: str) -> None:
    day = cells[f"{prefix}_JDRQ"]
    cells[f"{prefix}_JDRQ"] = f"{day[:4]}-09-31"


def _yuan(cells: Cells, chance: Random, prefix: str) -> None:
    amount = float(cells.get("CF_NR_FK") or "1.2")
    cells["CF_NR_FK"] = f"{amount * 10_000:.0f}"
    cells["CF_CFLB"] = cells["CF_CFLB"] if "罚款" in cells["CF_CFLB"] else "罚款"
    cells["CF_NR"] = f"罚款人民币{amount * 10_000:.0f}元"


def _day_as_authority(cells: Cells, chance: Random, prefix: str) -> None:
    cells["CF_CFJG" if prefix == "CF" else "XK_XKJG"] = chance.choice(
        ("2026-09-31", "江环函〔2026〕13号", "江澜市行政权力运行系统-2")
    )


def _too_long(cells: Cells, chance: Random, prefix: str) -> None:
    cells[f"{prefix}_NR"] = ("责令改正违法行为。" * 500)[:4001]


def _bell(cells: Cells, chance: Random, prefix: str) -> None:
    cells[f"{prefix}_NR"] += "\x07"


def _order(cells: Cells, chance: Random, prefix: str) -> None:
    cells["CF_YXQ" if prefix == "CF" else "XK_YXQZI"] = "2015-01-01"


# a row with one of these is returned
PENALTY_FAULTS: tuple[Fault, ...] = (
    _letter_o,
    _two_swapped,
    _no_code,
    _code_as_number,
    _impossible_day,
    _yuan,
    _day_as_authority,
    _too_long,
    _bell,
    _order,
    _set("_WSH", ""),
    _set("_SY", ""),
    _set("_JDRQ", "2026年5月"),
    _set("_CFLB", "罚没"),
    _set("_NR_FK", "伍仟元整"),
    _set("_NR", "不予行政处罚。"),
    _set("_NR", "违法事实不能成立。"),
    _set("_CFJGDM", "91150425MAOMX52N1X"),
)
PERMIT_FAULTS: tuple[Fault, ...] = (
    _letter_o,
    _two_swapped,
    _no_code,
    _code_as_number,
    _impossible_day,
    _day_as_authority,
    _too_long,
    _bell,
    _order,
    _set("_WSH", ""),
    _set("_XKLB", "备案"),
    _set("_ZT", "有效"),
)


def _repeated(cells: Cells, chance: Random, prefix: str) -> None:
    cells[f"{prefix}_NR"] = f"{cells[f'{prefix}_NR']}&{cells[f'{prefix}_NR']}"


def _slashes(cells: Cells, chance: Random, prefix: str) -> None:
    for code in ("_JDRQ",):
        cells[prefix + code] = cells[prefix + code].replace("-", chance.choice("/."))


def _brackets(cells: Cells, chance: Random, prefix: str) -> None:
    left, right = chance.choice(("【】", "（）", "[]"))
    cells[f"{prefix}_WSH"] = cells[f"{prefix}_WSH"].replace("〔", left).replace("〕", right)


def _null_marks(cells: Cells, chance: Random, prefix: str) -> None:
    cells["BZ"] = chance.choice(("— —", "无", "/", "--"))


def _spaces(cells: Cells, chance: Random, prefix: str) -> None:
    cells[f"{prefix}_XDR_MC"] = f" {cells[f'{prefix}_XDR_MC']}\xa0"


def _small_letters(cells: Cells, chance: Random, prefix: str) -> None:
    cells[f"{prefix}_XDR_SHXYM"] = cells[f"{prefix}_XDR_SHXYM"].lower()


# a row with one of these is odd but can be taken
ODDITIES: tuple[Fault, ...] = (_repeated, _slashes, _brackets, _null_marks, _spaces, _small_letters)
