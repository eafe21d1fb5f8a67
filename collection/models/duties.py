"""What departments owe and how well they do it: tasks, monthly tallies; and what was handed up."""

from django.db import models
from django.db.models import F, Q

from collection.rules.states import TaskState


class CollectionTask(models.Model):
    """One department owes one item for one period, by a day (归集任务)."""

    item = models.ForeignKey("catalog.Item", on_delete=models.PROTECT, related_name="+")
    department = models.ForeignKey("accounts.Department", on_delete=models.PROTECT, related_name="+")
    period_from = models.DateField()
    period_until = models.DateField()
    due_on = models.DateField()
    provisional = models.BooleanField(default=False, help_text="due_on rests on a provisional calendar year")
    state = models.CharField(max_length=10, default=TaskState.OPEN.value, db_default=TaskState.OPEN.value)
    batch_id = models.BigIntegerField(null=True, blank=True, help_text="the batch that fulfilled it")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=80, blank=True, default="")
    reminded_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = "归集任务"
        indexes = [
            models.Index(fields=["due_on", "id"], name="collection_task_by_day"),
            models.Index(fields=["state", "due_on", "id"], name="collection_task_of_state"),
            models.Index(fields=["department", "due_on", "id"], name="collection_task_of_department"),
            models.Index(fields=["department", "state", "due_on", "id"], name="collection_task_of_both"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["item", "department", "period_from"], name="collection_task_once"),
            models.CheckConstraint(
                name="collection_task_period_in_order", condition=Q(period_until__gte=F("period_from"))
            ),
            models.CheckConstraint(
                name="collection_task_state_known", condition=Q(state__in=[s.value for s in TaskState])
            ),
            models.CheckConstraint(
                name="collection_task_closed_iff_over",
                condition=Q(state="open", closed_at=None) | ~Q(state="open") & Q(closed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.department_id} {self.period_from}"


class Tally(models.Model):
    """Counts of one department, item and month of reporting, raised in the transaction of what they count.

    `reported`: rows that arrived, a mended row once; `taken`: new records; `late`: of these, after their due day.
    上报 reported, 合规率 taken / reported, 迟报率 late / taken (rulebook 3.5).
    """

    item = models.ForeignKey("catalog.Item", on_delete=models.PROTECT, related_name="+")
    department = models.ForeignKey("accounts.Department", on_delete=models.PROTECT, related_name="+")
    month = models.DateField(help_text="its first day")
    reported = models.PositiveBigIntegerField(default=0)
    taken = models.PositiveBigIntegerField(default=0)
    late = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = "质量统计"
        constraints = [
            models.UniqueConstraint(fields=["month", "department", "item"], name="collection_tally_one"),
            models.CheckConstraint(
                name="collection_tally_adds_up",
                condition=Q(taken__lte=F("reported")) & Q(late__lte=F("taken")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month} {self.department_id} {self.item_id}"


class Handover(models.Model):
    """One day's records of one item for the platform above, as values and as files (数据上报)."""

    item = models.ForeignKey("catalog.Item", on_delete=models.PROTECT, related_name="+")
    day = models.DateField(help_text="of recording or change")
    number = models.PositiveSmallIntegerField(default=1, help_text="made again for the same day: the next number")
    records = models.PositiveIntegerField()
    xlsx = models.ForeignKey("office.StoredFile", on_delete=models.PROTECT, related_name="+")
    xml = models.ForeignKey("office.StoredFile", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=80)
    handed_at = models.DateTimeField(null=True, blank=True)
    handed_by = models.CharField(max_length=80, blank=True, default="")
    note = models.TextField(blank=True, default="")
    run = models.ForeignKey("HandoverRun", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = "上报文件"
        indexes = [models.Index(fields=["-day", "-id"], name="collection_handover_latest")]
        constraints = [
            models.UniqueConstraint(fields=["item", "day", "number"], name="collection_handover_once"),
            models.CheckConstraint(
                name="collection_handover_handed_iff_by",
                condition=Q(handed_at=None, handed_by="") | Q(handed_at__isnull=False) & ~Q(handed_by=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.day}"


class HandoverRun(models.Model):
    """Somebody asked for one day's files of one item: a worker makes them, file by file."""

    item = models.ForeignKey("catalog.Item", on_delete=models.PROTECT, related_name="+")
    day = models.DateField(help_text="of recording or change")
    job = models.ForeignKey("office.Job", on_delete=models.PROTECT, null=True, related_name="+")
    last_id = models.BigIntegerField(default=0, help_text="records up to this one are in a file, or left out")
    dealt_with = models.PositiveIntegerField(default=0, help_text="records")
    files = models.PositiveSmallIntegerField(default=0)
    asked_by = models.CharField(max_length=80)
    asked_name = models.CharField(max_length=100, blank=True, default="")
    department = models.ForeignKey(
        "accounts.Department", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    trouble = models.TextField(blank=True, default="", help_text="why it did not come to its end; Chinese")

    class Meta:
        verbose_name = "上报文件的生成"
        indexes = [models.Index(fields=["day", "item", "-id"], name="collection_handoverrun_of_day")]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "day"], condition=Q(finished_at=None), name="collection_handoverrun_one_open"
            ),
            models.CheckConstraint(
                name="collection_handoverrun_trouble_is_over",
                condition=Q(trouble="") | Q(finished_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.day}"
