"""自助终端打印信用报告: at a terminal in a hall, without signing in, the public edition by exact code."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods

from citizens.services.cookies import browser_of
from kernel.errors import Refusal, TooMany
from reports.forms import KioskForm
from reports.services import print_at_kiosk
from toolkit import clock
from toolkit.http import client_ip, knows_visitors, status_of

SHOWN_FOR = 120  # seconds: the viewer of the browser has no way back, and no clock like the terminal's pages


@knows_visitors
@require_http_methods(["GET", "POST"])
def kiosk(request: HttpRequest) -> HttpResponse:
    """The form, and the report as a PDF file to print. Elsewhere than at a terminal: to the terminal's first page."""
    if not browser_of(request).kiosk:
        return redirect("portal:kiosk")
    form, refusal, status = KioskForm(request.POST or None), None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                name, stream = print_at_kiosk(
                    **form.cleaned_data, address=client_ip(request), now=clock.now(), wall=clock.wall()
                )
            except Refusal as refused:
                refusal, status = refused, status_of(refused)
            else:
                with stream:
                    body = stream.read()
                shown = content_disposition_header(False, name) or "inline"
                headers = {"Content-Disposition": shown, "Refresh": f"{SHOWN_FOR};url={reverse('portal:kiosk')}"}
                answer = HttpResponse(body, content_type="application/pdf", headers=headers)
                add_never_cache_headers(answer)
                return answer
    context = {"form": form, "refused": refusal, "kiosk": True}
    response = render(request, "reports/kiosk.html", context, status=status)
    if isinstance(refusal, TooMany):
        response["Retry-After"] = str(refusal.retry_after)
    add_never_cache_headers(response)
    return response
