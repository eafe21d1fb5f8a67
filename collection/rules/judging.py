"""The rows of a file judged and made ready to wait: all of the work that needs neither database nor keys. Pure.

`python -m collection.rules.judging` does it as the helper of a worker (services/judges.py): a `Task` first, then rows
chunk by chunk on its standard input, for each chunk the results on its standard output, pickled; it ends with its
input. It knows no key, no connection and no setting, and nobody but the worker that began it can talk to it.
"""

import gc
import pickle
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


def help_out(asked: BinaryIO, answers: BinaryIO) -> None:
    """What a helper does from its first byte to the end of its input."""
    gc.disable()  # rows hold no circles
    judging = Judging(pickle.load(asked))
    while True:
        try:
            rows = pickle.load(asked)
        except EOFError:
            return
        pickle.dump(judging.of(rows), answers, pickle.HIGHEST_PROTOCOL)
        answers.flush()


if __name__ == "__main__":
    help_out(sys.stdin.buffer, sys.stdout.buffer)
