"""Texts for everybody, without the persons whom the register knows.

浙江省公共信用信息管理条例 第十五条, 山东省社会信用条例 第二十条: what concerns natural persons is not published.
Departments write names into grounds and facts all the same; a public page leaves them out, of whomever the record is.
"""

import time
from collections.abc import Sequence

from django.db import connection

from kernel.names import name_key
from subjects.rules.persons import NAME_PURPOSE
from subjects.rules.unnaming import nameless, numberless, pieces
from toolkit import crypto

WHOLE_SECONDS = 600.0  # after which every person is read again, and not only who has come since
OVERLAP = 10_000  # ids: whoever was entered earlier and committed later
LONGEST = 20_000  # characters of one text
_HEADS = """SELECT DISTINCT left(s.name, greatest(length(s.name) - 2, 1)) FROM subjects_person p
JOIN subjects_subject s ON s.id = p.subject_id WHERE p.subject_id > %s AND p.erased_at IS NULL"""
_KNOWN = "SELECT DISTINCT digest FROM subjects_person_name WHERE digest = ANY (%s::bytea[])"
_heads: dict[str, tuple[int, float, frozenset[str]]] = {}


def without_persons(texts: Sequence[str]) -> list[str]:
    """The same texts without names that some person of the register has, and without numbers of persons.

    One query for all of them. A word that happens to be somebody's name goes too: 某某.
    """
    cleaned = [numberless(text[:LONGEST]) for text in texts]
    heads = _known_heads()
    said = [list(pieces(text, heads)) for text in cleaned]
    digests: dict[str, list[bytes]] = {}
    for piece in (piece for row in said for piece in row):
        if piece.key not in digests:
            digests[piece.key] = [digest for _, digest in crypto.blind_indexes(piece.key, purpose=NAME_PURPOSE)]
    if not digests:
        return cleaned
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, [[one for ring in digests.values() for one in ring]])
        known = {bytes(row[0]) for row in cursor}
    names = {key for key, ring in digests.items() if known.intersection(ring)}
    return [
        nameless(text, [piece for piece in row if piece.key in names])
        for text, row in zip(cleaned, said, strict=True)
    ]


def _known_heads() -> frozenset[str]:
    """How the names of persons begin, from their masked form; kept by the process, newcomers are added each time."""
    database = str(connection.settings_dict["NAME"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(subject_id), 0) FROM subjects_person")
        newest = int(cursor.fetchone()[0])
        last, read_at, heads = _heads.get(database, (0, 0.0, frozenset()))
        whole = newest < last or not last or time.monotonic() - read_at > WHOLE_SECONDS
        if whole or newest > last:
            cursor.execute(_HEADS, [-1 if whole else last - OVERLAP])
            heads = frozenset(name_key(row[0]) for row in cursor) | (frozenset() if whole else heads)
            _heads[database] = (newest, time.monotonic() if whole else read_at, heads)
    return heads
