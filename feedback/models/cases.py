"""What is owed or may be told about a hit, and what was reported. Reports are corrected by a new version."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q

from feedback.rules.cases import Action, Basis, Channel


class Due(models.Model):
    """One case file: a measure for one subject, because of a receipt, a response task, or an entry that it knows.

    `owed`: the implementing department must report by `due_on`; a reward is offered and may be reported. From
    `version` on: what the newest version says, for lists and statistics. `trigger`: the first entry or record that
    called for the measure ("entry:12"), `source_id` its list. `own_number`: the department's own case number.
    `change_seq`: which change of its department's cases the newest version was (ChangeCount): systems read on by it.
    """

    basis = models.CharField(
        max_length=8, choices=[(b.value, b.label) for b in Basis], default=Basis.RECEIPT, db_default="receipt"
    )
    owed = models.BooleanField(default=True, db_default=True)
    number = models.CharField(max_length=40, blank=True, default="", help_text="of the receipt")
    checked_on = models.DateField(help_text="of the hit; of a task the day it was raised; else of the first report")
    subject_index = models.PositiveSmallIntegerField(default=0, help_text="place of the subject on the receipt")
    subject_id = models.BigIntegerField(null=True, blank=True)
    subject_kind = models.CharField(max_length=20, blank=True, default="", db_default="")
    area = models.CharField(max_length=6, blank=True, default="", db_default="", help_text="division of the subject")
    trigger = models.CharField(max_length=60, blank=True, default="", db_default="")
    source_id = models.SmallIntegerField(null=True, blank=True)
    response = models.ForeignKey(
        "screening.ResponseTask", on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_index=False
    )
    measure_code = models.CharField(max_length=40, blank=True)
    measure_text = models.TextField(blank=True)
    reward = models.BooleanField(default=False)
    matter_code = models.CharField(max_length=40, blank=True)
    stage = models.CharField(max_length=10, blank=True, default="", db_default="")
    file_number = models.CharField(max_length=60, blank=True)
    department_id = models.BigIntegerField()
    due_on = models.DateField(null=True, blank=True)
    provisional = models.BooleanField(default=False, help_text="rests on a year whose holiday notice is not out")
    reported_at = models.DateTimeField(null=True, blank=True, help_text="first")
    reported_on = models.DateField(null=True, blank=True, help_text="the legal day of that")
    own_number = models.CharField(max_length=60, blank=True, default="", db_default="")
    version = models.PositiveSmallIntegerField(default=0, db_default=0)
    action = models.CharField(max_length=10, blank=True, default="", db_default="")
    amount = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    reason_key = models.CharField(
        max_length=16, blank=True, default="", db_default="", help_text="digest of the reason why it was not done"
    )
    weak = models.BooleanField(default=False, db_default=False, help_text="the reason says nothing")
    chased_on = models.DateField(null=True, blank=True, help_text="when its department was last reminded of it")
    change_seq = models.BigIntegerField(default=0, db_default=0, help_text="0: nothing was reported")

    class Meta:
        verbose_name = "待反馈"
        indexes = [
            models.Index(
                fields=["department_id", "due_on", "id"],
                name="feedback_due_open",
                condition=Q(reported_at=None, owed=True),
            ),
            models.Index(
                fields=["due_on", "id"], name="feedback_due_open_in_city", condition=Q(reported_at=None, owed=True)
            ),
            models.Index(
                fields=["department_id", "-checked_on", "-id"],
                name="feedback_due_offered",
                condition=Q(reported_at=None, owed=False),
            ),
            models.Index(fields=["file_number"], name="feedback_due_file", condition=~Q(file_number="")),
            models.Index(
                fields=["-reported_on", "-id"], name="feedback_due_told", condition=Q(reported_at__isnull=False)
            ),
            models.Index(
                fields=["department_id", "-reported_on", "-id"],
                name="feedback_due_told_by_dept",
                condition=Q(reported_at__isnull=False),
            ),
            models.Index(
                fields=["source_id", "-reported_on", "-id"],
                name="feedback_due_told_of_list",
                condition=Q(reported_at__isnull=False),
            ),
            models.Index(
                fields=["measure_code", "-reported_on", "-id"],
                name="feedback_due_told_of_measure",
                condition=Q(reported_at__isnull=False),
            ),
            models.Index(
                fields=["area", "-reported_on", "-id"],
                name="feedback_due_told_of_area",
                condition=Q(reported_at__isnull=False),
            ),
            models.Index(
                fields=["department_id", "reason_key", "id"],
                name="feedback_due_same_reason",
                condition=~Q(reason_key=""),
            ),
            models.Index(fields=["department_id", "id"], name="feedback_due_weak", condition=Q(weak=True)),
            models.Index(
                fields=["department_id", "-checked_on", "-id"],
                name="feedback_due_owed_by_check",
                condition=Q(owed=True),
            ),
            models.Index(
                fields=["department_id", "change_seq"],
                name="feedback_due_by_change",
                condition=Q(change_seq__gt=0),
            ),
            models.Index(
                fields=["department_id", "id"],
                name="feedback_due_no_measure",
                condition=Q(measure_code="", reported_at__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["number", "subject_index", "measure_code"],
                name="feedback_due_once_per_measure",
                condition=Q(basis="receipt"),
            ),
            models.UniqueConstraint(
                fields=["response"], name="feedback_due_once_per_task", condition=Q(response__isnull=False)
            ),
            models.UniqueConstraint(
                fields=["department_id", "trigger", "measure_code", "matter_code", "file_number"],
                name="feedback_due_once_per_entry",
                condition=Q(basis="entry"),
            ),
            models.UniqueConstraint(
                fields=["department_id", "own_number"],
                name="feedback_due_own_number_once",
                condition=~Q(own_number=""),
            ),
            models.CheckConstraint(
                name="feedback_due_basis_is_named",
                condition=Q(basis="receipt", response=None) & ~Q(number="") & ~Q(measure_code="")
                | Q(basis="response", response__isnull=False)
                | Q(basis="entry", response=None, owed=False) & ~Q(trigger=""),
            ),
            models.CheckConstraint(
                name="feedback_due_owed_has_a_day", condition=Q(owed=False) | Q(due_on__isnull=False)
            ),
            models.CheckConstraint(name="feedback_due_reward_is_not_owed", condition=Q(reward=False) | Q(owed=False)),
            models.CheckConstraint(
                name="feedback_due_reported_is_whole",
                condition=Q(reported_at=None, reported_on=None, version=0, action="")
                | Q(reported_at__isnull=False, reported_on__isnull=False, version__gt=0) & ~Q(action=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_number} {self.measure_code}"

    @property
    def case_number(self) -> str:
        """案例编号, by which a department and its systems name the case."""
        return f"AL-{self.pk:09d}"


class Case(models.Model):
    """One version of a report (奖惩案例反馈). `digest`: of what it says, by which the same is known again."""

    due = models.ForeignKey(Due, on_delete=models.PROTECT, related_name="cases")
    version = models.PositiveSmallIntegerField()
    action = models.CharField(max_length=10, choices=[(a.value, a.value) for a in Action])
    reason = models.TextField(blank=True)
    content = models.TextField(blank=True)
    amount = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True, help_text="yuan")
    done_from = models.DateField(null=True, blank=True)
    done_until = models.DateField(null=True, blank=True)
    effect = models.TextField(blank=True)
    operator = models.CharField(max_length=60, blank=True, default="", db_default="", help_text="whom a system names")
    channel = models.CharField(
        max_length=8, choices=[(c.value, c.label) for c in Channel], default=Channel.PAGE, db_default="page"
    )
    digest = models.CharField(max_length=64, blank=True, default="", db_default="")
    reported_by = models.CharField(max_length=100)
    reported_at = models.DateTimeField()

    class Meta:
        verbose_name = "奖惩案例"
        indexes = [BrinIndex(fields=["reported_at"], name="feedback_case_time", pages_per_range=32)]
        constraints = [
            models.UniqueConstraint(fields=["due", "version"], name="feedback_case_once_per_version"),
            models.CheckConstraint(
                name="feedback_case_not_done_has_reason", condition=Q(action=Action.DONE.value) | ~Q(reason="")
            ),
            models.CheckConstraint(
                name="feedback_case_amount_not_negative", condition=Q(amount=None) | Q(amount__gte=0)
            ),
            models.CheckConstraint(
                name="feedback_case_period_in_order",
                condition=Q(done_from=None) | Q(done_until=None) | Q(done_until__gte=models.F("done_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.due_id} v{self.version}"


class Attachment(models.Model):
    """A file that proves a version of a report; `file_id` is sealed by office. A correction keeps them."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="attachments")
    file = models.ForeignKey("office.StoredFile", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=4, help_text="by content: pdf, png, jpg, docx, xlsx")
    added_by = models.CharField(max_length=100)
    added_at = models.DateTimeField()

    class Meta:
        verbose_name = "反馈附件"
        constraints = [models.UniqueConstraint(fields=["case", "file"], name="feedback_attachment_once")]

    def __str__(self) -> str:
        return self.name


class ChangeCount(models.Model):
    """How many reports and corrections a department's cases have had.

    Its row is locked from the change's number to the commit: who has read up to a number has missed nothing below it.
    A department's own count tells its systems nothing of the city's.
    """

    department_id = models.BigIntegerField(primary_key=True)
    last = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.department_id} {self.last}"


class Known(models.Model):
    """A department was shown an entry or record by a check, and since when."""

    department_id = models.BigIntegerField()
    trigger = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    source_id = models.SmallIntegerField(null=True, blank=True)
    since = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["department_id", "trigger", "subject_id"], name="feedback_known_once")
        ]

    def __str__(self) -> str:
        return f"{self.department_id} {self.trigger}"
