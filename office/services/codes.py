"""The tables of places and trades, and everything else that office/initial holds."""

import csv
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from io import StringIO
from pathlib import Path

import yaml
from django.db import connection, transaction

from audit.services import record
from kernel.actor import Actor
from kernel.law import Rank
from office import events, selectors
from office.models import LegalDocument
from office.services.calendar import CalendarRow, load_calendar
from office.services.documents import register_document

INITIAL = Path(__file__).resolve().parent.parent / "initial"
DIVISION_COLUMNS = ("code", "name", "level", "parent", "full_name")
INDUSTRY_COLUMNS = ("code", "level", "name", "section", "division", "group")


@transaction.atomic
def load_divisions(*, rows: Iterable[Sequence[str]], actor: Actor, now: datetime) -> int:
    """Bring the table of places up to these rows (code, name, level, parent, full_name). Returns how many changed."""
    return _load_codes("office_division", DIVISION_COLUMNS, rows, actor, now)


@transaction.atomic
def load_industries(*, rows: Iterable[Sequence[str]], actor: Actor, now: datetime) -> int:
    """Bring the table of trades up to these rows (code, level, name, section, division, group)."""
    return _load_codes("office_industry", INDUSTRY_COLUMNS, rows, actor, now)


def _load_codes(
    table: str, columns: tuple[str, ...], rows: Iterable[Sequence[str]], actor: Actor, now: datetime
) -> int:
    names = ", ".join(f'"{column}"' for column in columns)
    fresh = ", ".join(f'"{column}" = excluded."{column}"' for column in columns[1:])
    old = ", ".join(f't."{column}"' for column in columns[1:])
    new = ", ".join(f'excluded."{column}"' for column in columns[1:])
    text = StringIO()
    for row in rows:
        text.write("\t".join(_copied(cell) for cell in row) + "\n")
    text.seek(0)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE office_incoming (LIKE {table}) ON COMMIT DROP")
        cursor.copy_expert(f"COPY office_incoming ({names}) FROM STDIN", text)
        cursor.execute(
            f"""INSERT INTO {table} AS t ({names}) SELECT {names} FROM office_incoming
            ON CONFLICT (code) DO UPDATE SET {fresh} WHERE ({old}) IS DISTINCT FROM ({new})"""
        )
        changed = int(cursor.rowcount)
        cursor.execute("DROP TABLE office_incoming")
    if changed:
        record(events.CodesLoaded(table, changed), about=f"{table.replace('_', '.')}:", actor=actor, now=now)
        selectors.forget_places()
    return changed


def _copied(cell: str) -> str:
    return cell.replace("\\", "\\\\").replace("\t", " ").replace("\n", " ").replace("\r", " ")


def load_initial(*, actor: Actor, now: datetime) -> dict[str, int]:
    """Everything in office/initial: places, trades, the calendar, legal documents. Twice changes nothing.

    Returns how many rows of each changed (of the calendar: years).
    """
    with transaction.atomic():
        changed = {
            "divisions": load_divisions(rows=_cells("divisions.csv", DIVISION_COLUMNS), actor=actor, now=now),
            "industries": load_industries(rows=_cells("industries.csv", INDUSTRY_COLUMNS), actor=actor, now=now),
        }
        days = [
            CalendarRow(date.fromisoformat(day), working == "1", name, source)
            for day, working, name, source in _cells("calendar.csv", ("day", "working", "name", "source"))
        ]
        changed["calendar"] = load_calendar(rows=days, actor=actor, now=now)
        before = LegalDocument.objects.count()
        for entry in yaml.safe_load((INITIAL / "legal_documents.yaml").read_text(encoding="utf-8")):
            register_document(
                code=entry["code"],
                title=entry["title"],
                short=entry["short"],
                number=entry["number"],
                rank=Rank[entry["rank"]],
                effective_from=entry["effective_from"],
                confidence=entry["confidence"],
                fictional=entry.get("fictional", False),
                source_text=entry.get("note", ""),
                actor=actor,
                now=now,
            )
        changed["documents"] = LegalDocument.objects.count() - before
    return changed


def _cells(file_name: str, columns: tuple[str, ...]) -> list[list[str]]:
    with (INITIAL / file_name).open(encoding="utf-8", newline="") as file:
        return [[row[column] for column in columns] for row in csv.DictReader(file)]
