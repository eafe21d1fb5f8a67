"""One application for the repair of one record or entry, and what belongs to it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from repair.rules.eligibility import COMMITMENT, PROOF
from repair.rules.states import DECIDED, OPEN, Channel, State, Target

ATTACHED = [PROOF, COMMITMENT, "其他材料"]
GRADES = ["轻微", "一般", "严重"]
_OPEN = Q(state__in=sorted(s.value for s in OPEN))
_ONE_TARGET = Q(target=Target.RECORD.value, record_id__isnull=False, entry=None) | Q(
    target=Target.ENTRY.value, record_id=None, entry__isnull=False
)


class Application(models.Model):
    """An application on its way. What the subject and its department need of the record is copied at filing.

    `rules`: the rule set of the day of application (rules/sets.py, to_json): it governs to the end. `due_on`: by when
    the next step of the department is due, empty while the clock rests or after the end. `handled_by`: everybody who
    took a step before the decision. `before`: what a grant ended, so that its revocation can restore it.
    """

    number = models.CharField(max_length=40, unique=True)
    channel = models.CharField(max_length=10, choices=[(c.value, c.label) for c in Channel])
    upstream_no = models.CharField(max_length=80, blank=True, default="")
    upstream_digest = models.CharField(max_length=64, blank=True, default="", help_text="of what was forwarded")
    target = models.CharField(max_length=10, choices=[(t.value, t.label) for t in Target])
    record_id = models.BigIntegerField(null=True, blank=True)
    entry = models.ForeignKey("redblack.Entry", on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    subject_id = models.BigIntegerField()
    department = models.ForeignKey("accounts.Department", on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=300, help_text="the item or list, as it is called")
    document_no = models.CharField(max_length=120)
    authority = models.CharField(max_length=200)
    found_on = models.DateField(null=True, blank=True, help_text="认定之日")
    grade = models.CharField(max_length=10)
    rules = models.JSONField()
    state = models.CharField(max_length=10, choices=[(s.value, s.label) for s in State])
    applied_on = models.DateField(help_text="by the party, also when it was forwarded later")
    received_on = models.DateField(help_text="by the department")
    filed_at = models.DateTimeField()
    filed_by = models.CharField(max_length=80)
    filed_department = models.ForeignKey(
        "accounts.Department", on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_index=False
    )
    statement_ct = models.TextField(help_text="sealed: how the duties were performed, as the party says")
    contact_ct = models.TextField(blank=True, default="", help_text="sealed")
    committed = models.BooleanField(help_text="the public credit commitment was given")
    accept_due_on = models.DateField(null=True, blank=True)
    handle_due_on = models.DateField(null=True, blank=True)
    whole_due_on = models.DateField()
    due_on = models.DateField(null=True, blank=True)
    due_provisional = models.BooleanField(default=False)
    notified_at = models.DateTimeField(null=True, blank=True, help_text="once")
    notice = models.TextField(blank=True, default="")
    supplemented_at = models.DateTimeField(null=True, blank=True)
    accepted_on = models.DateField(null=True, blank=True)
    opinion = models.TextField(blank=True, default="", help_text="what was verified, with what result")
    extended_days = models.PositiveSmallIntegerField(default=0)
    extension_reason = models.TextField(blank=True, default="")
    handled_by = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    decision_no = models.CharField(max_length=120, blank=True, default="")
    reasons = models.JSONField(default=list, blank=True, help_text="[[text, law], ...]")
    decided_by = models.CharField(max_length=80, blank=True, default="")
    decided_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closing_reason = models.TextField(blank=True, default="")
    revoked_by = models.CharField(max_length=80, blank=True, default="")
    revoked_at = models.DateTimeField(null=True, blank=True)
    revocation_no = models.CharField(max_length=120, blank=True, default="")
    revocation_reason = models.TextField(blank=True, default="")
    before = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = "信用修复申请"
        indexes = [
            models.Index(fields=["department", "state", "due_on", "id"], name="repair_application_queue"),
            models.Index(fields=["whole_due_on", "id"], condition=_OPEN, name="repair_application_open"),
            models.Index(
                fields=["department", "whole_due_on", "id"], condition=_OPEN, name="repair_application_to_do"
            ),
            models.Index(fields=["subject_id", "-id"], name="repair_application_of_subject"),
            models.Index(fields=["filed_department", "-id"], name="repair_application_of_window"),
            models.Index(
                fields=["due_on", "id"], condition=Q(due_on__isnull=False), name="repair_application_by_due"
            ),
        ]
        constraints = [
            models.CheckConstraint(name="repair_application_one_target", condition=_ONE_TARGET),
            models.UniqueConstraint(
                fields=["record_id"],
                condition=Q(state__in=sorted(s.value for s in OPEN), record_id__isnull=False),
                name="repair_application_one_open_per_record",
            ),
            models.UniqueConstraint(
                fields=["entry"],
                condition=Q(state__in=sorted(s.value for s in OPEN), entry__isnull=False),
                name="repair_application_one_open_per_entry",
            ),
            models.UniqueConstraint(
                fields=["upstream_no"], condition=~Q(upstream_no=""), name="repair_application_once_from_above"
            ),
            models.CheckConstraint(
                name="repair_application_from_above_iff_numbered",
                condition=Q(channel=Channel.UPSTREAM.value) & ~Q(upstream_no="")
                | ~Q(channel=Channel.UPSTREAM.value) & Q(upstream_no=""),
            ),
            models.CheckConstraint(
                name="repair_application_state_known", condition=Q(state__in=[s.value for s in State])
            ),
            models.CheckConstraint(name="repair_application_grade_known", condition=Q(grade__in=GRADES)),
            models.CheckConstraint(
                name="repair_application_accepted_iff_dated",
                condition=Q(state__in=["accepted", *sorted(s.value for s in DECIDED)], accepted_on__isnull=False)
                | Q(state__in=["filed", "notified", "declined"], accepted_on=None)
                | Q(state="withdrawn"),
            ),
            models.CheckConstraint(
                name="repair_application_decision_is_whole",
                condition=~Q(state__in=["declined", *sorted(s.value for s in DECIDED)])
                | Q(decided_at__isnull=False) & ~Q(decided_by="") & ~Q(decision_no="") & ~Q(reasons=[]),
            ),
            models.CheckConstraint(
                name="repair_application_serious_decided_by_another",
                condition=~Q(grade="严重", state__in=sorted(s.value for s in DECIDED))
                | ~Q(handled_by=[]) & ~Q(opinion="") & ~Q(handled_by__contains=[F("decided_by")]),
            ),
            models.CheckConstraint(
                name="repair_application_notified_once",
                condition=Q(notified_at=None, notice="", supplemented_at=None)
                | Q(notified_at__isnull=False) & ~Q(notice=""),
            ),
            models.CheckConstraint(
                name="repair_application_extended_with_reason",
                condition=Q(extended_days=0) | ~Q(extension_reason=""),
            ),
            models.CheckConstraint(
                name="repair_application_revoked_is_whole",
                condition=Q(state=State.REVOKED.value, revoked_at__isnull=False)
                & ~Q(revoked_by="")
                & ~Q(revocation_no="")
                & ~Q(revocation_reason="")
                | ~Q(state=State.REVOKED.value) & Q(revoked_at=None),
            ),
            models.CheckConstraint(
                name="repair_application_committed_before_accepted",
                condition=Q(committed=True) | Q(state__in=["filed", "notified", "declined", "withdrawn"]),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class ClockStop(models.Model):
    """The days on which an application waits for the party: from the notice to the supplement."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="stops")
    begins = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = "期限中止"
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=Q(until=None), name="repair_clockstop_one_open"
            ),
            models.CheckConstraint(
                name="repair_clockstop_in_order", condition=Q(until=None) | Q(until__gte=F("begins"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.begins}"


class Attachment(models.Model):
    """What the party handed in; sealed on disk."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="attachments")
    kind = models.CharField(max_length=30, choices=[(k, k) for k in ATTACHED])
    file = models.ForeignKey("office.StoredFile", on_delete=models.PROTECT, related_name="+")
    added_by = models.CharField(max_length=80)
    added_at = models.DateTimeField()

    class Meta:
        verbose_name = "申请材料"

    def __str__(self) -> str:
        return f"{self.kind} {self.file_id}"


class Paper(models.Model):
    """A paper that the platform wrote. `token`: in its QR code; the page it opens tells what is true today.

    Of an application, or of a record or proceeding with whose decision it was served (两书同达).
    """

    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="papers", null=True, blank=True
    )
    record_id = models.BigIntegerField(null=True, blank=True)
    proceeding_id = models.BigIntegerField(null=True, blank=True)
    subject_id = models.BigIntegerField()
    kind = models.CharField(max_length=30)
    number = models.CharField(max_length=120)
    token = models.CharField(max_length=40, unique=True)
    file = models.ForeignKey("office.StoredFile", on_delete=models.PROTECT, related_name="+")
    written_by = models.CharField(max_length=80)
    written_at = models.DateTimeField()

    class Meta:
        verbose_name = "信用修复文书"
        indexes = [
            models.Index(fields=["record_id"], condition=Q(record_id__isnull=False), name="repair_paper_of_record"),
            models.Index(
                fields=["proceeding_id"], condition=Q(proceeding_id__isnull=False), name="repair_paper_of_proc"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="repair_paper_of_one_thing",
                condition=Q(application__isnull=False, record_id=None, proceeding_id=None)
                | Q(application=None, record_id__isnull=False, proceeding_id=None)
                | Q(application=None, record_id=None, proceeding_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"
