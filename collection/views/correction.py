"""更正: what a record says is mended by its provider, with the ground; subject, document and authority stay."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from catalog.rules.definition import Definition, Masking
from catalog.selectors import current_version, definition_of
from collection import policies
from collection.forms.entry import EntryForm
from collection.forms.records import PutAside
from collection.models import Record
from collection.rules.problems import Severity
from collection.selectors.records import get_record
from collection.services import NothingPublished, Receipt, changes
from collection.views.entry import kept_unless_returned
from kernel.actor import Actor
from kernel.errors import Refusal
from subjects.selectors import is_person
from toolkit import clock
from toolkit.http import actor_of, refusal_page, status_of


@never_cache
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, record_id: int) -> HttpResponse:
    """The form of the item's current version, filled with what the record says; what is sealed is typed anew."""
    actor = actor_of(request)
    try:
        row = get_record(actor, record_id)
        if not policies.may_report(actor, department_id=row.provider_id or 0):
            raise changes.NotYourRecord("记录由信息提供单位的报送人员更正。")
        version = current_version(row.item.code)
        if version is None:
            raise NothingPublished
    except Refusal as refusal:
        return refusal_page(request, refusal)
    definition = definition_of(version.version_id)
    said = request.POST if request.method == "POST" else None
    form = EntryForm(definition, said=said, filled=_filled(definition, row))
    ground = PutAside(said, auto_id="id_ground_%s")
    context: dict[str, Any] = {"record": row, "form": form, "ground": ground, "definition": definition}
    if said is None:
        return render(request, "collection/records/correct.html", context)
    if not ground.is_valid():
        return render(request, "collection/records/correct.html", context, status=422)
    try:
        receipt = _hand_in(form, ground.cleaned_data, record_id, said, actor)
    except Refusal as refusal:
        context["refusal"] = refusal
        return render(request, "collection/records/correct.html", context, status=status_of(refusal))
    if receipt.returned:
        form.tell(one for one in receipt.returned[0].problems if one["severity"] != Severity.WARNING)
        return render(request, "collection/records/correct.html", context, status=422)
    messages.success(request, "已更正该记录。" if receipt.changed else "内容与原记录相同，没有改动。")
    return redirect("collection:record", record_id=record_id)


def _hand_in(form: EntryForm, ground: dict[str, str], record_id: int, said: QueryDict, actor: Actor) -> Receipt:
    return kept_unless_returned(
        lambda: changes.correct_record(
            record_id=record_id,
            cells=form.cells(),
            confirmed="confirm" in said,
            call_key=f"correct:{record_id}:{said.get('idempotency_key', '')[:40]}",
            actor=actor,
            now=clock.now(),
            **ground,
        )
    )


def _filled(definition: Definition, row: Record) -> dict[str, str]:
    """What the record says; a person's name is kept masked only, so that it is typed anew with the number."""
    hidden = {f.code for f in definition.fields if f.masking is Masking.SEALED}
    if is_person(row.subject_id):
        hidden.add(definition.roles.name)
    return {code: text for code, text in row.content.items() if code not in hidden and isinstance(text, str)}
