"""Visitors of the public portal, how they are known, their sessions, and for whom they speak.

Addresses and document numbers are sealed; they are found by keyed digests. No password exists.
"""

from django.db import models
from django.db.models import F, Q

from citizens.rules.kinds import IdentityKind, Proof, Relation, SessionEnd, State


class Visitor(models.Model):
    """Somebody who signed in on the portal. Who he is in the register stands in his relations."""

    display = models.CharField(max_length=60, help_text="masked: how his own pages greet him")
    person_id = models.BigIntegerField(
        null=True, blank=True, help_text="the natural person of the register that an identity service vouched for"
    )
    created_at = models.DateTimeField()
    blocked_at = models.DateTimeField(null=True, blank=True)
    blocked_for = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="citizens_visitor_blocked_says_why",
                condition=Q(blocked_at=None, blocked_for="") | (Q(blocked_at__isnull=False) & ~Q(blocked_for="")),
            ),
        ]

    def __str__(self) -> str:
        return f"visitor {self.pk}"


class Identity(models.Model):
    """One address or account by which a visitor is known, sealed."""

    visitor = models.ForeignKey(Visitor, on_delete=models.PROTECT, related_name="identities")
    kind = models.CharField(max_length=8, choices=[(k.value, k.label) for k in IdentityKind])
    value_ct = models.TextField(help_text="toolkit.crypto, place citizens_identity:value_ct:<id>")
    display = models.CharField(max_length=60)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="citizens_identity_kind_known", condition=Q(kind__in=[k.value for k in IdentityKind])
            ),
            models.CheckConstraint(name="citizens_identity_is_sealed", condition=Q(value_ct__startswith="v1.")),
        ]

    def __str__(self) -> str:
        return f"identity {self.pk}"


class IdentityIndex(models.Model):
    """The keyed digest of an identity: one row per live index key."""

    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="+")
    key_id = models.CharField(max_length=32)
    digest = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="citizens_identityindex_one_holder", fields=["key_id", "digest"]),
            models.UniqueConstraint(name="citizens_identityindex_one_per_key", fields=["identity", "key_id"]),
        ]


class Code(models.Model):
    """Six digits that were sent to an address. Good once, for a few minutes, a few tries, in one browser."""

    token_hash = models.BinaryField(max_length=32, help_text="of the cookie of the browser that asked for it")
    kind = models.CharField(max_length=8)
    value_ct = models.TextField(help_text="the address, sealed: citizens_code:value_ct:<hex of token_hash>")
    receiver = models.BinaryField(max_length=32, help_text="keyed digest of the address")
    code_hash = models.BinaryField(max_length=32)
    kiosk = models.BooleanField(default=False)
    sent_at = models.DateTimeField()
    good_until = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="citizens_code_one_per_browser", fields=["token_hash"]),
            models.CheckConstraint(name="citizens_code_tries_limited", condition=Q(tries__lte=5)),
            models.CheckConstraint(name="citizens_code_good_for_minutes", condition=Q(good_until__gt=F("sent_at"))),
        ]
        indexes = [models.Index(fields=["sent_at"], name="citizens_code_sent_at")]


class Tally(models.Model):
    """How often something was asked, by a keyed digest of who asks or who is asked for, in one window of time."""

    what = models.CharField(max_length=20)
    who = models.BinaryField(max_length=32)
    began_at = models.DateTimeField()
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(name="citizens_tally_once", fields=["what", "who", "began_at"])]
        indexes = [models.Index(fields=["began_at"], name="citizens_tally_began_at")]


class Session(models.Model):
    """A visitor's session. The cookie is a random text, of which only the digest is kept."""

    token_hash = models.BinaryField(max_length=32)
    visitor = models.ForeignKey(Visitor, on_delete=models.PROTECT, related_name="sessions")
    kiosk = models.BooleanField(default=False)
    browser = models.BinaryField(max_length=32, help_text="keyed digest of what the browser calls itself")
    device = models.CharField(max_length=60, blank=True, help_text="in words, for the visitor's own list")
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_for = models.CharField(max_length=12, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="citizens_session_one_per_token", fields=["token_hash"]),
            models.CheckConstraint(
                name="citizens_session_ended_says_why",
                condition=Q(ended_at=None, ended_for="")
                | Q(ended_at__isnull=False, ended_for__in=[e.value for e in SessionEnd]),
            ),
        ]
        indexes = [
            models.Index(fields=["visitor"], name="citizens_session_open", condition=Q(ended_at=None)),
            models.Index(fields=["began_at"], name="citizens_session_began_at"),
        ]


