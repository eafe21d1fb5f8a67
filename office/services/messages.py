"""Messages: written down first, sent by a task, by mail or by the SMS gateway."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.db import transaction

from audit.services import record
from kernel.actor import Actor, system
from kernel.errors import Malformed
from kernel.identifiers import holds_citizen_id
from office import events
from office.models import Message
from office.rules.sms import LONGEST_TEXT, mobile_of
from office.selectors import waiting_messages
from office.services.gateway import post_text

GIVE_UP_AFTER = 20  # attempts
FIRST_RETRY = timedelta(minutes=1)
LONGEST_RETRY = timedelta(hours=6)
AT_ONCE = 200  # of each channel
AWAY_AFTER = 3  # failures in a row: the rest waits, untried, for the next minute
REFUSED = "refused"  # by the gateway, or by what would have sent the mail: for good

# As the departments' column has it: a host within the house may have no dot. What cannot be written as a mail all the
# same is given up when it is sent.
_SHAPE = re.compile(r"[^@\s]+@[^@\s]+")


class AddressWrong(Malformed):
    code = "office.address_wrong"
    message = "收件地址不正确，请核对。"


class MobileWrong(Malformed):
    code = "office.mobile_wrong"
    message = "手机号码不正确，请填写 11 位手机号码。"


class NoGateway(Malformed):
    code = "office.no_sms_gateway"
    message = "本平台未接入短信网关，请改用邮件，或联系系统管理员。"


class TextTooLong(Malformed):
    code = "office.sms_too_long"
    message = f"短信内容过长，请写在 {LONGEST_TEXT} 字以内。"


class TextTellsAPerson(Malformed):
    code = "office.sms_tells_a_person"
    message = "短信内容中含有公民身份号码，不得发送，请删去。"


def is_address(text: str) -> bool:
    """Whether it is a mail address as the Internet has them: what a person types is judged by it."""
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


@transaction.atomic
def send_message(*, to: str, subject: str, body: str, about: str, actor: Actor, now: datetime) -> int:
    """Write a message down; a task sends it after the commit. Returns its id. Raises AddressWrong.

    Line breaks in address or subject are refused: they would add headers.
    """
    if not _SHAPE.fullmatch(to) or any(sign in subject for sign in "\r\n"):
        raise AddressWrong
    message = Message.objects.create(to=to, subject=subject, body=body, about=about, created_at=now, retry_at=now)
    record(events.MessageQueued(message.pk, about), about=f"office.message:{message.pk}", actor=actor, now=now)
    return message.pk


@transaction.atomic
def send_text(*, to: str, text: str, about: str, actor: Actor, now: datetime) -> int:
    """Write a short message down; a task hands it to the gateway after the commit. Returns its id.

    What leaves the platform by telephone holds no person's number. Raises NoGateway, MobileWrong, TextTooLong,
    TextTellsAPerson.
    """
    mobile = mobile_of(to)
    if not settings.SMS_GATEWAY_URL:
        raise NoGateway
    if mobile is None:
        raise MobileWrong
    if len(text) > LONGEST_TEXT:
        raise TextTooLong
    if holds_citizen_id(text):
        raise TextTellsAPerson
    message = Message.objects.create(
        channel=Message.Channel.SMS, to=mobile, subject="", body=text, about=about, created_at=now, retry_at=now
    )
    record(events.MessageQueued(message.pk, about), about=f"office.message:{message.pk}", actor=actor, now=now)
    return message.pk


def send_waiting(*, clock: Callable[[], datetime]) -> int:
    """Try what is due, each channel by itself; how many went out. A channel that fails AWAY_AFTER times in a row
    counts as away: an hour of silence must not cost ten seconds for each message that waits.
    """
    sent = 0
    for channel in Message.Channel:
        failed = 0
        for message_id in waiting_messages(clock(), AT_ONCE, channel=channel):
            outcome = _deliver(message_id, clock())
            sent += outcome is True
            failed = failed + 1 if outcome is False else 0
            if failed == AWAY_AFTER:
                break
    return sent


def deliver_message(*, message_id: int, now: datetime) -> bool:
    """Send one message. False: nothing to do, or it failed and waits for its next attempt.

    At most one worker has it. A crash between the other side's yes and the commit sends it again, under the same
    Message-ID or gateway id. After GIVE_UP_AFTER attempts it is dead and a fact says so.
    """
    return bool(_deliver(message_id, now))


@transaction.atomic
def _deliver(message_id: int, now: datetime) -> bool | None:
    """As above; None: nothing to do, or refused for good, which says nothing of the channel."""
    due = Message.objects.filter(pk=message_id, sent_at=None, dead_at=None, retry_at__lte=now)
    message = due.select_for_update(skip_locked=True).first()  # not due any more: another has just tried it
    if message is None:
        return None
    message.attempts += 1
    key = f"message-{message.pk}@{settings.DEFAULT_FROM_EMAIL.partition('@')[2]}"
    try:
        taken = _post(message, key, now)
    except OSError as error:  # smtplib's errors are OSErrors, as are those of the network and of the gateway
        message.last_error = type(error).__name__  # its kind only: the text may quote an address
        message.retry_at = now + min(FIRST_RETRY * 2 ** (message.attempts - 1), LONGEST_RETRY)
        if message.attempts >= GIVE_UP_AFTER:
            _give_up(message, now)
    else:
        if taken:
            message.sent_at, message.last_error = now, ""
        else:
            message.last_error = REFUSED
            _give_up(message, now)
    message.save(update_fields=["attempts", "last_error", "retry_at", "dead_at", "sent_at"])
    return None if message.last_error == REFUSED else message.sent_at is not None


def _post(message: Message, key: str, now: datetime) -> bool:
    """Whether the other side took it; False: it never will. Raises OSError."""
    if message.channel == Message.Channel.SMS:
        return post_text(key=key, to=message.to, text=message.body, now=now)
    headers = {"Message-ID": f"<{key}>"}
    letter = EmailMessage(message.subject, message.body, settings.DEFAULT_FROM_EMAIL, [message.to], headers=headers)
    try:
        letter.send()
    except ValueError:  # it cannot be written as a mail at all: one such letter must not keep the others waiting
        return False
    return True


def _give_up(message: Message, now: datetime) -> None:
    message.dead_at = now
    fact = events.MessageGivenUp(message.pk, message.last_error)
    record(fact, about=f"office.message:{message.pk}", actor=system("send_messages"), now=now)
