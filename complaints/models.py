"""Complaints and reports by the public. What was told and who told it are sealed, each under its own data key."""

from django.db import models
from django.db.models import Q

from complaints.rules.states import OPEN, OVER, State
from complaints.rules.telling import Kind


class Complaint(models.Model):
    """One complaint. `summary` is the credit office's wording: all that a department ever reads of it.

    Destroying `informant_key` destroys who told it; the rest stays.
    """

    number = models.CharField(max_length=40, unique=True)
    code_hash = models.BinaryField(max_length=32, help_text="keyed digest of the code that follows its progress")
    kind = models.CharField(max_length=10, choices=[(k.value, k.label) for k in Kind])
    about_name = models.CharField(max_length=200)
    about_code = models.CharField(max_length=18, blank=True, default="")
    text_key = models.TextField()
    text_ct = models.TextField(help_text="complaints.complaint:<id>:text")
    informant_key = models.TextField(blank=True, default="", help_text="wrapped; empty: told without a name")
    informant_ct = models.TextField(blank=True, default="", help_text="complaints.complaint:<id>:informant")
    state = models.CharField(max_length=10, choices=[(s.value, s.label) for s in State])
    due_on = models.DateField(help_text="last day for accepting it, then for the answer")
    department = models.ForeignKey(
        "accounts.Department", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    summary = models.TextField(blank=True, default="")
    report = models.TextField(blank=True, default="", help_text="what the department found, for the office")
    answer = models.TextField(blank=True, default="", help_text="what the informant reads")
    received_at = models.DateTimeField()
    moved_at = models.DateTimeField()
    moved_by = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        verbose_name = "投诉举报"
        indexes = [
            models.Index(
                name="complaints_complaint_open",
                fields=["due_on", "id"],
                condition=Q(state__in=sorted(s.value for s in OPEN)),
            ),
            models.Index(
                name="complaints_complaint_to_do",
                fields=["department", "due_on", "id"],
                condition=Q(state__in=sorted(s.value for s in OPEN)),
            ),
            models.Index(
                name="complaints_complaint_over",
                fields=["-id"],
                condition=Q(state__in=sorted(s.value for s in OVER)),
            ),
            models.Index(name="complaints_complaint_of_dept", fields=["department", "-id"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="complaints_complaint_state_known", condition=Q(state__in=[s.value for s in State])
            ),
            models.CheckConstraint(
                name="complaints_complaint_kind_known", condition=Q(kind__in=[k.value for k in Kind])
            ),
            models.CheckConstraint(
                name="complaints_complaint_is_sealed",
                condition=Q(text_ct__startswith="v1.") & (Q(informant_ct="") | Q(informant_ct__startswith="v1.")),
            ),
            models.CheckConstraint(
                name="complaints_complaint_forwarded_in_other_words",
                condition=~Q(state__in=[State.FORWARDED.value, State.REPORTED.value])
                | (Q(department__isnull=False) & ~Q(summary="")),
            ),
            models.CheckConstraint(
                name="complaints_complaint_over_is_answered",
                condition=~Q(state__in=sorted(s.value for s in OVER)) | ~Q(answer=""),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Paper(models.Model):
    """A paper that came with it. A department sees only what the office passed on."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="papers")
    file = models.ForeignKey("office.StoredFile", on_delete=models.PROTECT, related_name="+")
    passed_on = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.complaint_id}:{self.pk}"


class Handler(models.Model):
    """A member of staff who may open an informant's identity, named by another."""

    username = models.CharField(max_length=150, unique=True)
    active = models.BooleanField(default=True)
    named_by = models.CharField(max_length=80)
    named_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.username
