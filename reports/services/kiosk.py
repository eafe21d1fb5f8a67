"""What anybody prints at a terminal in a hall: the public edition of an organisation's report, so often."""

from datetime import datetime, timedelta
from typing import BinaryIO

from citizens.rules.limits import Limit
from citizens.services.counting import count
from kernel.actor import ANONYMOUS
from office.services import open_file
from reports.models import Report
from reports.rules.issuing import Channel, Edition
from reports.services.issuing import Asked, NoSuchSubject, issue
from subjects.selectors import holder_of

FROM_ONE_TERMINAL = (
    Limit("kiosk_report", 10, timedelta(minutes=10)),
    Limit("kiosk_report_day", 200, timedelta(days=1)),
)


def print_at_kiosk(
    *, code: str, purpose: str, note: str, address: str, now: datetime, wall: datetime
) -> tuple[str, BinaryIO]:
    """Issue the public edition for nobody in particular; its name and its bytes. Counted whatever comes of it.

    Raises citizens.services.TooOften, NoSuchSubject, and what `issue` raises: a natural person and a sole trader are
    refused with the article.
    """
    count(limits=FROM_ONE_TERMINAL, who=address, wall=wall)
    subject_id = holder_of(uscc=code.strip().upper())
    if subject_id is None:
        raise NoSuchSubject
    asked = Asked(edition=Edition.PUBLIC, channel=Channel.KIOSK, purpose=purpose, note=note)
    made = Report.objects.select_related("file").get(
        pk=issue(subject_id=subject_id, asked=asked, actor=ANONYMOUS, now=now)
    )
    return made.file.name, open_file(file_id=made.file_id)
