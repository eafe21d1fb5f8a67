"""Who is told of which lists, what each was told in which order, what each holds, and what each must give back.

The change itself is a row of redblack with the revision of its source, written in the transaction of the change. Rows
of the ledger are made from it, one after the other for each subscription (services/numbering.py): the subscription's
place in every source (`Position`) moves in the same statement, so nothing is left out and nothing is told twice.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from exchange.rules.states import SubscriptionState


class Subscription(models.Model):
    """A department's standing wish to be told of lists, and how far it is.

    `last_seq`: number of its newest row; `standing`: entries that stand after it. `confirmed_seq`: the receiver has
    applied everything up to there and holds `confirmed_count` entries, where `expected_count` were told.
    """

    department = models.ForeignKey("accounts.Department", on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("accounts.ClientSystem", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=100)
    lists = ArrayField(models.CharField(max_length=40), help_text="codes of list types")
    kinds = ArrayField(models.CharField(max_length=20), help_text="kinds of subject")
    area = models.CharField(max_length=6, blank=True, default="", help_text="division of the subject; empty: all")
    purpose = models.CharField(max_length=300, help_text="which statutory task needs it")
    state = models.CharField(max_length=10, choices=[(s.value, s.label) for s in SubscriptionState])
    proposed_by = models.CharField(max_length=80)
    proposed_at = models.DateTimeField()
    opened_by = models.CharField(max_length=80, blank=True, default="")
    opened_at = models.DateTimeField(null=True, blank=True)
    last_seq = models.BigIntegerField(default=0)
    standing = models.BigIntegerField(default=0)
    pulled_at = models.DateTimeField(null=True, blank=True)
    confirmed_seq = models.BigIntegerField(default=0)
    confirmed_count = models.BigIntegerField(default=0)
    expected_count = models.BigIntegerField(default=0)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "推送订阅"
        indexes = [models.Index(fields=["department", "-id"], name="exchange_subscription_of_dept")]
        constraints = [
            models.UniqueConstraint(
                fields=["department", "name"],
                condition=~Q(state__in=["ended", "refused"]),
                name="exchange_subscription_name_once",
            ),
            models.CheckConstraint(
                name="exchange_subscription_state_known", condition=Q(state__in=[s.value for s in SubscriptionState])
            ),
            models.CheckConstraint(
                name="exchange_subscription_asks_something", condition=Q(lists__len__gt=0, kinds__len__gt=0)
            ),
            models.CheckConstraint(
                name="exchange_subscription_no_persons", condition=~Q(kinds__contains=["natural_person"])
            ),
            models.CheckConstraint(
                name="exchange_subscription_opened_by_another",
                condition=Q(state__in=["proposed", "refused"]) | ~Q(opened_by="") & ~Q(opened_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="exchange_subscription_confirms_what_was_told", condition=Q(confirmed_seq__lte=F("last_seq"))
            ),
            models.CheckConstraint(
                name="exchange_subscription_counts", condition=Q(standing__gte=0, confirmed_count__gte=0)
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Position(models.Model):
    """How far a subscription's ledger stands in one source: every change up to this revision has its row.

    `as_of`: the day on which every entry was looked at; empty: all are to be looked at. `closed`: the source was
    retired, or the subscription ended, and everything it had told was taken back.
    """

    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="positions")
    source_id = models.SmallIntegerField()
    revision = models.BigIntegerField()
    as_of = models.DateField(null=True, blank=True)
    closed = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subscription", "source_id"], name="exchange_position_once"),
        ]

    def __str__(self) -> str:
        return f"{self.subscription_id}:{self.source_id}@{self.revision}"


class LedgerRow(models.Model):
    """One thing a receiver is told (推送台账), partitioned by month: an entry as it now stands, or that it left.

    `seq` counts from 1 without a gap for each subscription. `standing`: entries that stand after this row.
    `content`: what is sent, of organisations alone.
    """

    id = models.BigIntegerField(primary_key=True)
    subscription_id = models.BigIntegerField()
    seq = models.BigIntegerField()
    change = models.CharField(max_length=6, choices=[("upsert", "列入或变更"), ("remove", "撤回")])
    entry_id = models.BigIntegerField()
    list_code = models.CharField(max_length=40)
    revision = models.BigIntegerField()
    standing = models.BigIntegerField()
    content = models.JSONField()
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = "推送台账"
        indexes = [models.Index(fields=["subscription_id", "seq"], name="exchange_ledgerrow_in_order")]
        constraints = [
            models.CheckConstraint(
                name="exchange_ledgerrow_change_known", condition=Q(change__in=["upsert", "remove"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subscription_id}#{self.seq}"


class Holding(models.Model):
    """What a subscription was last told of one entry, and in which row. `present`: it is to hold it."""

    id = models.BigAutoField(primary_key=True)
    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="+", db_index=False)
    entry_id = models.BigIntegerField()
    source_id = models.SmallIntegerField()
    seq = models.BigIntegerField()
    present = models.BooleanField()
    suspended = models.BooleanField(default=False, help_text="was told that its measures rest")
    digest = models.UUIDField(help_text="of what was told")
    told_at = models.DateTimeField(help_text="made_at of that row")

    class Meta:
        indexes = [models.Index(fields=["entry_id"], name="exchange_holding_of_entry")]
        constraints = [
            models.UniqueConstraint(fields=["subscription", "entry_id"], name="exchange_holding_once"),
        ]

    def __str__(self) -> str:
        return f"{self.subscription_id}:{self.entry_id}"


class Recall(models.Model):
    """联动解除通知: a holder must take something back, or do otherwise, until it confirms the row that said so."""

    class Why(models.TextChoices):
        LEFT = "left", "已移出，停止使用并解除措施"
        SUSPENDED = "suspended", "存在异议，措施暂不执行"
        CORRECTED = "corrected", "内容已更正，按更正后的内容执行"

    id = models.BigAutoField(primary_key=True)
    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="+", db_index=False)
    seq = models.BigIntegerField()
    entry_id = models.BigIntegerField()
    list_code = models.CharField(max_length=40)
    why = models.CharField(max_length=10, choices=Why.choices)
    opened_at = models.DateTimeField()
    due_on = models.DateField()
    provisional = models.BooleanField(default=False, help_text="rests on a year whose holiday notice is not out")
    chased_on = models.DateField(null=True, blank=True, help_text="when its department was last reminded")
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "联动解除"
        indexes = [
            models.Index(
                fields=["subscription", "seq"], condition=Q(confirmed_at=None), name="exchange_recall_waiting"
            ),
            models.Index(fields=["due_on", "id"], condition=Q(confirmed_at=None), name="exchange_recall_by_due"),
            models.Index(fields=["entry_id"], name="exchange_recall_of_entry"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["subscription", "seq"], name="exchange_recall_once_per_row"),
            models.CheckConstraint(
                name="exchange_recall_why_known", condition=Q(why__in=["left", "suspended", "corrected"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subscription_id}#{self.seq}"
