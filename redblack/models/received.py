"""Versions of received lists: staged, compared, applied or held; and what is doubtful while one is held."""

from django.db import models
from django.db.models import F, Q

from redblack.models.entries import Entry
from redblack.models.lists import ListType
from redblack.rules.states import VersionState


class ListVersion(models.Model):
    """One delivered version of a received list. `reasons`: why it is held, [{code, message}]."""

    list_type = models.ForeignKey(ListType, on_delete=models.PROTECT, related_name="versions")
    version = models.CharField(max_length=60)
    stated_at = models.DateTimeField(help_text="as of when upstream states it; its age counts from here")
    received_at = models.DateTimeField()
    channel = models.CharField(max_length=10, choices=[("file", "文件"), ("rest", "接口"), ("push", "上级推送")])
    sha256 = models.CharField(max_length=64)
    file = models.ForeignKey("office.StoredFile", on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    job_id = models.BigIntegerField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=[(s.value, s.label) for s in VersionState])
    rows = models.PositiveIntegerField(default=0)
    before = models.PositiveIntegerField(default=0, help_text="rows that stood on the list when it was compared")
    added = models.PositiveIntegerField(default=0)
    kept = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    removed = models.PositiveIntegerField(default=0)
    lost = models.PositiveIntegerField(default=0, help_text="rows whose identifier is gone or wrong")
    refused = models.PositiveIntegerField(default=0, help_text="rows whose papers do not suffice")
    reasons = models.JSONField(default=list)
    revision = models.BigIntegerField(null=True, blank=True, help_text="of the source, under which it was applied")
    sent_by = models.CharField(max_length=80)
    sender_name = models.CharField(max_length=100, blank=True, default="")
    decided_by = models.CharField(max_length=80, blank=True, default="")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_note = models.TextField(blank=True, default="")

    class Meta:
        verbose_name = "名单接收版本"
        indexes = [
            models.Index(fields=["-received_at", "-id"], name="redblack_version_newest"),
            models.Index(fields=["list_type", "-received_at", "-id"], name="redblack_version_of_list"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["list_type", "version"],
                condition=~Q(state__in=[VersionState.DISCARDED.value, VersionState.REFUSED.value]),
                name="redblack_listversion_once",
            ),
            models.UniqueConstraint(
                fields=["list_type"],
                condition=Q(state__in=[VersionState.STAGING.value, VersionState.HELD.value]),
                name="redblack_listversion_one_open",
            ),
            models.CheckConstraint(
                name="redblack_listversion_state_known", condition=Q(state__in=[s.value for s in VersionState])
            ),
            models.CheckConstraint(
                name="redblack_listversion_released_by_another",
                condition=Q(decided_by="") | ~Q(decided_by=F("sent_by")) | Q(sent_by__startswith="system:"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.list_type_id} {self.version}"


class StagedEntry(models.Model):
    """A row of a version that is being compared or held.

    Rows leave when the version is applied or discarded, but for those that were not taken (lost, refused, twice):
    they stay as long as their version, for whoever sent it has to mend them.
    """

    id = models.BigAutoField(primary_key=True)
    list_version = models.ForeignKey(ListVersion, on_delete=models.CASCADE, related_name="staged")
    row_number = models.PositiveIntegerField()
    name = models.CharField(max_length=300, help_text="of a natural person masked")
    code = models.CharField(max_length=40, blank=True)
    subject_id = models.BigIntegerField(null=True, blank=True)
    document_no = models.CharField(max_length=120, blank=True)
    authority = models.CharField(max_length=200, blank=True)
    ground = models.CharField(max_length=1000, blank=True)
    legal_basis = models.TextField(blank=True)
    notice_served_on = models.DateField(null=True, blank=True)
    publicised_from = models.DateField(null=True, blank=True)
    publicised_until = models.DateField(null=True, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    effective_from = models.DateField(null=True, blank=True)
    effective_until = models.DateField(null=True, blank=True)
    endless = models.BooleanField(default=False, help_text="the row says 长期, which is not silence")
    exit_route = models.TextField(blank=True)
    performance = models.CharField(max_length=60, blank=True)
    amount = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    outcome = models.CharField(
        max_length=10, blank=True, default="", help_text="added kept changed lost refused twice"
    )
    problem = models.TextField(blank=True, default="")
    entry_id = models.BigIntegerField(null=True, blank=True, help_text="the open entry of the same decision")

    class Meta:
        verbose_name = "待比对名单行"
        indexes = [models.Index(fields=["list_version", "outcome", "row_number"], name="redblack_staged_by_outcome")]
        constraints = [
            models.UniqueConstraint(fields=["list_version", "row_number"], name="redblack_staged_once"),
        ]

    def __str__(self) -> str:
        return f"{self.list_version_id}:{self.row_number}"


class Doubt(models.Model):
    """While a version is held: this subject's standing on the list is not certain, so a check could not check it.

    With `entry`: a row that vanished, so that the entry is neither a hit nor gone. Without: a row that came, or whose
    term changed: its entry stands as it did. Versioned by the source's revisions like Binding.
    """

    source_id = models.SmallIntegerField()
    subject_id = models.BigIntegerField()
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    list_version = models.ForeignKey(ListVersion, on_delete=models.PROTECT, related_name="doubts", db_index=False)
    rev_from = models.BigIntegerField()
    rev_to = models.BigIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = "待确认"
        indexes = [
            models.Index(fields=["subject_id"], name="redblack_doubt_current", condition=Q(rev_to=None)),
            models.Index(fields=["subject_id", "rev_from"], name="redblack_doubt_history"),
            models.Index(fields=["list_version", "id"], name="redblack_doubt_of_version"),
        ]
        constraints = [
            models.CheckConstraint(
                name="redblack_doubt_revisions_in_order", condition=Q(rev_to=None) | Q(rev_to__gt=F("rev_from"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id}:{self.subject_id}"
