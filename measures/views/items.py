"""The measure list: every item, one item with its editions, the second person's reading, withdrawal."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kernel.actor import Actor
from kernel.errors import Refusal, RuleBroken
from measures import policies, selectors, services
from measures.forms import items as forms
from measures.models import MeasureItem
from measures.rules.states import ItemState
from measures.views import shown
from measures.views.gates import for_drafters, for_office, for_readers
from toolkit import clock
from toolkit.http import status_of

PAGE = 50


class NotInReview(RuleBroken):
    code = "measures.not_in_review"
    message = "该版本不在待审核状态，可能已经发布或者退回。请返回事项页面查看。"


@require_GET
@for_readers
def items(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every item by its code; drafts of one's own departments, for the credit office of all."""
    form = forms.ItemFilter(request.GET, departments=shown.every_department())
    said = form.cleaned_data if form.is_valid() else {}
    filters = selectors.ItemFilters(
        text=said.get("q", "").strip(),
        department_id=int(said.get("department") or 0),
        state=said.get("state", ""),
        kind=int(said.get("kind") or 0),
    )
    found = selectors.item_page(actor, filters, after=after_code(said.get("after", "")), limit=PAGE + 1)
    rows = found[:PAGE]
    more = {}
    if len(found) > PAGE:
        more = {key: said.get(key, "") for key in ("q", "department", "kind", "state")}
        more["after"] = cursor(rows[-1])
    context = {
        "form": form,
        "rows": [(row, shown.department_name(row)) for row in rows],
        "count": selectors.item_count(actor, filters),
        "waiting": selectors.waiting(actor),
        "may_draft": policies.may_draft_somewhere(actor),
        "next": urlencode({key: value for key, value in more.items() if value}),
    }
    return render(request, "measures/items/items.html", context)


def cursor(row: MeasureItem) -> str:
    """The link's text for the last row seen."""
    return f"{row.code}~{row.pk}"


def after_code(text: str) -> tuple[str, int] | None:
    """What `cursor` wrote; None for anything else, which starts the list from its beginning."""
    code, _, number = text.partition("~")
    if not code or not number.isascii() or not number.isdecimal() or len(number) > 18:
        return None
    return code.replace("\x00", ""), int(number)


@require_GET
@for_readers
def item(request: HttpRequest, actor: Actor, measure_code: str) -> HttpResponse:
    """One item as it stands, or as it was last, with all of its editions."""
    editions = selectors.editions_of(actor, measure_code)
    if not editions:
        raise selectors.ItemNotFound
    wanted = request.GET.get("edition", "")
    standing = next((one for one in editions if one.state == ItemState.PUBLISHED), editions[0])
    chosen = next((one for one in editions if str(one.pk) == wanted), standing)
    one = shown.shown(chosen, today=clock.today())
    before = next((e for e in editions if e.edition < chosen.edition and e.rev_from is not None), None)
    context = {
        "shown": one,
        "item": chosen,
        "editions": editions,
        "differences": shown.against_original(one),
        "before": before,
        "changes": shown.compared(shown.shown(before, today=clock.today()), one) if before else [],
        "people": shown.people(editions),
        "may_draft": policies.may_draft(actor, department_id=chosen.department_id),
        "may_withdraw": policies.may_publish(actor),
        "open": next((e for e in editions if e.state in (ItemState.DRAFT, ItemState.IN_REVIEW)), None),
    }
    return render(request, "measures/items/item.html", context)


@require_GET
@for_drafters
def review(request: HttpRequest, actor: Actor, item_id: int) -> HttpResponse:
    """What the second person reads before rehearsing and publishing: the differences first, then the whole."""
    return _review(request, actor, _waiting(actor, item_id))


def _waiting(actor: Actor, item_id: int) -> MeasureItem:
    found = selectors.item_by_id(actor, item_id)
    if found.state != ItemState.IN_REVIEW:
        raise NotInReview
    return found


def _review(
    request: HttpRequest,
    actor: Actor,
    found: MeasureItem,
    *,
    note: forms.Note | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    today = clock.today()
    one = shown.shown(found, today=today)
    standing = selectors.standing(found.code)
    context = {
        "shown": one,
        "item": found,
        "standing": standing,
        "changes": shown.compared(shown.shown(standing, today=today), one) if standing else [],
        "differences": shown.against_original(one),
        "against": services.assess(value=one.value, on=today).against,
        "may_review": policies.may_review(actor, drafted_by=found.drafted_by),
        "rehearse": shown.rehearse_link(found),
        "people": shown.people([found]),
        "note": note or forms.Note(),
        "refusal": refusal,
    }
    return render(request, "measures/items/review.html", context, status=status_of(refusal) if refusal else status)


@require_POST
@for_drafters
def send_back(request: HttpRequest, actor: Actor, item_id: int) -> HttpResponse:
    """Back to the drafter, with what must be mended."""
    found, form = _waiting(actor, item_id), forms.Note(request.POST)
    if not form.is_valid():
        return _review(request, actor, found, note=form, status=422)
    services.send_back(item_id=item_id, note=form.cleaned_data["note"], actor=actor, now=clock.now())
    messages.success(request, "已退回起草人修改。")
    return redirect("measures:item", found.code)


@require_http_methods(["GET", "POST"])
@for_office
def withdraw(request: HttpRequest, actor: Actor, measure_code: str) -> HttpResponse:
    """From this moment nobody is told to apply it; what was answered before stays as it was."""
    standing = selectors.standing(measure_code)
    if standing is None:
        raise services.NotPublished
    form, status = forms.Reason(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            services.withdraw_item(
                code=measure_code, reason=form.cleaned_data["reason"], actor=actor, now=clock.now()
            )
            messages.success(request, "已撤回。自即时起，核查不再提示该措施。")
            return redirect("measures:item", measure_code)
    return render(request, "measures/items/withdraw.html", {"item": standing, "form": form}, status=status)
