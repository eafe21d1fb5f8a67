"""双随机抽取: draws of organisations from a roster, announced with their seed before they are drawn."""

from django.db import models
from django.db.models import F, Q

from screening.models.rosters import Roster


class RosterDraw(models.Model):
    """A draw by lot (rules/draws.py). Everything that decides it is fixed when the seed is published: participants
    with their weights in a sealed file (`file_id`, `digest`), how many are wanted, the algorithm.

    `number`: the draws of a roster are numbered without a gap, so that one thrown away is seen. `weights`: by grade,
    "" for who has no bad record, "red" for who is on a red list. `left_out`: members who cannot take part, by why.
    """

    class State(models.TextChoices):
        ANNOUNCED = "announced", "已公布种子，待抽取"
        DRAWN = "drawn", "已抽取"
        DROPPED = "dropped", "已作废"

    roster = models.ForeignKey(Roster, on_delete=models.PROTECT, related_name="draws")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=100)
    algorithm = models.CharField(max_length=40)
    seed = models.CharField(max_length=64)
    wanted_number = models.PositiveIntegerField(null=True, blank=True)
    wanted_share = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True, help_text="per cent")
    weights = models.JSONField()
    graded_on = models.DateField()
    participants = models.PositiveIntegerField(help_text="with a weight above 0")
    exempt = models.PositiveIntegerField(default=0, help_text="with weight 0")
    left_out = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)
    file_id = models.BigIntegerField(help_text="code, grade and weight of each participant")
    state = models.CharField(max_length=10, choices=State.choices, default=State.ANNOUNCED)
    announced_by = models.CharField(max_length=80)
    announced_at = models.DateTimeField()
    drawn_by = models.CharField(max_length=80, blank=True, default="")
    drawn_at = models.DateTimeField(null=True, blank=True)
    dropped_by = models.CharField(max_length=80, blank=True, default="")
    dropped_at = models.DateTimeField(null=True, blank=True)
    dropped_reason = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        verbose_name = "双随机抽取"
        constraints = [
            models.UniqueConstraint(fields=["roster", "number"], name="screening_rosterdraw_numbered"),
            models.UniqueConstraint(
                fields=["roster"], condition=Q(state="announced"), name="screening_rosterdraw_one_announced"
            ),
            models.CheckConstraint(
                name="screening_rosterdraw_wants_one_thing",
                condition=Q(wanted_number__gt=0, wanted_share=None)
                | Q(wanted_number=None, wanted_share__gt=0, wanted_share__lte=100),
            ),
            models.CheckConstraint(name="screening_rosterdraw_has_participants", condition=Q(participants__gt=0)),
            models.CheckConstraint(
                name="screening_rosterdraw_states",
                condition=Q(state="announced", drawn_at=None, dropped_at=None)
                | Q(state="drawn", drawn_at__isnull=False, dropped_at=None, drawn_at__gte=F("announced_at"))
                | Q(state="dropped", drawn_at=None, dropped_at__isnull=False) & ~Q(dropped_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.roster_id}/{self.number}"


class RosterDrawn(models.Model):
    """One organisation that was drawn. `mark`: its least ticket."""

    draw = models.ForeignKey(RosterDraw, on_delete=models.PROTECT, related_name="drawn")
    place = models.PositiveIntegerField()
    subject_id = models.BigIntegerField()
    code = models.CharField(max_length=18)
    grade = models.CharField(max_length=10, blank=True, default="")
    weight = models.PositiveSmallIntegerField()
    mark = models.CharField(max_length=64)

    class Meta:
        verbose_name = "抽取结果"
        constraints = [
            models.UniqueConstraint(fields=["draw", "place"], name="screening_rosterdrawn_place_once"),
            models.UniqueConstraint(fields=["draw", "code"], name="screening_rosterdrawn_drawn_once"),
            models.CheckConstraint(
                name="screening_rosterdrawn_mark_shape", condition=Q(mark__regex="^[0-9a-f]{64}$", weight__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.draw_id}: {self.place}"
