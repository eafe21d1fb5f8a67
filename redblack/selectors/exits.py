"""What waits at the way out: removals to decide, honours to look at again."""

from datetime import date

from django.db.models import Q, QuerySet

from kernel.actor import Actor, Role
from kernel.errors import NotFound
from redblack.models import Dispute, Entry, Paper, RecogniserTask, Removal
from redblack.rules.lists import Origin
from redblack.rules.procedure import DECISION, NOTICE
from redblack.rules.states import RemovalState
from redblack.selectors.lists import visible_to
from toolkit.keyset import Capped, count_of

DECIDED_HERE = [origin.value for origin in Origin if origin.decided_here]


class RemovalNotFound(NotFound):
    code = "redblack.removal_not_found"
    message = "没有这件移出办理，或您没有查看的权限。"


class TaskNotFound(NotFound):
    code = "redblack.task_not_found"
    message = "没有这项激励复核任务，或您没有查看的权限。"


class PaperNotFound(NotFound):
    code = "redblack.paper_not_found"
    message = "没有这份文书，或您没有查看的权限。"


def removals(actor: Actor, *, state: str = RemovalState.PROPOSED) -> QuerySet[Removal]:
    """Removals of entries in the actor's scope; `state` "": every one."""
    rows = Removal.objects.filter(entry__in=visible_to(actor))
    return rows.filter(state=state) if state else rows


def removal_page(actor: Actor, *, state: str, after: int | None = None, limit: int) -> list[Removal]:
    """The latest first. `after`: the id of the last one seen (keyset)."""
    rows = removals(actor, state=state)
    if after is not None:
        rows = rows.filter(pk__lt=after)
    return list(rows.select_related("entry__list_type").order_by("-id")[:limit])


def get_removal(actor: Actor, removal_id: int) -> Removal:
    """One removal in the actor's scope. Raises RemovalNotFound."""
    rows = removals(actor, state="").filter(pk=removal_id)
    found = rows.select_related("entry__list_type").first()
    if found is None:
        raise RemovalNotFound
    return found


def waiting_removals(actor: Actor, *, limit: int) -> list[Removal]:
    """What waits for the actor's decision: proposed by somebody else, of an authority that he decides for."""
    if not actor.has(Role.REVIEWER):
        return []
    rows = removals(actor).filter(entry__authority_department_id__in=actor.departments)
    rows = rows.exclude(proposed_by=actor.key).select_related("entry__list_type")
    return list(rows.order_by("id")[:limit])


def open_dispute(entry_id: int) -> Dispute | None:
    """The mark that stands on an entry, if any."""
    return Dispute.objects.filter(entry_id=entry_id, ended_on=None).first()


def papers_over(entry_id: int) -> QuerySet[Paper]:
    """What is read over the entry itself: what was served and decided, and its own papers.

    What the party handed in and the facts stay in the file of the proceeding.
    """
    told = Q(proceeding__entry_id=entry_id, kind__in=[NOTICE, DECISION])
    return Paper.objects.filter(Q(entry_id=entry_id) | told).select_related("file").order_by("id")


def paper_of(actor: Actor, *, entry_id: int, paper_id: int) -> Paper:
    """One of papers_over of an entry in the actor's scope. Raises PaperNotFound."""
    if not visible_to(actor).filter(pk=entry_id).exists():
        raise PaperNotFound
    found = papers_over(entry_id).filter(pk=paper_id).first()
    if found is None:
        raise PaperNotFound
    return found


def tasks(actor: Actor) -> QuerySet[RecogniserTask]:
    """Every task to look at an honour again, of entries in the actor's scope."""
    return RecogniserTask.objects.filter(entry__in=visible_to(actor))


def task_page(
    actor: Actor, *, is_open: bool, after: tuple[date, int] | None = None, limit: int
) -> list[RecogniserTask]:
    """The earliest due first. Open: not answered, and the entry is still on its list. `after`: (due_on, id)."""
    rows = open_tasks(actor) if is_open else tasks(actor)
    if after is not None:
        day, last = after
        rows = rows.filter(Q(due_on__gte=day) & (Q(due_on__gt=day) | Q(id__gt=last)))
    return list(rows.select_related("entry__list_type").order_by("due_on", "id")[:limit])


def open_tasks(actor: Actor) -> QuerySet[RecogniserTask]:
    """What is still to be answered; of an entry that has left its list nothing is."""
    return tasks(actor).filter(outcome="", entry__released_on=None)


def waiting_tasks(actor: Actor, *, limit: int) -> list[RecogniserTask]:
    """What the actor himself has to do about: of his department's own lists as its clerk or reviewer, unless an exit
    is proposed already; of lists that are decided elsewhere as the credit office.
    """
    mine = Q(pk__in=[])
    if actor.roles & {Role.UPLOADER, Role.REVIEWER}:
        proposed = Removal.objects.filter(state=RemovalState.PROPOSED).values("entry_id")
        own = Q(entry__origin__in=DECIDED_HERE, entry__authority_department_id__in=actor.departments)
        mine |= own & ~Q(entry_id__in=proposed)
    if actor.has(Role.CREDIT_OFFICE):
        mine |= ~Q(entry__origin__in=DECIDED_HERE)
    rows = open_tasks(actor).filter(mine).select_related("entry__list_type")
    return list(rows.order_by("due_on", "id")[:limit])


def task_count(actor: Actor) -> Capped:
    return count_of(open_tasks(actor))


def get_task(actor: Actor, task_id: int, *, for_update: bool = False) -> RecogniserTask:
    """One task in the actor's scope. Raises TaskNotFound."""
    rows = tasks(actor).filter(pk=task_id).select_related("entry__list_type")
    found = (rows.select_for_update(of=("self",)) if for_update else rows).first()
    if found is None:
        raise TaskNotFound
    return found


def honours_of(subject_ids: set[int], *, on: date) -> QuerySet[Entry]:
    """Red entries of these subjects that have begun or will, and have not ended on that day."""
    ongoing = Q(effective_until=None) | Q(effective_until__gte=on)
    rows = Entry.objects.filter(ongoing, reward=True, released_on=None, subject_id__in=subject_ids)
    return rows.select_related("list_type").order_by("id")
