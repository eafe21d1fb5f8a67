"""On the public portal: what is held against whom I am or represent, from when I may ask, my applications."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kernel.actor import Actor
from kernel.errors import Refusal, TooMany
from repair import forms
from repair.models import Application
from repair.rules.letters import CHANNELS
from repair.rules.states import LABELS, Channel, State, Target
from repair.selectors import applications as reading
from repair.selectors.standing import held, held_against
from repair.services import filing, papers
from repair.services.filing import CannotApply, file_application
from repair.services.progress import look_up
from repair.views.papers import as_file
from repair.views.steps import wish_of
from subjects.selectors import subjects_of
from toolkit import clock
from toolkit.gates import of_visitors
from toolkit.http import client_ip, knows_visitors, status_of


@require_GET
@of_visitors
def my_repairs(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Each piece of information with the day from which I may apply and what is missing; what I have asked for."""
    subjects = subjects_of(actor.subjects)
    today = clock.today()
    context = {
        "subjects": [(subject, held_against(subject.id, on=today)) for subject in subjects.values()],
        "applications": [(row, LABELS[State(row.state)]) for row in reading.of_subjects(actor.subjects)],
        "channels": CHANNELS,
    }
    return render(request, "repair/public/mine.html", context)


@require_http_methods(["GET", "POST"])
@of_visitors
def apply(request: HttpRequest, actor: Actor, target: str, target_id: int) -> HttpResponse:
    """Apply: too early is refused with its article and the day; another's is not there."""
    if target not in (Target.RECORD, Target.ENTRY):
        raise reading.ApplicationNotFound
    one = held(Target(target), target_id, on=clock.today())
    if one.subject_id not in actor.subjects:
        raise CannotApply
    form, refusal, status = forms.Apply(request.POST or None, request.FILES or None), None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = file_application(
                    target=Target(target),
                    target_id=target_id,
                    channel=Channel.PORTAL,
                    wish=wish_of(form),
                    actor=actor,
                    now=clock.now(),
                )
            except Refusal as refused:
                refusal, status = refused, status_of(refused)
            else:
                messages.success(request, f"申请已提交，办件编号 {made.number}。")
                return redirect("repair:my_application", made.number)
    context = {"held": one, "form": form, "refused": refusal}
    return render(request, "repair/public/apply.html", context, status=status)


@require_GET
@of_visitors
def my_application(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """How far my application is, its papers, and what I can do."""
    return _shown(request, actor, _own(actor, number))


@require_POST
@of_visitors
def my_supplement(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Hand in what was missing."""
    row, form = _own(actor, number), forms.Apply(request.POST, request.FILES)
    form.fields["statement"].required = False
    if not form.is_valid():
        return _shown(request, actor, row, form=form, status=422)
    try:
        filing.supplement(application_id=row.pk, wish=wish_of(form), actor=actor, now=clock.now())
    except Refusal as refused:
        return _shown(request, actor, _own(actor, number), form=form, refusal=refused)
    messages.success(request, "已补正，办理期限自次日起继续计算。")
    return redirect("repair:my_application", number)


@require_POST
@of_visitors
def my_withdrawal(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Take it back; one may apply anew."""
    row, form = _own(actor, number), forms.Reason(request.POST)
    if not form.is_valid():
        return _shown(request, actor, row, status=422)
    try:
        reason = form.cleaned_data["text"]
        filing.withdraw(application_id=row.pk, reason=reason, actor=actor, now=clock.now())
    except Refusal as refused:
        return _shown(request, actor, _own(actor, number), refusal=refused)
    messages.success(request, "已撤回申请。")
    return redirect("repair:my_application", number)


@require_GET
@of_visitors
def my_paper(request: HttpRequest, actor: Actor, number: str, repair_paper_id: int) -> HttpResponse:
    """A paper that was written to me."""
    row = _own(actor, number)
    name, stream = papers.read_file(
        application_id=row.pk, attachment_id=None, paper_id=repair_paper_id, actor=actor, now=clock.now()
    )
    return as_file(name, stream)


@login_not_required
@require_http_methods(["GET", "POST"])
def progress(request: HttpRequest) -> HttpResponse:
    """Progress by number and unified code, without signing in: state and days, nothing else. Asked by POST, so that
    neither stands in an address.
    """
    form, found, status = forms.Progress(request.POST or None), None, 200
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        number, code = form.cleaned_data["number"].strip().upper(), form.cleaned_data["code"].strip().upper()
        try:
            found = look_up(number=number, code=code, address=client_ip(request), wall=clock.wall())
        except Refusal as refused:
            refusal, status = refused, status_of(refused)
    context = {
        "form": form,
        "row": found,
        "state": LABELS[State(found.state)] if found else "",
        "refused": refusal,
    }
    response = render(request, "repair/public/progress.html", context, status=status)
    if isinstance(refusal, TooMany):
        response["Retry-After"] = str(refusal.retry_after)
    add_never_cache_headers(response)
    return response


progress = knows_visitors(progress)


def _own(actor: Actor, number: str) -> Application:
    row = reading.visible_to(actor).select_related("department").filter(number=number).first()
    if row is None:
        raise reading.ApplicationNotFound
    return row


def _shown(
    request: HttpRequest,
    actor: Actor,
    row: Application,
    *,
    form: forms.Apply | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    state = State(row.state)
    context = {
        "row": row,
        "state": state.label,
        "subject": subjects_of({row.subject_id}).get(row.subject_id),
        "papers": reading.papers_of(row),
        "may_supplement": state is State.NOTIFIED,
        "may_withdraw": state in (State.FILED, State.NOTIFIED, State.ACCEPTED),
        "form": form or forms.Apply(),
        "withdrawal": forms.Reason(),
        "refused": refusal,
    }
    answer = status_of(refusal) if refusal else status
    return render(request, "repair/public/application.html", context, status=answer)
