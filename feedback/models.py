"""What is owed about a hit, and what was reported. Reports are corrected by a new version, never overwritten."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from feedback.rules.cases import Action
from feedback.rules.letters import Way


class Due(models.Model):
    """The implementing department owes a report on one measure for one subject of one receipt."""

    number = models.CharField(max_length=40, help_text="of the receipt")
    checked_on = models.DateField()
    subject_index = models.PositiveSmallIntegerField(help_text="place of the subject on the receipt")
    subject_id = models.BigIntegerField(null=True, blank=True)
    measure_code = models.CharField(max_length=40)
    measure_text = models.TextField()
    reward = models.BooleanField(default=False)
    matter_code = models.CharField(max_length=40)
    file_number = models.CharField(max_length=60, blank=True)
    department_id = models.BigIntegerField()
    due_on = models.DateField()
    provisional = models.BooleanField(default=False, help_text="rests on a year whose holiday notice is not out")
    reported_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "待反馈"
        indexes = [
            models.Index(
                fields=["department_id", "due_on", "id"], name="feedback_due_open", condition=Q(reported_at=None)
            ),
            models.Index(fields=["due_on", "id"], name="feedback_due_open_in_city", condition=Q(reported_at=None)),
            models.Index(fields=["file_number"], name="feedback_due_file", condition=~Q(file_number="")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["number", "subject_index", "measure_code"], name="feedback_due_once_per_measure"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.measure_code}"


class Case(models.Model):
    """One version of a report (奖惩案例反馈)."""

    due = models.ForeignKey(Due, on_delete=models.PROTECT, related_name="cases")
    version = models.PositiveSmallIntegerField()
    action = models.CharField(max_length=10, choices=[(a.value, a.value) for a in Action])
    reason = models.TextField(blank=True)
    content = models.TextField(blank=True)
    amount = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True, help_text="yuan")
    done_from = models.DateField(null=True, blank=True)
    done_until = models.DateField(null=True, blank=True)
    effect = models.TextField(blank=True)
    reported_by = models.CharField(max_length=100)
    reported_at = models.DateTimeField()

    class Meta:
        verbose_name = "奖惩案例"
        constraints = [
            models.UniqueConstraint(fields=["due", "version"], name="feedback_case_once_per_version"),
            models.CheckConstraint(
                name="feedback_case_not_done_has_reason", condition=Q(action=Action.DONE.value) | ~Q(reason="")
            ),
            models.CheckConstraint(
                name="feedback_case_amount_not_negative", condition=Q(amount=None) | Q(amount__gte=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.due_id} v{self.version}"


class Letter(models.Model):
    """A 措施实施告知书: what one department told whom about one measure, and when it was served. Never rewritten.

    It follows a report on a hit (`due`) or a response task (`response`). `subject_id`: whom; the PDF is sealed.
    """

    due = models.ForeignKey(Due, on_delete=models.PROTECT, related_name="letters", null=True, blank=True)
    response = models.ForeignKey(
        "screening.ResponseTask", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    department = models.ForeignKey("accounts.Department", on_delete=models.PROTECT, related_name="+")
    subject_id = models.BigIntegerField()
    measure_code = models.CharField(max_length=40)
    measure_text = models.TextField()
    document_no = models.CharField(max_length=120)
    articles = ArrayField(models.TextField())
    reason = models.TextField()
    remedies = models.TextField()
    lifting = models.TextField()
    file = models.ForeignKey("office.StoredFile", on_delete=models.PROTECT, related_name="+")
    written_on = models.DateField()
    written_by = models.CharField(max_length=100)
    written_at = models.DateTimeField()
    served_on = models.DateField(null=True, blank=True)
    served_way = models.CharField(max_length=4, blank=True, choices=[(w.value, w.value) for w in Way])
    served_by = models.CharField(max_length=100, blank=True)
    served_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "措施实施告知书"
        indexes = [
            models.Index(fields=["department", "-written_on", "-id"], name="feedback_letter_of_dept"),
            models.Index(fields=["-written_on", "-id"], name="feedback_letter_newest"),
            models.Index(fields=["subject_id"], name="feedback_letter_to_subject"),
        ]
        constraints = [
            models.CheckConstraint(
                name="feedback_letter_follows_one_thing",
                condition=Q(due=None, response__isnull=False) | Q(due__isnull=False, response=None),
            ),
            models.UniqueConstraint(fields=["department", "document_no"], name="feedback_letter_one_number"),
            models.CheckConstraint(
                name="feedback_letter_says_what_law_asks",
                condition=~Q(document_no="") & ~Q(reason="") & ~Q(remedies="") & ~Q(lifting="") & ~Q(articles=[]),
            ),
            models.CheckConstraint(
                name="feedback_letter_service_is_whole",
                condition=Q(served_on=None, served_way="", served_by="", served_at=None)
                | Q(served_on__isnull=False, served_way__in=[w.value for w in Way], served_at__isnull=False)
                & ~Q(served_by=""),
            ),
        ]

    def __str__(self) -> str:
        return self.document_no
