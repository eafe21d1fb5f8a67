"""What every department's office has: the working calendar, legal documents, messages, codes of places and trades."""

from django.db import models
from django.db.models import F, Q

from kernel.law import Rank


class CalendarYear(models.Model):
    """A year that the calendar knows. Provisional (暂定): only the statutory days, the notice is not out yet."""

    year = models.SmallIntegerField(primary_key=True)
    notice = models.TextField(blank=True, help_text="title and number of the State Council's notice")
    source = models.TextField()
    provisional = models.BooleanField()
    imported_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="office_calendaryear_final_has_a_notice", condition=Q(provisional=True) | ~Q(notice="")
            ),
            models.CheckConstraint(name="office_calendaryear_plausible", condition=Q(year__range=(1990, 2200))),
        ]


class CalendarDay(models.Model):
    """A day that does not follow the weekday: a holiday, or a weekend day that is worked (调休上班)."""

    day = models.DateField(primary_key=True)
    year = models.ForeignKey(CalendarYear, on_delete=models.CASCADE, related_name="days")
    working = models.BooleanField()
    name = models.TextField(blank=True)
    source = models.TextField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="office_calendarday_is_of_its_year", condition=Q(day__year=F("year"))),
        ]


class LegalDocument(models.Model):
    """A text of law or below, with its rank: whether a measure may rest on it is decided by the rank."""

    code = models.SlugField(max_length=60, unique=True)
    title = models.TextField()
    short = models.TextField(help_text="as it is cited on screen")
    number = models.TextField(blank=True, help_text="文号")
    rank = models.SmallIntegerField(choices=[(rank.value, rank.label) for rank in Rank])
    issued_on = models.DateField(null=True, blank=True)
    effective_from = models.DateField(null=True, blank=True, help_text="null: not known")
    effective_until = models.DateField(null=True, blank=True, help_text="last day in force; null: no end")
    confidence = models.CharField(max_length=2, help_text="L S C may be relied on; P G to be confirmed; 虚构: demo")
    fictional = models.BooleanField(default=False, help_text="a document of the demo city")
    source_text = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="office_legaldocument_rank_known", condition=Q(rank__in=[rank.value for rank in Rank])
            ),
            models.CheckConstraint(
                name="office_legaldocument_confidence_known",
                condition=Q(confidence__in=["L", "S", "C", "P", "G", "虚构"]),
            ),
            models.CheckConstraint(
                name="office_legaldocument_period_in_order",
                condition=Q(effective_from=None)
                | Q(effective_until=None)
                | Q(effective_until__gte=F("effective_from")),
            ),
            models.CheckConstraint(name="office_legaldocument_has_a_title", condition=~Q(title="") & ~Q(short="")),
        ]

    def __str__(self) -> str:
        return self.short


class LegalRegister(models.Model):
    """One row: the revision of the register of legal documents, raised in the transaction of every change of one."""

    id = models.BooleanField(primary_key=True, default=True)
    revision = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(name="office_legalregister_one_row", condition=Q(id=True))]

    def __str__(self) -> str:
        return str(self.revision)


class Message(models.Model):
    """A message to somebody. The row comes first; a task sends it, and again until it is sent or dead."""

    class Channel(models.TextChoices):
        MAIL = "mail", "邮件"
        SMS = "sms", "短信"

    channel = models.CharField(max_length=4, choices=Channel.choices, default=Channel.MAIL, db_default=Channel.MAIL)
    to = models.TextField()
    subject = models.TextField()
    body = models.TextField()
    about = models.TextField(help_text="what it is about: redblack.entry:5")
    created_at = models.DateTimeField()
    attempts = models.SmallIntegerField(default=0)
    retry_at = models.DateTimeField()
    last_error = models.TextField(blank=True, default="")
    sent_at = models.DateTimeField(null=True, blank=True)
    dead_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="office_message_sent_or_dead_not_both", condition=Q(sent_at=None) | Q(dead_at=None)
            ),
            models.CheckConstraint(name="office_message_channel_known", condition=Q(channel__in=["mail", "sms"])),
        ]
        indexes = [
            models.Index(name="office_message_waiting", fields=["retry_at"], condition=Q(sent_at=None, dead_at=None))
        ]


