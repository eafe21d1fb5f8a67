"""After an interrupted import: every row of the file is there once, and whatever counts them says the same."""

from collections.abc import Callable, Sequence
from typing import Any

from collection.rules.keys import document_key

Ask = Callable[..., list[tuple[Any, ...]]]
BATCH = "SELECT state, total, taken, changed, same, returned, open_problems FROM collection_batch WHERE id = %s"
RECORDS = "SELECT row_number, document_no FROM collection_record WHERE batch_id = %s ORDER BY 1"
RETURNED = "SELECT row_number FROM collection_rowproblem WHERE batch_id = %s ORDER BY 1"
KEYS = """
SELECT count(*), count(r.id), count(DISTINCT k.record_id) FROM collection_recordkey k
LEFT JOIN collection_record r ON (r.id, r.recorded_at) = (k.record_id, k.recorded_at) AND r.batch_id = %s
WHERE k.provider_id = (SELECT department_id FROM collection_batch WHERE id = %s) AND r.id IS NOT NULL"""
TALLY = "SELECT sum(reported), sum(taken) FROM collection_tally"
BATCHES = "SELECT sum(taken + returned), sum(taken) FROM collection_batch WHERE state = 'done'"
FACTS = "SELECT name, count(*), sum((payload->>'taken')::int) FROM audit_event WHERE about = %s GROUP BY 1"
JOB = "SELECT j.state, j.done, j.total FROM office_job j JOIN collection_batch b ON b.job_id = j.id WHERE b.id = %s"


def wrong_with(ask: Ask, batch: int, numbers: Sequence[str]) -> list[str]:
    """What does not add up. `numbers`: the document numbers of the file, row by row, all different.

    `ask` runs a statement with its values in the database where the import ran.
    """
    [(state, total, taken, changed, same, returned, left)] = ask(BATCH, batch)
    records, bad = ask(RECORDS, batch), [row for (row,) in ask(RETURNED, batch)]
    facts = {name: (count, told) for name, count, told in ask(FACTS, f"collection.batch:{batch}")}
    said = {row + 2: document_key(text) for row, text in enumerate(numbers)}
    found = {
        "state, rows of the batch": ((state, total), ("done", len(numbers))),
        "its counts": (taken + changed + same + returned, total),
        "changed, same": ((changed, same), (0, 0)),
        "records": (len(records), taken),
        "returned rows": ((len(bad), left), (returned, returned)),
        "rows that are there": (sorted([*(row for row, _ in records), *bad]), sorted(said)),
        "records of another row": ([row for row, text in records if said.get(row) != document_key(text)][:3], []),
        "keys, with a record, different": (ask(KEYS, batch, batch), [(taken, taken, taken)]),
        "staged rows": (ask("SELECT count(*) FROM collection_stagedrow"), [(0,)]),
        "the tally": (ask(TALLY), ask(BATCHES)),
        "received once": (facts.get("collection.batch.received", (0,))[0], 1),
        "done once": (facts.get("collection.batch.done", (0,))[0], 1),
        "taken by the facts": (facts.get("collection.rows.taken", (0, 0))[1], taken),
        "the job": (ask(JOB, batch), [("done", len(numbers), len(numbers))]),
    }
    return [
        f"{what}: {is_so!r:.300}, not {should!r:.300}" for what, (is_so, should) in found.items() if is_so != should
    ]
