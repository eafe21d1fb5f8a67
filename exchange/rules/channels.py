"""The ways to a receiver: what each needs to be told, where it may lead, what it says when it fails. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from exchange.rules.sources import SECOND_PERSON
from kernel.law import Reason, Verdict

HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,198}[A-Za-z0-9])?|[0-9A-Fa-f:]{2,39}")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,50}")  # of a table or schema; a state table's suffix still fits
FOLDER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}")
REMOTE = re.compile(r"/?[\w.-]+(?:/[\w.-]+)*/?")
HOST_KEY = re.compile(r"(?:ssh-(?:ed25519|rsa)|ecdsa-sha2-nistp(?:256|384|521)) [A-Za-z0-9+/]{40,4000}={0,3}")
ANY_PORT = "*"
STATE_SUFFIX = "_state"
SHORTEST_SECRET = 16


class Kind(StrEnum):
    """Without any channel the receiver pulls."""

    TABLE = "table"
    FOLDER = "folder"
    SFTP = "sftp"
    WEBHOOK = "webhook"
    SOAP = "soap"


KINDS = {
    Kind.TABLE: "写入对方数据库表",
    Kind.FOLDER: "XML 文件（共享文件夹）",
    Kind.SFTP: "XML 文件（SFTP）",
    Kind.WEBHOOK: "调用对方接口（REST）",
    Kind.SOAP: "调用对方接口（SOAP）",
}
PULL = "对方按序号取数"

BOXES = {
    "engine": "数据库",
    "host": "主机",
    "port": "端口",
    "database": "库名",
    "username": "用户名",
    "relation": "表名",
    "deletions": "移出的条目",
    "path": "文件夹",
    "host_key": "服务器公钥",
    "url": "地址",
}
NEEDS: Mapping[Kind, frozenset[str]] = {
    Kind.TABLE: frozenset({"engine", "host", "port", "database", "username", "relation", "deletions"}),
    Kind.FOLDER: frozenset({"path"}),
    Kind.SFTP: frozenset({"host", "port", "username", "path", "host_key"}),
    Kind.WEBHOOK: frozenset({"url"}),
    Kind.SOAP: frozenset({"url"}),
}
MAY_HAVE: Mapping[Kind, frozenset[str]] = {Kind.SOAP: frozenset({"username"})}
SECRETS = {
    Kind.TABLE: "密码",
    Kind.SFTP: "密码或私钥",
    Kind.WEBHOOK: "签名密钥",
    Kind.SOAP: "密码或签名密钥",
}
NEEDS_SECRET = frozenset({Kind.TABLE, Kind.SFTP, Kind.WEBHOOK})
ENGINES = {"postgresql": "PostgreSQL", "mysql": "MySQL、MariaDB"}
DELETIONS = {"delete": "从表中删除", "mark": "保留并标记"}
STANDARD_PORTS = {"postgresql": 5432, "mysql": 3306, "sftp": 22, "http": 80, "https": 443}


class Trouble(StrEnum):
    """Why a receiver could not be told, so that the reader of the page knows whom to ring."""

    FORBIDDEN = "forbidden"
    SETTINGS = "settings"
    HOST = "host"
    LOGIN = "login"
    DATABASE = "database"
    TABLE = "table"
    COLUMNS = "columns"
    PRIVILEGE = "privilege"
    FULL = "full"
    SLOW = "slow"
    HOST_KEY = "host_key"
    FOLDER = "folder"
    WRITE = "write"
    REFUSED = "refused"
    ANSWER = "answer"
    REDIRECT = "redirect"
    GAP = "gap"
    AHEAD = "ahead"
    NOT_YET = "not_yet"
    OTHER = "other"


TROUBLES = {
    Trouble.FORBIDDEN: "该主机和端口不在允许推送的范围内，请系统管理员在 EXCHANGE_HOSTS 中登记后再试。",
    Trouble.SETTINGS: "推送方式的设置不完整，请补齐后保存。",
    Trouble.HOST: "主机无法连接，请核对主机、端口，并确认对方防火墙已放行本平台。",
    Trouble.LOGIN: "登录被拒绝，请核对用户名和密码，并确认该用户允许从本平台登录。",
    Trouble.DATABASE: "没有这个数据库，或该用户不能进入，请核对库名。",
    Trouble.TABLE: "对方数据库中没有推送用的表，可能已改名或删除。请对方恢复，或点“重发全量”重新建表。",
    Trouble.COLUMNS: "对方表的结构已改动，请对方恢复。",
    Trouble.PRIVILEGE: "该用户没有读写该表的权限，请对方管理员授权。",
    Trouble.FULL: "对方的磁盘已满或达到配额，请对方清理后再试。",
    Trouble.SLOW: "对方没有在限定时间内答复，将再次推送。对方可能已经处理，重复推送不会重复入库。",
    Trouble.HOST_KEY: "服务器公钥与登记的不一致，未登录。请与对方核对是否更换了服务器。",
    Trouble.FOLDER: "文件夹不存在或者不是文件夹，请对方建立或恢复。",
    Trouble.WRITE: "文件夹不可写，请对方授予写入和改名的权限。",
    Trouble.REFUSED: "对方系统报错，请对方查看其日志。",
    Trouble.ANSWER: "对方的答复不是约定的格式，未认定为已接收。",
    Trouble.REDIRECT: "对方要求转到另一地址，未予跟随。请登记最终的地址。",
    Trouble.GAP: "对方的序号落后于已推送的序号，已从缺口处补推。",
    Trouble.AHEAD: "对方记录的序号大于本平台推送的最后一号，该表或接口可能还被另一订阅使用。请核对。",
    Trouble.NOT_YET: "本系统尚未启用这种推送方式。",
    Trouble.OTHER: "推送时出错，请系统管理员查看日志。",
}


@dataclass(frozen=True, slots=True)
class Settings:
    """What a channel is told, without the secret. `settings`: boxes of BOXES that its kind has."""

    kind: Kind
    settings: Mapping[str, str]

    def get(self, name: str) -> str:
        return str(self.settings.get(name, ""))

    @property
    def port(self) -> int:
        text = self.get("port")
        return int(text) if text.isdigit() else 0


def kept(kind: Kind, said: Mapping[str, str]) -> dict[str, str]:
    """Of what a form says, what this kind has."""
    names = NEEDS[kind] | MAY_HAVE.get(kind, frozenset())
    return {name: str(said.get(name, "")).strip() for name in sorted(names)}


def problems(settings: Settings, *, has_secret: bool, allowed: Sequence[str]) -> list[str]:
    """What is missing or wrong, in Chinese, each with how to mend it."""
    kind = settings.kind
    missing = [BOXES[name] for name in BOXES if name in NEEDS[kind] and not settings.get(name)]
    found = [f"请填写{'、'.join(missing)}。"] if missing else []
    if kind in NEEDS_SECRET and not has_secret:
        found.append("请填写密码或密钥。")
    if found:
        return found
    judge = {Kind.TABLE: _table, Kind.FOLDER: _folder, Kind.SFTP: _sftp}.get(kind, _called)
    found = judge(settings)
    if not found and kind is not Kind.FOLDER and not allowed_to(settings, allowed):
        found.append(TROUBLES[Trouble.FORBIDDEN])
    return found


def _table(settings: Settings) -> list[str]:
    found = []
    if settings.get("engine") not in ENGINES or settings.get("deletions") not in DELETIONS:
        found.append("请选择数据库的种类，以及移出的条目如何处理。")
    if relation_parts(settings.get("relation")) is None:
        found.append("表名只能是“表”或“模式.表”，由字母、数字和下划线组成，不超过 50 个字符。")
    return found + _address(settings)


def _address(settings: Settings) -> list[str]:
    right = HOST.fullmatch(settings.get("host")) and 0 < settings.port < 65536
    return [] if right else ["请核对主机和端口。"]


def _folder(settings: Settings) -> list[str]:
    if is_folder_name(settings.get("path")):
        return []
    return ["文件夹名由字母、数字、点、横线和下划线组成，不含“/”和“..”。"]


def is_folder_name(text: str) -> bool:
    return bool(FOLDER.fullmatch(text)) and ".." not in text


def _sftp(settings: Settings) -> list[str]:
    found = _address(settings)
    if not REMOTE.fullmatch(settings.get("path")) or ".." in settings.get("path").split("/"):
        found.append("请核对对方服务器上的文件夹，不含“..”。")
    if not HOST_KEY.fullmatch(settings.get("host_key")):
        found.append("服务器公钥应为一行，如 ssh-ed25519 AAAA…，向对方管理员索取并当面核对。")
    return found


def _called(settings: Settings) -> list[str]:
    place = place_of(settings.get("url"))
    if place is None:
        return ["地址应为 http:// 或 https:// 开头的完整地址，不含用户名、密码和“#”。"]
    return []


def place_of(url: str) -> tuple[str, str, int] | None:
    """Scheme, host and port of an address that may be called at all; None: it is none."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    host = parts.hostname or ""
    if parts.scheme not in {"http", "https"} or not HOST.fullmatch(host) or not url.isascii():
        return None
    if parts.username is not None or parts.password is not None or parts.fragment or re.search(r"[\s\\]", url):
        return None
    return parts.scheme, host, port or STANDARD_PORTS[parts.scheme]


