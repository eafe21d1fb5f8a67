"""The rows of a whole city are asked what is sealed in them: no column is forgotten, each comes over to a new key."""

from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from toolkit import crypto, sealing

NEW = "k9:" + "A" * 43 + "="
TEXTS = """
SELECT c.table_name, c.column_name FROM information_schema.columns c
JOIN pg_class r ON r.relname = c.table_name AND r.relkind IN ('r', 'p') AND NOT r.relispartition
WHERE c.table_schema = 'public' AND c.data_type IN ('text', 'character varying', 'jsonb')
"""
OF_RECORDS = {("collection_record", "sealed"), ("collection_recordchange", "sealed_before")}  # keep naming their key


def sealed_columns(prefix: str) -> set[tuple[str, str]]:
    """Where any row holds a text that begins so, by itself or within JSON."""
    with connection.cursor() as cursor:
        cursor.execute(TEXTS)
        found = set()
        for table, column in cursor.fetchall():
            cursor.execute(
                f'SELECT EXISTS (SELECT 1 FROM {table} WHERE "{column}"::text LIKE %s OR "{column}"::text LIKE %s)',
                [f"{prefix}%", f'%"{prefix}%'],
            )
            if cursor.fetchone()[0]:
                found.add((table, column))
        return found


@pytest.mark.django_db(transaction=True)
def test_every_sealed_value_of_a_city_comes_over(settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    old = crypto.newest_prefix()
    register = list(sealing.register())
    rotated = {(c.model._meta.db_table, c.said.column) for c in register if isinstance(c.said, sealing.Sealed)}
    left = {(c.model._meta.db_table, c.said.column) for c in register if isinstance(c.said, sealing.LeftAlone)}
    before = sealed_columns(old)
    assert before and before - rotated <= left | OF_RECORDS, "a column is not in the register"
    settings.FIELD_KEYS = f"{NEW},{settings.FIELD_KEYS}"
    call_command("rotate_keys")
    assert not sealed_columns(old) & rotated
    assert before & rotated <= sealed_columns(crypto.newest_prefix())
    assert "密钥轮换完成" in capsys.readouterr().out
