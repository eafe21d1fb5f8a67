"""What became of an application: finished matters (办结办件) as their offices report them, and the files of them."""

from django.db import models
from django.db.models import F, Q


class FinishedCase(models.Model):
    """One finished matter (办件), by its file number: who decided what, when, and which check was made for it.

    Reported by file, by interface, or as the outcome of a check. `department` decided; `desk` took the application
    in. The applicant is an organisation's code or a person's blind index ("key id:hex"), never a person's number
    (invariant I7). `receipt` is of the check that was found for it when it was reported. `reporter_id`: the
    department in whose name it was last reported; what the deciding one has said a desk does not change.
    """

    class Result(models.TextChoices):
        GRANTED = "granted", "准予"
        REFUSED = "refused", "不予"
        WITHDRAWN = "withdrawn", "申请人撤回"
        ENDED = "ended", "终止办理"

    class State(models.TextChoices):
        MISSING = "missing", "应查未查"
        CHECKED = "checked", "已核查"
        EXEMPT = "exempt", "无需核查"  # the matter consulted nothing when it was reported

    id = models.BigAutoField(primary_key=True)
    matter = models.ForeignKey("screening.Matter", on_delete=models.PROTECT, related_name="+", db_index=False)
    file_number = models.CharField(max_length=60)
    department = models.ForeignKey("accounts.Department", on_delete=models.PROTECT, related_name="+", db_index=False)
    desk = models.ForeignKey("accounts.Department", on_delete=models.PROTECT, related_name="+", db_index=False)
    window = models.CharField(max_length=60, blank=True, default="")
    applicant_code = models.CharField(max_length=18, blank=True, default="")
    applicant_blind = models.CharField(max_length=100, blank=True, default="")
    subject_id = models.BigIntegerField(null=True, blank=True)
    accepted_on = models.DateField(null=True, blank=True)
    finished_on = models.DateField()
    result = models.CharField(max_length=10, choices=Result.choices)
    state = models.CharField(max_length=10, choices=State.choices)
    receipt = models.CharField(max_length=40, blank=True, default="")
    reported_by = models.CharField(max_length=100)
    reporter_id = models.BigIntegerField(null=True, blank=True)
    reported_at = models.DateTimeField()

    class Meta:
        verbose_name = "办结办件"
        indexes = [
            models.Index(fields=["state", "-finished_on", "-id"], name="screening_finished_state"),
            models.Index(fields=["department", "state", "-finished_on", "-id"], name="screening_finished_of_dept"),
            models.Index(fields=["desk", "state", "-finished_on", "-id"], name="screening_finished_of_desk"),
            models.Index(fields=["matter", "state", "-finished_on", "-id"], name="screening_finished_of_matter"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["matter", "file_number"], name="screening_finished_once"),
            models.CheckConstraint(
                name="screening_finished_result_known",
                condition=Q(result__in=["granted", "refused", "withdrawn", "ended"]),
            ),
            models.CheckConstraint(
                name="screening_finished_checked_has_receipt",
                condition=Q(state="checked") & ~Q(receipt="") | Q(state__in=["missing", "exempt"], receipt=""),
            ),
            models.CheckConstraint(
                name="screening_finished_days_in_order",
                condition=Q(accepted_on=None) | Q(accepted_on__lte=F("finished_on")),
            ),
            models.CheckConstraint(name="screening_finished_has_number", condition=~Q(file_number="")),
            models.CheckConstraint(
                name="screening_finished_one_applicant", condition=Q(applicant_code="") | Q(applicant_blind="")
            ),
        ]

    def __str__(self) -> str:
        return self.file_number


class FinishedFile(models.Model):
    """A file of finished matters and what was taken of it: all its good rows in one transaction, or none.

    `problems`: [row, message] of the first rows that were not taken. The same bytes of one department lead here.
    """

    file_id = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    department = models.ForeignKey("accounts.Department", on_delete=models.PROTECT, related_name="+")
    everywhere = models.BooleanField(
        default=False, db_default=False, help_text="the credit office's: its rows may be of any department"
    )
    sent_by = models.CharField(max_length=100)
    sender_name = models.CharField(max_length=100, blank=True, default="")
    sent_at = models.DateTimeField()
    job_id = models.BigIntegerField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=500, blank=True, default="")
    total = models.PositiveIntegerField(default=0)
    taken = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    problems = models.JSONField(default=list, blank=True)

    class Meta:
        verbose_name = "办结办件文件"
        indexes = [models.Index(fields=["department", "-id"], name="screening_finishedfile_of_dept")]
        constraints = [
            models.UniqueConstraint(
                fields=["department", "sha256"], condition=Q(failure=""), name="screening_finishedfile_once"
            ),
            models.CheckConstraint(
                name="screening_finishedfile_counts_agree",
                condition=Q(done_at=None)
                | ~Q(failure="")
                | Q(total=F("taken") + F("changed") + F("same") + F("refused")),
            ),
        ]

    def __str__(self) -> str:
        return self.name
