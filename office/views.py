"""Pages: the working calendar of the credit office, and the demo's mailbox."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from kernel.errors import Refusal
from office import forms, policies, selectors, services
from office.rules.holidays import DayRow, RowError, read_notice
from toolkit import clock
from toolkit.http import actor_of, refusal_page, status_of


@require_http_methods(["GET", "POST"])
def calendar(request: HttpRequest) -> HttpResponse:
    """The years that are known; a year's days; the form for the notice of the next."""
    actor = actor_of(request)
    if not policies.may_see_calendar(actor):
        return refusal_page(request, services.CalendarIsNotYours())
    today = clock.today()
    shown = request.GET.get("year", "")
    year = int(shown) if shown.isdecimal() and len(shown) == 4 else today.year
    form = forms.CalendarNotice(request.POST or None, request.FILES or None, initial={"year": today.year + 1})
    status, errors = 200, list[RowError]()
    if request.method == "POST":
        status = 400
        if form.is_valid():
            outcome = list(read_notice(form.text().splitlines(), form.cleaned_data["year"]))
            errors = [row for row in outcome if isinstance(row, RowError)]
            if not errors:
                try:
                    changed = services.import_year(
                        year=form.cleaned_data["year"],
                        notice=form.cleaned_data["notice"],
                        source=f"{actor.display or actor.name} 录入",
                        provisional=form.cleaned_data["provisional"],
                        days=[row for row in outcome if isinstance(row, DayRow)],
                        actor=actor,
                        now=clock.now(),
                    )
                except Refusal as refusal:
                    form.add_error(None, str(refusal))
                    status = status_of(refusal)
                else:
                    messages.success(request, f"已录入，{changed} 天有变化；受影响的到期日将重新计算。")
                    return redirect(f"{reverse('office:calendar')}?year={form.cleaned_data['year']}")
    context = {
        "form": form,
        "errors": errors,
        "years": selectors.calendar_years(),
        "year": year,
        "days": selectors.calendar_days(year),
        "missing": today.year + 1 if selectors.next_year_is_open(today) else None,
    }
    return render(request, "office/calendar.html", context, status=status)


@require_GET
def mailbox(request: HttpRequest) -> HttpResponse:
    """演示邮箱: what the demo's mail sink and SMS gateway took. Nothing of the kind exists outside the demo."""
    if not settings.DEMO:
        raise Http404
    letters = selectors.demo_letters(settings.DATA_DIR / "mail" / "box")
    texts = selectors.demo_texts(settings.DATA_DIR / "sms" / "box")
    return render(request, "office/mailbox.html", {"letters": letters, "texts": texts})
