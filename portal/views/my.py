"""我的: for whom I speak, what is held of them, and the doors to what I have asked for."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from citizens.selectors import effective_of, represents
from citizens.services import note_look
from collection.selectors.own import own_records
from portal.views.gates import NothingHere, mine
from redblack.selectors.own import own_entries
from subjects.rules.kinds import Kind
from subjects.selectors import subject_of
from toolkit import clock
from toolkit.http import actor_of
from toolkit.references import number_of, reference

MY = "my"
MOST = 200


@require_safe
@mine
def my(request: HttpRequest) -> HttpResponse:
    """Whom I represent, each with its doors; without any, how to begin."""
    actor, today = actor_of(request), clock.today()
    rows = effective_of(actor, today=today)
    context = {
        "rows": [(one, reference(MY, one.subject.id)) for one in rows if one.subject],
        "actor": actor,
    }
    return render(request, "portal/public/my.html", context)


@require_safe
@mine
def my_subject(request: HttpRequest, ref: str) -> HttpResponse:
    """What is held of one whom I represent, shown to him as the catalogue masks it. The look is recorded."""
    actor, now, today = actor_of(request), clock.now(), clock.today()
    subject_id = number_of(MY, ref)
    if subject_id is None or not represents(actor, subject_id):
        raise NothingHere
    subject = subject_of(subject_id)
    if subject is None:
        raise NothingHere
    note_look(subject_id=subject_id, what="信用记录和名单条目", actor=actor, now=now)
    context = {
        "subject": subject,
        "kind": Kind(subject.kind).label,
        "ref": ref,
        "records": own_records(subject_id=subject_id, limit=MOST),
        "entries": own_entries(subject_id=subject_id, on=today, limit=MOST),
        "today": today,
    }
    return render(request, "portal/public/my_subject.html", context)
