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
