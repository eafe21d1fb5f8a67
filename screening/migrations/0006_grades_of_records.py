"""The lookup of a check, from the text of 0005: grade and amount of what a record raised, too."""

from importlib import import_module

from django.db import migrations

BEFORE = import_module("screening.migrations.0005_doubts")
WITHOUT = "c.valid_from, c.valid_until, NULL, false, c.responsible, c.own_term, '', NULL"
WITH = "c.valid_from, c.valid_until, NULL, false, c.responsible, c.own_term, c.grade, c.amount"


def with_grades(text: str) -> str:
    if text.count(WITHOUT) != 1:
        raise ValueError("the lookup of 0005 is not the one that this changes")
    return text.replace(WITHOUT, WITH)


class Migration(migrations.Migration):
    dependencies = [("screening", "0005_doubts"), ("collection", "0012_grades_of_triggers")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.RunSQL(with_grades(BEFORE.NOW) + with_grades(BEFORE.AT), BEFORE.NOW + BEFORE.AT),
    ]
