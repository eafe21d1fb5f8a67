"""Whether a source (a list, a kind of record) may be relied on at a moment. Pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class SourceKind(StrEnum):
    """What a source holds. `abnormal` is neither red nor black; `record` is a qualifying record, not a list."""

    SERIOUS = "serious"
    ABNORMAL = "abnormal"
    REWARD = "reward"
    RECORD = "record"


class SourceState(StrEnum):
    """Only `current` may be read as "nothing there"; every other state means: could not check (invariant I1)."""

    CURRENT = "current"
    STALE = "stale"
    NEVER_LOADED = "never_loaded"
    HELD = "held"
    UNKNOWN = "unknown"


STATE_LABELS = {
    SourceState.CURRENT: "时效正常",
    SourceState.STALE: "超时效",
    SourceState.NEVER_LOADED: "未接入",
    SourceState.HELD: "更新待确认",
    SourceState.UNKNOWN: "未登记",
}


@dataclass(frozen=True, slots=True)
class Load:
    """The last version of a source that reached us. `rows` counts what it holds; zero rows is a complete list."""

    version: str
    loaded_on: date
    rows: int
    held: bool


def age_days(load: Load, *, as_of: date) -> int:
    """Whole days since the version was loaded; never negative (a replay may ask about the day before)."""
    return max((as_of - load.loaded_on).days, 0)


def state_of(load: Load | None, *, limit_days: int | None, as_of: date) -> SourceState:
    """Whether the source is complete on that day. `limit_days` None: decided on the platform, so always current.

    国办发〔2020〕49号 名单共享和更新: a list binds while it is kept up to date; an old copy is not knowledge.
    """
    if load is None:
        return SourceState.NEVER_LOADED
    if load.held:
        return SourceState.HELD
    if limit_days is not None and age_days(load, as_of=as_of) > limit_days:
        return SourceState.STALE
    return SourceState.CURRENT
