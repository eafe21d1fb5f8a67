"""Who acted on an entry without a subscription: told by a check, and perhaps applied a measure. It must be undone."""

from django.db import models
from django.db.models import Q

from exchange.rules.liftings import WORDS, Why, Words
from kernel.actor import Kind as ActorKind


class Lifting(models.Model):
    """解除确认: a department that was shown an entry by a receipt, or reported a measure because of it, says what it
    undid after the entry left, or did after it was disputed, corrected or restored. `case_id`: of feedback; `lifted`
    False: nothing had been applied. `occasion`: which correction or dispute. `withdrawn_at`: the entry stands again,
    nothing is asked any more; a row that waited is closed by the platform itself.
    """

    class Kind(models.TextChoices):
        SHOWN = "shown", "核查回执曾显示，尚未反馈"
        APPLIED = "applied", "已反馈实施措施"

    id = models.BigAutoField(primary_key=True)
    entry_id = models.BigIntegerField()
    list_code = models.CharField(max_length=40)
    department = models.ForeignKey("accounts.Department", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    why = models.CharField(
        max_length=10, choices=[(w.value, WORDS[w].asked) for w in Why], default=Why.LEFT.value, db_default="left"
    )
    occasion = models.CharField(max_length=60, blank=True, default="", db_default="")
    case_id = models.BigIntegerField()
    case_number = models.CharField(max_length=30)
    receipt = models.CharField(max_length=40, blank=True, default="")
    measure_text = models.TextField(blank=True, default="")
    opened_at = models.DateTimeField()
    due_on = models.DateField()
    provisional = models.BooleanField(default=False, help_text="rests on a year whose holiday notice is not out")
    chased_on = models.DateField(null=True, blank=True, help_text="when its department was last reminded")
    escalated_on = models.DateField(
        null=True, blank=True, help_text="when the credit office was told that it is late"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.CharField(max_length=80, blank=True, default="")
    lifted = models.BooleanField(null=True, blank=True)
    said = models.CharField(max_length=300, blank=True, default="")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "解除确认"
        indexes = [
            models.Index(
                fields=["department", "due_on", "id"], condition=Q(confirmed_at=None), name="exchange_lifting_waiting"
            ),
            models.Index(fields=["due_on", "id"], condition=Q(confirmed_at=None), name="exchange_lifting_by_due"),
            models.Index(fields=["entry_id"], name="exchange_lifting_of_entry"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["entry_id", "case_id", "why", "occasion"],
                condition=Q(withdrawn_at=None),
                name="exchange_lifting_once_per_case",
            ),
            models.CheckConstraint(name="exchange_lifting_why_known", condition=Q(why__in=[w.value for w in Why])),
            models.CheckConstraint(
                name="exchange_lifting_withdrawn_is_closed",
                condition=Q(withdrawn_at=None) | Q(confirmed_at__isnull=False),
            ),
            models.CheckConstraint(name="exchange_lifting_kind_known", condition=Q(kind__in=["shown", "applied"])),
            models.CheckConstraint(
                name="exchange_lifting_confirmed_by_somebody",
                condition=Q(confirmed_at=None, confirmed_by="", lifted=None)
                | Q(confirmed_at__isnull=False, lifted__isnull=False) & ~Q(confirmed_by=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id}:{self.case_number}"

    @property
    def closed_by_itself(self) -> bool:
        """Nobody answered: what was asked was over before."""
        return self.confirmed_by.startswith(f"{ActorKind.SYSTEM}:")

    @property
    def words(self) -> Words:
        return WORDS[Why(self.why)]
