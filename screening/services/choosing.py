"""What the person at the window does with an answer. The platform refuses nothing and hides nothing."""

from datetime import datetime

from django.db import transaction

from audit.services import record
from kernel.actor import Actor
from kernel.errors import Malformed, NotPermitted, RuleBroken
from kernel.identifiers import holds_citizen_id
from screening import policies, selectors
from screening.events import ChoiceMade, ReceiptRead
from screening.models import Choice, Receipt
from toolkit.db import refusing


class MayNotChoose(NotPermitted):
    code = "screening.may_not_choose"
    message = "只有窗口和实施部门的人员可以登记处理选择。"


class UnknownChoice(Malformed):
    code = "screening.unknown_choice"
    message = "请选择“暂缓受理，转实施部门确认”或“继续受理并说明理由”。"


class ReasonMissing(Malformed):
    code = "screening.reason_missing"
    message = "选择“继续受理”时须说明理由。"


class ReasonTellsAPerson(Malformed):
    code = "screening.reason_tells_a_person"
    message = "理由中含有公民身份号码，请删去后重新提交。"


class AlreadyChosen(RuleBroken):
    code = "screening.already_chosen"
    message = "该回执已经登记过处理选择，请刷新查看。"


@transaction.atomic
def choose(*, number: str, what: str, reason: str, actor: Actor, now: datetime, operator: str = "") -> None:
    """Note the choice once: 暂缓受理转确认, or 继续受理并说明理由. `operator`: who, as another system says.

    Raises MayNotChoose, ReceiptNotFound, UnknownChoice, ReasonMissing, ReasonTellsAPerson, AlreadyChosen (a second
    browser is told, not overwritten).
    """
    if not policies.may_choose(actor):
        raise MayNotChoose
    receipt = selectors.get_visible(actor, number)
    if what not in Choice.What.values:
        raise UnknownChoice
    if what == Choice.What.GO_ON and not reason.strip():
        raise ReasonMissing
    if holds_citizen_id(reason) or holds_citizen_id(operator):
        raise ReasonTellsAPerson
    with refusing("screening_choice_once_per_receipt", AlreadyChosen):
        Choice.objects.create(
            number=receipt.number,
            what=what,
            reason=reason.strip(),
            chosen_by=actor.key,
            operator=operator.strip(),
            chosen_at=now,
        )
    record(ChoiceMade(receipt.number, what), about=f"screening.receipt:{receipt.number}", actor=actor, now=now)


@transaction.atomic
def open_receipt(*, number: str, purpose: str, actor: Actor, now: datetime) -> Receipt:
    """Show a receipt again; the look is recorded. Raises ReceiptNotFound."""
    receipt = selectors.get_visible(actor, number)
    record(ReceiptRead(receipt.number, purpose), about=f"screening.receipt:{receipt.number}", actor=actor, now=now)
    return receipt
