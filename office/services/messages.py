"""Messages: written down first, sent by a task."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction

from audit.services import record
from kernel.actor import Actor, system
from kernel.errors import Malformed
from office import events
from office.models import Message

GIVE_UP_AFTER = 20  # attempts
FIRST_RETRY = timedelta(minutes=1)
LONGEST_RETRY = timedelta(hours=6)


class AddressWrong(Malformed):
    code = "office.address_wrong"
    message = "收件地址不正确，请核对。"


@transaction.atomic
def send_message(*, to: str, subject: str, body: str, about: str, actor: Actor, now: datetime) -> int:
    """Write a message down; a task sends it after the commit. Returns its id. Raises AddressWrong.

    Line breaks in address or subject are refused: they would add headers.
    """
    if "@" not in to or any(sign in to + subject for sign in "\r\n"):
        raise AddressWrong
    message = Message.objects.create(to=to, subject=subject, body=body, about=about, created_at=now, retry_at=now)
    record(events.MessageQueued(message.pk, about), about=f"office.message:{message.pk}", actor=actor, now=now)
    return message.pk


@transaction.atomic
def deliver_message(*, message_id: int, now: datetime) -> bool:
    """Send one message by SMTP. False: nothing to do, or it failed and waits for its next attempt.

    At most one worker has it. A crash between the server's yes and the commit sends it again, under the same
    Message-ID. After GIVE_UP_AFTER attempts it is dead and a fact says so.
    """
    message = (
        Message.objects.select_for_update(skip_locked=True).filter(pk=message_id, sent_at=None, dead_at=None).first()
    )
    if message is None:
        return False
    message.attempts += 1
    try:
        EmailMessage(
            message.subject,
            message.body,
            settings.DEFAULT_FROM_EMAIL,
            [message.to],
            headers={"Message-ID": f"<message-{message.pk}@{settings.DEFAULT_FROM_EMAIL.partition('@')[2]}>"},
        ).send()
    except OSError as error:  # smtplib's errors are OSErrors, as are those of the network
        message.last_error = type(error).__name__  # its kind only: the text may quote an address
        message.retry_at = now + min(FIRST_RETRY * 2 ** (message.attempts - 1), LONGEST_RETRY)
        if message.attempts >= GIVE_UP_AFTER:
            message.dead_at = now
            fact = events.MessageGivenUp(message.pk, message.last_error)
            record(fact, about=f"office.message:{message.pk}", actor=system("send_messages"), now=now)
    else:
        message.sent_at, message.last_error = now, ""
    message.save(update_fields=["attempts", "last_error", "retry_at", "dead_at", "sent_at"])
    return message.sent_at is not None
