"""督办: departments held to account, from the notice to the correction."""

from django.db import models
from django.db.models import Q

from feedback.rules.supervision import Fault, State, Verb


class Supervision(models.Model):
    """One fault of one department in one month. `figure`: how many there were when it was last looked at."""

    department = models.ForeignKey("accounts.Department", on_delete=models.PROTECT, related_name="+")
    fault = models.CharField(max_length=12, choices=[(f.value, f.label) for f in Fault])
    month = models.DateField()
    figure = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=[(s.value, s.label) for s in State])
    correct_by = models.DateField(null=True, blank=True, help_text="整改期限")
    opened_by = models.CharField(max_length=100)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "督办事项"
        indexes = [
            models.Index(fields=["-opened_at", "-id"], name="feedback_supervision_newest"),
            models.Index(fields=["department", "-opened_at", "-id"], name="feedback_supervision_of_dept"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["department", "fault", "month"], name="feedback_supervision_once"),
            models.CheckConstraint(
                name="feedback_supervision_closed_iff_dated",
                condition=Q(state__in=["corrected", "dropped"], closed_at__isnull=False)
                | ~Q(state__in=["corrected", "dropped"]) & Q(closed_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.department_id} {self.fault} {self.month:%Y-%m}"


class SupervisionStep(models.Model):
    """What was done in a 督办, by whom: never rewritten. `document_no`: of the notice."""

    supervision = models.ForeignKey(Supervision, on_delete=models.PROTECT, related_name="steps")
    verb = models.CharField(max_length=10, choices=[(v.value, v.label) for v in Verb])
    text = models.TextField()
    document_no = models.CharField(max_length=120, blank=True, default="")
    figure = models.PositiveIntegerField(default=0)
    noted_by = models.CharField(max_length=100)
    noted_at = models.DateTimeField()

    class Meta:
        verbose_name = "督办记录"
        constraints = [
            models.CheckConstraint(name="feedback_supervisionstep_says_something", condition=~Q(text="")),
            models.CheckConstraint(
                name="feedback_supervisionstep_notice_has_number", condition=~Q(verb="notice") | ~Q(document_no="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.supervision_id} {self.verb}"
