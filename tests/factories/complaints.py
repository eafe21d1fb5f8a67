"""Complaints by the public, told through the services."""

from datetime import datetime

from complaints.models import Complaint
from complaints.rules.telling import Told
from complaints.services import tell
from kernel.actor import ANONYMOUS


def complaint(*, at: datetime, address: str = "198.51.100.1") -> Complaint:
    """One that waits, from somebody who said who he is."""
    told = Told(
        kind="report",
        about_name="江澜某公司",
        text="2026年11月3日见到该公司更换到期食品的标签。",
        name="欧阳守信",
    )
    slip = tell(told=told, files=[], address=address, actor=ANONYMOUS, now=at, wall=at)
    return Complaint.objects.get(number=slip.number)
