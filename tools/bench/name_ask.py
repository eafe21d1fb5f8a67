"""`python -m tools.bench.name_ask QUESTIONS ANSWERS product|trigram` asks names and writes what was found.

product: subjects.selectors.candidates, as the window asks. trigram: a plain trigram index and its similarity, the
peer. One JSON object a line: name, milliseconds by the clock and of the processors, found names best first.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import django
from django.db import connection

django.setup()

# after setup(): these import models
from kernel.names import name_key  # noqa: E402
from subjects.selectors import candidates  # noqa: E402

Found = list[tuple[str, str, float]]
LIMIT = 10
SIMILAR = """SELECT n.name, coalesce(s.uscc, ''), similarity(n.key, %(key)s) FROM subjects_name n
JOIN subjects_subject s ON s.id = n.subject_id WHERE n.key %% %(key)s ORDER BY 3 DESC LIMIT 10"""
CONTAINED = """SELECT n.name, coalesce(s.uscc, ''), 0 FROM subjects_name n
JOIN subjects_subject s ON s.id = n.subject_id WHERE n.key LIKE %(like)s LIMIT 10"""


def product(name: str) -> Found:
    return [(one.name, one.uscc, one.score) for one in candidates(name, LIMIT)]


def trigram(name: str) -> Found:
    """Two characters have no trigram between them: the index helps neither % nor LIKE, and all must be read."""
    key = name_key(name)
    with connection.cursor() as cursor:
        cursor.execute(CONTAINED if len(key) < 3 else SIMILAR, {"key": key, "like": f"%{key}%"})
        return [(found, code, float(score)) for found, code, score in cursor.fetchall()]


def _server() -> Path:
    """Where the system tells how long our PostgreSQL process has held a processor."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return Path(f"/proc/{cursor.fetchone()[0]}/schedstat")


def _processor_ms(server: Path) -> float:
    """Of this process and its PostgreSQL process: what a search costs however busy the machine is."""
    return time.process_time() * 1000 + int(server.read_text().split()[0]) / 1e6


WAYS: dict[str, Callable[[str], Found]] = {"product": product, "trigram": trigram}


def main(questions: Path, answers: Path, way: str) -> int:
    ask = WAYS[way]
    names = json.loads(questions.read_text(encoding="utf-8"))
    for name in names[:20]:
        ask(name)  # opens the connection, reads the statistics, makes the plans
    server = _server()
    with answers.open("w", encoding="utf-8") as out:
        for name in names:
            began, used = time.perf_counter(), _processor_ms(server)
            found = ask(name)
            took, used = (time.perf_counter() - began) * 1000, _processor_ms(server) - used
            answer = {"name": name, "ms": round(took, 3), "processor_ms": round(used, 3), "found": found}
            out.write(json.dumps(answer, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]))
