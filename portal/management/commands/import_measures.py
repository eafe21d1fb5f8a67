"""manage.py import_measures FILE [--apply]: 措施清单事项 from a table."""

from portal.management.importing import ImportCommand
from portal.services.imports import import_measures


class Command(ImportCommand):
    help = "Import from xlsx or csv; a dry run without --apply / 导入措施清单事项"
    run = staticmethod(import_measures)
    what = "import_measures"
