"""What goes up to the single window and what comes down from it; temporary lifting in reorganisation."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from repair.models.applications import Application
from repair.rules.states import Outgoing, ResultState, Target

LIFTING_STATES = [("standing", "暂时解除中"), ("final", "已执行完毕"), ("ended", "已恢复")]


class Message(models.Model):
    """One message upward about a forwarded application. Sent in the order of writing until it is receipted."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="messages")
    kind = models.CharField(max_length=10, choices=[(k.value, k.label) for k in Outgoing])
    turn = models.PositiveSmallIntegerField(help_text="of its application, from 1")
    content = models.JSONField()
    created_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    retry_at = models.DateTimeField()
    last_error = models.CharField(max_length=200, blank=True, default="")
    sent_at = models.DateTimeField(null=True, blank=True)
    receipt = models.CharField(max_length=120, blank=True, default="")

    class Meta:
        verbose_name = "上报消息"
        indexes = [models.Index(fields=["retry_at", "id"], condition=Q(sent_at=None), name="repair_message_waiting")]
        constraints = [
            models.UniqueConstraint(fields=["application", "turn"], name="repair_message_one_per_turn"),
            models.CheckConstraint(
                name="repair_message_kind_known", condition=Q(kind__in=[k.value for k in Outgoing])
            ),
            models.CheckConstraint(
                name="repair_message_sent_iff_receipted",
                condition=Q(sent_at=None, receipt="") | Q(sent_at__isnull=False) & ~Q(receipt=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.kind}"


class Result(models.Model):
    """A repair that was decided above, by its upstream number: applied the same day, or kept until it matches."""

    upstream_no = models.CharField(max_length=80, unique=True)
    digest = models.CharField(max_length=64)
    code = models.CharField(max_length=18, help_text="unified social credit code")
    document_no = models.CharField(max_length=120)
    authority = models.CharField(max_length=200, blank=True, default="")
    what = models.CharField(max_length=10, choices=[(t.value, t.label) for t in Target])
    repaired_on = models.DateField()
    way = models.CharField(max_length=10, help_text="file / interface / fetched")
    state = models.CharField(max_length=10, choices=[(s.value, s.label) for s in ResultState])
    note = models.CharField(max_length=300, blank=True, default="")
    subject_id = models.BigIntegerField(null=True, blank=True)
    record_id = models.BigIntegerField(null=True, blank=True)
    entry_id = models.BigIntegerField(null=True, blank=True)
    received_at = models.DateTimeField()
    received_by = models.CharField(max_length=80)
    applied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "修复结果"
        indexes = [
            models.Index(fields=["-received_at", "-id"], name="repair_result_latest"),
            models.Index(fields=["id"], condition=Q(state="unmatched"), name="repair_result_unmatched"),
        ]
        constraints = [
            models.CheckConstraint(
                name="repair_result_state_known", condition=Q(state__in=[s.value for s in ResultState])
            ),
            models.CheckConstraint(
                name="repair_result_applied_iff_dated",
                condition=Q(state=ResultState.UNMATCHED.value, applied_at=None)
                | ~Q(state=ResultState.UNMATCHED.value) & Q(applied_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.upstream_no


class Reconciliation(models.Model):
    """One day's comparison with what is above: how many it names, how many were missing here and fetched."""

    day = models.DateField(unique=True)
    above = models.PositiveIntegerField()
    held = models.PositiveIntegerField()
    fetched = models.PositiveIntegerField()
    unmatched = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = "修复结果对账"

    def __str__(self) -> str:
        return str(self.day)


class Lifting(models.Model):
    """暂时解除: on the court's approval of a plan, what is held against a subject rests until the plan is executed
    (then it ends for good) or fails (then it stands again).
    """

    subject_id = models.BigIntegerField()
    ruling_no = models.CharField(max_length=120)
    court = models.CharField(max_length=200)
    from_day = models.DateField()
    state = models.CharField(max_length=10, choices=LIFTING_STATES)
    records = ArrayField(models.BigIntegerField(), default=list, blank=True)
    entries = ArrayField(models.BigIntegerField(), default=list, blank=True)
    before = models.JSONField(default=dict, blank=True)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()
    closed_by = models.CharField(max_length=80, blank=True, default="")
    closed_at = models.DateTimeField(null=True, blank=True)
    closing_reason = models.TextField(blank=True, default="")
    department = models.ForeignKey("accounts.Department", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "重整期间暂时解除"
        constraints = [
            models.UniqueConstraint(
                fields=["subject_id", "department"],
                condition=Q(state="standing"),
                name="repair_lifting_one_standing_per_subject",
            ),
            models.CheckConstraint(
                name="repair_lifting_state_known", condition=Q(state__in=["standing", "final", "ended"])
            ),
            models.CheckConstraint(
                name="repair_lifting_closed_is_whole",
                condition=Q(state="standing", closed_at=None)
                | ~Q(state="standing") & Q(closed_at__isnull=False) & ~Q(closing_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject_id} {self.ruling_no}"
