"""The rows of a file judged and made ready to wait: all of the work that needs neither database nor keys. Pure.

`python -m collection.rules.judging` does it as the helper of a worker (services/judges.py): a `Task` first, then rows
chunk by chunk on its standard input, for each chunk the results on its standard output (`send`, `receive`); it ends
with its input. It knows no key, no connection and no setting, and nobody but the worker that began it can talk to it.
"""

import gc
import marshal
import pickle
import struct
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO, NamedTuple

from catalog.rules.definition import Definition
from collection.rules.checking import Plan
from collection.rules.ready import Returned
from collection.rules.waiting import Shared, Waiting, Writer


class Incoming(NamedTuple):
    """A row as it comes. `place`: its row in the file; `number`: what it is called, in a returned workbook the row of
    the first file. `texts` by the order of the headings; `flaws`: field code -> what the reader says of that cell.
    """

    place: int
    number: int
    texts: Sequence[str]
    flaws: Mapping[str, str]
    confirmed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What the rows of a batch are judged by. `codes`: the field of each heading, "" where it is none of ours."""

    definition: Definition
    today: date
    reporter: str
    reporter_code: str
    codes: tuple[str, ...]
    shared: Shared


class Judging:
    """Judges rows, whichever of a file they are."""

    def __init__(self, task: Task) -> None:
        self._plan = Plan(task.definition, today=task.today, reporter=task.reporter, reporter_code=task.reporter_code)
        self._writer = Writer(task.shared)
        # in the order of the codes, whatever the file's is: so is the content, and its digest
        self._columns = sorted((code, place) for place, code in enumerate(task.codes) if code)

    def of(self, rows: Sequence[Incoming]) -> list[Waiting | Returned]:
        """One result for each row, in their order."""
        check, waiting, columns = self._plan.check, self._writer.waiting, self._columns
        results: list[Waiting | Returned] = []
        for _, number, texts, flaws, confirmed in rows:
            cells = {code: text for code, place in columns if (text := texts[place])}
            result = check(number, cells, confirmed=confirmed, flaws=flaws)
            results.append(result if isinstance(result, Returned) else waiting(result))
        return results


# --- between worker and helper --------------------------------------------------------------------------------------
_LENGTH = struct.Struct("!Q")


def send(stream: BinaryIO, data: bytes) -> None:
    stream.write(_LENGTH.pack(len(data)))
    stream.write(data)
    stream.flush()


def receive(stream: BinaryIO) -> bytes:
    """What the other side has sent. Raises EOFError where it has gone."""
    head = stream.read(_LENGTH.size)
    data = stream.read(_LENGTH.unpack(head)[0]) if len(head) == _LENGTH.size else b""
    if not data:
        raise EOFError
    return data


def packed_rows(rows: Sequence[Incoming]) -> bytes:
    """Plain values as marshal writes them: several times as fast as pickle, which remembers each text."""
    return marshal.dumps([tuple(row) for row in rows])


def packed_results(results: Sequence[Waiting | Returned]) -> bytes:
    """The usual ones as plain values; the few that hold problems or persons pickled."""
    return marshal.dumps(
        [tuple(one) if isinstance(one, Waiting) and _is_plain(one) else pickle.dumps(one) for one in results]
    )


def unpacked_results(data: bytes) -> list[Waiting | Returned]:
    return [pickle.loads(one) if isinstance(one, bytes) else Waiting._make(one) for one in marshal.loads(data)]


def _is_plain(one: Waiting) -> bool:
    return one.ready is None and not one.warnings


def help_out(asked: BinaryIO, answers: BinaryIO) -> None:
    """What a helper does from its first byte to the end of its input."""
    gc.disable()  # rows hold no circles
    judging = Judging(pickle.loads(receive(asked)))
    while True:
        try:
            rows = marshal.loads(receive(asked))
        except EOFError:
            return
        send(answers, packed_results(judging.of(rows)))


if __name__ == "__main__":
    help_out(sys.stdin.buffer, sys.stdout.buffer)
