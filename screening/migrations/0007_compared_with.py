"""What a rehearsal compared its draft with. Of those made before it is not known: they publish nothing."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("screening", "0006_grades_of_records")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        *(
            migrations.AddField("rehearsal", name, models.BigIntegerField(null=True, blank=True))
            for name in ("base_item_id", "measures_revision", "lists_revision")
        ),
    ]
