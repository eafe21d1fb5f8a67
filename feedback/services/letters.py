"""措施实施告知书: writing it as a PDF, noting that it was served, reading it again."""

import io
from datetime import date, datetime
from typing import BinaryIO

from django.db import transaction

from accounts.selectors import departments_by_id
from audit.services import record
from feedback import policies, selectors
from feedback.events import LetterOpened, LetterServed, LetterWritten
from feedback.models import Letter
from feedback.rules.letters import Carried, LetterText, Way, letter_of, may_be_served, may_write
from kernel.actor import Actor
from kernel.errors import Malformed, NotPermitted, RuleBroken
from kernel.identifiers import holds_citizen_id
from office.services import open_file, render_letter, store_file
from screening.selectors.responses import get_visible as get_response
from toolkit.clock import day_of
from toolkit.db import refusing

LIMIT = 10 * 1024 * 1024


class CannotWrite(NotPermitted):
    code = "feedback.cannot_write_letter"
    message = "告知书由措施的实施部门出具和送达。"


class LetterRefused(RuleBroken):
    code = "feedback.letter_refused"
    message = "不能出具告知书。"


class LetterTellsAPerson(Malformed):
    code = "feedback.letter_tells_a_person"
    message = "告知书中含有公民身份号码，请删去后重新提交。"


class NumberTaken(RuleBroken):
    code = "feedback.letter_number_taken"
    message = "本部门已用这个文号出具过告知书，请核对文号。"


class AlreadyServed(RuleBroken):
    code = "feedback.letter_already_served"
    message = "该告知书已登记送达，请刷新查看。"


class WayUnknown(Malformed):
    code = "feedback.letter_way_unknown"
    message = f"送达方式只能是：{'、'.join(Way)}。"


@transaction.atomic
def write_for_due(*, due_id: int, text: LetterText, actor: Actor, now: datetime) -> int:
    """Write the letter about a measure that was reported as carried out. Its id.

    Raises DueNotFound, CannotWrite, LetterTellsAPerson, LetterRefused, NumberTaken, office.services.LetterNotWritten
    and CharacterMissing.
    """
    due = selectors.get_visible(actor, due_id, for_update=True)
    carried = selectors.carried_by_due(due, today=day_of(now))
    return _write(carried, text, due_id=due.pk, response_id=None, actor=actor, now=now)


@transaction.atomic
def write_for_response(*, response_id: int, text: LetterText, actor: Actor, now: datetime) -> int:
    """Write the letter about a response task that was answered. Its id. Raises ResponseNotFound, and as above."""
    task = get_response(actor, response_id, for_update=True)  # an end or a recall waits
    carried = selectors.carried_by_response(task, today=day_of(now))
    return _write(carried, text, due_id=None, response_id=task.pk, actor=actor, now=now)


def _write(
    carried: Carried,
    text: LetterText,
    *,
    due_id: int | None,
    response_id: int | None,
    actor: Actor,
    now: datetime,
) -> int:
    if not policies.may_report(actor, department_id=carried.department_id):
        raise CannotWrite
    if any(holds_citizen_id(part) for part in (text.document_no, text.reason, text.remedies, text.lifting)):
        raise LetterTellsAPerson
    verdict = may_write(carried, text)
    if not verdict:
        raise LetterRefused("".join(r.message for r in verdict.against), reasons=verdict.against)
    agency = departments_by_id({carried.department_id})[carried.department_id].name
    number = text.document_no.strip()
    body = render_letter(name="letter", data=letter_of(carried, text, agency=agency, on=day_of(now)))
    name = f"措施实施告知书 {number}.pdf"
    file = store_file(stream=io.BytesIO(body), name=name, keep_until=None, limit=LIMIT, actor=actor, now=now)
    with refusing("feedback_letter_one_number", NumberTaken):
        letter = Letter.objects.create(
            due_id=due_id,
            response_id=response_id,
            department_id=carried.department_id,
            subject_id=carried.subject_id,
            measure_code=carried.measure_code,
            measure_text=carried.measure,
            document_no=number,
            articles=list(carried.articles),
            reason=text.reason.strip(),
            remedies=text.remedies.strip(),
            lifting=text.lifting.strip(),
            file_id=file.id,
            written_on=day_of(now),
            written_by=actor.key,
            written_at=now,
        )
    fact = LetterWritten(letter.pk, number, carried.subject_id, carried.measure_code, file.id)
    record(fact, about=f"feedback.letter:{letter.pk}", actor=actor, now=now)
    return letter.pk


@transaction.atomic
def serve(*, letter_id: int, served_on: date, way: str, actor: Actor, now: datetime) -> None:
    """Note when and how the letter was served, once. Raises LetterNotFound, CannotWrite, WayUnknown, AlreadyServed,
    LetterRefused.
    """
    letter = selectors.get_letter(actor, letter_id, for_update=True)
    if not policies.may_report(actor, department_id=letter.department_id):
        raise CannotWrite
    if way not in set(Way):
        raise WayUnknown
    if letter.served_on is not None:
        raise AlreadyServed
    verdict = may_be_served(written_on=letter.written_on, served_on=served_on, today=day_of(now))
    if not verdict:
        raise LetterRefused("".join(r.message for r in verdict.against), reasons=verdict.against)
    letter.served_on, letter.served_way, letter.served_by, letter.served_at = served_on, way, actor.key, now
    letter.save(update_fields=["served_on", "served_way", "served_by", "served_at"])
    fact = LetterServed(letter.pk, served_on.isoformat(), way)
    record(fact, about=f"feedback.letter:{letter.pk}", actor=actor, now=now)


@transaction.atomic
def open_letter(*, letter_id: int, actor: Actor, now: datetime) -> tuple[str, BinaryIO]:
    """The name and the clear bytes of a letter's PDF; the reading is recorded. Raises LetterNotFound, FileGone."""
    letter = selectors.get_letter(actor, letter_id)
    stream = open_file(file_id=letter.file_id)
    record(LetterOpened(letter.pk, letter.file_id), about=f"feedback.letter:{letter.pk}", actor=actor, now=now)
    return letter.file.name, stream
