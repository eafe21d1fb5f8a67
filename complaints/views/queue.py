"""The queue of the credit office and of the departments that something was forwarded to."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.selectors import staff_of
from complaints import policies, selectors, services
from complaints.forms import ForwardForm, HandlerForm, QueueForm, WordsForm
from complaints.models import Complaint
from complaints.rules.states import LIFE, State
from complaints.services.handling import (
    CannotHandle,
    DepartmentUnknown,
    NobodyNamesHimself,
    ReasonMissing,
    WordsMissing,
)
from kernel.actor import Actor
from kernel.errors import NotFound, Refusal
from toolkit import clock
from toolkit.gates import only_if
from toolkit.http import status_of
from toolkit.keyset import after_day, cursor_of

PAGE = 50
TYPES = {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png"}


class NoSuchStep(NotFound):
    code = "complaints.no_such_step"
    message = "没有这项操作，请返回刷新页面。"


for_staff = only_if(policies.may_see, CannotHandle)


@require_GET
@for_staff
def complaints(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What is open by its last day, or what is over."""
    form = QueueForm(request.GET)
    said = form.cleaned_data if form.is_valid() else {}
    over = bool(said.get("over"))
    found = selectors.complaint_page(actor, over=over, after=after_day(said.get("after", "")), limit=PAGE + 1)
    last = found[PAGE - 1] if len(found) > PAGE else None
    context = {
        "rows": found[:PAGE],
        "over": over,
        "today": clock.today(),
        "next": f"{'over=1&' if over else ''}after={cursor_of(last.due_on, last.pk)}" if last else "",
        "may_name": policies.may_name_handlers(actor),
    }
    return render(request, "complaints/complaints.html", context)


@require_GET
@for_staff
def complaint(request: HttpRequest, actor: Actor, complaint_id: int) -> HttpResponse:
    """One complaint: for the office what was told, for a department the office's words. Never who told it."""
    return _page(request, actor, selectors.get_complaint(actor, complaint_id))


@require_POST
@for_staff
def step(request: HttpRequest, actor: Actor, complaint_id: int, verb: str) -> HttpResponse:
    """One of: accept, decline, forward, report, answer. What is refused stays on the page as it was typed."""
    now, form = clock.now(), WordsForm(request.POST)
    words = form.cleaned_data["words"] if form.is_valid() else ""
    try:
        if verb == "accept":
            services.accept(complaint_id=complaint_id, actor=actor, now=now)
        elif verb == "forward":
            _forward(request, actor, complaint_id)
        elif verb in {"decline", "report", "answer"}:
            if not words:
                raise WordsMissing
            act = {"decline": services.decline, "report": services.report, "answer": services.answer}[verb]
            act(complaint_id=complaint_id, words=words, actor=actor, now=now)
        else:
            raise NoSuchStep
    except Refusal as refusal:
        found = selectors.get_complaint(actor, complaint_id)
        return _page(request, actor, found, refusal=refusal, typed=request.POST)
    return redirect("complaints:complaint", complaint_id)


def _forward(request: HttpRequest, actor: Actor, complaint_id: int) -> None:
    found = selectors.get_complaint(actor, complaint_id)
    form = ForwardForm(request.POST, papers=[one.pk for one in selectors.papers_of(actor, found)])
    if not form.is_valid():
        raise DepartmentUnknown if "department" in form.errors else WordsMissing
    said = form.cleaned_data
    services.forward(
        complaint_id=complaint_id,
        department_id=said["department"],
        summary=said["summary"],
        papers=said["papers"],
        actor=actor,
        now=clock.now(),
    )


@never_cache
@require_POST
@for_staff
def identity(request: HttpRequest, actor: Actor, complaint_id: int) -> HttpResponse:
    """Who told it, once, after the reason was recorded; not in the address, not kept by the browser."""
    form = WordsForm(request.POST)
    found = selectors.get_complaint(actor, complaint_id)
    try:
        if not form.is_valid():
            raise ReasonMissing
        who = services.open_identity(
            complaint_id=complaint_id, reason=form.cleaned_data["words"], actor=actor, now=clock.now()
        )
    except Refusal as refusal:
        return _page(request, actor, found, refusal=refusal)
    return _page(request, actor, found, who=who)


@never_cache
@require_GET
@for_staff
def paper(request: HttpRequest, actor: Actor, complaint_id: int, paper_id: int) -> HttpResponse:
    """A paper, as a download: what the public sends is not shown inside our pages. The reading is recorded."""
    name, stream = services.open_paper(complaint_id=complaint_id, paper_id=paper_id, actor=actor, now=clock.now())
    with stream:
        content = stream.read()
    kind = TYPES.get(name.rpartition(".")[2], "application/octet-stream")
    shown = content_disposition_header(True, name) or "attachment"
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": shown})


@require_http_methods(["GET", "POST"])
@for_staff
def handlers(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Who may open identities of informants."""
    if not policies.may_name_handlers(actor):
        raise NobodyNamesHimself
    if request.method == "POST":
        form = HandlerForm(request.POST)
        if not form.is_valid():
            raise NobodyNamesHimself
        services.name_handler(**form.cleaned_data, actor=actor, now=clock.now())
        return redirect("complaints:handlers")
    named = {one.username: one for one in selectors.handlers()}
    colleagues = [one for one in staff_of(actor.departments) if one.username != actor.name]
    context = {"rows": [(one, named.get(one.username)) for one in colleagues]}
    return render(request, "complaints/handlers.html", context)


def _page(
    request: HttpRequest,
    actor: Actor,
    found: Complaint,
    *,
    refusal: Refusal | None = None,
    who: dict[str, str] | None = None,
    typed: QueryDict | None = None,
) -> HttpResponse:
    office = policies.may_handle(actor)
    verbs = set(LIFE.open_to(State(found.state)))
    verbs &= {"accept", "decline", "forward", "answer"} if office else {"report"}
    context: dict[str, Any] = {
        "complaint": found,
        "office": office,
        "text": selectors.text_of(actor, found),
        "papers": selectors.papers_of(actor, found),
        "verbs": verbs,
        "departments": selectors.may_be_forwarded_to() if "forward" in verbs else [],
        "handler": selectors.is_handler(actor),
        "named": bool(found.informant_ct),
        "who": who,
        "refusal": refusal,
        "typed": {name: typed.get(name, "") if typed else "" for name in ("summary", "words")},
    }
    status = status_of(refusal) if refusal else 200
    return render(request, "complaints/complaint.html", context, status=status)
