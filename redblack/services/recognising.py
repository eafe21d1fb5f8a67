"""New bad conduct of who is on a red list: a task for the recogniser, never an exit by itself.

What a check says meanwhile, 激励暂停, it finds by itself. A recogniser that decides elsewhere is written to.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models.expressions import RawSQL

from accounts.selectors import departments_by_id
from audit.services import record
from collection.selectors.records import grave_changed, grave_records
from kernel.actor import Actor
from kernel.errors import Malformed, NotPermitted, RuleBroken
from kernel.identifiers import holds_citizen_id
from kernel.workdays import due_on
from office.selectors import calendar
from redblack import policies, selectors
from redblack.events import RecogniserAnswered, RecogniserAsked, RecognisersRecomputed
from redblack.models import Entry, RecogniserTask
from redblack.rules.exit_letters import recogniser_letter
from redblack.rules.lists import Origin
from redblack.selectors import exits
from redblack.services.exit_papers import agency_of, attach
from subjects.selectors import subjects_of
from toolkit.clock import day_of

CAUSE_SHOWN = 500


# half a million entries of a new version at once: few of them are of somebody who holds an honour
HONOURED = """
SELECT e.id FROM unnest(%s::bigint[]) AS new (id) JOIN redblack_entry e ON e.id = new.id
WHERE EXISTS (SELECT 1 FROM redblack_entry red
  WHERE red.reward AND red.released_on IS NULL AND red.subject_id = e.subject_id)
