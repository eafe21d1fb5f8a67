"""What may be read from a department's database, and how its values become the text that every channel hands in."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from kernel.identifiers import holds_citizen_id

SHANGHAI = ZoneInfo("Asia/Shanghai")
NAME = re.compile(r"\w[\w$# -]{0,62}")  # of a schema, view or column; quoted wherever it is used
HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,198}[A-Za-z0-9])?|[0-9A-Fa-f:]{2,39}")
STANDARD_PORTS = {"postgresql": 5432, "mysql": 3306}
ANY_PORT = "*"
LONGEST_WAIT = timedelta(days=1)
TELL_AFTER = 3  # failures in a row
MOST_TIES = 50_000  # rows that share the last value of the order column
REMEMBERED = 10_000  # rows before the last value whose digests are kept, so that reading them again is no news


class Trouble(StrEnum):
    """Why a department's database cannot be read, so that the reader of the page knows whom to ring."""

    FORBIDDEN = "forbidden"
    HOST = "host"
    LOGIN = "login"
    DATABASE = "database"
    VIEW = "view"
    COLUMN = "column"
    PRIVILEGE = "privilege"
    SLOW = "slow"
    HEADINGS = "headings"
    ORDER = "order"
    TOO_LARGE = "too_large"
    OTHER = "other"


TROUBLES = {
    Trouble.FORBIDDEN: "该主机和端口不在允许抽取的范围内，请系统管理员在 EXTRACTION_HOSTS 中登记后再试。",
    Trouble.HOST: "主机无法连接，请核对主机、端口，并确认对方防火墙已放行本平台。",
    Trouble.LOGIN: "登录被拒绝，请核对用户名和密码，并确认该用户允许从本平台登录。",
    Trouble.DATABASE: "没有这个数据库，或该用户不能进入，请核对库名。",
    Trouble.VIEW: "没有这个视图，请核对模式名和视图名（含大小写）。",
    Trouble.COLUMN: "视图中没有排序列，请核对列名（含大小写）。",
    Trouble.PRIVILEGE: "该用户没有读取视图的权限，请对方管理员授予只读权限，并核对视图名。",
    Trouble.SLOW: "读取超时，请在视图的排序列所依据的字段上建立索引，或缩小视图范围。",
    Trouble.HEADINGS: "视图的列与目录条目对不上，请按目录条目的信息项名称或编码命名各列。",
    Trouble.ORDER: "排序列不可用：应为只增不减的时间、日期、整数或文本，且不得是证件号码。",
    Trouble.TOO_LARGE: "一次读到的内容超过64 MB，请在视图中去掉大文本列。",
    Trouble.OTHER: "对方数据库报错，请对方管理员查看其日志。",
}


def address_allowed(kind: str, host: str, port: int, allowed: Sequence[str]) -> bool:
    """Whether the operator lets the platform connect there. `allowed`: "host" (the standard port of the kind alone),
    "host:port" or "host:*"; compared as text, so a name that resolves elsewhere gains nothing.
    """
    if not HOST.fullmatch(host):
        return False
    for entry in allowed:
        name, _, of_port = (
            entry.strip().rpartition(":") if re.search(r":(\d+|\*)$", entry) else (entry.strip(), "", "")
        )
        if name.strip("[]").lower() != host.lower():
            continue
        if of_port == ANY_PORT or port == int(of_port or STANDARD_PORTS[kind]):
            return True
    return False


def relation_parts(text: str) -> tuple[str, ...] | None:
    """A view's name with or without its schema, as parts that can be quoted; None: no such name."""
    parts = tuple(part.strip() for part in text.split("."))
    if len(parts) > 2 or not all(NAME.fullmatch(part) for part in parts):
        return None
    return parts


def text_of(value: object) -> str | None:
    """A value of a foreign column as the text that a careful person would type. None: it is no text at all.

    A moment at midnight is its day; a moment with a zone is told in Shanghai; a decimal has no exponent and no
    trailing zeros; a truth value is 是 or 否.
    """
    match value:
        case None:
            return ""
        case bool():
            return "是" if value else "否"
        case datetime():
            local = value.astimezone(SHANGHAI) if value.tzinfo else value
            plain = local.replace(microsecond=0, tzinfo=None)
            return plain.date().isoformat() if plain.time() == time() else plain.isoformat(sep=" ")
        case date():
            return value.isoformat()
        case int() | str():
            return str(value)
        case Decimal() | float():
            return _decimal(Decimal(str(value)))
        case bytes() | bytearray() | memoryview():
            return _of_bytes(bytes(value))
        case _:
            return str(value)


def _of_bytes(raw: bytes) -> str | None:
    """MySQL sends bit(1) as one byte, and text of a binary collation as its bytes."""
    if raw in (b"\x00", b"\x01"):
        return str(raw[0])
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return None
    return None if "\x00" in text else text


