"""A new field key is in front: whatever any app has sealed is brought to it, column by column."""

from datetime import datetime

from django.db import transaction

from audit.services import record
from kernel.actor import Actor, Kind
from kernel.errors import NotPermitted
from portal.events import KeysResealed
from toolkit import sealing


class NotByHand(NotPermitted):
    code = "portal.keys_not_by_hand"
    message = "密钥轮换由系统命令 rotate_keys 办理。"


def reseal_everything(*, actor: Actor, now: datetime) -> dict[str, int]:
    """How many values of each registered column changed. May be stopped and run again.

    Raises NotByHand, and CannotOpen where an old key was taken out too early: what was done before stays done.
    """
    if actor.kind is not Kind.SYSTEM:
        raise NotByHand
    counts = {}
    for column in sealing.register():
        name, values = str(column), sealing.reseal(column)
        if values:
            counts[name] = values
            with transaction.atomic():
                record(KeysResealed(name, values), about="portal.keys:", actor=actor, now=now)
    return counts
