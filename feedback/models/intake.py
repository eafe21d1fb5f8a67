"""Reports that come many at once: calls of systems, and spreadsheets."""

from django.db import models
from django.db.models import F, Q


class Call(models.Model):
    """One call of a system under its idempotency key: the same again gets the same answer."""

    requester = models.CharField(max_length=100)
    key = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)
    answer = models.JSONField()
    called_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["requester", "key"], name="feedback_call_once")]
        indexes = [models.Index(fields=["called_at"], name="feedback_call_time")]

    def __str__(self) -> str:
        return f"{self.requester} {self.key}"


class CaseFile(models.Model):
    """A spreadsheet of reports. The same bytes of one department again: this file. `result_file_id`: the same
    rows with what became of each.
    """

    department = models.ForeignKey("accounts.Department", on_delete=models.PROTECT, related_name="+")
    file_id = models.BigIntegerField()
    result_file_id = models.BigIntegerField(null=True, blank=True)
    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    rows = models.PositiveIntegerField(default=0)
    taken = models.PositiveIntegerField(default=0)
    corrected = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    job_id = models.BigIntegerField(null=True, blank=True)
    failure = models.CharField(max_length=500, blank=True, default="")
    sent_by = models.CharField(max_length=100)
    sender_name = models.CharField(max_length=100, blank=True, default="")
    sent_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "反馈表格"
        constraints = [
            models.UniqueConstraint(
                fields=["department", "sha256"], name="feedback_casefile_same_bytes_once", condition=Q(failure="")
            ),
            models.CheckConstraint(
                name="feedback_casefile_every_row_counted",
                condition=Q(done_at=None)
                | ~Q(failure="")
                | Q(rows=F("taken") + F("corrected") + F("same") + F("refused")),
            ),
        ]
        indexes = [models.Index(fields=["department", "-id"], name="feedback_casefile_latest")]

    def __str__(self) -> str:
        return self.name
