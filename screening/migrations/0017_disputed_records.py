"""A check reads the mark of an objection against a record as it reads that of an entry."""

from importlib import import_module

from django.db import migrations

BEFORE = import_module("screening.migrations.0016_nothing_found_at_once")
UNMARKED = "c.valid_from, c.valid_until, NULL, false, c.responsible, c.own_term, c.grade, c.amount"
MARKED = """c.valid_from, c.valid_until, CASE WHEN c.disputed_on <= p_as_of THEN c.disputed_on END,
               c.suspended AND c.disputed_on <= p_as_of, c.responsible, c.own_term, c.grade, c.amount"""
OVER = "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
NOW, AT = (one.replace(UNMARKED, MARKED).replace(*OVER) for one in (BEFORE.NOW, BEFORE.AT))


class Migration(migrations.Migration):
    dependencies = [
        ("screening", "0016_nothing_found_at_once"),
        ("collection", "0016_disputed_records"),
    ]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.RunSQL(NOW + AT, BEFORE.NOW.replace(*OVER) + BEFORE.AT.replace(*OVER)),
    ]
