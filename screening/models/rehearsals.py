"""What a measure item would have done before it is published."""

from django.db import models
from django.db.models import Q


class Rehearsal(models.Model):
    """One run over the checks of a period and over what is in force today, for one draft of a measure item.

    `digest` is of the draft's content: figures of another wording are not the figures of this one. The same of what
    the draft was compared with, written when the run begins: the published item (`base_item_id`; None for none) and
    the revisions of the measure list and of the application lists.
    """

    item = models.ForeignKey("measures.MeasureItem", on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    made_by = models.CharField(max_length=80)
    made_at = models.DateTimeField()
    checked_from = models.DateField()
    checked_until = models.DateField()
    job_id = models.BigIntegerField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    base_item_id = models.BigIntegerField(null=True, blank=True)
    measures_revision = models.BigIntegerField(null=True, blank=True)
    lists_revision = models.BigIntegerField(null=True, blank=True)
    checks = models.PositiveIntegerField(default=0, help_text="checks of the period that were looked at")
    checks_newly = models.PositiveIntegerField(default=0)
    checks_no_longer = models.PositiveIntegerField(default=0)
    subjects = models.PositiveIntegerField(default=0, help_text="subjects with a trigger in force today")
    subjects_newly = models.PositiveIntegerField(default=0)
    subjects_no_longer = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "措施预演"
        indexes = [models.Index(fields=["item", "-id"], name="screening_rehearsal_of_item")]

    def __str__(self) -> str:
        return f"{self.item_id} {self.made_at}"


class RehearsalRow(models.Model):
    """A check or a subject for which the draft would change the answer. `receipt`: its number, for a check."""

    id = models.BigAutoField(primary_key=True)
    rehearsal = models.ForeignKey(Rehearsal, on_delete=models.CASCADE, related_name="rows")
    change = models.CharField(max_length=10, choices=[("newly", "新增命中"), ("no_longer", "不再命中")])
    receipt = models.CharField(max_length=40, blank=True, default="", help_text="empty: a subject of today")
    subject_id = models.BigIntegerField()
    trigger = models.CharField(max_length=60)

    class Meta:
        verbose_name = "预演结果"
        indexes = [
            models.Index(fields=["rehearsal", "change", "id"], name="screening_rehearsal_rows"),
        ]
        constraints = [
            models.CheckConstraint(
                name="screening_rehearsalrow_change_known", condition=Q(change__in=["newly", "no_longer"])
            )
        ]

    def __str__(self) -> str:
        return f"{self.rehearsal_id} {self.change}"
