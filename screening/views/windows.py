"""综合窗口: the departments whose windows take in every matter, kept by the credit office."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.selectors import all_departments
from kernel.actor import Actor
from screening.forms.matters import WindowsForm
from screening.selectors.asking import general_windows
from screening.services.asking import set_general_windows
from screening.views.gates import for_editors
from toolkit import clock

UNPROCESSABLE = 422


@require_http_methods(["GET", "POST"])
@for_editors
def windows(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Which departments may ask about every matter; the others ask about their own and those they take in."""
    units = all_departments()
    form = WindowsForm(request.POST if request.method == "POST" else None, units=[(u.id, u.name) for u in units])
    chosen = general_windows()
    context: dict[str, Any] = {"form": form, "units": [(u, u.id in chosen) for u in units]}
    if request.method == "GET":
        return render(request, "screening/matters/windows.html", context)
    if not form.is_valid():
        return render(request, "screening/matters/windows.html", context, status=UNPROCESSABLE)
    wanted = form.cleaned_data["departments"]
    if set_general_windows(department_ids=wanted, actor=actor, now=clock.now()):
        messages.success(request, "已保存。此后的核查按新的综合窗口进行。")
    else:
        messages.success(request, "没有变化。")
    return redirect("screening:windows")
