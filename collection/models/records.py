"""Records, their uniqueness, and what happened to them afterwards.

`collection_record` is partitioned by the month of recording: nothing points into it. Whoever has an id finds the
partition by the key row (`RecordKey.recorded_at`).
"""

from django.db import models
from django.db.models import Q

from collection.rules.states import ChangeKind, PromiseState, RecordState

PUBLICITY_STATES = ["公示中", "不予公示", "期满停止公示", "终止公示"]


class Record(models.Model):
    """A credit information record (信用信息记录).

    `content`: canonical text by field code; of a natural person the masked name and no document number.
    `sealed`: field code -> ciphertext (toolkit.crypto, place "collection.record:<id>:<field>").
    `late`: recorded after `due_on`, the last day of the reporting clock.
    """

    id = models.BigIntegerField(primary_key=True)
    recorded_at = models.DateTimeField()
    item = models.ForeignKey(  # the version holds on to it; other indexes begin with it
        "catalog.Item", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    item_version = models.ForeignKey("catalog.ItemVersion", on_delete=models.PROTECT, related_name="+")
    subject_id = models.BigIntegerField()
    document_no = models.CharField(max_length=120)
    authority = models.CharField(max_length=200)
    authority_department = models.ForeignKey(
        "accounts.Department", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    provider = models.ForeignKey(
        "accounts.Department", on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_index=False,
        help_text="信息提供单位: the department that reported it; null: loaded by the platform",
    )  # fmt: skip
    batch_id = models.BigIntegerField(null=True, blank=True, help_text="the batch that brought its present content")
    row_number = models.PositiveIntegerField(null=True, blank=True)
    decided_on = models.DateField()
    due_on = models.DateField(null=True, blank=True)
    late = models.BooleanField(default=False, db_default=False)
    procedure = models.CharField(max_length=10, blank=True, help_text="简易程序 / 普通程序")
    grade = models.CharField(max_length=10, blank=True, help_text="轻微 / 一般 / 严重, set by the department")
    publicity_state = models.CharField(max_length=20)
    publicity_until = models.DateField(null=True, blank=True)
    ended_on = models.DateField(
        null=True, blank=True, help_text="since when all it raised is lifted, but for terms of their own"
    )
    state = models.CharField(max_length=10, default=RecordState.CURRENT.value, db_default=RecordState.CURRENT.value)
    version = models.PositiveSmallIntegerField(default=1, db_default=1)
    changed_at = models.DateTimeField(null=True, blank=True)
    content = models.JSONField(default=dict)
    sealed = models.JSONField(default=dict, db_default={})

    class Meta:
        verbose_name = "信用信息记录"
        indexes = [
            models.Index(fields=["subject_id", "decided_on"], name="collection_record_of_subject"),
            models.Index(fields=["-recorded_at", "-id"], name="collection_record_latest"),
            models.Index(fields=["item", "-recorded_at", "-id"], name="collection_record_of_item"),
            models.Index(fields=["provider", "-recorded_at", "-id"], name="collection_record_of_provider"),
            models.Index(fields=["provider", "item", "-recorded_at", "-id"], name="collection_record_of_both"),
            models.Index(
                fields=["provider", "item", "-recorded_at", "-id"],
                condition=Q(late=True),
                name="collection_record_late",
            ),
            models.Index(
                fields=["state", "-recorded_at", "-id"],
                condition=~Q(state="current"),
                name="collection_record_put_aside",
            ),
            models.Index(
                fields=["publicity_until"],
                condition=Q(publicity_state="公示中", state="current"),
                name="collection_record_shown_until",
            ),
            models.Index(fields=["batch_id", "row_number"], name="collection_record_of_batch"),
            models.Index(fields=["document_no"], name="collection_record_by_number"),
        ]
        constraints = [
            models.CheckConstraint(
                name="collection_record_grade_known", condition=Q(grade__in=["", "轻微", "一般", "严重"])
            ),
            models.CheckConstraint(
                name="collection_record_publicity_known",
                condition=Q(publicity_state__in=PUBLICITY_STATES),
            ),
            models.CheckConstraint(
                name="collection_record_state_known", condition=Q(state__in=[s.value for s in RecordState])
            ),
        ]

    def __str__(self) -> str:
        return self.document_no


class RecordKey(models.Model):
    """Business uniqueness of records: the same decision against the same subject is one record.

    `digest`: SHA-256 over what the record says; the same again changes nothing, another is a change.
    """

    record_id = models.BigIntegerField(unique=True)
    recorded_at = models.DateTimeField()
    item = models.ForeignKey(  # the record holds on to it
        "catalog.Item", on_delete=models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    authority = models.CharField(max_length=200)
    document_no = models.CharField(max_length=120)
    subject_id = models.BigIntegerField()
    provider_id = models.BigIntegerField(null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item", "authority", "document_no", "subject_id"], name="collection_recordkey_one_decision"
            ),
        ]

    def __str__(self) -> str:
        return self.document_no


class RecordChange(models.Model):
    """What a record said until then, and why it changed. The ledger page reads it; the fact of it is sealed."""

    record_id = models.BigIntegerField()
    version = models.PositiveSmallIntegerField(help_text="of what was said before")
    kind = models.CharField(max_length=10, choices=[(k.value, k.label) for k in ChangeKind])
    reason = models.TextField(blank=True)
    document_no = models.CharField(max_length=120, blank=True, help_text="the paper that orders the change")
    before = models.JSONField(default=dict, help_text="columns and content as they were; empty after retention ends")
    sealed_before = models.JSONField(default=dict)
    item_version_id = models.BigIntegerField()
    batch_id = models.BigIntegerField(null=True, blank=True)
    row_number = models.PositiveIntegerField(null=True, blank=True)
    changed_by = models.CharField(max_length=80)
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = "记录变更"
        indexes = [
            models.Index(name="collection_recordchange_of", fields=["record_id", "id"]),
            models.Index(name="collection_recordchange_by_day", fields=["changed_at", "id"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="collection_recordchange_kind_known", condition=Q(kind__in=[k.value for k in ChangeKind])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} v{self.version}"


class RecordDispute(models.Model):
    """An accepted objection against a record: the mark that every check shows (design invariant I4)."""

    record_id = models.BigIntegerField()
    ground = models.CharField(max_length=20)
    marked_on = models.DateField()
    suspended = models.BooleanField()
    ended_on = models.DateField(null=True, blank=True)
    outcome = models.CharField(max_length=20, blank=True)

    class Meta:
        verbose_name = "记录异议标注"
        indexes = [models.Index(fields=["record_id"], name="collection_recorddispute_of")]
        constraints = [
            models.UniqueConstraint(
                fields=["record_id"], condition=Q(ended_on=None), name="collection_recorddispute_one_open"
            ),
            models.CheckConstraint(
                name="collection_recorddispute_ended_iff_outcome",
                condition=Q(ended_on=None, outcome="") | (Q(ended_on__isnull=False) & ~Q(outcome="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_id}:{self.ground}"


class Promise(models.Model):
    """A commitment (信用承诺) with the day it was promised for: followed up until it is kept or broken."""

    record_id = models.BigIntegerField(unique=True)
    subject_id = models.BigIntegerField()
    department = models.ForeignKey("accounts.Department", on_delete=models.PROTECT, related_name="+")
    promised_on = models.DateField(help_text="the last day for keeping it")
    state = models.CharField(max_length=10, default=PromiseState.OPEN.value, db_default=PromiseState.OPEN.value)
    note = models.TextField(blank=True, default="", db_default="")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=80, blank=True, default="", db_default="")

    class Meta:
        verbose_name = "承诺跟踪"
        indexes = [
            models.Index(fields=["promised_on", "id"], name="collection_promise_by_day"),
            models.Index(fields=["state", "promised_on", "id"], name="collection_promise_of_state"),
            models.Index(fields=["department", "promised_on", "id"], name="collection_promise_of_dept"),
            models.Index(fields=["department", "state", "promised_on", "id"], name="collection_promise_of_both"),
        ]
        constraints = [
            models.CheckConstraint(
                name="collection_promise_state_known", condition=Q(state__in=[s.value for s in PromiseState])
            ),
            models.CheckConstraint(
                name="collection_promise_closed_iff_over",
                condition=Q(state="open", closed_at=None) | ~Q(state="open") & Q(closed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} {self.promised_on}"
