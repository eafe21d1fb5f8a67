"""What happened, who still has to be told, and the seal over it. Rows are added, never changed (by trigger)."""

from django.db import models
from django.db.models import Q


class Event(models.Model):
    """One fact, written by `audit_append` in the transaction that made it true.

    Partitioned by month of `happened_at`; the key in the database is (happened_at, id). A column `xact` (the writing
    transaction) exists only there: the sealer orders by it.
    """

    happened_at = models.DateTimeField()
    name = models.TextField()
    actor = models.TextField(help_text="kernel.actor.Actor.key")
    department_id = models.BigIntegerField(null=True)
    about = models.TextField(help_text="app.model:key of what changed")
    payload = models.JSONField(default=dict)
    request_id = models.TextField(default="", blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["about", "happened_at"], name="audit_event_about"),
            models.Index(fields=["actor", "happened_at"], name="audit_event_actor"),
        ]
        constraints = [
            models.CheckConstraint(name="audit_event_actor_named", condition=~Q(actor="")),
            models.CheckConstraint(name="audit_event_name_given", condition=~Q(name="")),
        ]

    def __str__(self) -> str:
        return f"{self.name}#{self.pk}"


class Delivery(models.Model):
    """One fact, one handler that must hear of it: the outbox."""

    event_id = models.BigIntegerField()
    happened_at = models.DateTimeField(help_text="of the event: which partition holds it")
    handler = models.TextField()
    delivered_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.TextField(default="", blank=True, help_text="kind of the last exception, never its text")

    class Meta:
        indexes = [models.Index(fields=["id"], name="audit_delivery_waiting", condition=Q(delivered_at=None))]
        constraints = [
            models.UniqueConstraint(fields=["event_id", "handler"], name="audit_delivery_once_per_handler"),
        ]

    def __str__(self) -> str:
        return f"{self.handler}({self.event_id})"


class Seal(models.Model):
    """One link of the chain: `chain_hash` = HMAC(key, the link before, event, row hash)."""

    number = models.BigIntegerField(primary_key=True, help_text="1, 2, 3 … without a gap")
    event_id = models.BigIntegerField(unique=True)
    happened_at = models.DateTimeField(help_text="of the event: which partition holds it")
    row_hash = models.BinaryField()
    chain_hash = models.BinaryField()
    sealed_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="audit_seal_number_positive", condition=Q(number__gt=0))]

    def __str__(self) -> str:
        return f"{self.number}"
