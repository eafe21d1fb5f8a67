"""典型案例: chosen, reviewed by a second person, made anonymous, published, withdrawn."""

from django.db import models
from django.db.models import F, Q

from feedback.rules.typical import State


class TypicalCase(models.Model):
    """A case retold for the public. `subject_shown`: an organisation's name, or words that name nobody."""

    due = models.ForeignKey("feedback.Due", on_delete=models.PROTECT, related_name="+")
    department = models.ForeignKey("accounts.Department", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=100)
    text = models.TextField()
    subject_shown = models.CharField(max_length=200)
    reward = models.BooleanField()
    state = models.CharField(max_length=10, choices=[(s.value, s.label) for s in State])
    drafted_by = models.CharField(max_length=100)
    drafted_at = models.DateTimeField()
    reviewed_by = models.CharField(max_length=100, blank=True, default="")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    review_note = models.CharField(max_length=500, blank=True, default="")
    published_on = models.DateField(null=True, blank=True)
    withdrawn_by = models.CharField(max_length=100, blank=True, default="")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        verbose_name = "典型案例"
        indexes = [
            models.Index(
                fields=["-published_on", "-id"], name="feedback_typical_public", condition=Q(state="published")
            ),
            models.Index(fields=["department", "-id"], name="feedback_typical_of_dept"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["due"],
                name="feedback_typical_one_live",
                condition=Q(state__in=["drafted", "submitted", "published"]),
            ),
            models.CheckConstraint(
                name="feedback_typical_published_by_another",
                condition=~Q(state__in=["published", "withdrawn"])
                | ~Q(reviewed_by="") & ~Q(reviewed_by=F("drafted_by")) & Q(published_on__isnull=False),
            ),
            models.CheckConstraint(
                name="feedback_typical_withdrawn_says_why",
                condition=~Q(state="withdrawn") | ~Q(withdrawn_reason="") & Q(withdrawn_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title
