"""A check made again before the decision (决定前复核): the same subjects, on the day of the decision."""

from datetime import datetime

from django.utils import timezone

from kernel.actor import Actor
from kernel.errors import RuleBroken
from screening import selectors
from screening.rules.again import Earlier, asked_again
from screening.services.checking import Applicant, Checked, check
from toolkit.clock import SHANGHAI


class PapersNeeded(RuleBroken):
    code = "screening.papers_needed"
    message = "这次核查的主体不能直接复核：自然人的证件号码不保存，名称未核实身份。请重新扫描或输入后核查。"


def check_again(*, number: str, key: str, actor: Actor, now: datetime) -> Checked:
    """Check the subjects of a receipt again, for its matter and file number, as of today. The new receipt names the
    earlier one and what differs; natural persons are left out, for their numbers are kept nowhere, and it says so.

    Raises ReceiptNotFound, PapersNeeded, and whatever `check` refuses.
    """
    receipt = selectors.get_visible(actor, number)
    known, _ = asked_again(receipt.content)
    if not known:
        raise PapersNeeded
    at = timezone.localtime(receipt.checked_at, SHANGHAI)
    return check(
        matter_code=receipt.matter.code,
        stage=receipt.stage,
        file_number=receipt.file_number,
        applicants=[Applicant(one.code, one.role) for one in known],
        key=key,
        actor=actor,
        now=now,
        earlier=Earlier(number=receipt.number, at=f"{at:%Y-%m-%d %H:%M}", content=receipt.content),
    )
