"""已受理 is a state; whether there is a mark, the objection says: a check bears none. Labels only, no statement."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("objections", "0002_queues_in_order"),
    ]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="objection",
            name="state",
            field=models.CharField(
                choices=[
                    ("filed", "待受理"),
                    ("accepted", "已受理"),
                    ("forwarded", "已转办提供单位"),
                    ("verifying", "核查中"),
                    ("proposed", "待审定"),
                    ("concluded", "已作结论"),
                    ("answered", "已答复"),
                    ("refused", "不予受理"),
                    ("withdrawn", "已撤回"),
                ],
                max_length=12,
            ),
        ),
    ]
