"""How long codes and sessions are good, and how often something may be asked. Values only; no law fixes them [G]."""

from dataclasses import dataclass
from datetime import timedelta

CODE_DIGITS = 6
CODE_GOOD = timedelta(minutes=5)
CODE_TRIES = 5
PERSON_IDLE = timedelta(minutes=30)
PERSON_LONGEST = timedelta(hours=8)
KIOSK_IDLE = timedelta(minutes=2)
KIOSK_LONGEST = timedelta(minutes=15)
SEEN_EVERY = timedelta(seconds=60)  # a busy session writes its last visit this often; a kiosk's five times as often
CODES_KEPT = timedelta(days=1)
SESSIONS_KEPT = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Limit:
    """So many in a window; `what` is how the tally calls it."""

    what: str
    most: int
    window: timedelta


TO_ONE_RECEIVER = (Limit("code_to", 3, timedelta(minutes=10)), Limit("code_to_day", 10, timedelta(days=1)))
# a hall or an office shares one address
FROM_ONE_ADDRESS = (Limit("code_from", 30, timedelta(minutes=10)), Limit("code_from_day", 300, timedelta(days=1)))
TRIES_FROM_ONE_ADDRESS = (Limit("try_from", 60, timedelta(minutes=10)),)
TRIES_FOR_ONE_RECEIVER = (Limit("try_for", 15, timedelta(minutes=10)), Limit("try_for_day", 40, timedelta(days=1)))
CLAIMS_OF_ONE_VISITOR = (Limit("claim", 8, timedelta(days=1)),)


def idle(kiosk: bool) -> timedelta:
    return KIOSK_IDLE if kiosk else PERSON_IDLE


def longest(kiosk: bool) -> timedelta:
    return KIOSK_LONGEST if kiosk else PERSON_LONGEST


def seen_every(kiosk: bool) -> timedelta:
    return SEEN_EVERY / 5 if kiosk else SEEN_EVERY
