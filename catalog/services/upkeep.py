"""Changes of law or of functions that must reach the catalogue: noted, due, closed."""

from datetime import date, datetime

from kernel.actor import Actor
from kernel.errors import Malformed, NotFound


class UpkeepNotFound(NotFound):
    code = "catalog.upkeep_not_found"
    message = "没有这条目录维护事项，或已经办结。"


class UpkeepIncomplete(Malformed):
    code = "catalog.upkeep_incomplete"
    message = "请填写变化的内容；办结时请写明处理结果。"


class NotYetHappened(Malformed):
    code = "catalog.not_yet_happened"
    message = "变化日期不得晚于今天。法律法规尚未施行的，请在施行之日登记。"


def note_upkeep(
    *,
    what: str,
    title: str,
    happened_on: date,
    department_id: int | None = None,
    item_code: str = "",
    actor: Actor,
    now: datetime,
) -> int:
    """Note a change of law (`what` "law") or of functions ("function"); the catalogue must follow within 15 working
    days. Returns the id. Raises CannotEdit, UpkeepIncomplete, NotYetHappened.
    """
    raise NotImplementedError


def close_upkeep(*, upkeep_id: int, outcome: str, actor: Actor, now: datetime) -> None:
    """Say what came of it. Raises CannotEdit, UpkeepNotFound, UpkeepIncomplete."""
    raise NotImplementedError


def recompute_upkeep(*, year: int, actor: Actor, now: datetime) -> int:
    """Work out again every open due date that touches a year whose calendar was imported. How many changed."""
    raise NotImplementedError
