"""Departments whose windows take in every matter, and the matters that a user keeps at hand."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("screening", "0007_compared_with"),
        ("accounts", "0002_department_email"),
    ]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.CreateModel(
            name="GeneralWindow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "department",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.department"
                    ),
                ),
            ],
            options={"verbose_name": "综合窗口"},
        ),
        migrations.CreateModel(
            name="FavouriteMatter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="screening.matter"
                    ),
                ),
            ],
            options={
                "verbose_name": "收藏的事项",
                "constraints": [
                    models.UniqueConstraint(fields=("user", "matter"), name="screening_favourite_once"),
                ],
            },
        ),
    ]
