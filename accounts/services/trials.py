"""A signature tried on a page: whether it fits, and if not, why. No secret and no right signature is ever shown."""

from datetime import datetime

from django.db import transaction

from accounts import events, policies, selectors
from accounts.rules.trial import Sent, Trial, judge
from accounts.services.base import NotTheirs
from audit.services import record
from kernel.actor import Actor


@transaction.atomic
def try_signature(
    *, client_id: int, slot: int | None, sent: Sent, actor: Actor, now: datetime, wall: datetime
) -> Trial:
    """Compare what a client system has signed with what the platform would have. That somebody tried is recorded.

    `slot` None: every live secret. `wall`: the machine's own clock, which signatures are judged by. Nothing of the
    request is kept. Raises NotTheirs, ClientNotFound.
    """
    if not policies.may_try_signatures(actor):
        raise NotTheirs
    client = next((one for one in selectors.clients_shown_to(actor) if one.pk == client_id), None)
    if client is None:
        raise selectors.ClientNotFound
    secrets = {
        one.slot: selectors.secret_of(one).encode()
        for one in selectors.live_secrets(client_id)
        if slot is None or one.slot == slot
    }
    used = selectors.nonce_used(client_id, sent.nonce.strip()[:64])
    trial = judge(sent, secrets, now=wall.timestamp(), nonce_used=used)
    record(
        events.SignatureTried(client.pk, client.code, trial.good),
        about=f"accounts.client:{client.pk}",
        actor=actor,
        now=now,
    )
    return trial