def allowed_to(settings: Settings, allowed: Sequence[str]) -> bool:
    """Whether the operator lets the platform connect there. `allowed`: "host" (the standard port alone), "host:port"
    or "host:*"; compared as text. A folder is on this machine and leads nowhere.
    """
    match settings.kind:
        case Kind.FOLDER:
            return True
        case Kind.TABLE:
            scheme, host, port = settings.get("engine"), settings.get("host"), settings.port
        case Kind.SFTP:
            scheme, host, port = "sftp", settings.get("host"), settings.port
        case _:
            place = place_of(settings.get("url"))
            if place is None:
                return False
            scheme, host, port = place
    return any(_names(entry.strip(), scheme, host, port) for entry in allowed)


def _names(entry: str, scheme: str, host: str, port: int) -> bool:
    with_port = re.fullmatch(r"(.+):(\d+|\*)", entry)
    name, of_port = (with_port[1], with_port[2]) if with_port else (entry, "")
    if name.strip("[]").lower() != host.lower():
        return False
    return of_port == ANY_PORT or port == (int(of_port) if of_port else STANDARD_PORTS[scheme])


def relation_parts(text: str) -> tuple[str, ...] | None:
    """A table's name with or without its schema, as parts that can be quoted; None: no such name."""
    parts = tuple(text.split("."))
    return parts if len(parts) <= 2 and all(NAME.fullmatch(part) for part in parts) else None


def may_approve(*, proposed_by: str, by: str, tested: bool) -> Verdict:
    """A second person lets rows go out, to a receiver that was reached (浙江省公共信用信息管理条例 第二十四条)."""
    against = []
    if proposed_by == by:
        text = "推送方式由您设置，请由信用办另一名人员核准。"
        against.append(Reason("second_person", SECOND_PERSON, text))
    if not tested:
        text = "推送方式设置后还没有测试成功，请先点“测试连接”。"
        against.append(Reason("not_tested", SECOND_PERSON, text))
    return Verdict(tuple(against))
