"""The pages of entries and exits: their order, what to expire, what a red candidate was compared with."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_department_email"),
        ("redblack", "0005_list_type_confirmations"),
    ]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.RemoveConstraint(
            model_name="recognisertask",
            name="redblack_recognisertask_answer_is_whole",
        ),
        migrations.AddField(
            model_name="proceeding",
            name="comparison",
            field=models.JSONField(
                blank=True,
                default=dict,
                help_text='red: {"on", "bad": [texts], "gaps": [names], "note"} before publicity',
            ),
        ),
        migrations.AlterField(
            model_name="entry",
            name="authority_department",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.department",
            ),
        ),
        migrations.AlterField(
            model_name="entry",
            name="list_type",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="entries",
                to="redblack.listtype",
            ),
        ),
        migrations.AlterField(
            model_name="paper",
            name="kind",
            field=models.CharField(
                choices=[
                    ("事实材料", "事实材料"),
                    ("列入事先告知书", "列入事先告知书"),
                    ("送达回证", "送达回证"),
                    ("列入决定书", "列入决定书"),
                    ("移出决定书", "移出决定书"),
                    ("名单退出公告", "名单退出公告"),
                    ("消除影响声明", "消除影响声明"),
                    ("告知函", "告知函"),
                    ("其他", "其他"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="recognisertask",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[("removed", "已移出"), ("kept", "予以保留"), ("told", "已函告认定部门")],
                default="",
                max_length=10,
            ),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["list_type", "-id"], name="redblack_entry_of_list"),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["authority_department", "-id"], name="redblack_entry_of_department"),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["document_no"], name="redblack_entry_by_number"),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                condition=models.Q(("origin__in", ["本级认定", "县级登记"]), ("released_on", None)),
                fields=["effective_until", "id"],
                name="redblack_entry_to_expire",
            ),
        ),
        migrations.AddIndex(
            model_name="recognisertask",
            index=models.Index(
                condition=models.Q(("outcome", "")), fields=["due_on", "id"], name="redblack_recognisertask_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="recognisertask",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answered_at", None), ("outcome", "")),
                    models.Q(
                        ("answered_at__isnull", False),
                        ("outcome__in", ["removed", "kept", "told"]),
                        models.Q(("answer", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="redblack_recognisertask_answer_is_whole",
            ),
        ),
    ]
