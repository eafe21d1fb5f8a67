"""Subjects, their names, who answers for them, and what contradicts.

Natural persons: `name` is the masked form, everything else is sealed under the person's own data key. The SQL that
other apps may read is in the views subjects_pub_* (see README).
"""

from django.db import models
from django.db.models import F, Q

from subjects.rules.kinds import ConflictState, IdKind, Kind, NameKind, Status

NAME_KINDS = [kind.value for kind in NameKind]
USCC_REGEX = r"^[1-9ANY][0-9A-HJ-NPQRTUWXY][0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}$"


class Revision(models.Model):
    """One row: the counter that every change raises under its lock, in its own transaction."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    revision = models.BigIntegerField(default=0)

    class Meta:
        db_table = "subjects_revision"
        constraints = [models.CheckConstraint(name="subjects_revision_is_one_row", condition=Q(id=1))]


class Subject(models.Model):
    """Whoever a record, an entry or an application is about (信用主体)."""

    kind = models.CharField(max_length=20, choices=[(k.value, k.label) for k in Kind])
    name = models.TextField(help_text="current name; of a natural person only the masked form")
    uscc = models.CharField(max_length=18, null=True, blank=True)  # null: has none
    reg_no = models.CharField(max_length=15, null=True, blank=True)
    org_code = models.CharField(max_length=9, null=True, blank=True)
    division_code = models.CharField(max_length=6, blank=True, default="", db_default="")
    registered_on = models.DateField(null=True, blank=True)
    status = models.CharField(
        max_length=12,
        choices=[(s.value, s.label) for s in Status],
        default=Status.ACTIVE.value,
        db_default=Status.ACTIVE.value,
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="subjects_subject_kind_known", condition=Q(kind__in=[k.value for k in Kind])),
            models.CheckConstraint(
                name="subjects_subject_status_known", condition=Q(status__in=[s.value for s in Status])
            ),
            models.CheckConstraint(
                name="subjects_subject_uscc_shape", condition=Q(uscc=None) | Q(uscc__regex=USCC_REGEX)
            ),
            models.CheckConstraint(
                name="subjects_subject_reg_no_shape", condition=Q(reg_no=None) | Q(reg_no__regex=r"^[0-9]{13,15}$")
            ),
            models.CheckConstraint(
                name="subjects_subject_org_code_shape",
                condition=Q(org_code=None) | Q(org_code__regex=r"^[0-9A-Z]{8}[0-9X]$"),
            ),
            models.CheckConstraint(
                name="subjects_subject_person_has_no_organisation_code",
                condition=~Q(kind=Kind.NATURAL_PERSON.value) | Q(uscc=None, reg_no=None, org_code=None),
            ),
            models.CheckConstraint(name="subjects_subject_has_a_name", condition=~Q(name="")),
            # not unique=True: that would add a second index for LIKE, which nobody asks and a bulk load pays for
            models.UniqueConstraint(name="subjects_subject_one_holder_of_code", fields=["uscc"]),
        ]
        indexes = [
            models.Index(name="subjects_subject_by_reg_no", fields=["reg_no"], condition=Q(reg_no__isnull=False)),
            models.Index(
                name="subjects_subject_by_org_code", fields=["org_code"], condition=Q(org_code__isnull=False)
            ),
            models.Index(  # every check by code asks here for a row that has only the old code; there are few
                name="subjects_subject_by_old_code",
                fields=["org_code"],
                condition=Q(org_code__isnull=False, uscc__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Name(models.Model):
    """A name of an organisation and its key, for a period. Changed by closing the row and writing a new one."""

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="names")
    name = models.TextField()
    key = models.TextField(help_text="kernel.names.name_key(name)")
    kind = models.CharField(max_length=8, choices=[(k.value, k.label) for k in NameKind])
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    rev_from = models.BigIntegerField()
    rev_to = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="subjects_name_kind_known", condition=Q(kind__in=[k.value for k in NameKind])
            ),
            models.CheckConstraint(name="subjects_name_has_a_key", condition=~Q(key="")),
            models.CheckConstraint(
                name="subjects_name_period_in_order",
                condition=Q(valid_from=None) | Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
            ),
            models.CheckConstraint(
                name="subjects_name_revisions_in_order", condition=Q(rev_to=None) | Q(rev_to__gt=F("rev_from"))
            ),
            models.UniqueConstraint(
                name="subjects_name_one_current", fields=["subject"], condition=Q(kind="current", rev_to=None)
            ),
        ]
        indexes = [models.Index(name="subjects_name_by_key", fields=["key"])]

    def __str__(self) -> str:
        return self.name


class Person(models.Model):
    """What identifies a natural person, sealed under a key of its own. Without the key nothing of it can be read."""

    subject = models.OneToOneField(Subject, on_delete=models.PROTECT, primary_key=True, related_name="person")
    data_key = models.TextField(null=True, blank=True, help_text="wrapped")  # null: destroyed
    name_ct = models.TextField(blank=True)
    id_kind = models.CharField(max_length=16, choices=[(k.value, k.label) for k in IdKind])
    id_ct = models.TextField(blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="subjects_person_id_kind_known", condition=Q(id_kind__in=[k.value for k in IdKind])
            ),
            models.CheckConstraint(
                name="subjects_person_erased_iff_no_key",
                condition=Q(erased_at=None, data_key__isnull=False)
                | Q(erased_at__isnull=False, data_key=None, name_ct="", id_ct=""),
            ),
            models.CheckConstraint(
                name="subjects_person_is_sealed",
                condition=~Q(erased_at=None)
                | Q(data_key__startswith="v1.", name_ct__startswith="v1.", id_ct__startswith="v1."),
            ),
        ]


class PersonIndex(models.Model):
    """The blind index of a person's number: one row per live index key."""

    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="+")
    key_id = models.CharField(max_length=32)
    digest = models.BinaryField(max_length=32)

    class Meta:
        db_table = "subjects_person_index"
        constraints = [
            models.UniqueConstraint(name="subjects_person_index_one_holder", fields=["key_id", "digest"]),
            models.UniqueConstraint(name="subjects_person_index_one_per_key", fields=["subject", "key_id"]),
        ]


