"""find_subjects --file NAMES.txt [--limit 10] [--json]: for each line the organisations that it may mean, best first.

The same search and ranking as the window's. Candidates are to be verified by code; a name identifies nobody (I6).
"""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kernel.identifiers import holds_citizen_id, read
from subjects.selectors import PERSON_KINDS, Resolution, named, resolve_code
from toolkit import clock
from toolkit.textfiles import LONGEST_LINE, open_text

MOST = 100
NO_PERSONS = "本命令只检索组织，不接受自然人证件号码。"
STATES = {
    "known": "代码已登记",
    "unknown": "没有相近的主体",
    "verify": "待核实",
    "invalid": "无法检索",
    "missing": "空行",
    "person": "无法检索",
}


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
                number = 0
                while said := text.readline(LONGEST_LINE):
                    number += 1
                    write(number, said.strip("\r\n\ufeff"), limit)
        except (OSError, EOFError) as error:
            raise CommandError(f"文件读取失败：{error}") from error

    def _json(self, number: int, said: str, limit: int) -> None:
        name, state, found = _ask(said, limit)
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
        self.stdout.write(json.dumps(line, ensure_ascii=False))

    def _text(self, number: int, said: str, limit: int) -> None:
        name, state, found = _ask(said, limit)
        self.stdout.write(f"{number}\t{name}\t{found.problem or STATES[state]}")
        if found.subject:
            self.stdout.write(f"\t{found.subject.uscc}\t{found.subject.name}\t代码一致")
        for one in found.candidates:
            self.stdout.write(f"\t{one.uscc}\t{one.name}\t{one.score}\t{'；'.join(one.why)}")


def _ask(said: str, limit: int) -> tuple[str, str, Resolution]:
    """What of the line may be repeated, the state, and what was found. An identifier decides before a name."""
    found = read(said, today=clock.today())
    if found.kind in PERSON_KINDS or holds_citizen_id(said):
        return "", "person", Resolution("invalid", problem=NO_PERSONS)
    resolution = named(found.value, limit) if found.kind == "name" else resolve_code(found)
    # a number that could not be read may be a person's: the line's number tells which it was
    return said if resolution.state != "invalid" else "", resolution.state, resolution
