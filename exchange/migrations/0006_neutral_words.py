"""Words of choices only: an entry whose dispute ended stands again, and nobody had removed it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0005_liftings_in_order"),
    ]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="lifting",
            name="why",
            field=models.CharField(
                choices=[
                    ("left", "已移出，停止使用并解除措施"),
                    ("suspended", "存在异议，措施暂不执行"),
                    ("corrected", "内容已更正，按更正后的内容核对措施"),
                    ("restored", "条目恢复执行，此前暂停或者解除的措施请核对是否恢复"),
                ],
                db_default="left",
                default="left",
                max_length=10,
            ),
        ),
    ]
