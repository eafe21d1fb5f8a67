from datetime import date
from typing import Any

from django.apps import AppConfig
from django.core import checks
from django.db import DatabaseError, connection

from toolkit import clock
from toolkit.sealing import Sealed

NEXT_YEAR = """SELECT EXISTS (SELECT 1 FROM office_calendaryear WHERE year = %s AND NOT provisional)"""
FROM_MONTH = 11  # the notice of the next year usually comes in the first days of November


def next_year_is_known(*, databases: Any = None, **_: Any) -> list[checks.CheckMessage]:
    """From 1 November: warn while the next year has no notice. Runs where the database is checked."""
    if not databases:
        return []
    try:
        today: date = clock.today()
        if today.month < FROM_MONTH:
            return []
        with connection.cursor() as cursor:
            cursor.execute(NEXT_YEAR, [today.year + 1])
            if cursor.fetchone()[0]:
                return []
    except DatabaseError:  # before the first migration, or a database that is away: others say so
        return []
    return [
        checks.Warning(
            f"工作日历：{today.year + 1}年的放假安排尚未录入正式通知，跨年到期日为暂定。",
            hint="国务院办公厅的通知公布后，请信用办在“工作日历”页录入。",
            id="office.W001",
        )
    ]


class OfficeConfig(AppConfig):
    name = "office"
    sealed = (Sealed("StoredFile", "data_key", "office.storedfile:{id}", {"destroyed_at": None}),)

    def ready(self) -> None:
        checks.register(next_year_is_known, checks.Tags.database)
