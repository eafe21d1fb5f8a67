"""manage.py import_matters FILE [--apply]: 应用清单 from a table."""

from portal.management.importing import ImportCommand
from portal.services.imports import import_matters


class Command(ImportCommand):
    help = "Import from xlsx or csv; a dry run without --apply / 导入应用清单"
    run = staticmethod(import_matters)
    what = "import_matters"
