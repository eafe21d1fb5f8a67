"""What the portal keeps of its own: which telling of the demo story is loaded."""

from django.db import models


class DemoStory(models.Model):
    """One row under DEMO: the days that the loaded story rests on. No row: no story is loaded."""

    id = models.BooleanField(primary_key=True, default=True)
    working_day = models.DateField(help_text="T: the last working day on or before the day of loading")
    opened_on = models.DateField(help_text="D: the day of loading")
    seed = models.BigIntegerField()
    firms = models.PositiveIntegerField(help_text="generated enterprises, the cast not counted")
    loaded_at = models.DateTimeField()

    class Meta:
        verbose_name = "演示故事"
        constraints = [models.CheckConstraint(name="portal_demostory_one_row", condition=models.Q(id=True))]

    def __str__(self) -> str:
        return self.working_day.isoformat()


class Lookup(models.Model):
    """Who was checked when, for the one who was: a line for each subject of a receipt. The matter says why.

    Gathered from receipts by a task, so that a check writes nothing more than its receipt.
    """

    subject_id = models.BigIntegerField()
    receipt_id = models.BigIntegerField()
    checked_at = models.DateTimeField()
    matter = models.ForeignKey("screening.Matter", on_delete=models.PROTECT, related_name="+")
    stage = models.CharField(max_length=10)
    department_id = models.BigIntegerField(null=True, blank=True, help_text="who asked; None: no department")
    implementing_department_id = models.BigIntegerField()

    class Meta:
        verbose_name = "被核查的记录"
        indexes = [
            models.Index(name="portal_lookup_of_subject", fields=["subject_id", "-checked_at", "-receipt_id"]),
            models.Index(name="portal_lookup_time", fields=["checked_at"]),
        ]
        constraints = [
            models.UniqueConstraint(name="portal_lookup_once", fields=["receipt_id", "subject_id"]),
        ]

    def __str__(self) -> str:
        return f"{self.subject_id} {self.checked_at:%Y-%m-%d %H:%M}"


class LookupMark(models.Model):
    """One row: up to which receipt lookups were gathered, and up to which they may be next time: what was committed
    late in between is not missed.
    """

    id = models.BooleanField(primary_key=True, default=True)
    done = models.BigIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True, help_text="when `done` was the highest that was seen")
    seen = models.BigIntegerField(default=0)
    at = models.DateTimeField(null=True, blank=True, help_text="when `seen` was seen")

    class Meta:
        verbose_name = "被核查记录的归集位置"
        constraints = [
            models.CheckConstraint(name="portal_lookupmark_one_row", condition=models.Q(id=True)),
            models.CheckConstraint(name="portal_lookupmark_in_order", condition=models.Q(seen__gte=models.F("done"))),
        ]

    def __str__(self) -> str:
        return str(self.done)
