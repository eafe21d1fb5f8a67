"""What leads to an entry (proposal, notice, statement, publicity, decision) and what ends it, with their papers."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from redblack.models.entries import Entry
from redblack.models.lists import ListType
from redblack.rules.lists import ReleaseKind
from redblack.rules.states import OPEN, ProceedingState, RemovalState, Track

SERVED_WAYS = ["直接", "邮寄", "留置", "电子", "公告"]
PAPERS = [
    "事实材料",
    "列入事先告知书",
    "送达回证",
    "列入决定书",
    "移出决定书",
    "名单退出公告",
    "消除影响声明",
    "告知函",
    "其他",
]


RECOGNISER_OUTCOMES = [("removed", "已移出"), ("kept", "予以保留"), ("told", "已函告认定部门")]
ANSWERS = [value for value, _ in RECOGNISER_OUTCOMES]


class Proceeding(models.Model):
    """One subject on its way to one list. What the entry will state stands here until the decision makes it bind.

    `draft*`, `submit*`, `decide*`: who did it; `handled_by`: everybody who took a step before the decision. The
    second person is none of them (a CHECK). `statement_due_on`: last day of statement and defence, computed once,
    moved by PeriodChange.
    """

    track = models.CharField(max_length=12, choices=[(t.value, t.label) for t in Track])
    state = models.CharField(max_length=12, choices=[(s.value, s.label) for s in ProceedingState])
    list_type = models.ForeignKey(ListType, on_delete=models.PROTECT, related_name="+")
    department = models.ForeignKey("accounts.Department", on_delete=models.PROTECT, related_name="+")
    subject_id = models.BigIntegerField()
    record_id = models.BigIntegerField(null=True, blank=True, help_text="the collected record that it rests on")
    ground = models.CharField(max_length=1000, help_text="列入事由")
    facts = models.TextField(blank=True, default="")
    legal_basis = models.TextField(blank=True, default="")
    measures_told = models.TextField(blank=True, default="", help_text="失信惩戒措施提示, as the notice states it")
    exit_route = models.TextField(blank=True, default="", help_text="移出条件和程序")
    remedies = models.TextField(blank=True, default="", help_text="救济途径")
    grade = models.CharField(max_length=10, blank=True, default="")
    amount = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    responsible_persons = ArrayField(models.BigIntegerField(), default=list, blank=True)
    notice_no = models.CharField(max_length=120, blank=True, default="")
    notice_made_on = models.DateField(null=True, blank=True)
    notice_served_on = models.DateField(null=True, blank=True)
    served_way = models.CharField(max_length=10, blank=True, default="")
    statement_due_on = models.DateField(null=True, blank=True)
    due_provisional = models.BooleanField(default=False, help_text="rests on a year without a calendar notice")
    publicised_from = models.DateField(null=True, blank=True)
    publicised_until = models.DateField(null=True, blank=True)
    comparison = models.JSONField(
        default=dict, blank=True, help_text='red: {"on", "bad": [texts], "gaps": [names], "note"} before publicity'
    )
    decision_no = models.CharField(max_length=120, blank=True, default="")
    authority = models.CharField(max_length=200, blank=True, default="")
    decided_on = models.DateField(null=True, blank=True)
    effective_from = models.DateField(null=True, blank=True)
    effective_until = models.DateField(null=True, blank=True)
    drafted_by = models.CharField(max_length=80)
    drafted_at = models.DateTimeField()
    submitted_by = models.CharField(max_length=80, blank=True, default="")
    submitted_at = models.DateTimeField(null=True, blank=True)
    handled_by = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    decided_by = models.CharField(max_length=80, blank=True, default="")
    decided_at = models.DateTimeField(null=True, blank=True)
    outcome_reason = models.TextField(blank=True, default="", help_text="why it was sent back or dropped")
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="proceeding", null=True, blank=True)

    class Meta:
        verbose_name = "列入办理"
        indexes = [
            models.Index(fields=["department", "state", "-id"], name="redblack_proc_of_department"),
            models.Index(fields=["subject_id"], name="redblack_proc_of_subject"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["list_type", "subject_id"],
                condition=Q(state__in=sorted(s.value for s in OPEN)),
                name="redblack_proceeding_one_open",
            ),
            models.CheckConstraint(
                name="redblack_proceeding_track_known", condition=Q(track__in=[t.value for t in Track])
            ),
            models.CheckConstraint(
                name="redblack_proceeding_state_known", condition=Q(state__in=[s.value for s in ProceedingState])
            ),
            models.CheckConstraint(
                name="redblack_proceeding_decided_iff_entry",
                condition=Q(state=ProceedingState.DECIDED.value, entry__isnull=False)
                | ~Q(state=ProceedingState.DECIDED.value) & Q(entry=None),
            ),
            models.CheckConstraint(
                name="redblack_proceeding_decided_by_another",
                condition=~Q(state=ProceedingState.DECIDED.value)
                | ~Q(decided_by="") & ~Q(decided_by=F("drafted_by")) & ~Q(decided_by=F("submitted_by")),
            ),
            models.CheckConstraint(
                name="redblack_proceeding_decided_by_no_handler",
                condition=~Q(state=ProceedingState.DECIDED.value) | ~Q(handled_by__contains=[F("decided_by")]),
            ),
            models.CheckConstraint(
                name="redblack_proceeding_served_iff_dated",
                condition=~Q(track=Track.LISTING.value)
                | Q(state__in=["drafted", "noticed", "dropped"])
                | Q(notice_served_on__isnull=False, statement_due_on__isnull=False) & ~Q(served_way=""),
            ),
            models.CheckConstraint(
                name="redblack_proceeding_served_way_known", condition=Q(served_way__in=["", *SERVED_WAYS])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.list_type_id}: {self.subject_id} {self.state}"


class PeriodChange(models.Model):
    """The statement period was stopped (中止) or extended (延长), with the reason; both move `statement_due_on`."""

    proceeding = models.ForeignKey(Proceeding, on_delete=models.PROTECT, related_name="period_changes")
    what = models.CharField(max_length=10, choices=[("stop", "中止"), ("extend", "延长")])
    from_day = models.DateField()
    until_day = models.DateField(null=True, blank=True, help_text="last day of a stop; null: it still stands")
    days = models.PositiveSmallIntegerField(null=True, blank=True, help_text="working days added")
    reason = models.CharField(max_length=500)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "期限变更"
        constraints = [
            models.UniqueConstraint(
                fields=["proceeding"],
                condition=Q(what="stop", until_day=None),
                name="redblack_periodchange_one_open_stop",
            ),
            models.CheckConstraint(
                name="redblack_periodchange_in_order",
                condition=Q(until_day=None) | Q(until_day__gte=F("from_day")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proceeding_id} {self.what}"


class Statement(models.Model):
    """A statement and defence of the party, or an objection of anybody while a red candidate is publicised.

    Its text may name persons: sealed.
    """

    proceeding = models.ForeignKey(Proceeding, on_delete=models.PROTECT, related_name="statements")
    received_on = models.DateField()
    way = models.CharField(max_length=20, help_text="书面 / 口头 / 听证")
    text_ct = models.TextField(help_text="sealed")
    accepted = models.BooleanField(null=True, help_text="采纳; null: not yet answered")
    answer = models.TextField(blank=True, default="")
    answered_on = models.DateField(null=True, blank=True)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "陈述申辩"
        constraints = [
            models.CheckConstraint(
                name="redblack_statement_answer_is_whole",
                condition=Q(accepted=None, answer="", answered_on=None)
                | Q(accepted__isnull=False, answered_on__isnull=False) & ~Q(answer=""),
            )
        ]

    def __str__(self) -> str:
        return f"{self.proceeding_id} {self.received_on}"


class Removal(models.Model):
    """A proposal to take an entry off its list, and the second person's decision."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="removals")
    state = models.CharField(max_length=10, choices=[(s.value, s.label) for s in RemovalState])
    kind = models.CharField(max_length=10, choices=[(k.value, k.value) for k in ReleaseKind])
    document_no = models.CharField(max_length=120)
    reason = models.TextField()
    released_on = models.DateField()
    proposed_by = models.CharField(max_length=80)
    proposed_at = models.DateTimeField()
    decided_by = models.CharField(max_length=80, blank=True, default="")
    decided_at = models.DateTimeField(null=True, blank=True)
    outcome_reason = models.TextField(blank=True, default="")

    class Meta:
        verbose_name = "移出办理"
        constraints = [
            models.UniqueConstraint(
                fields=["entry"],
                condition=Q(state=RemovalState.PROPOSED.value),
                name="redblack_removal_one_open_per_entry",
            ),
            models.CheckConstraint(
                name="redblack_removal_decided_by_another",
                condition=Q(state=RemovalState.PROPOSED.value)
                | ~Q(decided_by="") & (Q(state=RemovalState.DROPPED.value) | ~Q(decided_by=F("proposed_by"))),
            ),
            models.CheckConstraint(
                name="redblack_removal_states_document_and_reason",
                condition=~Q(document_no="") & ~Q(reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.kind}"


class Paper(models.Model):
    """A document in the file of a proceeding, a removal or an entry, as handed in or as the platform wrote it."""

    proceeding = models.ForeignKey(Proceeding, on_delete=models.PROTECT, related_name="papers", null=True, blank=True)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="papers", null=True, blank=True)
    kind = models.CharField(max_length=20, choices=[(p, p) for p in PAPERS])
    file = models.ForeignKey("office.StoredFile", on_delete=models.PROTECT, related_name="+")
    added_by = models.CharField(max_length=80)
    added_at = models.DateTimeField()

    class Meta:
        verbose_name = "办理文书"
        constraints = [
            models.CheckConstraint(
                name="redblack_paper_of_proceeding_or_entry",
                condition=Q(proceeding__isnull=False, entry=None) | Q(proceeding=None, entry__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.file_id}"


class Rehabilitation(models.Model):
    """消除影响声明 for one who was listed wrongly (篇五(二十一)): what is told to everybody who had been told."""

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="rehabilitation")
    document_no = models.CharField(max_length=120, blank=True, default="")
    text = models.TextField()
    published_on = models.DateField()
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "消除影响声明"

    def __str__(self) -> str:
        return f"{self.entry_id}"


class RecogniserTask(models.Model):
    """New bad conduct of a subject on a red list: the recogniser decides whether it leaves; checks show 激励暂停."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="recogniser_tasks")
    cause = models.CharField(max_length=60, help_text="entry:12 or record:7")
    cause_text = models.CharField(max_length=500, help_text="what the recogniser reads")
    raised_at = models.DateTimeField()
    due_on = models.DateField()
    due_provisional = models.BooleanField(default=False)
    outcome = models.CharField(max_length=10, blank=True, default="", choices=RECOGNISER_OUTCOMES)
    answer = models.TextField(blank=True, default="")
    answered_by = models.CharField(max_length=80, blank=True, default="")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "激励对象复核任务"
        indexes = [
            models.Index(fields=["due_on", "id"], condition=Q(outcome=""), name="redblack_recognisertask_open"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["entry", "cause"], name="redblack_recognisertask_once_per_cause"),
            models.CheckConstraint(
                name="redblack_recognisertask_answer_is_whole",
                condition=Q(outcome="", answered_at=None)
                | Q(outcome__in=ANSWERS, answered_at__isnull=False) & ~Q(answer=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.cause}"
