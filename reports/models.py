"""Reports that were issued: to whom, for what, which file, and the marks of what they say."""

from django.db import models
from django.db.models import Q

from reports.rules.issuing import PURPOSES, Channel, Edition


class Report(models.Model):
    """A credit report as it was issued. Never rewritten: a newer one has a number of its own.

    `marks`: record or entry -> its mark on that day (reports.rules.truth), so that anybody can be told whether it is
    still true; nothing of what was said is in it.
    """

    number = models.CharField(max_length=40, unique=True)
    subject_id = models.BigIntegerField()
    edition = models.CharField(max_length=10, choices=[(e.value, e.label) for e in Edition])
    channel = models.CharField(max_length=10, choices=[(c.value, c.label) for c in Channel])
    purpose = models.CharField(max_length=20)
    note = models.CharField(max_length=200, blank=True, default="", db_default="")
    department = models.ForeignKey(
        "accounts.Department", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    file = models.ForeignKey("office.StoredFile", on_delete=models.PROTECT, related_name="+")
    marks = models.JSONField(default=dict)
    records = models.PositiveIntegerField(help_text="records and entries that may be told")
    listed = models.PositiveIntegerField(help_text="how many of them stand in it in full")
    issued_on = models.DateField()
    issued_at = models.DateTimeField()
    issued_by = models.CharField(max_length=80)

    class Meta:
        verbose_name = "信用报告"
        indexes = [
            models.Index(name="reports_report_of_subject", fields=["subject_id", "-id"]),
            models.Index(name="reports_report_of_dept", fields=["department", "-id"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="reports_report_edition_known", condition=Q(edition__in=[e.value for e in Edition])
            ),
            models.CheckConstraint(
                name="reports_report_channel_known", condition=Q(channel__in=[c.value for c in Channel])
            ),
            models.CheckConstraint(name="reports_report_has_purpose", condition=Q(purpose__in=PURPOSES)),
            models.CheckConstraint(
                name="reports_report_counter_has_department",
                condition=~Q(channel=Channel.COUNTER.value) | Q(department__isnull=False),
            ),
            models.CheckConstraint(
                name="reports_report_kiosk_is_public",
                condition=~Q(channel=Channel.KIOSK.value) | Q(edition=Edition.PUBLIC.value),
            ),
        ]

    def __str__(self) -> str:
        return self.number
