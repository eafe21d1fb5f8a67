"""A draft's editor: the columns with what they rest on, and the condition. Each works without JavaScript.

Two people may edit one draft: a form carries the `seen` of what it showed, and who comes second is told.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kernel.actor import Actor
from kernel.errors import Refusal, RuleBroken
from measures import selectors, services
from measures.forms import items as forms
from measures.forms.conditions import line_rows, lines_said
from measures.models import MeasureItem
from measures.rules.condition_scope import WARNINGS, warning
from measures.rules.condition_words import Names
from measures.rules.conditions import FACTS, Condition, ConditionWrong, read_condition, written
from measures.rules.content import NO_MATTER, ItemContent, ItemValue
from measures.rules.outline import condition_of, lines_of
from measures.rules.states import ItemState
from measures.views import shown
from measures.views.gates import for_drafters
from toolkit import clock
from toolkit.http import status_of

UNPROCESSABLE = 422


class NotADraft(RuleBroken):
    code = "measures.not_a_draft"
    message = "该版本已提交或发布，不能编辑。待审核的请先退回，已发布的请用“变更”起草新版本。"


def open_draft(actor: Actor, item_id: int) -> tuple[MeasureItem, ItemValue]:
    """Raises ItemNotFound, NotADraft."""
    item = selectors.item_by_id(actor, item_id)
    if item.state != ItemState.DRAFT:
        raise NotADraft
    return item, selectors.value_of(item)


@require_http_methods(["GET", "POST"])
@for_drafters
def new_item(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Begin an item from nothing."""
    form = forms.NewItem(request.POST or None, departments=shown.department_choices(actor))
    refusal, status = None, 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            said = form.cleaned_data
            reward = bool(said["reward"])
            content = ItemContent(
                code=said["code"],
                department_id=int(said["department"]),
                department_text="",
                matter_code="",
                matter_name=NO_MATTER,
                responsible_office="",
                basis_text="",
                target_text="",
                content=said["content"].strip(),
                stages=[],
                organisation="",
                means="推荐应用" if reward else "强制应用",
                reward=reward,
                kind=None,
                wording="",
                term_text="",
                extends_to_responsible=False,
            )
            try:
                made = services.draft_item(value=ItemValue(content=content), actor=actor, now=clock.now())
            except Refusal as refused:
                refusal, status = refused, status_of(refused)
            else:
                return redirect("measures:draft", made)
    context = {"form": form, "refusal": refusal}
    return render(request, "measures/items/new_item.html", context, status=status)


@require_POST
@for_drafters
def change(request: HttpRequest, actor: Actor, item_id: int) -> HttpResponse:
    """Begin the next edition of an item as a copy of the one that stands."""
    made = services.draft_from_item(item_id=item_id, actor=actor, now=clock.now())
    messages.success(request, "已按现行版本复制出新的草稿。发布前，现行版本照常适用。")
    return redirect("measures:draft", made)


@require_POST
@for_drafters
def from_original(request: HttpRequest, actor: Actor, original_id: int) -> HttpResponse:
    """Begin an item that carries out a memorandum's measure, for the drafter's own department."""
    department = request.POST.get("department", "")
    department_id = int(department) if department.isdecimal() and len(department) < 10 else actor.department_id or 0
    made = services.draft_from_original(
        original_id=original_id, department_id=department_id, actor=actor, now=clock.now()
    )
    messages.success(request, "已按备忘录的原始措施起草，请结合本部门职能补充。")
    return redirect("measures:draft", made)


@require_http_methods(["GET", "POST"])
@for_drafters
def draft(request: HttpRequest, actor: Actor, item_id: int) -> HttpResponse:
    """The eight columns, and what they rest on."""
    item, value = open_draft(actor, item_id)
    today, data = clock.today(), request.POST or None
    matters = shown.matter_names()
    form = forms.ItemForm(
        data,
        initial=forms.ItemForm.initial_of(value),
        matters=shown.matter_choices(),
        basics=shown.basic_choices(),
        triggers=shown.source_choices(today),
        unless_bad=[row for _, rows in shown.source_choices(today, bad=True) for row in rows],
    )
    rows = forms.article_rows(data, value, shown.document_choices())

    def page(refusal: Refusal | None = None, status: int = 200) -> HttpResponse:
        context = {"form": form, "rows": rows, "tab": "columns", "seen": _seen(request, value, refusal)}
        return editor_page(request, item, "measures/items/draft.html", context, refusal=refusal, status=status)

    if request.method == "GET":
        return page()
    if not (form.is_valid() and rows.is_valid()):
        return page(status=UNPROCESSABLE)
    wanted = form.applied_to(value, forms.articles_of(rows), matters)
    return _saving(request, item, wanted, actor=actor, again=page, to="measures:draft")


