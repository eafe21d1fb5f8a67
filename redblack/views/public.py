"""守信激励对象公示: candidates for a red list as anybody reads them, without a log-in."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from redblack.selectors.public import candidates
from subjects.selectors import subjects_of
from toolkit import clock
from toolkit.references import place, read_place

PAGE, DEEPEST = 50, 25  # rows of a page, pages that anybody turns
PLACE = "honours"


@login_not_required
@require_GET
def public_candidates(request: HttpRequest) -> HttpResponse:
    """Whom departments mean to honour, and by when to object. A place in it is signed: nobody counts it up."""
    today = clock.today()
    here = read_place(PLACE, request.GET.get("after", ""))
    after = int(here.after) if here and here.after.isdigit() else None
    page = here.page if here else 1
    found = candidates(on=today, after=after, limit=PAGE + 1)
    rows, more = found[:PAGE], len(found) > PAGE
    subjects = subjects_of({one.subject_id for one in rows})
    context = {
        "rows": [(one, subjects.get(one.subject_id)) for one in rows],
        "today": today,
        "next": urlencode({"after": place(PLACE, str(rows[-1].pk), page + 1)}) if more and page < DEEPEST else "",
    }
    return render(request, "redblack/honours/public.html", context)
