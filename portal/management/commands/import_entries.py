"""manage.py import_entries FILE --list L1 [--edition TEXT] [--apply]: entries of one list from a table."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from portal.management.importing import ImportCommand
from portal.services.imports import import_entries


class Command(ImportCommand):
    help = "Entries of a list; a list that is received is replaced as a whole / 导入名单条目"
    run = staticmethod(import_entries)
    what = "import_entries"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--list", required=True, help="code of the list: L1 ...")
        parser.add_argument("--edition", default="", help="version of a received list; default: the file's name")

    def extra(self, file: Path, options: dict[str, Any]) -> dict[str, Any]:
        return {"list_code": options["list"], "version": options["edition"] or file.stem[:60]}
