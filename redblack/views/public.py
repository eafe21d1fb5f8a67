"""守信激励对象公示: candidates for a red list as anybody reads them, without a log-in."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from redblack.forms.exits import After
from redblack.selectors.public import candidates
from subjects.selectors import subjects_of
from toolkit import clock

PAGE = 50


@login_not_required
@require_GET
def public_candidates(request: HttpRequest) -> HttpResponse:
    """Whom departments mean to honour, and by when to object."""
    form, today = After(request.GET), clock.today()
    said = form.cleaned_data.get("after", "") if form.is_valid() else ""
    after = int(said) if said.isascii() and said.isdigit() and len(said) < 19 else None
    found = candidates(on=today, after=after, limit=PAGE + 1)
    rows = found[:PAGE]
    subjects = subjects_of({one.subject_id for one in rows})
    context = {
        "rows": [(one, subjects.get(one.subject_id)) for one in rows],
        "today": today,
        "next": urlencode({"after": rows[-1].pk}) if len(found) > PAGE else "",
    }
    return render(request, "redblack/honours/public.html", context)
