"""`make bench [ONLY=id,id]`: measure, print, and write one object per measurement to var/bench.jsonl.

Each measurement starts engines of its own in a temporary folder; docs/performance.md says what the figures mean.
A line of the file stays until its id is measured again.
"""

import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tools import places
from tools.bench import (
    check_api,
    check_page,
    check_under_load,
    feedback_intake,
    growth,
    ingest,
    load_subjects,
    name_quality,
    name_search,
    portal_search,
    push,
    receive_list,
    report_pdf,
    roster_run,
    think_time,
)
from tools.bench.bed import Bed, bed
from tools.places import Trouble

MEASUREMENTS: Mapping[str, Callable[[Bed], dict[str, Any]]] = {
    check_api.ID: check_api.measure,
    check_page.ID: check_page.measure,
    check_under_load.ID: check_under_load.measure,
    think_time.ID: think_time.measure,
    feedback_intake.ID: feedback_intake.measure,
    growth.ID: growth.measure,
    load_subjects.ID: load_subjects.measure,
    ingest.IDS["csv"]: ingest.measure_csv,
    ingest.IDS["xlsx"]: ingest.measure_xlsx,
    ingest.PEER_ID: ingest.measure_peer,
    name_quality.ID: name_quality.measure,
    name_search.ID: name_search.measure,
    receive_list.ID: receive_list.measure,
    portal_search.ID: portal_search.measure,
    push.ID: push.measure,
    report_pdf.ID: report_pdf.measure,
    roster_run.ID: roster_run.measure,
}


def main() -> int:
    wanted = [name for name in os.environ.get("ONLY", "").split(",") if name] or list(MEASUREMENTS)
    if unknown := set(wanted) - MEASUREMENTS.keys():
        print(f"No measurement is called {', '.join(sorted(unknown))}. There are: {', '.join(MEASUREMENTS)}")
        return 2
    target = places.make(places.data_dir()) / "bench.jsonl"
    try:
        for name in wanted:
            print(f"measuring {name}", file=sys.stderr)
            with bed() as ground:
                measured = MEASUREMENTS[name](ground)
            print(json.dumps(measured, ensure_ascii=False))
            write(target, measured)
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 2
    return 0


def write(target: Path, measured: dict[str, Any]) -> None:
    """Put the object in the place of an earlier one with its id."""
    lines = target.read_text(encoding="utf-8").splitlines() if target.exists() else []
    kept = [line for line in lines if json.loads(line)["id"] != measured["id"]]
    target.write_text("\n".join([*kept, json.dumps(measured, ensure_ascii=False), ""]), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