class Division(models.Model):
    """A place by its code (GB/T 2260). That a code is not here is never a reason to refuse anything."""

    code = models.CharField(max_length=6, primary_key=True)
    name = models.TextField()
    level = models.CharField(max_length=10)
    parent = models.CharField(max_length=6, blank=True)
    full_name = models.TextField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="office_division_code_shape", condition=Q(code__regex=r"^[0-9]{6}$")),
            models.CheckConstraint(
                name="office_division_level_known", condition=Q(level__in=["province", "prefecture", "county"])
            ),
        ]

    def __str__(self) -> str:
        return self.full_name


class Industry(models.Model):
    """A trade by its code (GB/T 4754-2017): section, division, group, class."""

    code = models.CharField(max_length=4, primary_key=True)
    level = models.SmallIntegerField()
    name = models.TextField()
    section = models.CharField(max_length=1)
    division = models.CharField(max_length=2, blank=True)
    group = models.CharField(max_length=3, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="office_industry_level_known", condition=Q(level__range=(1, 4))),
        ]

    def __str__(self) -> str:
        return self.name


class StoredFile(models.Model):
    """A file that somebody handed in or fetched, kept by the digest of what it says.

    On disk it is sealed under a key of its own (services/files.py): what people upload holds citizens' numbers.
    """

    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    name = models.CharField(max_length=200, help_text="as the person called it, without its path")
    data_key = models.TextField(blank=True, help_text="wrapped; empty: destroyed with the file")
    stored_at = models.DateTimeField()
    keep_until = models.DateField(null=True, blank=True, help_text="last day; null: no end")
    destroyed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "文件"
        constraints = [
            models.CheckConstraint(
                name="office_storedfile_digest_shape", condition=Q(sha256__regex="^[0-9a-f]{64}$")
            ),
            models.CheckConstraint(
                name="office_storedfile_destroyed_iff_no_key",
                condition=Q(destroyed_at=None) & ~Q(data_key="") | Q(destroyed_at__isnull=False, data_key=""),
            ),
        ]
        indexes = [
            models.Index(
                name="office_storedfile_to_destroy",
                fields=["keep_until"],
                condition=Q(destroyed_at=None, keep_until__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Job(models.Model):
    """Long work that a person waits for: how far it is, who does it now, whether it was asked to stop.

    A worker holds it by a lease that it renews with every step; a lease that lapsed means that the worker died, and
    the sweep gives the job to another. The job says where to look; what is done is in the tables of its own app.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "排队中"
        RUNNING = "running", "进行中"
        DONE = "done", "已完成"
        FAILED = "failed", "处理失败"
        CANCELLED = "cancelled", "已取消"

    task = models.CharField(max_length=100, help_text="Celery task that runs it, called with job_id")
    about = models.CharField(max_length=100, help_text="collection.batch:5")
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    stage = models.CharField(max_length=40, blank=True, default="", help_text="what it is at, in words")
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True, blank=True)
    cancel_asked = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(default=0, help_text="how often it was claimed; names the holder")
    attempts_allowed = models.PositiveSmallIntegerField(default=20, db_default=20)
    lease_until = models.DateTimeField(
        null=True,
        blank=True,
        help_text="running: its holder's; queued: so long its message counts as under way",
    )
    failure = models.TextField(blank=True, default="", help_text="in Chinese, for the person who waits")
    created_by = models.CharField(max_length=80)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "后台任务"
        constraints = [
            models.CheckConstraint(  # it knows the states as well
                name="office_job_finished_iff_over",
                condition=Q(state__in=["queued", "running"], finished_at=None)
                | Q(state__in=["done", "failed", "cancelled"], finished_at__isnull=False),
            ),
            models.CheckConstraint(
                name="office_job_leased_iff_unfinished",
                condition=Q(state__in=["queued", "running"], lease_until__isnull=False)
                | Q(state__in=["done", "failed", "cancelled"], lease_until=None),
            ),
            models.CheckConstraint(
                name="office_job_failed_iff_why",
                condition=Q(state="failed") & ~Q(failure="") | ~Q(state="failed") & Q(failure=""),
            ),
            models.CheckConstraint(
                name="office_job_attempts_within_allowed", condition=Q(attempts__lte=F("attempts_allowed"))
            ),
        ]
        indexes = [
            models.Index(
                name="office_job_unfinished", fields=["lease_until"], condition=Q(state__in=["queued", "running"])
            )
        ]

    def __str__(self) -> str:
        return f"{self.task} {self.about}"
