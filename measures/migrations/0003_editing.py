"""Conducts, the national basic list, and the life of a measure item from draft to withdrawal."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_department_email"),
        ("measures", "0002_published"),
        ("office", "0005_one_constraint_knows_the_states"),
    ]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.CreateModel(
            name="BasicList",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(help_text="national-2021, local-2025", max_length=40, unique=True)),
                ("title", models.CharField(max_length=200)),
                ("edition", models.CharField(max_length=20)),
                ("local", models.BooleanField(default=False, help_text="地方补充清单")),
                ("effective_from", models.DateField(blank=True, null=True)),
                ("effective_until", models.DateField(blank=True, null=True)),
                ("confidence", models.CharField(max_length=2)),
            ],
            options={
                "verbose_name": "失信惩戒措施基础清单",
            },
        ),
        migrations.CreateModel(
            name="Conduct",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                ("label", models.TextField()),
                ("criteria", models.TextField(blank=True, default="", help_text="认定标准")),
            ],
            options={
                "verbose_name": "行为清单",
            },
        ),
        migrations.AddField(
            model_name="measureitem",
            name="condition",
            field=models.JSONField(blank=True, help_text="measures/rules/conditions.py; null: always", null=True),
        ),
        migrations.AddField(
            model_name="measureitem",
            name="continues",
            field=models.BooleanField(default=False, help_text="goes on after the release of what called for it"),
        ),
        migrations.AddField(
            model_name="measureitem",
            name="drafted_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="measureitem",
            name="drafted_by",
            field=models.CharField(blank=True, default="", max_length=80),
        ),
        migrations.AddField(
            model_name="measureitem",
            name="edition",
            field=models.PositiveSmallIntegerField(default=1, help_text="counts the wordings of one code"),
        ),
        migrations.AddField(
            model_name="measureitem",
            name="own_article",
            field=models.CharField(blank=True, default="", max_length=60),
        ),
        migrations.AddField(
            model_name="measureitem",
            name="own_document_no",
            field=models.CharField(blank=True, default="", help_text="of the department itself", max_length=120),
        ),
        migrations.AddField(
            model_name="measureitem",
            name="own_until",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="measureitem",
            name="published_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="measureitem",
            name="rehearsed",
            field=models.JSONField(blank=True, help_text="the figures that the publication quoted", null=True),
        ),
        migrations.AddField(
            model_name="measureitem",
            name="review_note",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="measureitem",
            name="reviewed_by",
            field=models.CharField(blank=True, default="", max_length=80),
        ),
        migrations.AddField(
            model_name="measureitem",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "起草中"),
                    ("in_review", "待审核"),
                    ("published", "已发布"),
                    ("replaced", "已被新版代替"),
                    ("withdrawn", "已撤回"),
                    ("discarded", "已作废"),
                ],
                default="published",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="measureitem",
            name="submitted_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="memorandum",
            name="file",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="office.storedfile",
            ),
        ),
        migrations.AddField(
            model_name="memorandum",
            name="text",
            field=models.TextField(
                blank=True, default="", help_text="the memorandum's own words, for the editor's left side"
            ),
        ),
        migrations.AddField(
            model_name="originalmeasure",
            name="conducts",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.PositiveSmallIntegerField(),
                blank=True,
                default=list,
                help_text="numbers of Conduct",
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="originalmeasure",
            name="means",
            field=models.CharField(blank=True, default="", help_text="强制性 / 推荐性, as signed", max_length=20),
        ),
        migrations.CreateModel(
            name="BasicMeasure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                ("kind", models.PositiveSmallIntegerField()),
                ("label", models.CharField(max_length=200)),
                ("content", models.TextField(blank=True, default="")),
                ("target", models.TextField(blank=True, default="")),
                ("basis", models.TextField(blank=True, default="")),
                ("implementer", models.CharField(blank=True, default="", max_length=200)),
                (
                    "confidence",
                    models.CharField(help_text="L S C may be relied on; P G to be confirmed", max_length=2),
                ),
                (
                    "basic_list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="measures", to="measures.basiclist"
                    ),
                ),
            ],
            options={
                "verbose_name": "基础清单措施",
            },
        ),
        migrations.AddField(
            model_name="measureitem",
            name="basic",
            field=models.ForeignKey(
                blank=True,
                help_text="in the national list",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="measures.basicmeasure",
            ),
        ),
        migrations.RunSQL(
            "UPDATE measures_measureitem SET state = CASE WHEN rev_from IS NULL THEN 'draft' "
            "WHEN rev_to IS NULL THEN 'published' ELSE 'replaced' END",
            migrations.RunSQL.noop,
        ),
        migrations.AddConstraint(
            model_name="measureitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("rev_from", None), ("state__in", ["draft", "in_review", "discarded"])),
                    models.Q(("rev_from__isnull", False), ("rev_to", None), ("state", "published")),
                    models.Q(
                        ("rev_from__isnull", False),
                        ("rev_to__isnull", False),
                        ("state__in", ["replaced", "withdrawn"]),
                    ),
                    _connector="OR",
                ),
                name="measures_item_state_follows_revisions",
            ),
        ),
        migrations.AddConstraint(
            model_name="measureitem",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["draft", "in_review"])),
                fields=("code",),
                name="measures_item_one_draft",
            ),
        ),
        migrations.AddConstraint(
            model_name="measureitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("rev_from", None),
                    ("drafted_by", ""),
                    ("drafted_by__startswith", "system:"),
                    models.Q(
                        models.Q(("reviewed_by", ""), _negated=True),
                        models.Q(("reviewed_by", models.F("drafted_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="measures_item_published_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="measureitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("rev_from", None),
                    ("continues", False),
                    models.Q(
                        models.Q(("own_document_no", ""), _negated=True),
                        models.Q(("own_article", ""), _negated=True),
                        ("own_until__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="measures_item_continues_on_own_document",
            ),
        ),
        migrations.AddField(
            model_name="conduct",
            name="memorandum",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="conducts", to="measures.memorandum"
            ),
        ),
        migrations.AddConstraint(
            model_name="basicmeasure",
            constraint=models.UniqueConstraint(
                fields=("basic_list", "number"), name="measures_basicmeasure_once_per_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="basicmeasure",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", [1, 2, 3])), name="measures_basicmeasure_kind_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="conduct",
            constraint=models.UniqueConstraint(
                fields=("memorandum", "number"), name="measures_conduct_once_per_number"
            ),
        ),
    ]
