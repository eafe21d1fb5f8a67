"""信用信息记录: the list, one record with its whole life, withdrawal and archive."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from catalog.selectors import current_version, definition_of
from collection import policies
from collection.forms.records import PutAside, RecordFilter
from collection.models import Record
from collection.rules.states import CHANGE_LABELS, CHANNEL_LABELS, RECORD_LABELS, ChangeKind, Channel, RecordState
from collection.selectors import records as selectors
from collection.selectors.batches import BatchNotFound, get_batch
from collection.selectors.duties import after_row
from collection.services import changes
from collection.views.duties import NotForYou, next_query
from kernel.actor import Actor
from kernel.errors import Refusal
from subjects.selectors import subjects_of
from toolkit import clock
from toolkit.http import actor_of, refusal_page, status_of
from toolkit.keyset import after_moment, cursor_of

PAGE = 50


@require_GET
def records(request: HttpRequest) -> HttpResponse:
    """What was taken, the newest first."""
    actor = actor_of(request)
    if not policies.may_see(actor):
        return refusal_page(request, NotForYou())
    form = RecordFilter(request.GET)
    said = form.cleaned_data if form.is_valid() else {}
    item = current_version(said["item"]) if said.get("item") else None
    state = said.get("state") or ("" if said.get("q") or said.get("batch") else RecordState.CURRENT)
    filters = selectors.RecordFilters(
        item_id=(item.item_id if item else 0) if said.get("item") else None,
        provider_id=said.get("provider"),
        since=said.get("since"),
        until=said.get("until"),
        late=bool(said.get("late")),
        state="" if state == "all" else state,
        q=said.get("q", ""),
    )
    after, batch_id = said.get("after", ""), said.get("batch")
    if batch_id:
        rows = selectors.records_of_batch(
            actor, batch_id=batch_id, state=filters.state, after=after_row(after), limit=PAGE + 1
        )
    else:
        rows = selectors.record_page(actor, filters=filters, after=after_moment(after), limit=PAGE + 1)
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    subjects = subjects_of({row.subject_id for row in rows})
    context = {
        "form": form,
        "rows": [_row(row, subjects.get(row.subject_id)) for row in rows[:PAGE]],
        "state": state,
        "every_department": policies.sees_every_department(actor),
        "next": next_query(request, _cursor(last, by_row=bool(batch_id))) if last else "",
    }
    return render(request, "collection/records/records.html", context)


def _cursor(last: Record, *, by_row: bool) -> str:
    return f"{last.row_number}~{last.pk}" if by_row else cursor_of(last.recorded_at, last.pk)


def _row(row: Record, subject: Any) -> dict[str, Any]:
    return {
        "record": row,
        "subject": subject,
        "state": RECORD_LABELS[RecordState(row.state)],
        "current": row.state == RecordState.CURRENT,
    }


@never_cache
@require_GET
def record(request: HttpRequest, record_id: int) -> HttpResponse:
    """The ledger of one record: what it says, whence it came, what happened to it."""
    try:
        return _ledger(request, record_id)
    except Refusal as refusal:
        return refusal_page(request, refusal)


def _ledger(request: HttpRequest, record_id: int, failed: dict[str, Any] | None = None) -> HttpResponse:
    actor, today = actor_of(request), clock.today()
    row = selectors.get_record(actor, record_id)
    definition = definition_of(row.item_version_id)
    now_valid = current_version(row.item.code)
    context = {
        "record": row,
        "subject": subjects_of({row.subject_id}).get(row.subject_id),
        "lines": selectors.lines_of(definition, row.content, row.sealed.keys()),
        "definition": definition,
        "older_version": now_valid is not None and now_valid.version_id != row.item_version_id,
        "state": RECORD_LABELS[RecordState(row.state)],
        "current": row.state == RecordState.CURRENT,
        "batch": _batch(actor, row),
        "steps": [
            {"step": step, "kind": CHANGE_LABELS[ChangeKind(step.change.kind)]} for step in selectors.life_of(row)
        ],
        "triggers": selectors.triggers_of(record_id),
        "promise": selectors.promise_of(record_id),
        "today": today,
        "may_withdraw": policies.may_withdraw(actor, provider_id=row.provider_id),
        "may_correct": policies.may_report(actor, department_id=row.provider_id or 0),
        "withdraw_form": PutAside(auto_id="id_withdraw_%s"),
        "archive_form": PutAside(auto_id="id_archive_%s"),
    }
    status = status_of(failed["refusal"]) if failed and "refusal" in failed else 422 if failed else 200
    return render(request, "collection/records/record.html", context | (failed or {}), status=status)


def _batch(actor: Actor, row: Record) -> dict[str, Any] | None:
    """The batch that brought the record's present content; a correction in another department's name is not shown."""
    if row.batch_id is None:
        return None
    try:
        batch = get_batch(actor, row.batch_id)
    except BatchNotFound:
        return None
    return {"batch": batch, "channel": CHANNEL_LABELS[Channel(batch.channel)]}


@require_POST
def withdraw(request: HttpRequest, record_id: int) -> HttpResponse:
    """撤回: whatever the record raised ends."""

    def work(said: dict[str, str], actor: Actor) -> str:
        ended = changes.withdraw_record(record_id=record_id, actor=actor, now=clock.now(), **said)
        return f"已撤回该记录，解除由其触发的事项 {ended} 项。"

    return _put_aside(request, record_id, "withdraw_form", work)


@require_POST
def archive(request: HttpRequest, record_id: int) -> HttpResponse:
    """归档."""

    def work(said: dict[str, str], actor: Actor) -> str:
        changes.archive_record(
            record_id=record_id, reason=said["reason"], today=clock.today(), actor=actor, now=clock.now()
        )
        return "已归档该记录。"

    return _put_aside(request, record_id, "archive_form", work)


def _put_aside(
    request: HttpRequest, record_id: int, name: str, work: Callable[[dict[str, str], Actor], str]
) -> HttpResponse:
    form, actor = PutAside(request.POST, auto_id=f"id_{name.removesuffix('_form')}_%s"), actor_of(request)
    try:
        row = selectors.get_record(actor, record_id)
        if not policies.may_withdraw(actor, provider_id=row.provider_id):
            raise changes.NotYourRecord
        if not form.is_valid():
            return _ledger(request, record_id, {name: form})
        told = work(form.cleaned_data, actor)
    except (selectors.RecordNotFound, changes.NotYourRecord) as refusal:
        return refusal_page(request, refusal)
    except Refusal as refusal:
        return _ledger(request, record_id, {name: form, "refusal": refusal})
    messages.success(request, told)
    return redirect("collection:record", record_id=record_id)
