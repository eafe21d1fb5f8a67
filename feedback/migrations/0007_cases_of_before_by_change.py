"""Cases reported before changes were numbered get their numbers, some at a time, and the index by them is built
without a lock: nobody who reports or reads waits for the whole table. Stopped, it goes on where it was.
"""

from django.db import migrations, models, transaction

from toolkit.partitions import build_indexes, drop_indexes

SOME = 5_000
INDEXES = {"feedback_due_by_change": "(department_id, change_seq) WHERE change_seq > 0"}
DEPARTMENTS = """SELECT DISTINCT department_id FROM feedback_due WHERE change_seq = 0 AND reported_at IS NOT NULL"""
# the cases before the count, as a report locks them
NEXT = """
SELECT id FROM feedback_due WHERE department_id = %s AND change_seq = 0 AND reported_at IS NOT NULL
ORDER BY reported_at, id LIMIT %s FOR UPDATE"""
NUMBER = """
WITH counted AS (
  INSERT INTO feedback_changecount AS n (department_id, last) VALUES (%(department)s, %(count)s)
  ON CONFLICT (department_id) DO UPDATE SET last = n.last + excluded.last RETURNING last
)
UPDATE feedback_due d SET change_seq = c.last - %(count)s + o.place
FROM counted c, unnest(%(cases)s) WITH ORDINALITY o (id, place) WHERE d.id = o.id"""


def fill(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(DEPARTMENTS)
        for (department,) in cursor.fetchall():
            while _some(cursor, department):
                pass


def _some(cursor, department):
    with transaction.atomic():
        cursor.execute(NEXT, [department, SOME])
        cases = [pk for (pk,) in cursor.fetchall()]
        if cases:
            cursor.execute(NUMBER, {"department": department, "count": len(cases), "cases": cases})
        return len(cases)


def build(apps, schema_editor):
    build_indexes(schema_editor, "feedback_due", INDEXES)


def drop(apps, schema_editor):
    drop_indexes(schema_editor, INDEXES)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("feedback", "0006_owed_by_check")]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(build, drop)],
            state_operations=[
                migrations.AddIndex(
                    model_name="due",
                    index=models.Index(
                        condition=models.Q(("change_seq__gt", 0)),
                        fields=["department_id", "change_seq"],
                        name="feedback_due_by_change",
                    ),
                ),
            ],
        ),
    ]