class Representation(models.Model):
    """That a visitor is a subject or speaks for one: claimed, proven, until when, ended by whom.

    `claim_ct` (what was typed, sealed) is emptied when it is decided. `subject_id` is empty while nobody in the
    register fits the claim; an effective one always names its subject.
    """

    visitor = models.ForeignKey(Visitor, on_delete=models.PROTECT, related_name="representations")
    subject_id = models.BigIntegerField(null=True, blank=True)
    relation = models.CharField(max_length=16, choices=[(r.value, r.label) for r in Relation])
    state = models.CharField(max_length=10, choices=[(s.value, s.label) for s in State])
    claim_ct = models.TextField(blank=True, help_text="toolkit.crypto, place citizens_representation:claim_ct:<id>")
    shown = models.CharField(max_length=200, help_text="code of the organisation, or the person's masked name")
    proof = models.CharField(max_length=10, blank=True, default="")
    proof_file = models.ForeignKey("office.StoredFile", on_delete=models.PROTECT, related_name="+", null=True)
    claimed_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=80, blank=True, default="", help_text="Actor.key")
    until = models.DateField(null=True, blank=True, help_text="the last day; set when it becomes effective")
    note = models.CharField(max_length=300, blank=True, default="", help_text="of the review; the visitor reads it")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=80, blank=True, default="", help_text="Actor.key")
    ended_for = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="citizens_representation_state_known", condition=Q(state__in=[s.value for s in State])
            ),
            models.CheckConstraint(
                name="citizens_representation_relation_known", condition=Q(relation__in=[r.value for r in Relation])
            ),
            models.CheckConstraint(
                name="citizens_representation_effective_is_proven",
                condition=~Q(state__in=[State.EFFECTIVE.value, State.ENDED.value])
                | (
                    Q(
                        subject_id__isnull=False,
                        until__isnull=False,
                        decided_at__isnull=False,
                        proof__in=[p.value for p in Proof],
                    )
                    & ~Q(decided_by="")
                ),
            ),
            models.CheckConstraint(
                name="citizens_representation_agent_only_by_review",
                condition=~Q(relation=Relation.AGENT.value) | Q(proof__in=["", Proof.REVIEW.value]),
            ),
            models.CheckConstraint(
                name="citizens_representation_refused_says_why",
                condition=~Q(state=State.REFUSED.value)
                | (Q(decided_at__isnull=False) & ~Q(decided_by="") & ~Q(note="")),
            ),
            models.CheckConstraint(
                name="citizens_representation_ended_says_who",
                condition=Q(state=State.ENDED.value, ended_at__isnull=False) & ~Q(ended_by="") & ~Q(ended_for="")
                | ~Q(state=State.ENDED.value) & Q(ended_at=None, ended_by="", ended_for=""),
            ),
            models.CheckConstraint(
                name="citizens_representation_claim_sealed_until_decided",
                condition=Q(state=State.WAITING.value, claim_ct__startswith="v1.")
                | ~Q(state=State.WAITING.value) & Q(claim_ct=""),
            ),
            models.UniqueConstraint(
                name="citizens_representation_one_effective",
                fields=["visitor", "subject_id"],
                condition=Q(state=State.EFFECTIVE.value),
            ),
            models.UniqueConstraint(
                name="citizens_representation_one_waiting",
                fields=["visitor", "shown"],
                condition=Q(state=State.WAITING.value),
            ),
        ]
        indexes = [
            models.Index(
                fields=["claimed_at", "id"], name="citizens_representation_queue", condition=Q(state="waiting")
            ),
            models.Index(fields=["subject_id"], name="citizens_representation_of", condition=Q(state="effective")),
        ]

    def __str__(self) -> str:
        return f"{self.visitor_id}:{self.subject_id}"
