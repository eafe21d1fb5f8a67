"""A receiver's own REST interface: signed calls to one address, and an answer that says what it holds.

The signature is that of our own clients (accounts.rules.signature) under a secret of this channel alone. Calls go to
the address that was registered, to a host that settings.EXCHANGE_HOSTS names, by no proxy and after no redirect.
"""

import json
import secrets
import socket
import ssl
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from accounts.rules.signature import sign, text_to_sign
from exchange.rules.channels import Trouble, allowed_to, place_of
from exchange.selectors import Change
from exchange.services.channels.base import Batch, CannotDeliver, Gap, Receipt, Snapshot, Target
from toolkit.clock import SHANGHAI

CONNECT_SECONDS = 10.0
PATIENCE = 20.0  # seconds for a whole call, whatever the other side does meanwhile
LONGEST_ANSWER = 64 * 1024
LARGEST_NUMBER = 10**18


class WebhookChannel:
    def __init__(self, target: Target) -> None:
        self._target = target
        self._url = target.settings.get("url")
        place = place_of(self._url)
        if place is None:
            raise CannotDeliver(Trouble.SETTINGS)
        self._scheme, self._host, self._port = place

    def try_it(self) -> str:
        said = self._call({"kind": "status"})
        return f"对方已按约定答复：已应用至第 {said.seq} 号，现存 {said.count} 条。"

    def deliver(self, batch: Batch) -> Receipt:
        said = self._call(call_of(batch.subscription_id, batch.first_seq, batch.last_seq, batch.rows))
        if said.seq < batch.first_seq - 1:
            raise Gap(said.seq)
        if said.seq < batch.last_seq:
            raise CannotDeliver(Trouble.ANSWER, f"对方答复只应用到第 {said.seq} 号，应为第 {batch.last_seq} 号。")
        return said

    def replace(self, snapshot: Snapshot) -> Receipt:
        """Page by page, by entry; the last one says that whatever was not in a page is to go."""
        after, page = 0, next(snapshot.pages, ())
        while True:
            following = next(snapshot.pages, None)
            said = self._call(
                {
                    "kind": "snapshot",
                    "seq": snapshot.seq,
                    "after": after,
                    "more": following is not None,
                    "rows": _rows(page),
                }
            )
            if following is None:
                break
            after, page = page[-1].entry, following
        if said.seq < snapshot.seq:
            raise CannotDeliver(Trouble.ANSWER, f"对方答复只应用到第 {said.seq} 号，应为第 {snapshot.seq} 号。")
        return said

    def state(self) -> Receipt | None:
        return self._call({"kind": "status"})

    def _call(self, said: Mapping[str, Any]) -> Receipt:
        body = json.dumps({"subscription": self._target.subscription_id, **said}, ensure_ascii=False).encode()
        status, kind, answer = self._answered(body)
        if 300 <= status < 400:
            raise CannotDeliver(Trouble.REDIRECT)
        if status in {401, 403}:
            raise CannotDeliver(Trouble.LOGIN, f"对方拒绝了签名（HTTP {status}），请核对密钥和对方系统的时钟。")
        if status == 507:
            raise CannotDeliver(Trouble.FULL)
        if status == 409:
            raise Gap(_receipt(kind, answer).seq)
        if status != 200:
            raise CannotDeliver(Trouble.REFUSED, f"对方系统报错（HTTP {status}），请对方查看其日志。")
        return _receipt(kind, answer)

    def _answered(self, body: bytes) -> tuple[int, str, bytes]:
        if not allowed_to(self._target.settings, settings.EXCHANGE_HOSTS):
            raise CannotDeliver(Trouble.FORBIDDEN)
        with closing(self._connection()) as connection:
            end, watch = time.monotonic() + PATIENCE, None
            try:
                connection.connect()
                line: socket.socket = connection.sock  # the answer takes it away from the connection
                line.settimeout(PATIENCE)
                watch = threading.Timer(PATIENCE, _cut, [line])  # one that drips its answer is given up, too
                watch.daemon = True
                watch.start()
                connection.request("POST", self._path, body, self._headers(body))
                response: HTTPResponse = connection.getresponse()
                answer = response.read(LONGEST_ANSWER + 1)
                if time.monotonic() >= end:
                    raise TimeoutError
                return response.status, response.getheader("Content-Type", ""), answer
            except ssl.SSLCertVerificationError as error:
                raise CannotDeliver(Trouble.HOST, "对方的 HTTPS 证书无法验证，未发送。请对方更换证书。") from error
            except (TimeoutError, HTTPException, OSError, ValueError) as error:
                late = isinstance(error, TimeoutError) or time.monotonic() >= end
                raise CannotDeliver(Trouble.SLOW if late else Trouble.HOST) from error
            finally:
                if watch is not None:
                    watch.cancel()

    def _connection(self) -> HTTPConnection:
        if self._scheme == "https":
            context = ssl.create_default_context()
            return HTTPSConnection(self._host, self._port, timeout=CONNECT_SECONDS, context=context)
        return HTTPConnection(self._host, self._port, timeout=CONNECT_SECONDS)

    @property
    def _path(self) -> str:
        parts = urlsplit(self._url)
        return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")

    def _headers(self, body: bytes) -> dict[str, str]:
        path, _, query = self._path.partition("?")
        timestamp, nonce = str(int(self._target.now.timestamp())), secrets.token_hex(16)
        text = text_to_sign(method="POST", path=path, query=query, body=body, timestamp=timestamp, nonce=nonce)
        return {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "User-Agent": "credit-platform",
            "X-Client": self._target.caller,
            "X-Timestamp": timestamp,
            "X-Nonce": nonce,
            "X-Signature": sign(self._target.secret.encode(), text),
        }


def _cut(line: socket.socket) -> None:
    with suppress(OSError):  # it may be closed already
        line.shutdown(socket.SHUT_RDWR)


def call_of(subscription_id: int, first_seq: int, last_seq: int, rows: Sequence[Change]) -> dict[str, Any]:
    """What a call says that hands rows over."""
    numbers = {"first_seq": first_seq, "last_seq": last_seq}
    return {"subscription": subscription_id, "kind": "changes", **numbers, "rows": _rows(rows)}


def _rows(rows: Sequence[Change]) -> list[dict[str, Any]]:
    """As the receiver would pull them."""
    return [
        {
            "seq": row.seq,
            "change": row.change,
            "entry": row.entry,
            "list": row.list,
            "at": row.at.astimezone(SHANGHAI).isoformat(timespec="milliseconds"),
            "content": dict(row.content),
        }
        for row in rows
    ]


def _receipt(kind: str, answer: bytes) -> Receipt:
    """{"seq": …, "count": …}; anything else is no receipt, whatever the status says."""
    try:
        said = json.loads(answer) if len(answer) <= LONGEST_ANSWER and kind.startswith("application/json") else None
    except (ValueError, RecursionError):
        said = None
    seq, count = (said.get("seq"), said.get("count")) if isinstance(said, dict) else (None, None)
    if not all(type(one) is int and 0 <= one < LARGEST_NUMBER for one in (seq, count)):
        raise CannotDeliver(Trouble.ANSWER)
    assert isinstance(seq, int) and isinstance(count, int)
    return Receipt(seq, count)
