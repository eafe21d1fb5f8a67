"""The public page that verifies a report."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kernel.errors import Refusal
from reports.rules.truth import LONGEST
from reports.services import verify
from screening.services.verifying import WINDOW, TooManyTries
from toolkit import clock
from toolkit.http import client_ip, status_of


@login_not_required
@require_safe
def page(request: HttpRequest, number: str = "") -> HttpResponse:
    """Number and code, from the QR code or typed; what the report is worth. One message for whatever does not fit."""
    said, code = number or request.GET.get("number", ""), request.GET.get("c", "")
    context: dict[str, object] = {"number": said[:LONGEST]}
    status = 200
    if said and code:
        try:
            context["found"] = verify(
                number=said, code=code, address=client_ip(request), now=clock.now(), wall=clock.wall()
            )
        except Refusal as refusal:
            context["refusal"] = refusal
            status = 429 if isinstance(refusal, TooManyTries) else status_of(refusal)
    elif said or code:
        context["lacking"] = True
    response = render(request, "reports/verify.html", context, status=status)
    response["X-Robots-Tag"] = "noindex"
    if status == 429:
        response["Retry-After"] = str(int(WINDOW.total_seconds()))
    return response
