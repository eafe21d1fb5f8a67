"""消除影响声明: the harm of a wrong listing is undone before everybody who was told (篇五(二十一))."""

from datetime import datetime

from django.db import transaction

from audit.services import record
from kernel.actor import Actor
from kernel.errors import Malformed, NotPermitted, RuleBroken
from kernel.identifiers import holds_citizen_id
from redblack import policies, selectors
from redblack.events import NameCleared
from redblack.models import Rehabilitation
from redblack.rules.exit_letters import clearing_statement
from redblack.rules.removals import may_clear_name
from redblack.services.exit_papers import agency_of, attach
from subjects.selectors import is_person, subjects_of
from toolkit.clock import day_of
from toolkit.db import refusing


class CannotClear(NotPermitted):
    code = "redblack.cannot_clear"
    message = "谁认定、谁负责：消除影响声明由认定部门的审核人员发布。"


class NothingToClear(RuleBroken):
    code = "redblack.nothing_to_clear"
    message = "该条目不需要发布消除影响声明。"


class ClearedAlready(RuleBroken):
    code = "redblack.cleared_already"
    message = "该条目的消除影响声明已经发布。"


class StatementIncomplete(Malformed):
    code = "redblack.clearing_incomplete"
    message = "请写明声明的内容，且不得写入公民身份号码。"


@transaction.atomic
def clear_name(*, entry_id: int, document_no: str, text: str, actor: Actor, now: datetime) -> int:
    """Publish the statement for an entry that was revoked or corrected; of an organisation also as a paper.

    Returns the statement's id. Raises EntryNotFound, CannotClear, NothingToClear, ClearedAlready,
    StatementIncomplete, and what a letter raises.
    """
    entry = selectors.get_visible(actor, entry_id, for_update=True)
    if not policies.may_decide_removal(actor, authority_department_id=entry.authority_department_id):
        raise CannotClear
    verdict = may_clear_name(entry.release_kind)
    if not verdict:
        raise NothingToClear("".join(r.message for r in verdict.against), reasons=verdict.against)
    document_no, text = document_no.strip(), text.strip()
    if len(text) < 2 or holds_citizen_id(text) or holds_citizen_id(document_no):
        raise StatementIncomplete
    with refusing("redblack_rehabilitation_entry_id_key", ClearedAlready):
        made = Rehabilitation.objects.create(
            entry=entry, document_no=document_no, text=text, published_on=day_of(now), by=actor.key, at=now
        )
    if not is_person(entry.subject_id):
        subject = subjects_of({entry.subject_id})[entry.subject_id]
        data = clearing_statement(
            agency=agency_of(entry),
            name=subject.name,
            code=subject.uscc,
            list_name=entry.list_type.title,
            listed_by=entry.document_no,
            document_no=document_no,
            text=text,
            on=day_of(now),
        )
        attach(entry=entry, kind="消除影响声明", data=data, actor=actor, now=now)
    fact = NameCleared(entry.pk, entry.list_type.code, entry.subject_id, document_no)
    record(fact, about=f"redblack.entry:{entry.pk}", actor=actor, now=now)
    return made.pk
