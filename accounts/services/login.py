"""What is recorded about log-ins. The session is Django's, the lock django-axes', the codes django-otp's."""

from datetime import datetime

from django.db import transaction
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import events
from audit.services import record
from kernel.actor import Actor

LoginFact = (
    events.LoginSucceeded | events.LoginFailed | events.LoginLocked | events.LoggedOut | events.SecondFactorFailed
)


@transaction.atomic
def confirm_second_factor(*, device_id: int, actor: Actor, now: datetime) -> None:
    """The first right code of a new authenticator binds it to the account."""
    TOTPDevice.objects.filter(pk=device_id, user_id=actor.id).update(confirmed=True)
    record(events.SecondFactorEnrolled(actor.id or 0), about=f"accounts.user:{actor.id}", actor=actor, now=now)


@transaction.atomic
def note(
    *,
    fact: LoginFact,
    actor: Actor,
    now: datetime,
    user_id: int | None = None,
) -> None:
    """Record how a log-in went. Nothing else changes: the session is Django's, the lock is django-axes'."""
    record(fact, about=f"accounts.user:{user_id or ''}", actor=actor, now=now)
