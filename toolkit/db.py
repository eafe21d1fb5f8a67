"""What PostgreSQL says, in the house's words: constraints become refusals, SQL functions are called by name."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar

import psycopg2
from django.db import IntegrityError, InterfaceError, OperationalError, connection, transaction

from kernel.errors import Refusal

T = TypeVar("T")
FEW = 1_000  # rows: a table of fewer is not worth it, whatever the plan


@contextmanager
def refusing(constraint: str, refusal: type[Refusal]) -> Iterator[None]:
    """Turn the violation of one named constraint into the refusal that it means."""
    try:
        with transaction.atomic():  # a savepoint: the transaction outside stays usable
            yield
    except IntegrityError as error:
        if constraint_of(error) == constraint:
            raise refusal from error
        raise


def constraint_of(error: IntegrityError) -> str:
    """The name of the violated constraint, without the partition's prefix that PostgreSQL may add."""
    cause = error.__cause__
    return (cause.diag.constraint_name or "") if isinstance(cause, psycopg2.IntegrityError) else ""


def lock_counter(table: str) -> int:
    """Lock the one row of a revision counter, made where there is none, to the end of the transaction; what it says.

    Whoever reads "is it known, does it say the same?" before it writes does so under this lock: of two at once the
    second sees what the first has written. `table` is a model's (id boolean, revision bigint), never an input.
    """
    return _counter(table, start=0, step=0)


def raise_counter(table: str) -> int:
    """Raise a revision counter under its row lock; the new revision. `table` as in lock_counter."""
    return _counter(table, start=1, step=1)


def _counter(table: str, *, start: int, step: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO {table} AS c (id, revision) VALUES (true, %s)
            ON CONFLICT (id) DO UPDATE SET revision = c.revision + %s RETURNING revision""",
            [start, step],
        )
        return int(cursor.fetchone()[0])


def note_growth(tables: tuple[str, ...], rows: int) -> None:
    """After `rows` were added to tables of the caller's app: new statistics where they are a tenth or more of it.

    Autovacuum finds that out within a minute, and not at all where a crash has lost its counters. Until then a plan
    may expect an empty table and compare each row with every other. A third of the usual sample tells that much.
    """
    if rows * 10 < FEW:
        return
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL default_statistics_target = 30")
        for table in tables:
            cursor.execute("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [table])
            if rows * 10 >= max(cursor.fetchone()[0], FEW):
                cursor.execute(f"ANALYZE {table}")


def call_json(call: str, *arguments: Any) -> Any:
    """The jsonb that one SQL function returns, e.g. call_json("screening_revisions()"). One statement, one snapshot;
    a plpgsql function's plan is kept by the session. The places are typed in the call: f(%s::bigint[], %s::date).
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {call}::text", arguments)
        row = cursor.fetchone()
    return None if row is None or row[0] is None else json.loads(row[0])


def filled(call: str, constants: Sequence[Any]) -> str:
    """A call with its constants written in, once for many; each %%s of it is a place for an argument of call_json."""
    doubled = [value.replace("%", "%%") if isinstance(value, str) else value for value in constants]
    with connection.cursor() as cursor:
        return str(cursor.mogrify(call, doubled).decode())


def call_json_again(call: str, *arguments: Any) -> Any:
    """As call_json, for what does no harm when it is said twice: reading, and writing under an idempotency key."""
    return said_again(partial(call_json, call, *arguments))


def said_again(ask: Callable[[], T]) -> T:
    """What does no harm when it is said twice, said.

    The connection is not asked first whether it lives (CONN_HEALTH_CHECKS: one more statement in every request).
    Where it turns out to be gone, it is opened anew and the same is said once more.
    """
    if connection.in_atomic_block:
        return ask()
    connection.health_check_done = True  # type: ignore[attr-defined]  # of this request: Django asks once in each
    try:
        return ask()
    except (OperationalError, InterfaceError):
        if connection.connection is not None and not connection.connection.closed:
            raise
        connection.close()
    return ask()
