"""An objection from its filing to its answer, with its clocks, the days that do not count, and its papers."""

from django.db import models
from django.db.models import F, Q

from objections.rules.kinds import Channel, Kind, Outcome, Target
from objections.rules.rulesets import BY_CODE, What
from objections.rules.states import MARKED, OPEN, State

CONCLUDED = [State.CONCLUDED.value, State.ANSWERED.value]
FROM_ACCEPTANCE = [*sorted(one.value for one in MARKED), *CONCLUDED]
PAPERS = ["举证材料", "核查材料", "异议处理答复书", "不予受理通知书", "异议核查转办函"]


class Objection(models.Model):
    """One objection against one entry, one record or one check. `department` received it and answers for the whole;
    `provider` verifies: the recognising or providing department, or nobody on the platform (`forwarded_to`).

    `claim_ct`, `contact_ct`: sealed. `claim_digest`: the same claim in other spacing has the same one. `rests`: its
    measures rest because of it. Whoever concludes that something leaves a list is another person than who proposed.
    """

    number = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=20, choices=[(k.value, k.label) for k in Kind])
    channel = models.CharField(max_length=12, choices=[(c.value, c.label) for c in Channel])
    target = models.CharField(max_length=10, choices=[(t.value, t.label) for t in Target])
    entry = models.ForeignKey("redblack.Entry", on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    record_id = models.BigIntegerField(null=True, blank=True)
    receipt_number = models.CharField(max_length=40, blank=True, default="", help_text="of the check that is meant")
    other_subject_id = models.BigIntegerField(null=True, blank=True, help_text="for whom the check took the subject")
    subject_id = models.BigIntegerField()
    review_of = models.OneToOneField(
        "self", on_delete=models.PROTECT, related_name="review", null=True, blank=True, help_text="复核: once"
    )
    rules = models.CharField(max_length=20, help_text="the rule set that it was filed under")
    claim_ct = models.TextField(help_text="sealed")
    claim_digest = models.CharField(max_length=64)
    contact_ct = models.TextField(blank=True, default="", help_text="sealed")
    upstream_number = models.CharField(max_length=60, blank=True, default="")
    upstream_client_id = models.BigIntegerField(null=True, blank=True)
    department = models.ForeignKey("accounts.Department", on_delete=models.PROTECT, related_name="+")
    provider = models.ForeignKey(
        "accounts.Department", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    forwarded_to = models.CharField(max_length=200, blank=True, default="")
    authority_department = models.ForeignKey(
        "accounts.Department",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
        help_text="whose entry it is about; it may read the objection",
    )
    state = models.CharField(max_length=12, choices=[(s.value, s.label) for s in State])
    same_again = models.BooleanField(default=False)
    rests = models.BooleanField(default=False)
    rests_reason = models.TextField(
        blank=True, default="", help_text="of a decision to let the measures rest, or not"
    )
    filed_by = models.CharField(max_length=80)
    filed_at = models.DateTimeField()
    filed_on = models.DateField()
    accepted_by = models.CharField(max_length=80, blank=True, default="")
    accepted_at = models.DateTimeField(null=True, blank=True)
    forwarded_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.CharField(max_length=80, blank=True, default="")
    outcome = models.CharField(max_length=10, blank=True, default="", choices=[(o.value, o.value) for o in Outcome])
    finding = models.TextField(blank=True, default="", help_text="核查情况 and reasons")
    basis = models.TextField(blank=True, default="")
    changes = models.JSONField(default=dict, blank=True, help_text="field -> what it is to say")
    document_no = models.CharField(max_length=120, blank=True, default="", help_text="of the paper that orders it")
    statement = models.TextField(blank=True, default="", help_text="消除影响声明, where one is due")
    two_persons = models.BooleanField(default=False)
    proposed_by = models.CharField(max_length=80, blank=True, default="")
    proposed_at = models.DateTimeField(null=True, blank=True)
    concluded_by = models.CharField(max_length=80, blank=True, default="")
    concluded_at = models.DateTimeField(null=True, blank=True)
    answer_no = models.CharField(max_length=120, blank=True, default="")
    answer_code = models.CharField(max_length=16, blank=True, default="", help_text="on the paper, for verification")
    answered_by = models.CharField(max_length=80, blank=True, default="")
    answered_at = models.DateTimeField(null=True, blank=True)
    ended_reason = models.TextField(blank=True, default="", help_text="why it was refused or withdrawn, or sent back")
    due_on = models.DateField(null=True, blank=True, help_text="the nearest of its open clocks")
    due_provisional = models.BooleanField(default=False)

    class Meta:
        verbose_name = "异议"
        indexes = [
            models.Index(fields=["department", "due_on", "id"], name="objections_of_department"),
            models.Index(fields=["provider", "due_on", "id"], name="objections_of_provider"),
            models.Index(fields=["authority_department", "due_on", "id"], name="objections_of_authority"),
            models.Index(fields=["filed_by", "id"], name="objections_filed_by"),
            models.Index(fields=["filed_on", "id"], name="objections_by_day"),
            models.Index(
                fields=["due_on", "id"], name="objections_open", condition=Q(state__in=sorted(s.value for s in OPEN))
            ),
            models.Index(fields=["subject_id", "-id"], name="objections_of_subject"),
            models.Index(fields=["record_id"], name="objections_of_record", condition=Q(record_id__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(
                name="objections_objection_kind_known", condition=Q(kind__in=[k.value for k in Kind])
            ),
            models.CheckConstraint(
                name="objections_objection_channel_known", condition=Q(channel__in=[c.value for c in Channel])
            ),
            models.CheckConstraint(
                name="objections_objection_state_known", condition=Q(state__in=[s.value for s in State])
            ),
            models.CheckConstraint(name="objections_objection_rules_known", condition=Q(rules__in=sorted(BY_CODE))),
            models.CheckConstraint(
                name="objections_objection_against_one_thing",
                condition=Q(target="entry", entry__isnull=False, record_id=None, receipt_number="")
                | Q(target="record", entry=None, record_id__isnull=False, receipt_number="")
                | Q(target="check", entry=None, record_id=None, other_subject_id__isnull=False)
                & ~Q(receipt_number=""),
            ),
            models.UniqueConstraint(
                fields=["entry"],
                condition=Q(state__in=sorted(s.value for s in OPEN), entry__isnull=False),
                name="objections_objection_one_open_per_entry",
            ),
            models.UniqueConstraint(
                fields=["record_id"],
                condition=Q(state__in=sorted(s.value for s in OPEN), record_id__isnull=False),
                name="objections_objection_one_open_per_record",
            ),
            models.UniqueConstraint(
                fields=["receipt_number", "subject_id", "other_subject_id"],
                condition=Q(state__in=sorted(s.value for s in OPEN)) & ~Q(receipt_number=""),
                name="objections_objection_one_open_per_check",
            ),
            models.UniqueConstraint(
                fields=["upstream_client_id", "upstream_number"],
                condition=~Q(upstream_number=""),
                name="objections_objection_upstream_once",
            ),
            models.CheckConstraint(
                name="objections_objection_accepted_iff_dated",
                condition=Q(state__in=FROM_ACCEPTANCE, accepted_at__isnull=False) & ~Q(accepted_by="")
                | Q(state__in=["filed", "refused"], accepted_at=None)
                | Q(state="withdrawn"),
            ),
            models.CheckConstraint(
                name="objections_objection_concluded_is_whole",
                condition=Q(state__in=CONCLUDED, concluded_at__isnull=False)
                & ~Q(outcome="")
                & ~Q(finding="")
                & ~Q(concluded_by="")
                | ~Q(state__in=CONCLUDED),
            ),
            models.CheckConstraint(
                name="objections_objection_second_person",
                condition=Q(two_persons=False) | Q(concluded_by="") | ~Q(concluded_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="objections_objection_answered_has_number",
                condition=~Q(state="answered") | Q(answered_at__isnull=False) & ~Q(answer_no=""),
            ),
            models.CheckConstraint(
                name="objections_objection_ended_has_reason",
                condition=~Q(state__in=["refused", "withdrawn"]) | ~Q(ended_reason=""),
            ),
            models.CheckConstraint(
                name="objections_objection_same_again_rests_nothing", condition=Q(same_again=False) | Q(rests=False)
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def marked(self) -> bool:
        """Whether “存在异议” stands at what it is about. A check bears no mark."""
        return self.state in MARKED and self.target != Target.CHECK


class Attachment(models.Model):
    """A paper in the file of an objection: proof, verification, or a letter that was written here."""

    objection = models.ForeignKey(Objection, on_delete=models.PROTECT, related_name="attachments")
    kind = models.CharField(max_length=20, choices=[(one, one) for one in PAPERS])
    file = models.ForeignKey("office.StoredFile", on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    added_by = models.CharField(max_length=80)
    added_at = models.DateTimeField()

    class Meta:
        verbose_name = "异议材料"
        constraints = [
            models.CheckConstraint(name="objections_attachment_kind_known", condition=Q(kind__in=PAPERS)),
            models.UniqueConstraint(fields=["objection", "kind", "sha256"], name="objections_attachment_once"),
        ]

    def __str__(self) -> str:
        return f"{self.objection_id} {self.kind}"


class Clock(models.Model):
    """One deadline: from which day, how long by which article, its last day, when it was met."""

    objection = models.ForeignKey(Objection, on_delete=models.PROTECT, related_name="clocks")
    what = models.CharField(max_length=10, choices=[(w.value, w.label) for w in What])
    began_on = models.DateField()
    days = models.PositiveSmallIntegerField()
    natural = models.BooleanField(default=False)
    more = models.PositiveSmallIntegerField(default=0, help_text="days by which it was extended")
    more_reason = models.CharField(max_length=500, blank=True, default="")
    source = models.CharField(max_length=200)
    due_on = models.DateField()
    provisional = models.BooleanField(default=False, help_text="rests on a year without a calendar notice")
    met_on = models.DateField(null=True, blank=True)
    escalated_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = "异议期限"
        indexes = [models.Index(fields=["due_on", "id"], name="objections_clock_open", condition=Q(met_on=None))]
        constraints = [
            models.UniqueConstraint(fields=["objection", "what"], name="objections_clock_once"),
            models.CheckConstraint(name="objections_clock_known", condition=Q(what__in=[w.value for w in What])),
            models.CheckConstraint(name="objections_clock_in_order", condition=Q(due_on__gte=F("began_on"))),
        ]

    def __str__(self) -> str:
        return f"{self.objection_id} {self.what}"


class Pause(models.Model):
    """Days that do not count (鉴定, 专家评审 ...), both inclusive."""

    objection = models.ForeignKey(Objection, on_delete=models.PROTECT, related_name="pauses")
    begins = models.DateField()
    until = models.DateField()
    why = models.CharField(max_length=40)
    reason = models.CharField(max_length=500)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "不计入期限的时间"
        constraints = [
            models.CheckConstraint(name="objections_pause_in_order", condition=Q(until__gte=F("begins"))),
        ]

    def __str__(self) -> str:
        return f"{self.objection_id} {self.begins}"
