"""信用分级: where an organisation stands on the city's own scale, and which records led there. For graded supervision
only; no list, and never of persons.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from kernel.actor import Actor
from kernel.errors import Refusal
from redblack.rules.grades import DEFAULT, CityGrade
from redblack.selectors import grades as selectors
from redblack.views.types import for_staff
from toolkit import clock
from toolkit.http import status_of


@require_http_methods(["GET", "POST"])
@for_staff
def grades(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Asks for a code, by POST: what is typed stands in no address."""
    refusal, typed = None, request.POST.get("code", "")[:40]
    if request.method == "POST":
        try:
            return redirect("redblack:grade", selectors.organisation_by_code(typed))
        except Refusal as refused:
            refusal = refused
    context = {"refusal": refusal, "typed": typed if refusal is None else ""}
    status = status_of(refusal) if refusal else 200
    return render(request, "redblack/grades/search.html", context, status=status)


@require_GET
@for_staff
def grade(request: HttpRequest, actor: Actor, subject_id: int) -> HttpResponse:
    """One organisation: its grade, the article, the records that led there, and every conduct that counts."""
    found = selectors.grading_of(actor, subject_id, on=clock.today())
    grade = found.standing.grade
    context = {
        "found": found,
        "label": grade.label if grade is not None else "",
        "serious": grade is not None and grade == CityGrade.SERIOUS,
        "single": [one for one in found.standing.all if len(one.of) == 1],
        "larger": DEFAULT.larger / 10_000,
        "huge": DEFAULT.huge / 10_000,
    }
    return render(request, "redblack/grades/grade.html", context)
