"""页面填报: one record typed into a form that the catalogue makes, with help for code and name."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from catalog.rules.definition import Definition
from catalog.selectors import ItemToReport, definition_of
from collection.forms.boxes import is_of_person
from collection.forms.entry import EntryForm
from collection.rules.problems import Severity
from collection.rules.states import Channel
from collection.services import Receipt, receive_rows
from collection.views.reporting import Place, reported_from
from kernel.actor import Actor
from kernel.errors import Refusal
from kernel.identifiers import holds_citizen_id, normalise_code, read
from subjects.selectors import Candidate, SubjectValue, candidates, resolve_code, visible_to
from toolkit import clock
from toolkit.http import actor_of, refusal_page, status_of

CANDIDATES = 8
ORGANISATION_CODES = frozenset({"uscc", "reg_no", "org_code"})
WHOLE_CODE = 18  # places: a shorter one is still being typed


@dataclass(frozen=True, slots=True)
class Help:
    """What the register knows of a typed code or name: offered, never taken by itself."""

    subject: SubjectValue | None = None
    candidates: tuple[Candidate, ...] = ()
    problem: str = ""
    asked: bool = False


def help_for(*, code: str, name: str, word: str) -> Help:
    """`word`: the kind of subject as chosen. Persons are never looked up here, neither by number nor by name."""
    if is_of_person(word) or holds_citizen_id(code) or holds_citizen_id(name):
        return Help()
    if code.strip():
        found = read(code, today=clock.today())
        if found.kind in ORGANISATION_CODES:
            known = resolve_code(found)
            return Help(known.subject, known.candidates, known.problem, asked=True)
        if found.kind == "invalid" and len(normalise_code(code)) == WHOLE_CODE:
            return Help(problem=found.problem, asked=True)
    if len(name.strip()) > 1:
        return Help(candidates=tuple(candidates(name, limit=CANDIDATES)), asked=True)
    return Help()


@never_cache
@require_http_methods(["GET", "POST"])
def entry(request: HttpRequest, item_code: str) -> HttpResponse:
    """The form; a record that is not in order leaves nothing behind but its reasons on the screen."""
    actor = actor_of(request)
    try:
        place, item = reported_from(request, actor, item_code)
    except Refusal as refusal:
        return refusal_page(request, refusal)
    definition = definition_of(item.version_id)
    said = request.POST if request.method == "POST" else None
    form = EntryForm(definition, said=said, filled=_filled(definition, place))
    context: dict[str, Any] = {"place": place, "item": item, "form": form, "definition": definition}
    if said is None:
        return render(request, "collection/reporting/entry.html", context)
    if "look" in said:
        context["help"] = _help(definition, said)
        return render(request, "collection/reporting/entry.html", context)
    if adopted := said.get("adopt", ""):
        _adopt(form, adopted, actor)
        return render(request, "collection/reporting/entry.html", context)
    try:
        receipt = _hand_in(form, item, place, said, actor)
    except Refusal as refusal:
        context["refusal"] = refusal
        return render(request, "collection/reporting/entry.html", context, status=status_of(refusal))
    if receipt.returned:
        form.tell(one for one in receipt.returned[0].problems if one["severity"] != Severity.WARNING)
        return render(request, "collection/reporting/entry.html", context, status=422)
    return redirect("collection:batch", receipt.batch_id)


def _hand_in(form: EntryForm, item: ItemToReport, place: Place, said: QueryDict, actor: Actor) -> Receipt:
    return kept_unless_returned(
        lambda: receive_rows(
            item_code=item.code,
            rows=[form.cells()],
            channel=Channel.PAGE,
            department_id=place.department.id,
            call_key=f"page:{said.get('idempotency_key', '')[:40]}",
            all_or_nothing=True,
            confirmed={1} if "confirm" in said else (),
            actor=actor,
            now=clock.now(),
        )
    )


def kept_unless_returned(hand_in: Callable[[], Receipt]) -> Receipt:
    """One row through the one pipeline. What comes back is undone: somebody at a screen mends it at once."""
    with transaction.atomic():
        receipt = hand_in()
        if receipt.returned:
            transaction.set_rollback(True)
    return receipt


def _filled(definition: Definition, place: Place) -> dict[str, str]:
    """What the department would type every time: itself."""
    roles, own = definition.roles, place.department
    by_role = {roles.authority: own.name, roles.authority_code: own.code}
    by_name = {
        field.code: own.code if "代码" in field.name else own.name
        for field in definition.fields
        if field.name.startswith("数据来源单位")
    }
    return {code: value for code, value in (by_role | by_name).items() if code}


def _help(definition: Definition, said: QueryDict) -> Help:
    roles = definition.roles
    return help_for(
        code=said.get(roles.uscc, "") if roles.uscc else "",
        name=said.get(roles.name, "")[:200] if roles.name else "",
        word=said.get(roles.subject_kind, "") if roles.subject_kind else "",
    )


def _adopt(form: EntryForm, subject_id: str, actor: Actor) -> None:
    """Put a candidate's registered code and name into the boxes, because somebody chose it."""
    if not (subject_id.isascii() and subject_id.isdigit() and len(subject_id) < 19):
        return
    subject = visible_to(actor).filter(pk=int(subject_id)).first()
    if subject is not None:
        roles = form.definition.roles
        form.fill({roles.name: subject.name} | ({roles.uscc: subject.uscc} if subject.uscc else {}))


@never_cache
@require_POST
def suggest(request: HttpRequest, item_code: str) -> HttpResponse:
    """For htmx, while somebody types. By POST: what is typed could be a person's, and addresses are kept in logs."""
    actor = actor_of(request)
    try:
        _, item = reported_from(request, actor, item_code)
    except Refusal as refusal:
        return refusal_page(request, refusal)
    definition = definition_of(item.version_id)
    context = {"help": _help(definition, request.POST), "definition": definition}
    return render(request, "collection/reporting/_candidates.html", context)
