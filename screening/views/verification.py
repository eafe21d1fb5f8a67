"""The public page that verifies a printed receipt, and the mark on the paper that leads to it."""

from dataclasses import dataclass

import segno
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from kernel.errors import Refusal
from screening.services.verifying import LONGEST, WINDOW, TooManyTries, code_of, verify
from toolkit import clock
from toolkit.http import client_ip, status_of


@dataclass(frozen=True, slots=True)
class Mark:
    """What a receipt carries: the code in two groups, the page's address, a QR code of both ("" without SITE_ADDRESS:
    the Host header of whoever opens the page is not to be trusted with it).
    """

    code: str
    page: str
    picture: str


def mark_of(number: str) -> Mark:
    code = code_of(number)
    page, picture = "", ""
    if settings.SITE_ADDRESS:
        page = f"{settings.SITE_ADDRESS}{reverse('screening:verify')}"
        target = f"{settings.SITE_ADDRESS}{reverse('screening:verify_receipt', args=[number])}?c={code}"
        picture = segno.make(target, error="m", micro=False).svg_data_uri(scale=3, border=2, light="#fff")
    return Mark(f"{code[:5]}-{code[5:]}", page, picture)


@login_not_required
@require_safe
def page(request: HttpRequest, number: str = "") -> HttpResponse:
    """Number and code, from the QR code or typed; what they are worth. One message for whatever does not fit."""
    said, code = number or request.GET.get("number", ""), request.GET.get("c", "")
    context: dict[str, object] = {"number": said[:LONGEST], "days": settings.RECEIPT_VALID_DAYS}
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
    response = render(request, "screening/verify.html", context, status=status)
    response["X-Robots-Tag"] = "noindex"
    if status == 429:
        response["Retry-After"] = str(int(WINDOW.total_seconds()))
    return response
