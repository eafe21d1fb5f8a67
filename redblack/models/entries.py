"""Entries on the lists, the marks on them, and what a check reads of them. An entry binds only by its papers
(a CHECK sees to it); whether it is in force is derived from dates and states at the moment of the question.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from redblack.models.lists import ListType
from redblack.rules.lists import Ground, Origin, ReleaseKind

DECIDED_HERE = [o.value for o in Origin if o.decided_here]


class Entry(models.Model):
    """One subject on one list by one decision. Rows change by release and by correction alone; see Binding.

    Where the decision is made here, terms of one subject on one list never overlap: an exclusion constraint,
    redblack_entry_no_overlap_where_decided_here, made in the migration.
    """

    list_type = models.ForeignKey(ListType, on_delete=models.PROTECT, related_name="entries", db_index=False)
    origin = models.CharField(max_length=10, help_text="copied from the list type, so that the database can judge")
    reward = models.BooleanField()
    subject_id = models.BigIntegerField()
    document_no = models.CharField(max_length=120)
    authority = models.CharField(max_length=200)
    authority_department = models.ForeignKey(
        "accounts.Department", on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_index=False
    )
    ground = models.CharField(max_length=1000)
    legal_basis = models.TextField()
    notice_served_on = models.DateField(null=True, blank=True)
    publicised_from = models.DateField(null=True, blank=True)
    publicised_until = models.DateField(null=True, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    effective_from = models.DateField()
    effective_until = models.DateField(null=True, blank=True)
    exit_route = models.TextField(blank=True)
    performance = models.CharField(max_length=60, blank=True, help_text="履行情况, court lists")
    grade = models.CharField(max_length=10, blank=True, default="", help_text="轻微 / 一般 / 严重: the repair scale")
    amount = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True, help_text="元")
    responsible_persons = ArrayField(models.BigIntegerField(), default=list, blank=True)
    registered_at = models.DateTimeField()
    released_on = models.DateField(null=True, blank=True)
    release_kind = models.CharField(max_length=10, blank=True)
    release_document = models.CharField(max_length=120, blank=True)
    release_reason = models.TextField(blank=True)

    class Meta:
        verbose_name = "名单条目"
        indexes = [
            models.Index(fields=["subject_id"], name="redblack_entry_of_subject"),
            models.Index(fields=["list_type", "-id"], name="redblack_entry_of_list"),
            models.Index(
                fields=["list_type", "-id"], condition=Q(released_on__isnull=False), name="redblack_entry_left"
            ),
            models.Index(fields=["authority_department", "list_type", "-id"], name="redblack_entry_of_dept_list"),
            models.Index(fields=["document_no"], name="redblack_entry_by_number"),
            models.Index(
                fields=["effective_until", "id"],
                condition=Q(released_on=None, origin__in=DECIDED_HERE),
                name="redblack_entry_to_expire",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="redblack_entry_states_document_authority_basis",
                condition=~Q(document_no="") & ~Q(authority="") & ~Q(legal_basis=""),
            ),
            models.CheckConstraint(
                name="redblack_entry_has_end_or_exit",
                condition=Q(effective_until__isnull=False) | ~Q(exit_route=""),
            ),
            models.CheckConstraint(
                name="redblack_entry_black_here_after_notice",
                condition=Q(reward=True)
                | ~Q(origin__in=DECIDED_HERE)
                | Q(
                    notice_served_on__isnull=False,
                    decided_on__isnull=False,
                    decided_on__gte=F("notice_served_on"),
                    effective_from__gte=F("decided_on"),
                ),
            ),
            models.CheckConstraint(
                name="redblack_entry_red_here_after_publicity",
                condition=Q(reward=False)
                | ~Q(origin__in=DECIDED_HERE)
                | Q(
                    publicised_from__isnull=False,
                    publicised_until__isnull=False,
                    decided_on__isnull=False,
                    decided_on__gte=F("publicised_until"),
                ),
            ),
            models.CheckConstraint(
                name="redblack_entry_term_in_order",
                condition=Q(effective_until=None) | Q(effective_until__gte=F("effective_from")),
            ),
            models.CheckConstraint(
                name="redblack_entry_release_is_whole",
                condition=Q(released_on=None, release_kind="")
                | (
                    Q(released_on__isnull=False, release_kind__in=[k.value for k in ReleaseKind])
                    & ~Q(release_reason="")
                ),
            ),
            models.UniqueConstraint(
                fields=["list_type", "subject_id", "document_no"],
                condition=Q(released_on=None),
                name="redblack_entry_one_open_per_decision",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.list_type_id}:{self.document_no}"


class Dispute(models.Model):
    """An accepted objection against an entry: the mark that every check shows (design invariant I4)."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="disputes")
    ground = models.CharField(max_length=20, choices=[(g.value, g.value) for g in Ground])
    marked_on = models.DateField()
    suspended = models.BooleanField()
    ended_on = models.DateField(null=True, blank=True)
    outcome = models.CharField(max_length=20, blank=True)

    class Meta:
        verbose_name = "异议标注"
        constraints = [
            models.UniqueConstraint(
                fields=["entry"], condition=Q(ended_on=None), name="redblack_dispute_one_open_per_entry"
            ),
            models.CheckConstraint(
                name="redblack_dispute_ended_iff_outcome",
                condition=Q(ended_on=None, outcome="") | (Q(ended_on__isnull=False) & ~Q(outcome="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id}:{self.ground}"


class Binding(models.Model):
    """What a check reads of an entry: narrow, versioned by the revisions of its source, never changed but closed."""

    source_id = models.SmallIntegerField()
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="bindings")
    subject_id = models.BigIntegerField()
    document_no = models.CharField(max_length=120)
    authority = models.CharField(max_length=200)
    ground = models.CharField(max_length=300)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    released_on = models.DateField(null=True, blank=True)
    disputed_on = models.DateField(null=True, blank=True)
    suspended = models.BooleanField(default=False)
    grade = models.CharField(max_length=10, blank=True, default="", db_default="")
    amount = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True, help_text="元")
    rev_from = models.BigIntegerField()
    rev_to = models.BigIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = "名单效力"
        indexes = [
            models.Index(fields=["subject_id"], name="redblack_binding_current", condition=Q(rev_to=None)),
            models.Index(fields=["subject_id", "rev_from"], name="redblack_binding_history"),
            models.Index(fields=["source_id", "rev_from", "id"], name="redblack_binding_of_revision"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["entry"], condition=Q(rev_to=None), name="redblack_binding_one_current_per_entry"
            ),
            models.CheckConstraint(
                name="redblack_binding_revisions_in_order",
                condition=Q(rev_to=None) | Q(rev_to__gt=F("rev_from")),
            ),
            models.CheckConstraint(
                name="redblack_binding_suspended_only_if_disputed",
                condition=Q(suspended=False) | Q(disputed_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} @{self.rev_from}"
