"""Rosters of supervised subjects (重点监管对象名单), their files and members; their runs: roster_runs.py.

How it works (services/rosters/running.py): a run takes one snapshot of everything in force for the members on the
chosen lists (`RosterFound`, deleted when the run is over), answers every member by the definitions of
rules/answer.py, writes `RosterAnswer` where the answer changed, and a `RosterFinding` where *what was found* changed.

- `RosterAnswer` is the current answer of every member that counts (removed and duplicate ones have none);
  members = clear + hit + could_not_check on the run, and over these rows.
- A list that is stale, held or never loaded turns clear members into could_not_check: told once, on the run (`gaps`),
  not as a finding per member. A member whose own standing is doubtful (held version) is a finding.
- A finding is never made twice for the same change; a later change of the same member supersedes what nobody has
  disposed of yet, so at most one finding per member is to be handled.

What is found is kept as sorted texts, the same in `RosterAnswer`, `RosterFound` and `RosterFinding`:
`triggers` ["entry:12", "entry:13 disputed", "record:7 suspended"], `measures` ["Y3 applied", "Y5 suspended",
"Y6 undecided"], `honours` ["entry:4"], `rewards` ["R1 offered" | "R1 paused" | "R1 unconfirmed"]; `doubts`: ids of
the sources of which a held version leaves open whether the member is on them. rules/rosters.py reads them.

Members, answers, found rows and findings come by the million, written by sets: their references are plain ids without
foreign keys (rosters, runs and subjects are never deleted).
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from screening.models.checks import STAGES


class Roster(models.Model):
    """A department's roster, what it is compared with, when, and who is told.

    `source_ids`: the chosen lists and kinds of record. `measures_from`: which measures are told of a hit: none, those
    of the department, the chosen ones (`item_codes`), or those of one matter at one stage. `persons`: natural persons
    may be members, by number only; then `purpose` names the statutory task (个人信息保护法 第六、三十四条).
    `resolved_revision`: the register's revision at which members were last looked up in it.
    """

    class State(models.TextChoices):
        ACTIVE = "active", "使用中"
        PAUSED = "paused", "已暂停"
        CLOSED = "closed", "已停用"

    class MeasuresFrom(models.TextChoices):
        NONE = "none", "不比对措施"
        DEPARTMENT = "department", "本部门的措施"
        CHOSEN = "chosen", "选定的措施"
        MATTER = "matter", "某一事项的措施"

    department = models.ForeignKey("accounts.Department", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=100)
    labels = ArrayField(models.CharField(max_length=30), default=list, blank=True, help_text="主题标签")
    purpose = models.CharField(max_length=300, blank=True, default="", help_text="目的和依据")
    persons = models.BooleanField(default=False)
    source_ids = ArrayField(models.SmallIntegerField())
    measures_from = models.CharField(max_length=10, choices=MeasuresFrom.choices, default=MeasuresFrom.DEPARTMENT)
    item_codes = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    matter = models.ForeignKey("screening.Matter", on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    stage = models.CharField(max_length=10, blank=True, default="")
    schedule = models.CharField(max_length=400, blank=True, default="", help_text="rules/schedules.py reads it")
    next_run_at = models.DateTimeField(null=True, blank=True, help_text="empty: not by itself")
    on_change = models.BooleanField(default=True, help_text="also whenever one of its lists changes")
    notify_by = ArrayField(models.CharField(max_length=10), default=list, blank=True, help_text="mail, sms, file")
    recipients = models.JSONField(default=list, blank=True, help_text="[{channel, to}]; the page is always told")
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACTIVE)
    resolved_revision = models.BigIntegerField(default=-1)
    made_by = models.CharField(max_length=80)
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = "监管对象名单"
        constraints = [
            models.UniqueConstraint(
                fields=["department", "name"], condition=~Q(state="closed"), name="screening_roster_name_once"
            ),
            models.CheckConstraint(
                name="screening_roster_state_known", condition=Q(state__in=["active", "paused", "closed"])
            ),
            models.CheckConstraint(name="screening_roster_asks_something", condition=Q(source_ids__len__gt=0)),
            models.CheckConstraint(
                name="screening_roster_persons_for_a_purpose", condition=Q(persons=False) | ~Q(purpose="")
            ),
            models.CheckConstraint(
                name="screening_roster_measures_are_whole",
                condition=Q(measures_from="chosen", item_codes__len__gt=0, matter=None, stage="")
                | Q(measures_from="matter", matter__isnull=False, stage__in=STAGES)
                | Q(measures_from__in=["none", "department"], matter=None, stage=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_run_at"],
                condition=Q(state="active", next_run_at__isnull=False),
                name="screening_roster_due",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RosterUpload(models.Model):
    """A file of members, taken row by row as a job. The counts are of its rows: rows = the sum of the others."""

    roster = models.ForeignKey(Roster, on_delete=models.PROTECT, related_name="uploads")
    file_id = models.BigIntegerField()
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    replaces = models.BooleanField(default=False, help_text="members that are not in the file leave the roster")
    job_id = models.BigIntegerField(null=True, blank=True)
    taken_to = models.PositiveIntegerField(default=0, help_text="rows before this one are taken")
    rows = models.PositiveIntegerField(default=0)
    matched = models.PositiveIntegerField(default=0)
    unknown = models.PositiveIntegerField(default=0)
    identify = models.PositiveIntegerField(default=0)
    invalid = models.PositiveIntegerField(default=0)
    wrong_kind = models.PositiveIntegerField(default=0)
    duplicate = models.PositiveIntegerField(default=0)
    uploaded_by = models.CharField(max_length=80)
    uploaded_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        verbose_name = "名单文件"
        indexes = [models.Index(fields=["roster", "-id"], name="screening_upload_latest")]
        constraints = [
            models.CheckConstraint(
                name="screening_rosterupload_every_row_counted",
                condition=Q(
                    rows=F("matched") + F("unknown") + F("identify") + F("invalid") + F("wrong_kind") + F("duplicate")
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


class RosterMember(models.Model):
    """One row of a roster. `name`: as given, of an organisation only. A person is found by number: `subject_id`, or
    while the register does not have him a blind index with the id of its key; never the number (invariant I7).

    `subject_ids`: the subject and those that the check takes for the same (known by the organisation code alone).
    `kind` and `uscc` are the subject's, as the register has them; `uscc` of one that it does not have is as given.
    """

    class State(models.TextChoices):
        MATCHED = "matched", "已对应"
        UNKNOWN = "unknown", "代码有效，登记信息中没有"
        IDENTIFY = "identify", "需核实身份"
        INVALID = "invalid", "代码有误"
        WRONG_KIND = "wrong_kind", "主体类型不符"
        DUPLICATE = "duplicate", "重复"

    id = models.BigAutoField(primary_key=True)
    roster = models.ForeignKey(
        Roster, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    upload_id = models.BigIntegerField(
        null=True, blank=True, help_text="the file it came in; empty: form or interface"
    )
    row_number = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State.choices)
    problem = models.CharField(max_length=300, blank=True, default="")
    name = models.CharField(max_length=300, blank=True, default="")
    uscc = models.CharField(max_length=18, blank=True, default="")
    kind = models.CharField(max_length=20, blank=True, default="")
    subject_id = models.BigIntegerField(null=True, blank=True)
    subject_ids = ArrayField(models.BigIntegerField(), null=True, blank=True, help_text="empty: the subject alone")
    index_key = models.CharField(max_length=32, null=True, blank=True)
    index_digest = models.BinaryField(max_length=32, null=True, blank=True)
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "监管对象"
        indexes = [models.Index(fields=["roster", "id"], name="screening_rostermember_order")]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_id", "roster"],
                condition=Q(subject_id__isnull=False, removed_at=None) & ~Q(state="duplicate"),
                name="screening_rostermember_subject_once",
            ),
            models.UniqueConstraint(
                fields=["roster", "uscc"],
                condition=Q(state="unknown", removed_at=None) & ~Q(uscc=""),
                name="screening_rostermember_code_once",
            ),
            models.UniqueConstraint(
                fields=["roster", "index_digest"],
                condition=Q(index_digest__isnull=False, removed_at=None) & ~Q(state="duplicate"),
                name="screening_rostermember_person_once",
            ),
            models.CheckConstraint(
                name="screening_rostermember_state_is_whole",
                condition=Q(state="matched", subject_id__isnull=False)
                | Q(state="unknown", subject_id=None) & (~Q(uscc="") | Q(index_digest__isnull=False))
                | Q(state__in=["identify", "invalid", "wrong_kind", "duplicate"]),
            ),
            models.CheckConstraint(
                name="screening_rostermember_no_name_of_a_person", condition=~Q(kind="natural_person") | Q(name="")
            ),
            models.CheckConstraint(
                name="screening_rostermember_digest_names_its_key",
                condition=Q(index_digest=None, index_key=None)
                | Q(index_digest__isnull=False, index_key__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.roster_id}:{self.row_number}"
