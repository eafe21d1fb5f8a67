"""Indexes that are the beginning of others, foreign keys that a neighbour has too: each was paid for at every row.

A record names a version, which names its item; a key has its record.
"""

import django.db.models.deletion
from django.db import migrations, models

PROTECT = django.db.models.deletion.PROTECT


class Migration(migrations.Migration):
    dependencies = [("collection", "0009_returned_rows_that_are_over")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="record",
            name="item",
            field=models.ForeignKey(
                db_constraint=False, db_index=False, on_delete=PROTECT, related_name="+", to="catalog.item"
            ),
        ),
        migrations.AlterField(
            model_name="record",
            name="provider",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                help_text="信息提供单位: the department that reported it; null: loaded by the platform",
                null=True,
                on_delete=PROTECT,
                related_name="+",
                to="accounts.department",
            ),
        ),
        migrations.AlterField(
            model_name="recordkey",
            name="item",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="catalog.item",
            ),
        ),
        migrations.AlterField(
            model_name="stagedrow",
            name="batch",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="collection.batch",
            ),
        ),
        migrations.AlterField(
            model_name="trigger",
            name="source",
            field=models.ForeignKey(db_index=False, on_delete=PROTECT, related_name="+", to="collection.source"),
        ),
    ]
