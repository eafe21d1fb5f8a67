"""What is on its way in: batches, the rows that were returned, the rows that wait to be taken, extractions."""

from django.db import models
from django.db.models import Q

from collection.rules.states import STANDING, BatchState, Channel, ProblemState


class Extraction(models.Model):
    """A department's database view or drop folder that is read by itself, by a column that only grows."""

    class Kind(models.TextChoices):
        POSTGRESQL = "postgresql", "PostgreSQL 视图"
        MYSQL = "mysql", "MySQL 视图"
        FOLDER = "folder", "投递文件夹"

    name = models.CharField(max_length=100)
    department = models.ForeignKey("accounts.Department", on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey("catalog.Item", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    host = models.CharField(max_length=200, blank=True)
    port = models.PositiveIntegerField(null=True, blank=True)
    database = models.CharField(max_length=100, blank=True)
    username = models.CharField(max_length=100, blank=True)
    secret_ct = models.TextField(blank=True, help_text="toolkit.crypto, place collection.extraction:<id>:secret")
    relation = models.CharField(max_length=200, blank=True, help_text="the view; for a folder its name")
    order_column = models.CharField(max_length=100, blank=True, help_text="only grows; read from the last value on")
    last_value = models.TextField(blank=True, default="")
    every_minutes = models.PositiveIntegerField(default=60)
    active = models.BooleanField(default=True)
    last_run_at = models.DateTimeField(null=True, blank=True)
    last_outcome = models.TextField(blank=True, default="", help_text="in Chinese, no secret, no row")
    failures = models.PositiveIntegerField(default=0, help_text="in a row")
    created_by = models.CharField(max_length=80)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = "自动抽取"
        constraints = [
            models.CheckConstraint(
                name="collection_extraction_kind_known", condition=Q(kind__in=["postgresql", "mysql", "folder"])
            ),
            models.UniqueConstraint(fields=["department", "name"], name="collection_extraction_one_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Batch(models.Model):
    """What one department handed in at once: a file, a form, a call, a run of an extraction (归集批次).

    total rows = taken + changed + same + returned, once it is done. `checked_to`: the last row of the file that was
    checked; what is good waits in StagedRow, what is not is a RowProblem. Both phases go on where they stopped.
    """

    item_version = models.ForeignKey("catalog.ItemVersion", on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey("catalog.Item", on_delete=models.PROTECT, related_name="+")
    department = models.ForeignKey("accounts.Department", on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=12, choices=[(c.value, c.label) for c in Channel])
    state = models.CharField(
        max_length=10, choices=[(s.value, s.label) for s in BatchState], default=BatchState.RECEIVED.value
    )
    all_or_nothing = models.BooleanField(default=False)
    limit_percent = models.PositiveSmallIntegerField(
        default=100, help_text="more returned rows refuse the whole file"
    )
    file = models.ForeignKey("office.StoredFile", on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, help_text="of the bytes; empty: no file")
    call_key = models.CharField(max_length=100, blank=True, help_text="<client>:<idempotency key>; empty: no call")
    call_digest = models.CharField(max_length=64, blank=True, help_text="of what the call said")
    extraction = models.ForeignKey(
        Extraction, on_delete=models.PROTECT, related_name="batches", null=True, blank=True
    )
    mends = models.ForeignKey("self", on_delete=models.PROTECT, related_name="mended_by", null=True, blank=True)
    job = models.ForeignKey("office.Job", on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    checked_to = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    taken = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    returned = models.PositiveIntegerField(default=0)
    open_problems = models.PositiveIntegerField(default=0, help_text="returned rows that nobody has dealt with")
    warned = models.PositiveIntegerField(default=0)
    problem_counts = models.JSONField(default=dict, help_text='{"code": {"label": …, "count": …}}')
    warnings = models.JSONField(default=list, help_text="the first thousand: [{row, field, message}]")
    notes = models.JSONField(default=list, help_text="of the file: columns not read, sheets left out …")
    refusal = models.TextField(blank=True, default="", help_text="why the whole was refused or failed, in Chinese")
    sender = models.CharField(max_length=80, help_text="the actor's key")
    sender_name = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True, help_text="when the sender was written to that it is over")

    class Meta:
        verbose_name = "归集批次"
        indexes = [
            models.Index(fields=["finished_at"], name="collection_batch_by_end"),
            models.Index(fields=["department", "-created_at", "-id"], name="collection_batch_of_department"),
            models.Index(fields=["-created_at", "-id"], name="collection_batch_latest"),
            models.Index(
                fields=["department", "created_at"], condition=Q(open_problems__gt=0), name="collection_batch_to_mend"
            ),
            models.Index(  # the states that are rare: nearly all batches are done
                fields=["state", "-created_at", "-id"], condition=~Q(state="done"), name="collection_batch_of_state"
            ),
            models.Index(fields=["channel", "-created_at", "-id"], name="collection_batch_of_channel"),
            models.Index(fields=["department", "channel", "-created_at", "-id"], name="collection_batch_own_channel"),
            models.Index(
                fields=["-created_at", "-id"],
                condition=Q(returned__gt=0, mends=None),
                name="collection_batch_returned",
            ),
            models.Index(
                fields=["department", "-created_at", "-id"],
                condition=Q(returned__gt=0, mends=None),
                name="collection_batch_own_returned",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="collection_batch_state_known", condition=Q(state__in=[s.value for s in BatchState])
            ),
            models.CheckConstraint(
                name="collection_batch_channel_known", condition=Q(channel__in=[c.value for c in Channel])
            ),
            models.UniqueConstraint(
                fields=["department", "item", "sha256"],
                condition=~Q(sha256="") & Q(state__in=sorted(STANDING)),
                name="collection_batch_same_bytes_once",
            ),
            models.UniqueConstraint(fields=["call_key"], condition=~Q(call_key=""), name="collection_batch_one_call"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.file_name}"


class RowProblem(models.Model):
    """A row that was returned, with every problem of every cell (退回修正)."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="problems")
    row_number = models.PositiveIntegerField(help_text="as the spreadsheet shows it")
    cells_ct = models.TextField(help_text="the row's cells by heading, as JSON, sealed: collection.batch:<id>:<row>")
    problems = models.JSONField(help_text="[{field, code, message, severity}]")
    state = models.CharField(max_length=10, default=ProblemState.OPEN.value, db_default=ProblemState.OPEN.value)
    note = models.TextField(blank=True, default="", db_default="")
    mended_by = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=80, blank=True, default="", db_default="")

    class Meta:
        verbose_name = "退回行"
        indexes = [
            models.Index(
                fields=["batch", "row_number"], condition=Q(state="open"), name="collection_rowproblem_open"
            ),
            models.Index(fields=["batch", "state"], condition=~Q(state="open"), name="collection_rowproblem_over"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["batch", "row_number"], name="collection_rowproblem_once_per_row"),
            models.CheckConstraint(
                name="collection_rowproblem_state_known", condition=Q(state__in=[s.value for s in ProblemState])
            ),
            models.CheckConstraint(
                name="collection_rowproblem_closed_iff_over",
                condition=Q(state="open", closed_at=None) | ~Q(state="open") & Q(closed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}/{self.row_number}"


class StagedRow(models.Model):
    """A checked row that waits to be taken. What identifies a person is sealed before it comes here.

    Written by COPY and read by SQL only (services/taking.py); emptied as the rows are taken. `authority_key`,
    `document_key`: as collection.rules.keys says them; with item and subject the key of a record.
    """

    # no foreign key in the database: it would be asked for every row, and a batch is never deleted
    batch = models.ForeignKey(
        Batch, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    row_number = models.PositiveIntegerField()
    subject_id = models.BigIntegerField(null=True, blank=True, help_text="null: by the codes below, when it is taken")
    subject_kind = models.CharField(max_length=20)
    name = models.TextField(help_text="of a natural person the masked form")
    uscc = models.CharField(max_length=18, blank=True)
    reg_no = models.CharField(max_length=15, blank=True)
    org_code = models.CharField(max_length=9, blank=True)
    person_ct = models.TextField(blank=True, help_text="the persons of the row, sealed: services/staging.py")
    document_no = models.CharField(max_length=120)
    authority = models.CharField(max_length=200)
    authority_key = models.TextField()
    document_key = models.TextField()
    authority_department_id = models.BigIntegerField(null=True, blank=True)
    decided_on = models.DateField()
    due_on = models.DateField(null=True, blank=True)
    procedure = models.CharField(max_length=10, blank=True)
    grade = models.CharField(max_length=10, blank=True)
    publicity_state = models.CharField(max_length=20)
    publicity_until = models.DateField(null=True, blank=True)
    promised_on = models.DateField(null=True, blank=True)
    content = models.JSONField()
    sealed = models.JSONField()
    raised = models.JSONField()
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "row_number"], name="collection_stagedrow_once_per_row"),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}/{self.row_number}"
