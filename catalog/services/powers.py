"""Lists of powers and duties (事项清单): taking them in, and deriving draft items from them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from catalog.rules.powers import RowRefused
from kernel.actor import Actor
from kernel.errors import Malformed, NotFound, RuleBroken


class NoPowers(Malformed):
    code = "catalog.no_powers"
    message = "文件中没有识别出任何事项。"


class PowerNotFound(NotFound):
    code = "catalog.power_not_found"
    message = "没有这个权责事项。"


class AlreadyDerived(RuleBroken):
    code = "catalog.already_derived"
    message = "该事项已经编入目录。请在对应的目录条目上“变更”。"


class KindNotDerivable(RuleBroken):
    code = "catalog.kind_not_derivable"
    message = "只有行政许可和行政处罚事项可以按“双公示”标准生成目录条目；其他类型请新建条目。"


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did; `problems`: the rows that were not taken, with the row's number in the file."""

    created: int
    changed: int
    known: int
    problems: tuple[RowRefused, ...]


def import_powers(
    *, rows: Sequence[tuple[int, Mapping[str, str]]], file_name: str, actor: Actor, now: datetime
) -> Imported:
    """Take in a list of powers: rows of a file as catalog.rules.tables.by_heading gives them. Good rows are taken.

    Raises CannotEdit, NoPowers.
    """
    raise NotImplementedError


def derive_item(*, power_id: int, actor: Actor, now: datetime) -> int:
    """Begin a draft item from a permit or penalty power: standard fields, basis and provider are there already.

    Returns the draft version's id. Raises CannotEdit, PowerNotFound, AlreadyDerived, KindNotDerivable.
    """
    raise NotImplementedError
