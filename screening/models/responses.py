"""What a department owes without anybody applying for anything."""

from django.db import models
from django.db.models import Q

from screening.rules.responses import ResponseState


class ResponseTask(models.Model):
    """One trigger x one published measure that needs no application. `trigger`: "entry:12" or "record:7"; of a reward
    the entry that earned it.

    When the trigger is released the task ends; a measure that was responded to must be stopped, and `stop_due_on`
    says by when; `stopped_at` when the department confirmed it.
    """

    item = models.ForeignKey("measures.MeasureItem", on_delete=models.PROTECT, related_name="+")
    item_code = models.CharField(max_length=40)
    department = models.ForeignKey("accounts.Department", on_delete=models.PROTECT, related_name="+")
    source_id = models.SmallIntegerField()
    trigger = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=[(s.value, s.label) for s in ResponseState])
    raised_at = models.DateTimeField()
    due_on = models.DateField()
    due_provisional = models.BooleanField(default=False)
    answer = models.TextField(blank=True, default="", help_text="what was done, or why it does not apply")
    answered_by = models.CharField(max_length=80, blank=True, default="")
    answered_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_reason = models.CharField(max_length=300, blank=True, default="")
    stop_due_on = models.DateField(null=True, blank=True)
    stopped_by = models.CharField(max_length=80, blank=True, default="")
    stopped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "响应任务"
        indexes = [
            models.Index(fields=["department", "state", "due_on", "id"], name="screening_response_of_dept"),
            models.Index(fields=["trigger"], name="screening_response_of_trigger"),
            models.Index(fields=["subject_id"], name="screening_response_of_subject"),
            models.Index(
                fields=["department", "stop_due_on", "id"],
                name="screening_response_to_stop",
                condition=Q(stop_due_on__isnull=False, stopped_at=None),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["item_code", "trigger", "subject_id", "department"],
                condition=~Q(state="ended"),
                name="screening_response_once_per_trigger",
            ),
            models.CheckConstraint(
                name="screening_response_state_known", condition=Q(state__in=[s.value for s in ResponseState])
            ),
            models.CheckConstraint(
                name="screening_response_answer_is_whole",
                condition=~Q(state__in=["responded", "not_apply"]) | Q(answered_at__isnull=False) & ~Q(answer=""),
            ),
            models.CheckConstraint(
                name="screening_response_end_is_whole",
                condition=Q(state="ended", ended_at__isnull=False) & ~Q(ended_reason="")
                | ~Q(state="ended") & Q(ended_at=None, ended_reason=""),
            ),
            models.CheckConstraint(
                name="screening_response_stops_what_was_begun",
                condition=Q(stop_due_on=None, stopped_at=None)
                | Q(state="ended", stop_due_on__isnull=False, answered_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_code} {self.trigger}"
