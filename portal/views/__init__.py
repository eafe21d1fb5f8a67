"""Pages that belong to no single app: the home of a role, and how the reader wants the pages to look."""

import sys
import time

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import content_disposition_header, url_has_allowed_host_and_scheme
from django.views.decorators.csrf import requires_csrf_token
from django.views.decorators.http import require_POST, require_safe
from django.views.defaults import bad_request

from kernel.errors import Malformed, Unavailable
from portal import selectors
from portal.policies import may_work
from portal.services.demo_files import FILE_NAME, LIST_FILE_NAME, scene_five_file, scene_six_file
from screening.selectors import unusable_sources
from toolkit import clock, health
from toolkit.http import actor_of, problem_response
from toolkit.pages import DISPLAY_COOKIE, DISPLAY_SECONDS, look_of

API = "/api/"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class RequestWrong(Malformed):
    code = "portal.request_wrong"
    message = "请求的格式或者主机名不正确，没有办理。请核对地址和请求头后重试。"


class Defect(Unavailable):
    code = "portal.defect"
    message = "系统出错，没有办理，已经记录。请稍后重试，或联系平台运维人员。"


class DatabaseAway(Unavailable):
    code = "database_away"
    message = "数据库暂不可用：未能核查，不得据此认定为无记录。请稍后重试。"


def home(request: HttpRequest) -> HttpResponse:
    """What waits for the reader. Administrators have no business here, only their menu (三员分立)."""
    actor, today = actor_of(request), clock.today()
    business = may_work(actor)
    context = {
        "business": business,
        "queue": selectors.queue(actor, today=today) if business else [],
        "numbers": selectors.numbers(actor, today=today) if business else [],
        "hall": settings.HALL_ADDRESS if business else "",
    }
    return render(request, "portal/home.html", context)


@require_safe
def scene_six(request: HttpRequest) -> HttpResponse:
    """The spreadsheet that the presenter hands in. Nothing of the kind exists outside the demo."""
    if not settings.DEMO:
        raise Http404
    return _attached(FILE_NAME, scene_six_file(today=clock.today()))


@require_safe
def scene_five(request: HttpRequest) -> HttpResponse:
    """This week's tax list, with gaps. Nothing of the kind exists outside the demo."""
    if not settings.DEMO:
        raise Http404
    return _attached(LIST_FILE_NAME, scene_five_file(today=clock.today()))


def _attached(name: str, content: bytes) -> HttpResponse:
    headers = {"Content-Disposition": content_disposition_header(True, name) or "attachment"}
    return HttpResponse(content, content_type=XLSX, headers=headers)


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process lives. Nothing else is asked, so that a slow database does not get it killed."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Each part and its state; 503 when one is missing without which no question can be answered.

    A list that cannot be consulted is no such part: where a matter asks for it the answer is "could not check" (I1).
    """
    parts = health.parts(now=time.time(), lists=_lists)
    ready = all(part.ok for part in parts if part.needed)
    body = {"ready": ready, "parts": {part.name: {"ok": part.ok, "detail": part.detail} for part in parts}}
    return JsonResponse(body, status=200 if ready else 503)


def _lists() -> str:
    unusable = unusable_sources(as_of=clock.today())
    return ", ".join(f"{one.name}: {one.state.value}" for one in unusable)


@login_not_required
@require_POST
def display(request: HttpRequest) -> HttpResponse:
    """Keep the wish for size and contrast in a cookie, and go back to where the reader was."""
    look = look_of(request).changed(size=request.POST.get("size", ""), contrast=request.POST.get("contrast", ""))
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = "/"
    response = HttpResponseRedirect(back)
    response.set_cookie(
        DISPLAY_COOKIE,
        look.cookie,
        max_age=DISPLAY_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )
    return response


@requires_csrf_token
def defect(request: HttpRequest) -> HttpResponse:
    """handler500. A database that does not answer is no defect but 503, and never reads as "no record" (I1)."""
    down = isinstance(sys.exc_info()[1], OperationalError | InterfaceError)
    status = 503 if down else 500
    if request.path_info.startswith(API):
        return problem_response(DatabaseAway() if down else Defect(), status=status)
    if request.headers.get("HX-Request"):
        template = "components/_unavailable.html" if down else "components/_defect.html"
    else:
        template = f"{status}.html"
    return HttpResponse(render_to_string(template), status=status)


def malformed(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler400: what Django itself refuses, above all a host that is not ours; interfaces in their own words."""
    return problem_response(RequestWrong()) if request.path_info.startswith(API) else bad_request(request, exception)