@require_http_methods(["GET", "POST"])
@for_drafters
def condition(request: HttpRequest, actor: Actor, item_id: int) -> HttpResponse:
    """The execution condition, line by line."""
    item, value = open_draft(actor, item_id)
    names = shown.word_names(clock.today())
    standing = read_condition(value.content.condition)
    rows = line_rows(request.POST or None, lines_of(standing, names), spare=_spare(request))
    wanted, wrong = standing, ""

    def page(refusal: Refusal | None = None, status: int = 200) -> HttpResponse:
        context = {
            "rows": rows,
            "tab": "condition",
            "seen": _seen(request, value, refusal),
            "wrong": wrong,
            "facts": FACTS.values(),
            "sources": names["source"],
            "matters": names["matter"],
            **_said(wanted, value, names),
        }
        return editor_page(request, item, "measures/items/condition.html", context, refusal=refusal, status=status)

    if request.method == "GET":
        return page()
    if not rows.is_valid():
        return page(status=UNPROCESSABLE)
    try:
        wanted = condition_of(lines_said(rows), names)
    except ConditionWrong as refused:
        wrong = str(refused)
        return page(status=UNPROCESSABLE)
    changed = value.with_condition(written(wanted))
    more = "?spare=6" if request.POST.get("do") == "more" else ""
    return _saving(request, item, changed, actor=actor, again=page, to="measures:condition", query=more)


@require_GET
@for_drafters
def condition_sentence(request: HttpRequest, actor: Actor, item_id: int) -> HttpResponse:
    """What the lines say so far: asked for while they are typed; nothing is kept."""
    _, value = open_draft(actor, item_id)
    names = shown.word_names(clock.today())
    rows = line_rows(request.GET, [])
    try:
        wanted = condition_of(lines_said(rows), names) if rows.is_valid() else None
        context = _said(wanted, value, names) | {"wrong": "" if rows.is_valid() else "请核对各行的内容。"}
    except ConditionWrong as refused:
        context = {"sentence": "", "warning": "", "wrong": str(refused)}
    return render(request, "measures/items/_sentence.html", context)


def _said(wanted: Condition | None, value: ItemValue, names: Names) -> dict[str, str]:
    warned = warning(wanted, shown.scope_of(value, selectors.source_names(as_of=clock.today())))
    return {"sentence": shown.in_words(wanted, names), "warning": WARNINGS[warned] if warned else ""}


@require_POST
@for_drafters
def submit(request: HttpRequest, actor: Actor, item_id: int) -> HttpResponse:
    """Hand the draft to the credit office. Refused, the editor says everything that stands in the way."""
    item, _ = open_draft(actor, item_id)
    try:
        services.submit(item_id=item_id, seen=_text(request, "token"), actor=actor, now=clock.now())
    except services.CannotPublish as refusal:  # each reason once, with its law
        brief = services.CannotPublish("草稿还不具备发布条件，没有提交：", reasons=refusal.reasons)
        return editor_page(request, item, "measures/items/submit.html", {"tab": ""}, refusal=brief)
    except Refusal as refusal:
        return editor_page(request, item, "measures/items/submit.html", {"tab": ""}, refusal=refusal)
    messages.success(request, "已提交审核，由信用办的工作人员预演、审核后发布。")
    return redirect("measures:item", item.code)


@require_http_methods(["GET", "POST"])
@for_drafters
def discard(request: HttpRequest, actor: Actor, item_id: int) -> HttpResponse:
    """Give a draft up, after a box was ticked."""
    item, _ = open_draft(actor, item_id)
    form = forms.Sure(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.discard_draft(item_id=item_id, actor=actor, now=clock.now())
        messages.success(request, "草稿已作废。")
        return redirect("measures:items")
    status = UNPROCESSABLE if request.method == "POST" else 200
    context = {"form": form, "tab": ""}
    return editor_page(request, item, "measures/items/discard.html", context, status=status)


def editor_page(
    request: HttpRequest,
    item: MeasureItem,
    template: str,
    context: dict[str, Any],
    *,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    """A page of the editor, with what still stands in the way of publication."""
    today = clock.today()
    one = shown.shown(item, today=today)
    frame = {
        "shown": one,
        "item": item,
        "against": services.assess(value=one.value, on=today).against,
        "people": shown.people([item]),
        "differences": shown.against_original(one),
        "rehearse": shown.rehearse_link(item),
        "token": one.value.seen,
        "refusal": refusal,
    }
    return render(request, template, frame | context, status=status_of(refusal) if refusal else status)


def _saving(
    request: HttpRequest,
    item: MeasureItem,
    wanted: ItemValue,
    *,
    actor: Actor,
    again: Callable[[Refusal], HttpResponse],
    to: str,
    query: str = "",
) -> HttpResponse:
    """Save and go on; refused, the page once more with everything that was typed."""
    try:
        services.save_draft(item_id=item.pk, value=wanted, seen=_text(request, "seen"), actor=actor, now=clock.now())
    except Refusal as refusal:
        return again(refusal)
    messages.success(request, "已保存。")
    answer = redirect(to, item.pk)
    answer["Location"] += query
    return answer


def _seen(request: HttpRequest, value: ItemValue, refusal: Refusal | None) -> str:
    """The token for the form shown again: of what stands now only when its writer has just been told about it."""
    posted = _text(request, "seen")
    return value.seen if isinstance(refusal, services.DraftMoved) or not posted else posted


def _spare(request: HttpRequest) -> int:
    said = request.GET.get("spare", "")
    return min(int(said), 12) if said.isdecimal() and len(said) < 3 else 2


def _text(request: HttpRequest, name: str) -> str:
    return str(request.POST.get(name, ""))[:64]
