"""How many cases of each sort there are, kept while they come."""

from django.db import models
from django.db.models import Q


class Tally(models.Model):
    """Cases of one month, department, list, measure, area, kind and action: how many more, and how much money.

    Each intake appends what it changed (a correction takes one away and adds one); a task folds these into one row of
    each sort (`rolled`). A number is the sum over both, so it is exact at every moment and nobody waits for a row.
    `action` empty: a report that fell due in that month.
    """

    month = models.DateField()
    department_id = models.BigIntegerField()
    source_id = models.SmallIntegerField(default=0, db_default=0, help_text="0: no list")
    measure_code = models.CharField(max_length=40, blank=True)
    area = models.CharField(max_length=6, blank=True, default="", db_default="")
    reward = models.BooleanField(default=False)
    action = models.CharField(max_length=10, blank=True)
    cases = models.BigIntegerField()
    amount = models.DecimalField(max_digits=22, decimal_places=2, default=0, db_default=0)
    rolled = models.BooleanField(default=False, db_default=False)

    class Meta:
        indexes = [models.Index(fields=["month", "department_id"], name="feedback_tally_by_month")]
        constraints = [
            models.UniqueConstraint(
                fields=["month", "department_id", "source_id", "measure_code", "area", "reward", "action"],
                name="feedback_tally_one_of_a_sort",
                condition=Q(rolled=True),
            ),
            models.CheckConstraint(name="feedback_tally_of_a_month", condition=Q(month__day=1)),
        ]

    def __str__(self) -> str:
        return f"{self.month} {self.department_id} {self.cases:+d}"
