"""The editor's page of cross-field rules, of the parts that fields play and of what a record raises."""

from dataclasses import replace
from typing import TypeVar

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from catalog import selectors
from catalog.forms.rules import SHAPES, RaiseForm, RolesForm, RuleForm
from catalog.rules.content import Content
from catalog.rules.definition import RuleKind
from catalog.rules.sentences import names_of, raise_sentence, rule_sentence
from catalog.views.drafting import Draft, editor_page, open_draft, saving, seen_next
from catalog.views.gates import for_editors
from kernel.actor import Actor
from kernel.errors import Malformed, Refusal

T = TypeVar("T")


class NothingAsked(Malformed):
    code = "catalog.nothing_asked"
    message = "没有读到要做的修改。请刷新页面后重试。"


@require_http_methods(["GET", "POST"])
@for_editors
def rules(request: HttpRequest, actor: Actor, version_id: int) -> HttpResponse:
    """Each form of the page changes one thing: `do` says which (add-<kind>, drop-rule, roles, …)."""
    one = open_draft(actor, version_id)
    if request.method == "GET":
        return _page(request, one)
    do = request.POST.get("do", "")
    form = _form(do, request.POST, one.content)
    if form is not None and not form.is_valid():
        return _page(request, one, do=do, form=form, status=422)
    part, content = _changed(do, form, request.POST, one.content)
    return saving(
        request,
        one,
        part,
        seen=request.POST.get("seen", "")[:64],
        content=content,
        actor=actor,
        again=lambda refusal: _page(request, one, do=do, form=form, refusal=refusal),
        to=reverse("catalog:rules", args=[version_id]) + f"#{part}",
    )


def _form(do: str, data: QueryDict | None, content: Content) -> forms.Form | None:
    """The form that `do` names, bound; None for what has none (taking a line away)."""
    if do == "roles":
        return RolesForm(data, content=content)
    if do == "add-raise":
        return RaiseForm(data, content=content, sources=sorted(selectors.known_sources()))
    kind = do.removeprefix("add-")
    return RuleForm(data, kind=RuleKind(kind), content=content) if do.startswith("add-") and kind in SHAPES else None


def _changed(do: str, form: forms.Form | None, data: QueryDict, content: Content) -> tuple[str, Content]:
    """Which part is written, and the content with it. Raises NothingAsked."""
    match form:
        case RolesForm():
            return "roles", replace(content, roles=form.roles())
        case RaiseForm():
            return "raises", replace(content, raises=(*content.raises, form.made()))
        case RuleForm():
            return "rules", replace(content, rules=(*content.rules, form.rule()))
    at = data.get("at", "")
    if not at.isdecimal() or do not in ("drop-rule", "drop-raise"):
        raise NothingAsked
    if do == "drop-rule":
        return "rules", replace(content, rules=_without(content.rules, int(at)))
    return "raises", replace(content, raises=_without(content.raises, int(at)))


def _without(lines: tuple[T, ...], at: int) -> tuple[T, ...]:
    return tuple(line for number, line in enumerate(lines) if number != at)


def _page(
    request: HttpRequest,
    one: Draft,
    *,
    do: str = "",
    form: forms.Form | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    content, names = one.content, names_of(one.content.fields)
    posted = request.POST.get("seen", "")[:64]
    part = {"roles": "roles", "add-raise": "raises", "drop-raise": "raises"}.get(do, "rules")

    def of(name: str) -> forms.Form | None:
        return form if form is not None and name == do else _form(name, None, content)

    context = {
        "rules": [rule_sentence(rule, names) for rule in content.rules],
        "raises": [raise_sentence(one, names) for one in content.raises],
        "rule_forms": [of(f"add-{kind.value}") for kind in SHAPES],
        "roles_form": of("roles"),
        "raise_form": of("add-raise"),
        "seen": {
            name: seen_next(one, name, posted if name == part else "", refusal)
            for name in ("rules", "roles", "raises")
        },
        "tab": "rules",
    }
    return editor_page(request, one, "catalog/rules.html", context, refusal=refusal, status=status)
