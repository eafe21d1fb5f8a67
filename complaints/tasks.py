"""What is done with complaints by itself."""

from celery import shared_task

from complaints.services import destroy_identities
from complaints.services.forgetting import AT_ONCE
from kernel.actor import system
from toolkit import clock


@shared_task(ignore_result=True)
def forget_informants(**_newer: object) -> int:
    """Nightly, by the machine's own clock: informants' keys whose term is over. How many."""
    destroyed = 0
    while True:
        some = destroy_identities(actor=system("complaints"), now=clock.wall())
        destroyed += some
        if some < AT_ONCE:
            return destroyed
