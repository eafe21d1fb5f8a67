"""What the platform does by itself with visitors: forget codes, tallies and old sessions; rotate keys; block."""

from datetime import datetime, timedelta

from django.db import transaction

from audit.services import record
from citizens import events, policies
from citizens.models import Code, Identity, IdentityIndex, Session, Visitor
from citizens.rules.kinds import SessionEnd
from citizens.rules.limits import CODES_KEPT, SESSIONS_KEPT
from citizens.rules.places import IDENTITY
from citizens.selectors import IDENTITY_PURPOSE
from citizens.services.claiming import ReasonMissing, ReviewersOnly
from citizens.services.counting import forget_tallies
from kernel.actor import Actor
from kernel.errors import NotFound
from toolkit import crypto


class VisitorNotFound(NotFound):
    code = "citizens.visitor_not_found"
    message = "没有这名访客。"


def forget(*, wall: datetime) -> int:
    """Drop codes and tallies that are over, and sessions that ended long ago; how many rows."""
    codes = Code.objects.filter(sent_at__lt=wall - CODES_KEPT).delete()[0]
    sessions = Session.objects.filter(began_at__lt=wall - SESSIONS_KEPT).delete()[0]
    return codes + sessions + forget_tallies(before=wall - timedelta(days=1))


@transaction.atomic
def block(*, visitor_id: int, ground: str, actor: Actor, now: datetime, wall: datetime) -> None:
    """Somebody may not sign in any more; his sessions end. Raises ReviewersOnly, ReasonMissing, VisitorNotFound."""
    if not policies.may_block(actor):
        raise ReviewersOnly
    if len(ground.strip()) < 2:
        raise ReasonMissing
    who = Visitor.objects.select_for_update().filter(pk=visitor_id).first()
    if who is None:
        raise VisitorNotFound
    who.blocked_at, who.blocked_for = now, ground.strip()[:200]
    who.save(update_fields=["blocked_at", "blocked_for"])
    Session.objects.filter(visitor=who, ended_at=None).update(ended_at=wall, ended_for=SessionEnd.BLOCKED.value)
    record(events.VisitorBlocked(who.blocked_for), about=events.about_visitor(visitor_id), actor=actor, now=now)


def rotate_identities() -> int:
    """Index all identities under the newest key; how many were not. Part of `rotate_keys`, whose register of sealed
    columns brings their texts over.
    """
    indexed = IdentityIndex.objects.filter(key_id=crypto.index_keys()[0].id)
    changed = 0
    for pk in list(Identity.objects.exclude(pk__in=indexed.values("identity_id")).values_list("pk", flat=True)):
        with transaction.atomic():
            row = Identity.objects.select_for_update().get(pk=pk)
            if indexed.filter(identity=row).exists():
                continue
            value = crypto.decrypt(row.value_ct, aad=IDENTITY.format(id=pk))
            key_id, digest = crypto.blind_index(value, purpose=IDENTITY_PURPOSE + row.kind)
            IdentityIndex.objects.create(identity=row, key_id=key_id, digest=digest)
            changed += 1
    live = [key.id for key in crypto.index_keys()]
    IdentityIndex.objects.exclude(key_id__in=live).delete()
    return changed
