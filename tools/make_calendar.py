"""Writes office/initial/calendar.csv: holidays and worked weekends of 2004-2026, and 2027 provisionally.

`python -m tools.make_calendar`. The days up to 2026 are those of the yearly notices of the State Council as the PyPI
package chinesecalendar (MIT) carries them; 2027 has only its statutory days (office/rules/holidays.py), marked 暂定.
"""

import csv
from datetime import date
from pathlib import Path

from chinese_calendar import constants

from office.rules.holidays import PROVISIONAL_SOURCE, statutory_days

FILE = Path(__file__).resolve().parent.parent / "office" / "initial" / "calendar.csv"
SOURCE = "chinesecalendar 1.11.0"
PROVISIONAL_YEAR = 2027


def rows() -> list[tuple[str, str, str, str]]:
    """day, working (0 or 1), name, source."""
    known: list[tuple[date, str, str]] = []
    known += [(day, "0", _name(label)) for day, label in constants.holidays.items()]
    known += [(day, "1", _name(label)) for day, label in constants.workdays.items()]
    made = [(day.isoformat(), working, name, SOURCE) for day, working, name in sorted(known)]
    provisional = statutory_days(PROVISIONAL_YEAR)
    return made + [(row.day.isoformat(), "0", row.name, PROVISIONAL_SOURCE) for row in provisional]


def _name(label: str) -> str:
    return str(constants.Holiday(label).chinese)


def main() -> None:
    with FILE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("day", "working", "name", "source"))
        writer.writerows(rows())


if __name__ == "__main__":
    main()
