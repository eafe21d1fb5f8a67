"""我的: for whom I speak, what is held of them, and the doors to what I have asked for."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from citizens.selectors import effective_of, represents
from citizens.services import note_look
from collection.selectors.own import own_records
from kernel.actor import Actor
from portal.rules.lookups import MAY_KNOW, NOT_TOLD
from portal.services import lookups
from portal.views.gates import NothingHere, mine
from redblack.selectors.own import own_entries
from subjects.rules.kinds import Kind
from subjects.selectors import SubjectValue, subject_of
from toolkit import clock
from toolkit.http import actor_of
from toolkit.keyset import after_moment, cursor_of
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
    subject = _own(actor, ref)
    subject_id = subject.id
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


@require_safe
@mine
def my_lookups(request: HttpRequest, ref: str) -> HttpResponse:
    """Who checked one whom I represent, when and for which matter; and who was issued a report about it."""
    actor = actor_of(request)
    subject = _own(actor, ref)
    note_look(subject_id=subject.id, what="被核查的记录", actor=actor, now=clock.now())
    found = lookups.lookups_of(subject.id, after=after_moment(request.GET.get("after", "")), limit=lookups.PAGE + 1)
    rows, more = found[: lookups.PAGE], len(found) > lookups.PAGE
    context = {
        "subject": subject,
        "ref": ref,
        "rows": rows,
        "pager": {"next": urlencode({"after": cursor_of(rows[-1].at, rows[-1].id)}) if more else ""},
        "first": "after" not in request.GET,
        "reports": lookups.reports_about(subject_id=subject.id, actor=actor),
        "gathered_at": lookups.gathered_at(),
        "sources": (MAY_KNOW, NOT_TOLD),
    }
    return render(request, "portal/public/my_lookups.html", context)


def _own(actor: Actor, ref: str) -> SubjectValue:
    """One whom the visitor represents. Raises NothingHere for any other."""
    subject_id = number_of(MY, ref)
    subject = subject_of(subject_id) if subject_id is not None and represents(actor, subject_id) else None
    if subject is None:
        raise NothingHere
    return subject
