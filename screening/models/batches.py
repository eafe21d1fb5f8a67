"""A spreadsheet of applicants that is checked row by row as a job (feature E4)."""

from django.db import models
from django.db.models import F, Q

from screening.models.checks import STAGES


class CheckBatch(models.Model):
    """One file for one matter at one stage on one day. The same bytes again on that day: the same batch.

    Every row that can be asked is a check of its own with its own receipt; when it is done, rows = hit + clear +
    could_not_check. `file_id` and `result_file_id`: office's stored files, sealed.
    """

    department = models.ForeignKey("accounts.Department", on_delete=models.PROTECT, related_name="+")
    matter = models.ForeignKey("screening.Matter", on_delete=models.PROTECT, related_name="+")
    stage = models.CharField(max_length=10)
    as_of = models.DateField()
    file_id = models.BigIntegerField()
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField(default=0)
    checked = models.PositiveIntegerField(default=0, help_text="rows answered so far")
    hit = models.PositiveIntegerField(default=0)
    clear = models.PositiveIntegerField(default=0)
    could_not_check = models.PositiveIntegerField(default=0)
    no_measure = models.PositiveIntegerField(default=0, help_text="of hit: nothing to do in this matter")
    job_id = models.BigIntegerField(null=True, blank=True)
    result_file_id = models.BigIntegerField(null=True, blank=True)
    failure = models.CharField(max_length=500, blank=True, default="")
    made_by = models.CharField(max_length=80)
    made_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "批量核查"
        constraints = [
            models.UniqueConstraint(
                fields=["department", "matter", "stage", "as_of", "sha256"],
                name="screening_checkbatch_same_bytes_once",
            ),
            models.CheckConstraint(name="screening_checkbatch_stage_known", condition=Q(stage__in=STAGES)),
            models.CheckConstraint(
                name="screening_checkbatch_every_row_counted",
                condition=Q(checked=F("hit") + F("clear") + F("could_not_check")) & Q(checked__lte=F("rows")),
            ),
            models.CheckConstraint(
                name="screening_checkbatch_done_is_whole",
                condition=Q(done_at=None) | Q(checked=F("rows"), result_file_id__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["department", "-id"], name="screening_checkbatch_latest")]

    def __str__(self) -> str:
        return self.file_name


class CheckBatchRow(models.Model):
    """What a row was answered: its receipt's number, or why it could not even be asked."""

    pk = models.CompositePrimaryKey("batch_id", "row_number")
    batch = models.ForeignKey(CheckBatch, on_delete=models.CASCADE, related_name="+", db_index=False)
    row_number = models.PositiveIntegerField()
    answer = models.CharField(max_length=15)
    receipt = models.CharField(max_length=40, blank=True, default="")
    problem = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="screening_checkbatchrow_receipt_or_problem",
                condition=~Q(receipt="") & Q(problem="") | Q(receipt="", answer="could_not_check") & ~Q(problem=""),
            )
        ]
