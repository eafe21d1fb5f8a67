"""Runs of rosters, their answers and their findings; how they hang together: rosters.py."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from screening.models.rosters import Roster

ANSWERS = ["hit", "could_not_check", "clear"]
FINDING_OPEN = ["open", "assigned", "snoozed"]


class RosterRun(models.Model):
    """One screening of a whole roster. Of each roster one may wait and one may be under way.

    `vector`: the revisions of everything that was read, from one snapshot, as a receipt has it. `gaps`: sources that
    could not be relied on, [{id, code, name, state}]. `cursor`: members up to this id are answered. Of the members at
    the end: members = hit + clear + could_not_check. `newly_hit`, `changed`, `no_longer`, `doubtful`: findings made.
    """

    class Why(models.TextChoices):
        MANUAL = "manual", "手动"
        SCHEDULED = "scheduled", "定期"
        CHANGE = "change", "名单变动"

    class State(models.TextChoices):
        WAITING = "waiting", "等待中"
        RUNNING = "running", "进行中"
        DONE = "done", "已完成"
        FAILED = "failed", "失败"
        CANCELLED = "cancelled", "已取消"

    roster = models.ForeignKey(Roster, on_delete=models.PROTECT, related_name="runs")
    why = models.CharField(max_length=10, choices=Why.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    asked_by = models.CharField(max_length=80)
    asked_at = models.DateTimeField()
    asked_times = models.PositiveIntegerField(default=1, help_text="so many wishes are served by it")
    job_id = models.BigIntegerField(null=True, blank=True)
    as_of = models.DateField(null=True, blank=True)
    vector = models.JSONField(null=True, blank=True)
    gaps = models.JSONField(default=list)
    plan = models.JSONField(null=True, blank=True, help_text="sources and measures that were asked, for the page")
    cursor = models.BigIntegerField(default=0)
    members = models.PositiveIntegerField(default=0)
    hit = models.PositiveIntegerField(default=0)
    clear = models.PositiveIntegerField(default=0)
    could_not_check = models.PositiveIntegerField(default=0)
    unidentified = models.PositiveIntegerField(default=0, help_text="of could_not_check: who is it?")
    newly_hit = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    no_longer = models.PositiveIntegerField(default=0)
    doubtful = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=500, blank=True, default="")
    told_at = models.DateTimeField(null=True, blank=True, help_text="its result was sent to the recipients")

    class Meta:
        verbose_name = "名单筛查"
        constraints = [
            models.UniqueConstraint(
                fields=["roster"], condition=Q(state="waiting"), name="screening_rosterrun_one_waits"
            ),
            models.UniqueConstraint(
                fields=["roster"], condition=Q(state="running"), name="screening_rosterrun_one_at_a_time"
            ),
            models.CheckConstraint(
                name="screening_rosterrun_state_is_whole",
                condition=Q(state="waiting", finished_at=None)
                | Q(state="running", finished_at=None, started_at__isnull=False)
                | Q(state="done", finished_at__isnull=False, vector__isnull=False)
                | Q(state__in=["failed", "cancelled"], finished_at__isnull=False),
            ),
            models.CheckConstraint(
                name="screening_rosterrun_every_member_counted",
                condition=Q(members=F("hit") + F("clear") + F("could_not_check")),
            ),
        ]
        indexes = [models.Index(fields=["roster", "-id"], name="screening_rosterrun_latest")]

    def __str__(self) -> str:
        return f"{self.roster_id} {self.why} {self.state}"


class _Found(models.Model):
    """What was found of a member, see the head of this module."""

    answer = models.CharField(max_length=15)
    complete = models.BooleanField()
    disputed = models.BooleanField(default=False)
    triggers = ArrayField(models.TextField(), null=True, blank=True)
    measures = ArrayField(models.TextField(), null=True, blank=True)
    honours = ArrayField(models.TextField(), null=True, blank=True)
    rewards = ArrayField(models.TextField(), null=True, blank=True)
    doubts = ArrayField(models.SmallIntegerField(), null=True, blank=True)

    class Meta:
        abstract = True


class RosterFound(_Found):
    """The snapshot of a run: members of whom there is something; gone when the run is over."""

    pk = models.CompositePrimaryKey("run_id", "member_id")
    run_id = models.BigIntegerField()
    member_id = models.BigIntegerField()


class RosterAnswer(_Found):
    """The current answer of a member. `why`: rules.answer.Why, for could_not_check. `changed_run`: the run that last
    changed it. A hit without measures ("正常流程") has `measures` empty; clear is always complete.
    """

    member_id = models.BigIntegerField(primary_key=True)
    roster_id = models.BigIntegerField()
    why = models.CharField(max_length=24, blank=True, default="")
    changed_run = models.BigIntegerField()

    class Meta:
        verbose_name = "筛查结论"
        indexes = [
            models.Index(
                fields=["roster_id", "answer", "member_id"],
                condition=~Q(answer="clear"),
                name="screening_rosteranswer_told",
            ),
        ]
        constraints = [
            models.CheckConstraint(name="screening_rosteranswer_known", condition=Q(answer__in=ANSWERS)),
            models.CheckConstraint(
                name="screening_rosteranswer_clear_is_complete", condition=~Q(answer="clear") | Q(complete=True)
            ),
            models.CheckConstraint(
                name="screening_rosteranswer_hit_has_triggers", condition=~Q(answer="hit") | Q(triggers__len__gt=0)
            ),
        ]


class RosterFinding(models.Model):
    """A change that a person is to handle. `was_*`: before, empty at a member's first answer; the others: now.

    States: open -> assigned <-> snoozed -> disposed; each of the first three -> superseded by a later change.
    """

    class Change(models.TextChoices):
        NEWLY_HIT = "newly_hit", "新增命中"
        CHANGED = "changed", "内容变化"
        NO_LONGER = "no_longer", "不再命中"
        DOUBTFUL = "doubtful", "待名单确认"

    class State(models.TextChoices):
        OPEN = "open", "待处置"
        ASSIGNED = "assigned", "已交办"
        SNOOZED = "snoozed", "暂缓提醒"
        DISPOSED = "disposed", "已处置"
        SUPERSEDED = "superseded", "已有后续变化"

    class Disposition(models.TextChoices):
        TRUE_HIT = "true_hit", "属实，已采取措施"
        NO_MEASURE = "no_measure", "属实，无需采取措施"
        FALSE_HIT = "false_hit", "误报，不是同一主体"
        NOTED = "noted", "已知悉"

    id = models.BigAutoField(primary_key=True)
    roster_id = models.BigIntegerField()
    run_id = models.BigIntegerField()
    member_id = models.BigIntegerField()
    subject_id = models.BigIntegerField(null=True, blank=True)
    change = models.CharField(max_length=10, choices=Change.choices)
    was_answer = models.CharField(max_length=15, blank=True, default="")
    was_triggers = ArrayField(models.TextField(), null=True, blank=True)
    was_measures = ArrayField(models.TextField(), null=True, blank=True)
    was_rewards = ArrayField(models.TextField(), null=True, blank=True)
    answer = models.CharField(max_length=15)
    triggers = ArrayField(models.TextField(), null=True, blank=True)
    measures = ArrayField(models.TextField(), null=True, blank=True)
    rewards = ArrayField(models.TextField(), null=True, blank=True)
    found_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN, db_default=State.OPEN)
    assignee = models.CharField(max_length=80, blank=True, default="", db_default="", help_text="an actor's key")
    assigned_by = models.CharField(max_length=80, blank=True, default="", db_default="")
    assigned_at = models.DateTimeField(null=True, blank=True)
    snoozed_until = models.DateField(null=True, blank=True)
    disposition = models.CharField(max_length=10, choices=Disposition.choices, blank=True, default="", db_default="")
    note = models.CharField(max_length=500, blank=True, default="", db_default="")
    clearing_id = models.BigIntegerField(null=True, blank=True, help_text="the cleared pair of a false hit")
    disposed_by = models.CharField(max_length=80, blank=True, default="", db_default="")
    disposed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "筛查发现"
        indexes = [
            models.Index(fields=["roster_id", "state", "id"], name="screening_finding_queue"),
            models.Index(fields=["run_id", "id"], name="screening_finding_of_run"),
            models.Index(
                fields=["assignee", "id"],
                condition=Q(state__in=FINDING_OPEN) & ~Q(assignee=""),
                name="screening_finding_mine",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["member_id"],
                condition=Q(state__in=FINDING_OPEN),
                name="screening_rosterfinding_one_to_handle",
            ),
            models.CheckConstraint(
                name="screening_rosterfinding_states",
                condition=Q(state="open", disposed_at=None, snoozed_until=None)
                | Q(state="assigned", disposed_at=None, snoozed_until=None, assigned_at__isnull=False)
                & ~Q(assignee="")
                | Q(state="snoozed", disposed_at=None, snoozed_until__isnull=False)
                | Q(state="disposed", disposed_at__isnull=False) & ~Q(disposition="")
                | Q(state="superseded", disposed_at=None),
            ),
            models.CheckConstraint(
                name="screening_rosterfinding_change_known",
                condition=Q(change__in=["newly_hit", "changed", "no_longer", "doubtful"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.change}"