class PersonName(models.Model):
    """The blind index of a person's name, one row per live index key: by it, and by nothing else, the public pages
    know a name in a text that somebody wrote, and leave it out. It finds nobody: two persons may share one."""

    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="+")
    key_id = models.CharField(max_length=32)
    digest = models.BinaryField(max_length=32)

    class Meta:
        db_table = "subjects_person_name"
        constraints = [
            models.UniqueConstraint(name="subjects_person_name_one_per_key", fields=["subject", "key_id"]),
        ]
        indexes = [models.Index(fields=["digest"], name="subjects_person_name_known")]


class Responsibility(models.Model):
    """Who answered for an organisation, in which post, from when until when. Both are subjects."""

    organisation = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="responsibilities")
    person = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="posts")
    post = models.CharField(max_length=20)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    rev_from = models.BigIntegerField()
    rev_to = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="subjects_responsibility_period_in_order",
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
            ),
            models.CheckConstraint(
                name="subjects_responsibility_revisions_in_order",
                condition=Q(rev_to=None) | Q(rev_to__gt=F("rev_from")),
            ),
            models.CheckConstraint(name="subjects_responsibility_of_another", condition=~Q(organisation=F("person"))),
            models.UniqueConstraint(
                name="subjects_responsibility_stated_once",
                fields=["organisation", "person", "post", "valid_from"],
                condition=Q(rev_to=None),
            ),
        ]


class Conflict(models.Model):
    """One code under two names. Kept until a person has decided; never merged silently."""

    code = models.CharField(max_length=18)
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="conflicts")
    kept_name = models.TextField()
    other_name = models.TextField()
    source = models.TextField(help_text="file and line, or system, that gave the other name")
    found_at = models.DateTimeField()
    state = models.CharField(
        max_length=12,
        choices=[(s.value, s.label) for s in ConflictState],
        default=ConflictState.OPEN.value,
        db_default=ConflictState.OPEN.value,
    )
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.TextField(blank=True, default="", db_default="")
    ground = models.TextField(blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="subjects_conflict_state_known", condition=Q(state__in=[s.value for s in ConflictState])
            ),
            models.CheckConstraint(
                name="subjects_conflict_resolved_iff_decided",
                condition=Q(state="open", resolved_at=None, resolved_by="")
                | (~Q(state="open") & Q(resolved_at__isnull=False) & ~Q(resolved_by="") & ~Q(ground="")),
            ),
            models.UniqueConstraint(name="subjects_conflict_once_per_name", fields=["code", "other_name"]),
        ]
        indexes = [models.Index(name="subjects_conflict_waiting", fields=["found_at"], condition=Q(state="open"))]


class ClearedPair(models.Model):
    """Somebody looked: this subject is not the one that an entry or another subject of a like name is about.

    It holds for the two versions that were compared and until a day; a change of either side brings the pair back.
    """

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="cleared")
    subject_version = models.CharField(max_length=64, help_text="selectors.version_of on the day")
    other = models.CharField(max_length=80, help_text="<app>.<model>:<id>")
    other_version = models.CharField(max_length=64)
    cleared_at = models.DateTimeField()
    cleared_by = models.TextField()
    ground = models.TextField()
    until = models.DateField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.TextField(blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="subjects_clearedpair_says_who_and_why",
                condition=~Q(cleared_by="") & ~Q(ground="") & ~Q(subject_version="") & ~Q(other_version=""),
            ),
            models.CheckConstraint(
                name="subjects_clearedpair_names_the_other", condition=Q(other__regex=r"^[a-z]+\.[a-z]+:[0-9]+$")
            ),
            models.CheckConstraint(
                name="subjects_clearedpair_withdrawn_iff_by_somebody",
                condition=Q(withdrawn_at=None, withdrawn_by="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_by="")),
            ),
            models.UniqueConstraint(
                name="subjects_clearedpair_one_live", fields=["subject", "other"], condition=Q(withdrawn_at=None)
            ),
        ]
