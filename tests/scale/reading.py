"""What a page reads: its statements are run again under EXPLAIN ANALYZE, and their rows are counted."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Department, User
from kernel.actor import Role
from tests.factories import accounts

FULL = 1_000  # rows of a partition from which on nobody reads it from end to end
SEQUENTIAL = """
SELECT relid::regclass::text FROM pg_partitioned_table p, pg_partition_tree(p.partrelid) t
JOIN pg_class c ON c.oid = t.relid WHERE t.isleaf AND c.reltuples > %s"""


@dataclass(frozen=True, slots=True)
class Read:
    """Rows that one node of a plan touched. `sequential`: a full partition is read from end to end."""

    table: str
    rows: int
    sequential: bool


def reader(*roles: Role, department: Department) -> Client:
    client = Client()
    user: User = accounts.user(*roles, department=department)
    client.force_login(user)
    return client


def full_partitions() -> set[str]:
    """Partitions, of whatever table, that hold more than FULL rows; after ANALYZE."""
    with connection.cursor() as cursor:
        cursor.execute(SEQUENTIAL, [FULL])
        return {name for (name,) in cursor.fetchall()}


def reads_of(
    client: Client, path: str, *, tables: tuple[str, ...], known: set[str] | None = None
) -> tuple[list[Read], str]:
    """What the page's statements read of tables whose names begin so, and the link to the next page, "" without one.

    Statements that are `known` already are not explained again.
    """
    with CaptureQueriesContext(connection) as caught:
        response = client.get(path)
    assert response.status_code == 200, path
    full, found, known = full_partitions(), list[Read](), known if known is not None else set()
    for query in caught.captured_queries:
        if not query["sql"].lstrip().startswith("SELECT") or not any(table in query["sql"] for table in tables):
            continue
        if query["sql"] in known:
            continue
        known.add(query["sql"])
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) " + query["sql"])
            (answer,) = cursor.fetchone()
        plan = answer if isinstance(answer, list) else json.loads(answer)
        found += _reads(plan[0]["Plan"], lambda name: name.startswith(tables), full)
    return found, _next_of(response.content.decode(), path)


def plans_of(queries: list[dict[str, str]], *, tables: tuple[str, ...]) -> list[Read]:
    """What these statements read of the tables, which are full: whoever reads one from end to end is named."""
    found = list[Read]()
    for sql in {query["sql"] for query in queries if any(table in query["sql"] for table in tables)}:
        if sql.lstrip().startswith(("SELECT", "WITH")):
            with connection.cursor() as cursor:
                cursor.execute("EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) " + sql)
                (answer,) = cursor.fetchone()
            plan = answer if isinstance(answer, list) else json.loads(answer)
            found += _reads(plan[0]["Plan"], lambda name: name in tables, set(tables))
    return found


def _next_of(page: str, path: str) -> str:
    link = re.search(r'rel="next"[^>]*href="([^"]+)"', page)
    if link is None:
        return ""
    href = link[1].replace("&amp;", "&")
    return path.split("?")[0] + href if href.startswith("?") else href


def _reads(node: dict[str, Any], is_asked: Callable[[str], bool], full: set[str]) -> Iterator[Read]:
    table = node.get("Relation Name", "")
    if is_asked(table):
        rows = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
        sequential = node["Node Type"].endswith("Seq Scan") and table in full
        yield Read(table, round(rows * node["Actual Loops"]), sequential)
    for child in node.get("Plans", ()):
        yield from _reads(child, is_asked, full)
