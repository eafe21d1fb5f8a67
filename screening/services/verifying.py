"""Verifying a printed receipt, for anybody: number, time, result class, validity, and nothing else."""

import ipaddress
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import connection
from django.utils.crypto import salted_hmac

from kernel.errors import NotFound, RuleBroken
from screening import selectors
from screening.models import VerifyTries
from screening.rules.numbers import parts_of
from screening.rules.verification import CLASSES, PURPOSE, Validity, last_day, read_number, validity
from toolkit import crypto
from toolkit.clock import day_of

WINDOW = timedelta(minutes=10)
LONGEST = 60  # characters that anybody may send for a number or a code


class CannotVerify(NotFound):
    """One answer for a wrong code, a number that does not exist, an altered digit, another city's receipt."""

    code = "screening.cannot_verify"
    message = (
        "未能核验：编号与核验码不符，或不是本平台出具的回执。请对照回执重新输入编号和核验码，或扫描回执上的二维码；"
        "仍不能核验的，请向出具回执的窗口核实。"
    )


class TooManyTries(RuleBroken):
    code = "screening.too_many_tries"
    message = "核验次数过多，请 10 分钟后再试，或向出具回执的窗口核实。"


@dataclass(frozen=True, slots=True)
class Verified:
    """All that the public learns. Past the retention period there is no time and no result any more."""

    number: str
    checked_at: datetime | None
    result: str
    validity: Validity
    valid_until: date


def code_of(number: str) -> str:
    """The check code that is printed beside a number."""
    return crypto.check_code(number, purpose=PURPOSE)


def verify(*, number: str, code: str, address: str, now: datetime, wall: datetime) -> Verified:
    """What a printed receipt is worth. `address`: who asks, counted by the machine's own clock (`wall`).

    The code is judged before anything is looked up: without it nobody learns which numbers there are, nor by the time
    it takes. Raises TooManyTries, CannotVerify.
    """
    count_try(address=address, wall=wall)
    if len(number) > LONGEST or len(code) > LONGEST:
        raise CannotVerify
    wanted = read_number(number)
    parts = parts_of(wanted)
    if not crypto.is_check_code(code, wanted, purpose=PURPOSE) or parts is None:
        raise CannotVerify
    day, today = parts[0], day_of(now)
    until = last_day(day, valid_days=settings.RECEIPT_VALID_DAYS)
    worth = validity(day, today=today, valid_days=settings.RECEIPT_VALID_DAYS, years=settings.RECEIPT_YEARS)
    if worth is Validity.PAST_RETENTION:
        return Verified(wanted, None, "", worth, until)
    try:
        found = selectors.receipt(wanted)
    except selectors.ReceiptNotFound as missing:
        raise CannotVerify from missing
    return Verified(wanted, found.checked_at, CLASSES[found.answer], worth, until)


def count_try(*, address: str, wall: datetime) -> None:
    """Count one question of an address; whatever the public may verify is counted together. Raises TooManyTries.

    In PostgreSQL, for all processes together and without the cache. Beyond the limit nothing is written.
    """
    began = datetime.fromtimestamp(wall.timestamp() // WINDOW.total_seconds() * WINDOW.total_seconds(), wall.tzinfo)
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO screening_verifytries AS t (address, began_at, tries) VALUES (%s, %s, 1)
            ON CONFLICT (address, began_at) DO UPDATE SET tries = t.tries + 1 WHERE t.tries < %s""",
            [_digest(address), began, settings.VERIFY_TRIES],
        )
        if cursor.rowcount == 0:
            raise TooManyTries


def _digest(address: str) -> bytes:
    """Of the address, for an IPv6 subscriber of his whole network; under a key, for addresses are soon tried out."""
    try:
        read = ipaddress.ip_address(address)
        if isinstance(read, ipaddress.IPv6Address) and read.ipv4_mapped is None:
            address = str(ipaddress.ip_network((read, 64), strict=False))
    except ValueError:
        pass  # a socket has no address: all that come through it are one
    return salted_hmac("screening.verify", address, algorithm="sha256").digest()


def forget_tries(*, wall: datetime) -> int:
    """Drop what was counted in windows that are over."""
    return VerifyTries.objects.filter(began_at__lt=wall - WINDOW).delete()[0]
