"""What happened, for the audit administrator; deliveries that were given up, for whoever mends them."""

from datetime import UTC, datetime, time, timedelta
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from audit import forms, policies, selectors, services
from audit.models import Event
from kernel.errors import Refusal
from toolkit import clock
from toolkit.http import actor_of, refusal_page

DAYS = 31  # one question looks back over a month: it never reads every partition
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@never_cache
@require_GET
def events(request: HttpRequest) -> HttpResponse:
    form = forms.Question(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    day = asked.get("day") or clock.today()
    until = timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))
    filters = selectors.Filters(
        since=until - timedelta(days=DAYS),
        until=until,
        **{name: asked.get(name, "").strip() for name in ("actor", "name", "about")},
    )
    try:
        rows = services.view_log(
            filters=filters, before=_position(asked.get("before", "")), actor=actor_of(request), now=clock.now()
        )
    except Refusal as refusal:
        return refusal_page(request, refusal)
    more, rows = len(rows) > selectors.PAGE, rows[: selectors.PAGE]
    question = {name: value for name, value in request.GET.items() if value and name != "before"}
    context = {
        "form": form,
        "rows": rows,
        "since": filters.since,
        "day": day,
        "pager": {"next": urlencode(question | {"before": _after(rows[-1])}) if more else "", "previous": ""},
    }
    return render(request, "audit/events.html", context, status=400 if form.errors else 200)


def _after(event: Event) -> str:
    return f"{(event.happened_at - EPOCH) // MICROSECOND}-{event.pk}"


def _position(text: str) -> tuple[datetime, int] | None:
    if not text:
        return None
    moment, _, key = text.partition("-")
    return EPOCH + int(moment) * MICROSECOND, int(key)


@require_GET
def deliveries(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    if not policies.may_see_deliveries(actor):
        return refusal_page(request, services.LogIsClosed())
    context = {"rows": selectors.given_up()[:100], "may_retry": policies.may_retry(actor)}
    return render(request, "audit/deliveries.html", context)


@require_POST
def retry(request: HttpRequest, delivery_id: int) -> HttpResponse:
    try:
        services.retry_delivery(delivery_id=delivery_id, actor=actor_of(request), now=clock.now())
    except Refusal as refusal:
        return refusal_page(request, refusal)
    return redirect("audit:deliveries")
