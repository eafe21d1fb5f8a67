"""manage.py import_penalties FILE [--apply]: 行政处罚 from a table."""

from portal.management.importing import ImportCommand
from portal.services.imports import import_penalties


class Command(ImportCommand):
    help = "Import from xlsx or csv; a dry run without --apply / 导入行政处罚"
    run = staticmethod(import_penalties)
    what = "import_penalties"
