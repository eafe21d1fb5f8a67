"""The paper that comes with a claim: a PDF or a photograph, not large, sealed, kept for a year."""

from datetime import datetime, timedelta
from typing import BinaryIO

from kernel.actor import Actor
from kernel.errors import Malformed
from office.services import store_file
from toolkit.clock import day_of

LARGEST = 10 * 1024 * 1024
KEPT = timedelta(days=400)
STARTS = {b"%PDF-": "pdf", b"\xff\xd8\xff": "jpg", b"\x89PNG\r\n\x1a\n": "png"}


class PaperUnreadable(Malformed):
    code = "citizens.paper_unreadable"
    message = "证明材料须为 PDF、JPG 或 PNG 文件，不超过 10 MB。请重新扫描或拍照后上传。"


def keep_paper(*, stream: BinaryIO, size: int, actor: Actor, now: datetime) -> int:
    """Store it under a name of our own: what it was called may tell of a person. Raises PaperUnreadable.

    What it is, is told by how it begins, not by its name.
    """
    head = stream.read(8)
    kind = next((kind for start, kind in STARTS.items() if head.startswith(start)), "")
    if not kind or not 0 < size <= LARGEST:
        raise PaperUnreadable
    stream.seek(0)
    until = day_of(now) + KEPT
    return store_file(
        stream=stream, name=f"证明材料.{kind}", keep_until=until, limit=LARGEST, actor=actor, now=now
    ).id