"""


class CannotAnswer(NotPermitted):
    code = "redblack.cannot_answer"
    message = "谁认定、谁负责：是否保留激励由认定部门的审核人员答复。"


class CannotTell(NotPermitted):
    code = "redblack.cannot_tell"
    message = "函告本市以外或者不在平台办理的认定部门，由信用办办理。"


class DecidedElsewhere(RuleBroken):
    code = "redblack.decided_elsewhere"
    message = "该名单不在本平台认定，不能在此保留或者移出。请由信用办函告认定部门。"


class DecidedHere(RuleBroken):
    code = "redblack.decided_here"
    message = "该名单在本平台认定，无需函告。请由认定部门提出移出，或者说明理由予以保留。"


class TaskAnswered(RuleBroken):
    code = "redblack.task_answered"
    message = "该任务刚刚已有人答复，或者条目已经移出。请刷新后再看。"


class AnswerIncomplete(Malformed):
    code = "redblack.answer_incomplete"
    message = "请写明理由，且不得写入公民身份号码。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """What a subject did. `ref`: "entry:12" or "record:7", once per red entry."""

    subject_id: int
    ref: str
    text: str


@transaction.atomic
def raise_for_entries(*, entry_ids: Sequence[int], actor: Actor, now: datetime) -> int:
    """Of these new entries, those on lists of serious breaches ask the recognisers of the same subjects' honours.

    Again changes nothing. How many tasks were raised.
    """
    honoured = RawSQL(HONOURED, [list(entry_ids)])
    rows = Entry.objects.filter(pk__in=honoured, list_type__kind="serious").select_related("list_type")
    causes = [
        Cause(
            subject_id=entry.subject_id,
            ref=f"entry:{entry.pk}",
            text=f"{entry.effective_from.isoformat()} 列入{entry.list_type.title}，"
            f"{entry.authority}，{entry.document_no}",
        )
        for entry in rows.order_by("id")
    ]
    return _raise(causes, actor, now)


@transaction.atomic
def raise_for_records(
    *, first: int, last: int, changed_by_batch: int | None = None, actor: Actor, now: datetime
) -> int:
    """The same for grave records (grade 严重, or a ban with its own term) among those with ids `first` to `last`, and
    among those whose content that batch changed.
    """
    grave = grave_records(first=first, last=last)
    if changed_by_batch is not None:
        grave += grave_changed(batch_id=changed_by_batch)
    causes = [
        Cause(
            subject_id=one.subject_id,
            ref=f"record:{one.id}",
            text=f"{one.decided_on.isoformat()} {one.item_name}，{one.authority}，{one.document_no}",
        )
        for one in grave
    ]
    return _raise(causes, actor, now)


def _raise(causes: Iterable[Cause], actor: Actor, now: datetime) -> int:
    by_subject: dict[int, list[Cause]] = {}
    for cause in causes:
        by_subject.setdefault(cause.subject_id, []).append(cause)
    if not by_subject:
        return 0
    today = day_of(now)
    due, made = None, 0
    for entry in exits.honours_of(set(by_subject), on=today):
        for cause in by_subject[entry.subject_id]:
            due = due or due_on(today, settings.RECOGNISER_WORKING_DAYS, calendar())
            task, fresh = RecogniserTask.objects.get_or_create(
                entry=entry,
                cause=cause.ref,
                defaults={
                    "cause_text": cause.text[:CAUSE_SHOWN],
                    "raised_at": now,
                    "due_on": due.on,
                    "due_provisional": due.provisional,
                },
            )
            if fresh:
                made += 1
                fact = RecogniserAsked(
                    task.pk, entry.pk, entry.list_type.code, entry.subject_id, cause.ref, due.on.isoformat()
                )
                record(fact, about=f"redblack.entry:{entry.pk}", actor=actor, now=now)
    return made


@transaction.atomic
def keep(*, task_id: int, reason: str, actor: Actor, now: datetime) -> None:
    """The recogniser lets the honour stand, and says why; a check says 激励暂停 as long as the record is in force.

    Raises TaskNotFound, CannotAnswer, DecidedElsewhere, TaskAnswered, AnswerIncomplete.
    """
    task = _open(task_id, actor)
    if not policies.may_decide_removal(actor, authority_department_id=task.entry.authority_department_id):
        raise CannotAnswer
    if not Origin(task.entry.origin).decided_here:
        raise DecidedElsewhere
    _demand_text(reason)
    _answer(task, "kept", reason.strip(), actor, now)


@transaction.atomic
def tell(*, task_id: int, document_no: str, text: str, actor: Actor, now: datetime) -> int:
    """Write to a recogniser that decides elsewhere (L7 is the tax office's). The entry stays. The letter's paper id.

    Raises TaskNotFound, CannotTell, DecidedHere, TaskAnswered, AnswerIncomplete, and what a letter raises.
    """
    task = _open(task_id, actor)
    if not policies.may_tell_recogniser(actor):
        raise CannotTell
    if Origin(task.entry.origin).decided_here:
        raise DecidedHere
    _demand_text(text)
    if not document_no.strip() or holds_citizen_id(document_no):
        raise AnswerIncomplete("请填写函的文号，且不得写入公民身份号码。")
    entry = task.entry
    subject = subjects_of({entry.subject_id}).get(entry.subject_id)
    own = departments_by_id([actor.department_id]) if actor.department_id else {}
    paper = attach(
        entry=entry,
        kind="告知函",
        data=recogniser_letter(
            agency=next((one.name for one in own.values()), "信用办"),
            to=agency_of(entry),
            name=subject.name if subject else "",
            code=subject.uscc if subject else "",
            list_name=entry.list_type.title,
            listed_by=entry.document_no,
            cause=task.cause_text,
            document_no=document_no.strip(),
            text=text.strip(),
            on=day_of(now),
        ),
        actor=actor,
        now=now,
    )
    _answer(task, "told", f"{document_no.strip()}：{text.strip()}", actor, now)
    return paper


def close_removed(*, entry_id: int, document_no: str, actor: Actor, now: datetime) -> int:
    """The honour was taken off: whatever still asked about it is answered. In the caller's transaction. How many."""
    rows = RecogniserTask.objects.select_for_update().filter(entry_id=entry_id, outcome="")
    tasks = list(rows.order_by("id"))
    for task in tasks:
        _answer(task, "removed", document_no, actor, now)
    return len(tasks)


@transaction.atomic
def recompute_tasks(*, year: int, actor: Actor, now: datetime) -> int:
    """Work out again every open task's last day that touches a year whose calendar has just been imported."""
    days, changed = calendar(), []
    rows = RecogniserTask.objects.select_for_update().filter(
        outcome="", due_on__year__gte=year, raised_at__year__lte=year
    )
    for task in rows.order_by("id"):
        again = due_on(day_of(task.raised_at), settings.RECOGNISER_WORKING_DAYS, days)
        if (again.on, again.provisional) != (task.due_on, task.due_provisional):
            task.due_on, task.due_provisional = again.on, again.provisional
            changed.append(task)
    RecogniserTask.objects.bulk_update(changed, ["due_on", "due_provisional"], batch_size=1000)
    fact = RecognisersRecomputed(year, len(changed))
    record(fact, about=f"office.calendar:{year}", actor=actor, now=now)
    return len(changed)


def _open(task_id: int, actor: Actor) -> RecogniserTask:
    """The locked row of an open task, under the lock of its entry: an exit and an answer never cross."""
    seen = exits.get_task(actor, task_id)
    entry = selectors.get_visible(actor, seen.entry_id, for_update=True)
    task = exits.get_task(actor, task_id, for_update=True)
    if task.outcome or entry.released_on is not None:
        raise TaskAnswered
    return task


def _demand_text(text: str) -> None:
    if len(text.strip()) < 2 or holds_citizen_id(text):
        raise AnswerIncomplete


def _answer(task: RecogniserTask, outcome: str, answer: str, actor: Actor, now: datetime) -> None:
    task.outcome, task.answer = outcome, answer
    task.answered_by, task.answered_at = actor.key, now
    task.save(update_fields=["outcome", "answer", "answered_by", "answered_at"])
    fact = RecogniserAnswered(task.pk, task.entry_id, outcome)
    record(fact, about=f"redblack.entry:{task.entry_id}", actor=actor, now=now)
