"""What the house asks of PostgreSQL beyond rows."""

import pytest
from django.db import connection

from toolkit.db import note_growth


def _rows_known(table: str) -> float:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [table])
        return float(cursor.fetchone()[0])


@pytest.mark.django_db
def test_a_table_that_grew_much_is_planned_for_as_it_is() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE toolkit_growing AS SELECT n FROM generate_series(1, 30000) n")
        note_growth(("toolkit_growing",), 99)
        assert _rows_known("toolkit_growing") == -1, "too little to look"
        note_growth(("toolkit_growing",), 30_000)
        assert _rows_known("toolkit_growing") == 30_000
        cursor.execute("INSERT INTO toolkit_growing SELECT 1 FROM generate_series(1, 2999)")
        note_growth(("toolkit_growing",), 2_999)
        assert _rows_known("toolkit_growing") == 30_000, "less than a tenth"
        cursor.execute("INSERT INTO toolkit_growing SELECT 1 FROM generate_series(1, 3001)")
        note_growth(("toolkit_growing",), 3_001)
        assert _rows_known("toolkit_growing") == 36_000
