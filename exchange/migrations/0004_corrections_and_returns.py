"""Corrections are recalled, too; what departments did because of an entry is turned when it stands again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_sealed_authenticators"),
        ("exchange", "0003_liftings"),
    ]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.RemoveConstraint(
            model_name="lifting",
            name="exchange_lifting_once_per_case",
        ),
        migrations.RemoveConstraint(
            model_name="recall",
            name="exchange_recall_why_known",
        ),
        migrations.AddField(
            model_name="lifting",
            name="occasion",
            field=models.CharField(blank=True, db_default="", default="", max_length=60),
        ),
        migrations.AddField(
            model_name="lifting",
            name="why",
            field=models.CharField(
                choices=[
                    ("left", "已移出，停止使用并解除措施"),
                    ("suspended", "存在异议，措施暂不执行"),
                    ("corrected", "内容已更正，按更正后的内容核对措施"),
                    ("restored", "移出已撤销，条目继续有效，此前解除的措施请核对是否恢复"),
                ],
                db_default="left",
                default="left",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="lifting",
            name="withdrawn_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="recall",
            name="why",
            field=models.CharField(
                choices=[
                    ("left", "已移出，停止使用并解除措施"),
                    ("suspended", "存在异议，措施暂不执行"),
                    ("corrected", "内容已更正，按更正后的内容执行"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="lifting",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_at", None)),
                fields=("entry_id", "case_id", "why", "occasion"),
                name="exchange_lifting_once_per_case",
            ),
        ),
        migrations.AddConstraint(
            model_name="lifting",
            constraint=models.CheckConstraint(
                condition=models.Q(("why__in", ["left", "suspended", "corrected", "restored"])),
                name="exchange_lifting_why_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="lifting",
            constraint=models.CheckConstraint(
                condition=models.Q(("withdrawn_at", None), ("confirmed_at__isnull", False), _connector="OR"),
                name="exchange_lifting_withdrawn_is_closed",
            ),
        ),
        migrations.AddConstraint(
            model_name="recall",
            constraint=models.CheckConstraint(
                condition=models.Q(("why__in", ["left", "suspended", "corrected"])), name="exchange_recall_why_known"
            ),
        ),
    ]
