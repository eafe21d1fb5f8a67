"""名单类型: the register of what each list is by law, one type with its facts, two editions side by side."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.selectors import shown_names
from catalog.rules.marks import Piece, marked
from kernel.actor import Actor
from kernel.errors import NotPermitted
from kernel.law import Rank
from redblack import policies, services
from redblack.forms.editions import TypeFilter
from redblack.models import ListType, ListTypeEdition
from redblack.rules import editions
from redblack.rules.editions import FACTS, TypeContent
from redblack.selectors import editions as selectors
from toolkit import clock
from toolkit.gates import only_if


class TypesAreForStaff(NotPermitted):
    code = "redblack.types_are_for_staff"
    message = "系统、安全、审计管理员不经办业务数据。请使用业务账号查看名单类型。"


class TypesAreTheOffices(NotPermitted):
    code = "redblack.types_are_the_offices"
    message = "名单类型由信用办维护。如需变更，请联系信用办。"


for_staff = only_if(policies.may_see_types, TypesAreForStaff)
for_office = only_if(policies.may_register_types, TypesAreTheOffices)
MARKS = {
    "L": "已对照法律条文",
    "S": "来自项目文件",
    "C": "经计算核对",
    "P": "见于公开网页，待确认",
    "G": "一般了解，待确认",
    "虚构": "演示用虚构",
    "": "未注明来源",
}


@dataclass(frozen=True, slots=True)
class FactRow:
    """A fact as the page shows it. `by`: who confirmed it, "" for nobody yet; `token`: what a confirmation is of."""

    key: str
    label: str
    lines: list[str]
    mark: str
    mark_text: str
    by: str
    on: str
    waits: bool
    token: str


@require_GET
@for_staff
def list_types(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every list type: what may take entries, what may not, and what of it is still to be confirmed."""
    form = TypeFilter(request.GET)
    said = form.cleaned_data if form.is_valid() else {}
    lines = selectors.types_page(
        selectors.TypeFilters(
            q=said.get("q", ""),
            status=said.get("status", ""),
            kind=said.get("kind", ""),
            waiting=bool(said.get("waiting")),
        )
    )
    may_edit = policies.may_register_types(actor)
    context = {
        "form": form,
        "lines": lines,
        "kinds": editions.KIND_LABELS,
        "may_edit": may_edit,
        "drafts": list(selectors.open_editions()) if may_edit else [],
        "current": sum(line.type.legal_status == "现行" for line in lines),
    }
    return render(request, "redblack/types/types.html", context)


@require_GET
@for_staff
def list_type(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """One list type as it stands: every fact with its mark, who confirmed it, and its editions."""
    found = selectors.type_by_code(code)
    versions = selectors.editions_of(code, actor=actor)
    published = selectors.standing(code)
    content = selectors.content_of(published) if published else None
    context = {
        "type": found,
        "facts": fact_rows(found, content) if content else [],
        "rank": Rank(found.basis_rank).label if found.basis_rank else "",
        "kind": editions.KIND_LABELS[found.kind],
        "editions": lines_of(versions),
        "draft": next((one for one in versions if one.state in selectors.OPEN), None),
        "previous": [one for one in versions if one.state == "published"][1:2],
        "standing": published,
        "may_edit": policies.may_register_types(actor),
    }
    return render(request, "redblack/types/type.html", context)


@require_POST
@for_office
def confirm_fact(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    fact = request.POST.get("fact", "")[:40]
    seen = request.POST.get("token", "")[:12]
    services.confirm_fact(code=code, fact=fact, seen=seen, actor=actor, now=clock.now())
    messages.success(request, f"已确认：{FACTS[fact][0]}。")
    return redirect("redblack:list_type", code)


@require_GET
@for_staff
def compare_types(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """Two editions of a type, what differs side by side."""
    versions = selectors.editions_of(code, actor=actor)
    if not versions:
        raise selectors.TypeNotFound
    by_number = {str(one.number): one for one in versions}
    newer = by_number.get(request.GET.get("b", ""), versions[0])
    older = by_number.get(request.GET.get("a", ""), versions[min(1, len(versions) - 1)])
    context = {
        "code": code,
        "older": older,
        "newer": newer,
        "title": selectors.content_of(newer).title,
        "editions": lines_of(versions),
        "differences": compared(selectors.content_of(older), selectors.content_of(newer)),
    }
    return render(request, "redblack/types/compare.html", context)


@dataclass(frozen=True, slots=True)
class Line:
    label: str
    before: tuple[Piece, ...]
    after: tuple[Piece, ...]


def compared(older: TypeContent, newer: TypeContent) -> list[Line]:
    return [Line(one.label, *marked(one.before, one.after)) for one in editions.differences(older, newer)]


def fact_rows(found: ListType, content: TypeContent) -> list[FactRow]:
    said = editions.said_of(content)
    waiting = set(editions.unconfirmed(content, found.confidence, found.confirmations))
    names = shown_names({one["by"] for one in found.confirmations.values()})
    rows = []
    for key, (label, parts) in FACTS.items():
        confirmed = found.confirmations.get(key, {})
        mark = editions.mark_of(found.confidence, key)
        by = confirmed.get("by", "")
        lines = [editions.line_of(part, text, parts) for part in parts if (text := said[part])]
        rows.append(
            FactRow(
                key,
                label,
                lines,
                mark,
                MARKS.get(mark, MARKS[""]),
                names.get(by, by),
                confirmed.get("on", ""),
                key in waiting,
                editions.fact_token(content, key),
            )
        )
    return rows


@dataclass(frozen=True, slots=True)
class EditionLine:
    """An edition with the names of its two people."""

    row: ListTypeEdition
    drafted: str
    reviewed: str


def lines_of(versions: list[ListTypeEdition]) -> list[EditionLine]:
    names = shown_names({key for one in versions for key in (one.drafted_by, one.reviewed_by) if key})
    return [
        EditionLine(one, names.get(one.drafted_by, one.drafted_by), names.get(one.reviewed_by, one.reviewed_by))
        for one in versions
    ]
