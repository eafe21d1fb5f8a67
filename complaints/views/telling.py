"""What the public tells, and how it follows it: number and code, no log-in, no session."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from complaints.forms import ProgressForm, TellForm
from complaints.rules.telling import FILES
from complaints.services import progress, tell
from kernel.actor import ANONYMOUS
from kernel.errors import Refusal
from toolkit import clock
from toolkit.http import client_ip, status_of

UNPROCESSABLE = 422


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def tell_page(request: HttpRequest) -> HttpResponse:
    """The form, and the slip. Whoever tells it is nobody here: no session, no log-in, no trace of a visitor's own."""
    form = TellForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form, "files": FILES}
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                context["slip"] = tell(
                    told=form.told(),
                    files=[(one.file, one.size) for one in form.cleaned_data["papers"]],
                    address=client_ip(request),
                    actor=ANONYMOUS,
                    now=clock.now(),
                    wall=clock.wall(),
                )
            except Refusal as refusal:
                context["refusal"], status = refusal, status_of(refusal)
        else:
            status = UNPROCESSABLE
    return render(request, "complaints/tell.html", context, status=status)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def progress_page(request: HttpRequest) -> HttpResponse:
    """Number and code are posted: neither stands in an address, a log or a browser's history."""
    form = ProgressForm(request.POST or None)
    context: dict[str, Any] = {"form": form}
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                context["found"] = progress(**form.cleaned_data, address=client_ip(request), wall=clock.wall())
            except Refusal as refusal:
                context["refusal"], status = refusal, status_of(refusal)
        else:
            status = UNPROCESSABLE
    return render(request, "complaints/progress.html", context, status=status)