def _decimal(value: Decimal) -> str:
    if not value.is_finite():
        return str(value)
    plain = f"{value:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """How far before the last value each run reads again: a row may be committed after one with a larger value."""

    span: timedelta = timedelta()  # of moments; a day, where the column holds days
    numbers: int = 0  # of whole and decimal numbers


@dataclass(frozen=True, slots=True)
class Place:
    """How far an extraction has read: the last value of the order column, and the digests of the rows that had it.

    The next run reads from that value on, itself included and an overlap before it, and leaves out the rows it knows:
    rows that share the last value, or get it later, are never lost. `earlier`: the digests before, in reading order.
    """

    kind: str = ""  # int, decimal, date, moment, text; empty: nothing read yet
    value: str = ""
    seen: frozenset[str] = frozenset()
    earlier: tuple[str, ...] = ()

    @property
    def parameter(self) -> int | Decimal | date | datetime | str:
        match self.kind:
            case "int":
                return int(self.value)
            case "decimal":
                return Decimal(self.value)
            case "date":
                return date.fromisoformat(self.value)
            case "moment":
                return datetime.fromisoformat(self.value)
            case _:
                return self.value

    @property
    def known(self) -> frozenset[str]:
        return self.seen.union(self.earlier)

    def back(self, overlap: Overlap) -> "Place":
        """From where the next run reads. Texts have no distance: there it is the place itself."""
        try:
            match self.parameter:
                case datetime() as moment:
                    return place_of(moment - overlap.span)
                case date() as day:
                    return place_of(day - timedelta(days=1)) if overlap.span else self
                case int() | Decimal() as number:
                    return place_of(number - overlap.numbers)
        except OverflowError:  # before the first day there is
            return self
        return self

    def is_after(self, other: "Place") -> bool:
        """Whether this value comes after another one; of different kinds or of texts nobody but the server knows."""
        if self.kind != other.kind or self.kind in ("", "text"):
            return False
        try:
            return bool(self.parameter > other.parameter)  # type: ignore[operator]  # of one kind
        except TypeError:  # moments with a zone and without
            return False

    def written(self) -> str:
        if not self.kind:
            return ""
        said = {"kind": self.kind, "value": self.value, "seen": sorted(self.seen), "earlier": self.earlier}
        return json.dumps(said, ensure_ascii=False)

    @classmethod
    def read(cls, text: str) -> "Place":
        said = json.loads(text) if text else {}
        seen, earlier = frozenset(said.get("seen", ())), tuple(said.get("earlier", ()))
        return cls(said.get("kind", ""), said.get("value", ""), seen, earlier)


class OrderUnusable(ValueError):
    """The order column holds nothing that can be kept and compared exactly; the message is Chinese."""


def place_of(value: object) -> Place:
    """The value of an order column as a place without rows. Raises OrderUnusable (floats, bytes, nothing)."""
    match value:
        case None | bool() | bytes() | bytearray() | memoryview() | float():
            raise OrderUnusable(TROUBLES[Trouble.ORDER])
        case int():
            return Place("int", str(value))
        case Decimal():
            return Place("decimal", str(value))
        case datetime():
            return Place("moment", value.isoformat())
        case date():
            return Place("date", value.isoformat())
        case str():
            return Place("text", value)
        case _:
            raise OrderUnusable(TROUBLES[Trouble.ORDER])


def demand_no_numbers(values: Sequence[object]) -> None:
    """The order column is kept in clear: it must not hold citizens' numbers, whatever it is called.

    One text is enough; of whole numbers half of them, for a serial number may look like one. Raises OrderUnusable.
    """
    if any(isinstance(value, str) and holds_citizen_id(value) for value in values):
        raise OrderUnusable(TROUBLES[Trouble.ORDER])
    numbers = [str(value) for value in values if isinstance(value, (int, Decimal))]
    if numbers and 2 * sum(map(holds_citizen_id, numbers)) >= len(numbers):
        raise OrderUnusable(TROUBLES[Trouble.ORDER])


def moved_on(place: Place, read: Iterable[tuple[object, str]]) -> Place:
    """Where reading stands after these rows, in their order: (value of the order column, digest of the row).

    A row from before the place, which came late, is remembered and moves nothing.
    """
    at, seen, earlier = place, set(place.seen), list(place.earlier)
    for value, digest in read:
        there = place_of(value)
        if (there.kind, there.value) == (at.kind, at.value):
            seen.add(digest)
        elif at.is_after(there):
            earlier.append(digest)
        else:
            earlier += sorted(seen)
            at, seen = there, {digest}
    if len(seen) > MOST_TIES:
        raise OrderUnusable("排序列中重复的值过多，请换用更新时间或自增编号。")
    kept = () if at.kind == "text" else tuple(earlier[-REMEMBERED:])
    return Place(at.kind, at.value, frozenset(seen), kept)


def due_at(last: datetime | None, *, every_minutes: int, failures: int, first: datetime) -> datetime:
    """When it runs next; after each failure in a row it waits twice as long, a day at the most."""
    if last is None:
        return first
    every = timedelta(minutes=every_minutes)
    return last + max(every, min(every * (1 << min(failures, 12)), LONGEST_WAIT))


def folder_name(code: str) -> str | None:
    """A department's or item's code as the name of a folder; None where it would lead out of it."""
    return code if re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}", code) and ".." not in code else None


@dataclass(frozen=True, slots=True)
class Ran:
    """What one run did, and how the list tells it. `failure` is empty when it read to the end."""

    rows: int = 0
    returned: int = 0
    files: int = 0
    refused: int = 0
    failure: str = ""

    def __str__(self) -> str:
        if self.failure:
            return self.failure
        if self.files or self.refused:
            return f"接收文件 {self.files} 个" + (f"，未接收 {self.refused} 个。" if self.refused else "。")
        if not self.rows:
            return "没有新增或更新的数据。"
        return f"读取 {self.rows} 行" + (f"，其中退回 {self.returned} 行。" if self.returned else "，没有退回。")
