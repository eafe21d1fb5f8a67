"""Which column of a file is which field. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from catalog.rules.definition import Definition
from collection.rules.sheet_guard import FileRefused


class HeadingsRefused(FileRefused):
    code = "collection.headings_refused"
    message = "表头与目录条目不符。请下载本条目的模板，按模板的表头填写。"


@dataclass(frozen=True, slots=True)
class Matched:
    """`fields`: heading -> field code. `missing`: codes of fields without a column. `unread`: headings not
    understood, whose columns are not taken; to be listed, never silently lost."""

    fields: dict[str, str]
    missing: tuple[str, ...]
    unread: tuple[str, ...]


def match(headings: Sequence[str], definition: Definition) -> Matched:
    """Columns by code, name or synonym of a field, in any order. Raises HeadingsRefused in Chinese."""
    raise NotImplementedError
