"""A word to whoever asked for something: that it has moved. What it is about he reads after signing in."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from citizens.models import Identity
from citizens.rules.addresses import Address, read_address
from citizens.rules.kinds import IdentityKind
from citizens.rules.places import IDENTITY
from kernel.actor import Actor
from kernel.errors import Refusal
from office.services import send_message, send_text
from toolkit import crypto

KEY = "visitor:"


@transaction.atomic
def tell_applicant(
    *, key: str, contact: str, subject: str, text: str, about: str, actor: Actor, now: datetime
) -> bool:
    """Write to the visitor who filed (`key` as in audit), else to the contact that was left, where it is an address.

    `subject` and `text` hold a number and a step, nothing of the matter: anybody may read a mailbox. Whether
    something was written; an address that does not work holds up no step. The message's own fact is the trace.
    """
    address = _of_visitor(key) or read_address(contact)
    if address is None:
        return False
    said = f"【{settings.CITY_NAME}信用】{text}"
    try:
        if address.kind is IdentityKind.SMS:
            send_text(to=address.value, text=said, about=about, actor=actor, now=now)
        else:
            send_message(to=address.value, subject=subject, body=said, about=about, actor=actor, now=now)
    except Refusal:
        return False
    return True


def _of_visitor(key: str) -> Address | None:
    number = key.removeprefix(KEY)
    if not key.startswith(KEY) or not number.isdigit():
        return None
    rows = Identity.objects.filter(visitor_id=int(number), visitor__blocked_at=None)
    for row in rows.filter(kind__in=["mail", "sms"]).order_by("kind", "-id"):  # a mail address before a telephone
        return read_address(crypto.decrypt(row.value_ct, aad=IDENTITY.format(id=row.pk)))
    return None
