"""The way to a receiver that does not pull, and what was sent on it, batch by batch."""

from django.db import models
from django.db.models import F, Q

from exchange.models.subscriptions import Subscription
from exchange.rules.channels import KINDS, Kind
from exchange.rules.timetable import PACES, Pace


class Channel(models.Model):
    """How a subscription's rows reach its receiver, and how far they have.

    `sent_seq`: the receiver has taken every row up to there. A round sends everything up to `round_to`, then waits
    for the timetable. `wants_full`: all that it is to hold is to be sent anew; done, it stands at row `full_seq`.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", "待核准"
        APPROVED = "approved", "已核准"
        OFF = "off", "已停用"

    subscription = models.OneToOneField(Subscription, on_delete=models.PROTECT, related_name="channel")
    kind = models.CharField(max_length=10, choices=[(one.value, KINDS[one]) for one in Kind])
    settings = models.JSONField(help_text="exchange.rules.channels.BOXES; no secret")
    secret_ct = models.TextField(blank=True, default="", help_text="place exchange.channel:<id>:secret")
    pace = models.CharField(max_length=10, choices=[(one.value, PACES[one]) for one in Pace])
    daily_at = models.TimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices)
    proposed_by = models.CharField(max_length=80)
    proposed_at = models.DateTimeField()
    approved_by = models.CharField(max_length=80, blank=True, default="")
    approved_at = models.DateTimeField(null=True, blank=True)
    tested_at = models.DateTimeField(null=True, blank=True)
    tested_well = models.BooleanField(default=False)
    tested_said = models.TextField(blank=True, default="", help_text="in Chinese, no secret, no row")
    sent_seq = models.BigIntegerField(default=0)
    round_to = models.BigIntegerField(default=0)
    round_at = models.DateTimeField(null=True, blank=True)
    wants_full = models.BooleanField(default=False)
    full_seq = models.BigIntegerField(default=0)
    full_at = models.DateTimeField(null=True, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True, help_text="when the receiver's own state was last read")
    asked_said = models.TextField(blank=True, default="", help_text="what was wrong with it, in Chinese")

    class Meta:
        verbose_name = "推送方式"
        constraints = [
            models.CheckConstraint(name="exchange_channel_kind_known", condition=Q(kind__in=[k.value for k in Kind])),
            models.CheckConstraint(
                name="exchange_channel_state_known", condition=Q(state__in=["proposed", "approved", "off"])
            ),
            models.CheckConstraint(
                name="exchange_channel_daily_has_a_time",
                condition=Q(pace__in=["at_once", "hourly"], daily_at=None) | Q(pace="daily", daily_at__isnull=False),
            ),
            models.CheckConstraint(
                name="exchange_channel_approved_by_another",
                condition=~Q(state="approved") | ~Q(approved_by="") & ~Q(approved_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="exchange_channel_approved_after_a_test", condition=~Q(state="approved") | Q(tested_well=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subscription_id}:{self.kind}"


class Delivery(models.Model):
    """One batch on its way (推送批次): the same rows at every try, until the receiver has taken them.

    `done_at`: taken; `dead_at`: given up until a person sends it again (待重发); `retry_at`: when it is tried next.
    `count`: how many entries the receiver said it holds afterwards; empty where it said nothing.
    """

    class Kind(models.TextChoices):
        CHANGES = "changes", "变更"
        SNAPSHOT = "snapshot", "全量"

    id = models.BigAutoField(primary_key=True)
    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    first_seq = models.BigIntegerField()
    last_seq = models.BigIntegerField()
    rows = models.BigIntegerField()
    made_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    first_tried_at = models.DateTimeField(null=True, blank=True)
    tried_at = models.DateTimeField(null=True, blank=True)
    retry_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    dead_at = models.DateTimeField(null=True, blank=True)
    count = models.BigIntegerField(null=True, blank=True)
    trouble = models.CharField(max_length=20, blank=True, default="")
    last_error = models.TextField(blank=True, default="", help_text="in Chinese, no secret, no row")
    resent_by = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        verbose_name = "推送批次"
        indexes = [
            models.Index(fields=["subscription", "-id"], name="exchange_delivery_newest"),
            models.Index(
                fields=["-dead_at", "-id"],
                condition=Q(dead_at__isnull=False, done_at=None),
                name="exchange_delivery_dead",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["subscription"], condition=Q(done_at=None), name="exchange_delivery_one_on_its_way"
            ),
            models.CheckConstraint(
                name="exchange_delivery_kind_known", condition=Q(kind__in=["changes", "snapshot"])
            ),
            models.CheckConstraint(
                name="exchange_delivery_in_order", condition=Q(first_seq__lte=F("last_seq"), first_seq__gte=0)
            ),
            models.CheckConstraint(
                name="exchange_delivery_waits_or_is_over",
                condition=Q(retry_at__isnull=False, done_at=None, dead_at=None)
                | Q(retry_at=None, done_at=None, dead_at__isnull=False)
                | Q(retry_at=None, done_at__isnull=False, dead_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subscription_id}:{self.first_seq}-{self.last_seq}"
