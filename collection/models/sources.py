"""Lists and kinds of qualifying records, as something that is delivered, ages and is consulted; and the triggers.

`rev_from`/`rev_to` count the changes of one source: a row was known from revision rev_from to rev_to - 1. Rows are
closed and written anew, never changed, so that any check can be replayed as of its moment (docs/ARCHITECTURE.md).
"""

from django.db import models
from django.db.models import F, Q

from collection.rules.freshness import SourceKind


class Source(models.Model):
    """A list or a kind of qualifying record, as something that is delivered, ages and is consulted."""

    id = models.SmallAutoField(primary_key=True)
    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=[(k.value, k.value) for k in SourceKind])
    authority = models.CharField(max_length=200, blank=True, help_text="whom to ask when it cannot be consulted")
    freshness_days = models.PositiveIntegerField(null=True, blank=True, help_text="empty: decided on the platform")
    revision = models.BigIntegerField(default=0, help_text="raised in the transaction of every change")
    retired_from = models.BigIntegerField(
        null=True, blank=True, help_text="the registry's revision from which nothing consults it; empty: consulted"
    )

    class Meta:
        verbose_name = "信息来源"
        constraints = [
            models.CheckConstraint(
                name="collection_source_kind_known", condition=Q(kind__in=[k.value for k in SourceKind])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class SourceLoad(models.Model):
    """A version of a source that reached us, from the revision at which it became what we hold."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="loads")
    version = models.CharField(max_length=60)
    loaded_at = models.DateTimeField()
    rows = models.PositiveIntegerField()
    held = models.BooleanField(default=False)
    rev_from = models.BigIntegerField()
    rev_to = models.BigIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = "来源版本"
        constraints = [
            models.UniqueConstraint(
                fields=["source"], condition=Q(rev_to=None), name="collection_sourceload_one_current"
            ),
            models.CheckConstraint(
                name="collection_sourceload_revisions_in_order",
                condition=Q(rev_to=None) | Q(rev_to__gt=F("rev_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.version}"


class SourceFacts(models.Model):
    """What the register of sources said of one of them, from one of the register's revisions to another."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10)
    authority = models.CharField(max_length=200, blank=True)
    freshness_days = models.PositiveIntegerField(null=True, blank=True)
    retired = models.BooleanField()
    rev_from = models.BigIntegerField()
    rev_to = models.BigIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = "来源登记内容"
        constraints = [
            models.UniqueConstraint(
                fields=["source"], condition=Q(rev_to=None), name="collection_sourcefacts_one_current"
            ),
            models.CheckConstraint(
                name="collection_sourcefacts_revisions_in_order",
                condition=Q(rev_to=None) | Q(rev_to__gt=F("rev_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.name}"


class Registry(models.Model):
    """One row: how often the register of sources itself has changed (names, kinds, limits)."""

    id = models.BooleanField(primary_key=True, default=True)
    revision = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(name="collection_registry_one_row", condition=Q(id=True))]

    def __str__(self) -> str:
        return str(self.revision)


class Trigger(models.Model):
    """What a check needs of a record: subject, source, from, until. Narrow and unpartitioned (design 3)."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+", db_index=False)
    record_id = models.BigIntegerField(db_index=True)
    subject_id = models.BigIntegerField()
    document_no = models.CharField(max_length=120)
    authority = models.CharField(max_length=200)
    ground = models.CharField(max_length=300)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    released_on = models.DateField(null=True, blank=True)
    responsible = models.BooleanField(default=False)
    own_term = models.BooleanField(default=False)
    grade = models.CharField(max_length=10, blank=True, default="", db_default="", help_text="轻微 / 一般 / 严重")
    amount = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True, help_text="元")
    disputed_on = models.DateField(null=True, blank=True, help_text="since when an accepted objection marks it")
    suspended = models.BooleanField(default=False, db_default=False)
    rev_from = models.BigIntegerField()
    rev_to = models.BigIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = "触发记录"
        # of now and of then: a subject has few, and most are never closed
        indexes = [models.Index(fields=["subject_id", "rev_from"], name="collection_trigger_history")]
        constraints = [
            models.CheckConstraint(
                name="collection_trigger_term_in_order",
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
            ),
            models.CheckConstraint(
                name="collection_trigger_revisions_in_order",
                condition=Q(rev_to=None) | Q(rev_to__gt=F("rev_from")),
            ),
            models.UniqueConstraint(
                fields=["source", "record_id", "subject_id"],
                condition=Q(rev_to=None),
                name="collection_trigger_one_current",
            ),
            models.CheckConstraint(
                name="collection_trigger_suspended_only_if_disputed",
                condition=Q(suspended=False) | Q(disputed_on__isnull=False, own_term=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id}:{self.record_id}"
