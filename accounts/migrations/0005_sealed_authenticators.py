"""Secrets of second factors are sealed: django-otp's devices, whose secrets lay in clear, become our own."""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from toolkit import crypto

KEPT = (
    "user_id", "name", "confirmed", "created_at", "last_used_at", "throttling_failure_timestamp",
    "throttling_failure_count", "drift", "last_t",
)  # fmt: skip


def place(user_id: int) -> str:
    return f"accounts_authenticator:key_ct:{user_id}"


def seal(apps: Any, _schema: Any) -> None:
    """Sessions that had shown a code show one again: the device has another name."""
    clear, sealed = apps.get_model("otp_totp", "TOTPDevice"), apps.get_model("accounts", "Authenticator")
    for old in clear.objects.order_by("pk"):
        key_ct = crypto.encrypt(old.key, aad=place(old.user_id))
        new = sealed.objects.create(key_ct=key_ct, **{name: getattr(old, name) for name in KEPT})
        sealed.objects.filter(pk=new.pk).update(created_at=old.created_at)
    clear.objects.all().delete()


def unseal(apps: Any, _schema: Any) -> None:
    clear, sealed = apps.get_model("otp_totp", "TOTPDevice"), apps.get_model("accounts", "Authenticator")
    for new in sealed.objects.order_by("pk"):
        key = crypto.decrypt(new.key_ct, aad=place(new.user_id))
        clear.objects.create(key=key, **{name: getattr(new, name) for name in KEPT})


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_client_approval"),
        ("otp_totp", "0003_add_timestamps"),
    ]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.CreateModel(
            name="Authenticator",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(help_text="The human-readable name of this device.", max_length=64)),
                ("confirmed", models.BooleanField(default=True, help_text="Is this device ready for use?")),
                (
                    "throttling_failure_timestamp",
                    models.DateTimeField(
                        blank=True,
                        default=None,
                        help_text="A timestamp of the last failed verification attempt. Null if last attempt succeeded.",
                        null=True,
                    ),
                ),
                (
                    "throttling_failure_count",
                    models.PositiveIntegerField(default=0, help_text="Number of successive failed attempts."),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        auto_now_add=True,
                        blank=True,
                        help_text="The date and time when this device was initially created in the system.",
                        null=True,
                    ),
                ),
                (
                    "last_used_at",
                    models.DateTimeField(
                        blank=True, help_text="The most recent date and time this device was used.", null=True
                    ),
                ),
                (
                    "key_ct",
                    models.TextField(help_text="the secret as hex, sealed by toolkit.crypto"),
                ),
                ("drift", models.SmallIntegerField(default=0)),
                (
                    "last_t",
                    models.BigIntegerField(default=-1, help_text="the step of the last code: none is good twice"),
                ),
                (
                    "user",
                    models.ForeignKey(
                        help_text="The user that this device belongs to.",
                        on_delete=django.db.models.deletion.CASCADE,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("key_ct__startswith", "v1.")), name="accounts_authenticator_is_sealed"
                    )
                ],
            },
        ),
        migrations.RunPython(seal, unseal),
    ]
