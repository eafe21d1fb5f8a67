"""The queue, one objection, its papers, and the public page that verifies an answer."""

from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_safe

from accounts.selectors import shown_names
from catalog.rules.definition import Masking
from catalog.selectors import definition_of
from collection.selectors.records import get_record
from kernel.actor import Actor
from kernel.errors import NotPermitted
from objections import policies, selectors, services
from objections.forms import (
    AnswerForm,
    ConclusionForm,
    ExtendForm,
    PaperForm,
    PauseForm,
    QueueFilter,
    ReasonForm,
    RefuseForm,
)
from objections.models import Objection
from objections.rules.conclusions import default_statement
from objections.rules.kinds import Kind, Target
from objections.rules.rulesets import BY_CODE, RULE_SETS, What
from objections.rules.states import LIFE, MARKED, State
from objections.services.concluding import seen_of
from subjects.selectors import subject_of
from toolkit import clock
from toolkit.gates import only_if
from toolkit.keyset import after_day

PAGE = 50


class NotForYou(NotPermitted):
    code = "objections.not_for_you"
    message = "异议由业务人员办理。请使用业务账号。"


for_staff = only_if(policies.may_see, NotForYou)


@require_GET
@for_staff
def queue(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Objections in the reader's scope, what is due first on top."""
    form, today = QueueFilter(request.GET), clock.today()
    said = form.cleaned_data if form.is_valid() else {}
    state = said.get("state") or ("all" if said.get("q") else "open")
    overdue = today if said.get("overdue") else None
    rows = selectors.page(
        actor,
        state=state,
        overdue_on=overdue,
        q=said.get("q", ""),
        after=after_day(said.get("after", "")),
        limit=PAGE + 1,
    )
    shown, names = rows[:PAGE], selectors.names_of(rows[:PAGE])
    last = shown[-1] if len(rows) > PAGE else None
    context = {
        "form": form,
        "rows": [{"row": one, "name": names.get(one.subject_id, "–"), "late": _late(one, today)} for one in shown],
        "count": selectors.count(actor, state=state, overdue_on=overdue),
        "overdue": selectors.count(actor, overdue_on=today),
        "next": _next(request, state, last) if last else "",
    }
    return render(request, "objections/queue.html", context)


def _next(request: HttpRequest, state: str, last: Objection) -> str:
    """The same question, from the last row on."""
    question = request.GET.copy()
    question["after"] = selectors.cursor(last, state)
    return question.urlencode()


def _late(row: Objection, today: date) -> bool:
    return row.due_on is not None and row.due_on < today


@require_GET
@for_staff
def rules(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Which deadlines apply, each with its source and how sure we are of it."""
    rows = [
        {"one": one, "limits": [(what.label, one.limits[what]) for what in What if what in one.limits]}
        for one in RULE_SETS
    ]
    return render(request, "objections/rules.html", {"rows": rows, "setting": settings.OBJECTION_RULES})


@never_cache
@require_GET
@for_staff
def objection(request: HttpRequest, actor: Actor, dispute_id: int) -> HttpResponse:
    """One objection with its steps, clocks and papers."""
    return render(request, "objections/objection.html", shown(actor, dispute_id))


def shown(actor: Actor, objection_id: int, **refused: Any) -> dict[str, Any]:
    """What the page of an objection says, with the forms that this reader may send."""
    row = selectors.get_visible(actor, objection_id)
    today = clock.today()
    about, subject = selectors.about(row, on=today), subject_of(row.subject_id)
    state, verbs = State(row.state), LIFE.open_to(State(row.state))
    receives = policies.may_receive(actor, department_id=row.department_id)
    verifies = policies.may_verify(actor, provider_id=row.provider_id)
    decides = policies.may_conclude(actor, provider_id=row.provider_id)
    recognises = policies.may_conclude(actor, provider_id=about.provider_id)
    own = row.provider_id is not None
    people = shown_names(
        {row.filed_by, row.accepted_by, row.verified_by, row.proposed_by, row.concluded_by, row.answered_by} - {""}
    )
    running = state in MARKED or state is State.FILED
    forms = {
        "refuse": RefuseForm() if "refuse" in verbs and receives else None,
        "propose": conclusion_form(row) if "propose" in verbs and verifies else None,
        "send_back": ReasonForm(prefix="back") if "send_back" in verbs and decides else None,
        "answer": AnswerForm() if "answer" in verbs and (receives or verifies) else None,
        "pause": PauseForm(prefix="pause") if running and (receives or verifies) else None,
        "extend": ExtendForm(prefix="extend") if running and (receives or verifies) and _extends(row) else None,
        "paper": PaperForm() if running and (receives or verifies or row.filed_by == actor.key) else None,
        "rest": ReasonForm(prefix="rest") if row.marked and recognises else None,
        "withdraw": ReasonForm(prefix="withdraw") if "withdraw" in verbs and row.filed_by == actor.key else None,
        "review": ReasonForm(prefix="review") if state is State.ANSWERED and _reviewable(row) else None,
    }
    return {
        "row": row,
        "about": about,
        "href": selectors.href_of(row),
        "subject": subject,
        "kind": Kind(row.kind).label,
        "clocks": selectors.clocks_of(row.pk),
        "papers": selectors.attachments_of(row.pk),
        "pauses": list(row.pauses.order_by("begins")),
        "rules": BY_CODE[row.rules],
        "today": today,
        "people": {key: people.get(key, "网上提出" if key.startswith("visitor") else key) for key in _keys(row)},
        "may_accept": "accept" in verbs and receives,
        "may_forward": "forward" in verbs and receives and not own,
        "may_verify": "verify" in verbs and verifies,
        "may_conclude": "conclude" in verbs and decides and state is State.PROPOSED,
        "own_proposal": row.two_persons and row.proposed_by == actor.key,
        "seen": seen_of(row),
        "f": {**forms, **refused.pop("forms", {})},
        **refused,
    }


def _keys(row: Objection) -> list[str]:
    named = (
        row.filed_by, row.accepted_by, row.verified_by, row.proposed_by, row.concluded_by, row.answered_by
    )  # fmt: skip
    return [one for one in named if one]


def _extends(row: Objection) -> bool:
    return any(limit.more for limit in BY_CODE[row.rules].limits.values())


def _reviewable(row: Objection) -> bool:
    return row.review_of_id is None and not Objection.objects.filter(review_of=row).exists()


def conclusion_form(row: Objection, said: Any = None) -> ConclusionForm:
    """The form of a conclusion, with the fields of what the objection is about."""
    target, fields = Target(row.target), {}
    initial = {}
    if target is Target.RECORD and row.record_id is not None:
        found = get_record(selectors.PLATFORM, row.record_id)
        definition = definition_of(found.item_version_id)
        fields = {one.code: one.name for one in definition.fields if one.masking is not Masking.SEALED}
    if row.entry is not None and row.kind == Kind.WRONG_SUBJECT:
        subject = subject_of(row.subject_id)
        name = subject.name if subject else ""
        text = default_statement(name, row.entry.list_type.title, row.entry.document_no)
        initial = {"outcome": "更正", "statement": text}
    return ConclusionForm(said, target=target, fields=fields, initial=initial)


@never_cache
@require_GET
@for_staff
def claim(request: HttpRequest, actor: Actor, dispute_id: int) -> HttpResponse:
    """What is claimed: sealed, so that each look is recorded."""
    text, contact = services.read_claim(objection_id=dispute_id, actor=actor, now=clock.now())
    context = {"text": text, "contact": contact, "row": selectors.get_visible(actor, dispute_id)}
    name = "objections/_claim.html" if request.headers.get("HX-Request") else "objections/claim.html"
    return render(request, name, context)


@require_GET
@for_staff
def paper(request: HttpRequest, actor: Actor, dispute_id: int, dispute_paper_id: int) -> HttpResponse:
    """A paper of an objection; the look is recorded. Never interpreted by the browser but as what it is."""
    name, stream = services.read_paper(
        objection_id=dispute_id, attachment_id=dispute_paper_id, actor=actor, now=clock.now()
    )
    with stream:
        return file_response(name, stream.read())


def file_response(name: str, body: bytes) -> HttpResponse:
    inline = name.lower().endswith(".pdf")
    response = HttpResponse(body, content_type="application/pdf" if inline else "application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(not inline, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@login_not_required
@require_safe
def verify(request: HttpRequest, answer_code: str) -> HttpResponse:
    """Whoever holds an answer reads here whether it was given: number, authority, day, outcome, and no name."""
    found = selectors.answered_with(answer_code)
    response = render(request, "objections/verify.html", {"found": found})
    response["X-Robots-Tag"] = "noindex"
    return response
