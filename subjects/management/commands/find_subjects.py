"""find_subjects --file NAMES.txt [--limit 10] [--json]: for each line the organisations that it may mean, best first.

The same search and ranking as the window's. Candidates are to be verified by code; a name identifies nobody (I6).
A line ends where a line break says so and nowhere else: as many answers as lines, in their order. A long file is
asked in two lanes, for PostgreSQL does most of the work.
"""

import json
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain, cycle, islice
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from kernel.identifiers import holds_citizen_id, read
from subjects.selectors import PERSON_KINDS, Resolution, named, resolve_code
from toolkit import clock
from toolkit.textfiles import LONGEST_LINE, open_text

MOST = 100
LANES, AT_ONCE, FEW = 2, 16, 64  # lines that a lane is given; files of so few lines are asked in this thread
_ODD_BREAKS = {0x85: "\\u0085", 0x2028: "\\u2028", 0x2029: "\\u2029"}  # line breaks to some readers of the output
NO_PERSONS = "本命令只检索组织，不接受自然人证件号码。"
STATES = {
    "known": "代码已登记",
    "unknown": "没有相近的主体",
    "verify": "待核实",
    "invalid": "无法检索",
    "missing": "空行",
    "person": "无法检索",
}
Answer = tuple[str, str, Resolution]  # what of the line may be repeated, the state, what was found


class Command(BaseCommand):
    help = "For each line of a text file the ranked organisations that the name may mean, with codes and reasons."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--file", type=Path, required=True, help="one name a line; UTF-8 or GB18030, also .gz")
        parser.add_argument("--limit", type=int, default=10, help=f"candidates of a line, 1 to {MOST}")
        parser.add_argument("--json", action="store_true", help="one JSON object a line")

    def handle(self, *args: Any, file: Path, limit: int, **options: Any) -> None:
        if not file.is_file():
            raise CommandError(f"没有这个文件：{file}")
        if not 1 <= limit <= MOST:
            raise CommandError(f"--limit 应为 1 至 {MOST}。")
        write = self._json if options["json"] else self._text
        try:
            with open_text(file) as text:
                text.reconfigure(newline="\n")
                for number, answer in enumerate(_answers(_lines(text), limit), start=1):
                    write(number, *answer)
        except (OSError, EOFError) as error:
            raise CommandError(f"文件读取失败：{error}") from error

    def _json(self, number: int, name: str, state: str, found: Resolution) -> None:
        subject = found.subject
        line = {
            "line": number,
            "name": name,
            "state": state,
            "problem": found.problem,
            "subject": {"code": subject.uscc or subject.reg_no or subject.org_code, "name": subject.name}
            if subject
            else None,
            "candidates": [
                {
                    "rank": rank,
                    "code": one.uscc,
                    "name": one.name,
                    "division_code": one.division_code,
                    "score": one.score,
                    "reasons": list(one.why),
                }
                for rank, one in enumerate(found.candidates, start=1)
            ],
        }
        self.stdout.write(json.dumps(line, ensure_ascii=False).translate(_ODD_BREAKS))

    def _text(self, number: int, name: str, state: str, found: Resolution) -> None:
        self.stdout.write(f"{number}\t{name}\t{found.problem or STATES[state]}")
        if found.subject:
            self.stdout.write(f"\t{found.subject.uscc}\t{found.subject.name}\t代码一致")
        for one in found.candidates:
            self.stdout.write(f"\t{one.uscc}\t{one.name}\t{one.score}\t{'；'.join(one.why)}")


def _lines(text: IO[str]) -> Iterator[str]:
    """Each line without its break. Of one longer than any name enough is given for it to be refused."""
    while said := text.readline(LONGEST_LINE):
        rest = said
        while not rest.endswith("\n") and (rest := text.readline(LONGEST_LINE)):
            pass
        yield said.strip("\r\n\ufeff")


def _answers(lines: Iterator[str], limit: int) -> Iterator[Answer]:
    first = list(islice(lines, FEW))
    if len(first) < FEW:
        yield from (_ask(said, limit) for said in first)
        return
    lines = chain(first, lines)
    lanes = [ThreadPoolExecutor(1, thread_name_prefix="names") for _ in range(LANES)]
    try:
        turns = cycle(lanes)
        waiting: list[Future[list[Answer]]] = []
        while (part := list(islice(lines, AT_ONCE))) or waiting:
            if part:
                waiting.append(next(turns).submit(_ask_each, part, limit))
            if not part or len(waiting) > 2 * LANES:
                yield from waiting.pop(0).result()
    finally:
        for lane in lanes:
            lane.submit(_hang_up)
            lane.shutdown(wait=True)


def _ask_each(lines: list[str], limit: int) -> list[Answer]:
    return [_ask(said, limit) for said in lines]


def _hang_up() -> None:
    connection.close()  # the lane's own: which one that is, is asked in its thread


def _ask(said: str, limit: int) -> Answer:
    """What of the line may be repeated, the state, and what was found. An identifier decides before a name."""
    found = read(said, today=clock.today())
    if found.kind in PERSON_KINDS or holds_citizen_id(said):
        return "", "person", Resolution("invalid", problem=NO_PERSONS)
    resolution = named(found.value, limit) if found.kind == "name" else resolve_code(found)
    # a number that could not be read may be a person's: the line's number tells which it was
    return said if resolution.state != "invalid" else "", resolution.state, resolution
