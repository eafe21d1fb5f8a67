"""Application lists, receipts and what the clerk chose."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q

STAGES = ["before", "during", "after"]


class Matter(models.Model):
    """A matter of government service (政务服务事项) and its implementing department, which is not the window's."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    implementing_department = models.ForeignKey("accounts.Department", on_delete=models.PROTECT, related_name="+")
    handled_by = models.ForeignKey(
        "accounts.Department", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    by_application = models.BooleanField(
        default=True, db_default=True, help_text="依申请; else 依职权: the department acts without anybody applying"
    )
    stages = ArrayField(models.CharField(max_length=10))
    roles = models.JSONField(help_text="whom to check: [{code, label, persons, required}]")

    class Meta:
        verbose_name = "政务服务事项"
        constraints = [
            models.CheckConstraint(
                name="screening_matter_stages_known", condition=Q(stages__contained_by=STAGES, stages__len__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Consulted(models.Model):
    """A line of the application list (应用清单): the matter consults this source, from one revision to another."""

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="consulted")
    source = models.ForeignKey("collection.Source", on_delete=models.PROTECT, related_name="+")
    rev_from = models.BigIntegerField()
    rev_to = models.BigIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = "应用清单"
        constraints = [
            models.UniqueConstraint(
                fields=["matter", "source"], condition=Q(rev_to=None), name="screening_consulted_once"
            ),
            models.CheckConstraint(
                name="screening_consulted_revisions_in_order",
                condition=Q(rev_to=None) | Q(rev_to__gt=F("rev_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id} asks {self.source_id}"


class ApplicationLists(models.Model):
    """One row: the revision of all application lists, raised in the transaction of every change."""

    id = models.BooleanField(primary_key=True, default=True)
    revision = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(name="screening_lists_one_row", condition=Q(id=True))]

    def __str__(self) -> str:
        return str(self.revision)


class Receipt(models.Model):
    """One check: who asked what for which matter, what was consulted, what was answered. Never changed (a trigger).

    Partitioned by the month of the check. `content` holds ids, organisations' names and masked persons, never an
    identifier or name of a person (invariant I7). `vector`: the revision of each source that was read.
    """

    id = models.BigIntegerField(primary_key=True)
    number = models.CharField(max_length=40)
    checked_at = models.DateTimeField()
    as_of = models.DateField()
    # no foreign key in the database: each receipt would lock the matter. No matter is ever deleted (a trigger)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    stage = models.CharField(max_length=10)
    file_number = models.CharField(max_length=60, blank=True)
    actor = models.CharField(max_length=100)
    department_id = models.BigIntegerField(null=True, blank=True)
    implementing_department_id = models.BigIntegerField()
    answer = models.CharField(max_length=20)
    complete = models.BooleanField()
    no_measure = models.BooleanField()
    subject_ids = ArrayField(models.BigIntegerField())
    content = models.JSONField()
    vector = models.JSONField()

    class Meta:
        verbose_name = "核查回执"
        indexes = [
            models.Index(fields=["checked_at"], name="screening_receipt_time"),
            models.Index(fields=["department_id", "checked_at"], name="screening_receipt_department"),
            models.Index(fields=["implementing_department_id", "checked_at"], name="screening_receipt_implementer"),
            models.Index(
                fields=["file_number", "-checked_at", "-id"],
                name="screening_receipt_file_number",
                condition=~Q(file_number=""),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="screening_receipt_answer_known",
                condition=Q(answer__in=["hit", "could_not_check", "clear"]),
            ),
            models.CheckConstraint(
                name="screening_receipt_clear_is_complete", condition=~Q(answer="clear") | Q(complete=True)
            ),
        ]

    def __str__(self) -> str:
        return self.number


class ReceiptKey(models.Model):
    """A requester's idempotency key: the same request again gets the same receipt."""

    requester = models.CharField(max_length=100)
    key = models.CharField(max_length=64)
    body_hash = models.BinaryField()
    number = models.CharField(max_length=40)
    checked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["requester", "key"], name="screening_receiptkey_once"),
        ]
        indexes = [BrinIndex(fields=["checked_at"], name="screening_receiptkey_time", pages_per_range=32)]

    def __str__(self) -> str:
        return f"{self.requester} {self.number}"


class Choice(models.Model):
    """What the person at the window chose. The machine refuses nothing (invariant I9)."""

    class What(models.TextChoices):
        HOLD = "hold", "暂缓受理，转实施部门确认"
        GO_ON = "go_on", "继续受理并说明理由"

    number = models.CharField(max_length=40)
    what = models.CharField(max_length=10, choices=What.choices)
    reason = models.CharField(max_length=500, blank=True)
    chosen_by = models.CharField(max_length=100)
    operator = models.CharField(
        max_length=60, blank=True, default="", db_default="", help_text="whom another department's system names"
    )
    chosen_at = models.DateTimeField()

    class Meta:
        verbose_name = "窗口选择"
        constraints = [
            models.UniqueConstraint(fields=["number"], name="screening_choice_once_per_receipt"),
            models.CheckConstraint(
                name="screening_choice_going_on_has_reason", condition=~Q(what="go_on") | ~Q(reason="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.what}"
