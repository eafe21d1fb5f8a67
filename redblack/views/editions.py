"""Editing a list type: a draft in one form, its submission, the second person's review and publication."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.selectors import all_departments
from kernel.actor import Actor
from kernel.errors import Refusal, RuleBroken
from redblack import policies, services
from redblack.forms.editions import EditionForm, EditionNote, NewType
from redblack.models import ListTypeEdition
from redblack.rules.editions import TypeContent
from redblack.rules.lists import LegalStatus, Origin
from redblack.rules.states import EditionState
from redblack.selectors import editions as selectors
from redblack.views.types import compared, for_office, lines_of
from toolkit import clock
from toolkit.http import status_of

UNPROCESSABLE = 422


class NotADraft(RuleBroken):
    code = "redblack.not_a_draft"
    message = "该版本已提交或发布，不能编辑。待审核的请先退回，已发布的请在名单类型页面“变更”。"


class NotInReview(RuleBroken):
    code = "redblack.not_in_review"
    message = "该版本不在待审核状态，可能已经发布或退回。请返回名单类型页面查看。"


@require_http_methods(["GET", "POST"])
@for_office
def new_type(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A list that is not in the register yet; it takes no entries before it is published as 现行."""
    form, refusal, status = NewType(request.POST or None), None, 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            said = dict(form.cleaned_data)
            code = said.pop("code")
            content = TypeContent(origin=Origin.CITY.value, legal_status=LegalStatus.UNDER_LEGAL_REVIEW.value, **said)
            try:
                made = services.draft_edition(code=code, content=content, actor=actor, now=clock.now())
                return redirect("redblack:edition", made)
            except Refusal as refused:
                refusal, status = refused, status_of(refused)
    return render(request, "redblack/types/new.html", {"form": form, "refusal": refusal}, status=status)


@require_POST
@for_office
def change_type(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    made = services.draft_edition(code=code, content=None, actor=actor, now=clock.now())
    return redirect("redblack:edition", made)


@require_http_methods(["GET", "POST"])
@for_office
def edition(request: HttpRequest, actor: Actor, edition_id: int) -> HttpResponse:
    """The draft's form; saved as a whole. Somebody else's newer wording is never overwritten unseen."""
    found = selectors.edition_by_id(edition_id, actor=actor)
    if found.state != EditionState.DRAFT:
        raise NotADraft
    content = selectors.content_of(found)
    form = _form(request.POST or None, found.code, content)
    if request.method == "GET":
        return _edit(request, found, content, form)
    if not form.is_valid():
        return _edit(request, found, content, form, status=UNPROCESSABLE)
    wanted = form.applied_to(content)
    try:
        seen = request.POST.get("seen", "")[:64]
        services.save_edition(edition_id=edition_id, content=wanted, seen=seen, actor=actor, now=clock.now())
    except Refusal as refusal:
        return _edit(request, found, content, form, refusal=refusal)
    messages.success(request, "已保存。")
    return redirect("redblack:edition", edition_id)


def _form(data: Any, code: str, content: TypeContent) -> EditionForm:
    return EditionForm(
        data,
        initial=EditionForm.initial_of(content),
        units=[(one.code, one.name) for one in all_departments()],
        lists=[(line.type.code, line.type.title) for line in selectors.types_page(selectors.TypeFilters())
               if line.type.code != code],
    )  # fmt: skip


def _edit(
    request: HttpRequest,
    found: ListTypeEdition,
    content: TypeContent,
    form: EditionForm,
    *,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    today = clock.today()
    context = {
        "edition": found,
        "content": content,
        "form": form,
        "seen": content.seen,
        "against": services.assess(code=found.code, content=content, on=today).against,
        "cited": selectors.cited_documents(content, on=today),
        "line": lines_of([found])[0],
        "refusal": refusal,
    }
    return render(request, "redblack/types/edit.html", context, status=status_of(refusal) if refusal else status)


@require_POST
@for_office
def submit_edition(request: HttpRequest, actor: Actor, edition_id: int) -> HttpResponse:
    found = selectors.edition_by_id(edition_id, actor=actor)
    try:
        seen = request.POST.get("token", "")[:64]
        services.submit_edition(edition_id=edition_id, seen=seen, actor=actor, now=clock.now())
    except Refusal as refusal:
        content = selectors.content_of(found)
        return _edit(request, found, content, _form(None, found.code, content), refusal=refusal)
    messages.success(request, "已提交，请信用办的另一名工作人员审核发布。")
    return redirect("redblack:review_edition", edition_id)


@require_POST
@for_office
def discard_edition(request: HttpRequest, actor: Actor, edition_id: int) -> HttpResponse:
    found = selectors.edition_by_id(edition_id, actor=actor)
    services.discard_edition(edition_id=edition_id, actor=actor, now=clock.now())
    messages.success(request, "草稿已作废。")
    return redirect("redblack:list_type", found.code) if found.list_type_id else redirect("redblack:list_types")


@require_GET
@for_office
def review_edition(request: HttpRequest, actor: Actor, edition_id: int) -> HttpResponse:
    """What the second person reads before publishing: the differences first."""
    return _review(request, actor, _waiting(actor, edition_id))


def _waiting(actor: Actor, edition_id: int) -> ListTypeEdition:
    found = selectors.edition_by_id(edition_id, actor=actor)
    if found.state != EditionState.IN_REVIEW:
        raise NotInReview
    return found


def _review(
    request: HttpRequest,
    actor: Actor,
    found: ListTypeEdition,
    *,
    note: EditionNote | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    content, standing = selectors.content_of(found), selectors.standing(found.code)
    context = {
        "edition": found,
        "content": content,
        "line": lines_of([found])[0],
        "standing": standing,
        "differences": compared(selectors.content_of(standing), content) if standing else [],
        "whole": compared(selectors.content_of(found), content) if standing else compared(EMPTY, content),
        "against": services.assess(code=found.code, content=content, on=clock.today()).against,
        "may_review": policies.may_review_types(actor, drafted_by=found.drafted_by),
        "token": content.seen,
        "note": note or EditionNote(),
        "refusal": refusal,
    }
    return render(request, "redblack/types/review.html", context, status=status_of(refusal) if refusal else status)


EMPTY = TypeContent(
    title="",
    kind="serious",
    origin=Origin.CITY.value,
    legal_status=LegalStatus.UNDER_LEGAL_REVIEW.value,
    initiator="",
)


@require_POST
@for_office
def publish_edition(request: HttpRequest, actor: Actor, edition_id: int) -> HttpResponse:
    """What was read is what is published: the token says which."""
    found = _waiting(actor, edition_id)
    try:
        seen = request.POST.get("token", "")[:64]
        services.publish_edition(edition_id=edition_id, seen=seen, actor=actor, now=clock.now())
    except Refusal as refusal:
        return _review(request, actor, found, refusal=refusal)
    messages.success(request, f"已发布第 {found.number} 版，即日起按本版办理。")
    return redirect("redblack:list_type", found.code)


@require_POST
@for_office
def send_back_edition(request: HttpRequest, actor: Actor, edition_id: int) -> HttpResponse:
    found, form = _waiting(actor, edition_id), EditionNote(request.POST)
    if not form.is_valid():
        return _review(request, actor, found, note=form, status=UNPROCESSABLE)
    services.send_back_edition(edition_id=edition_id, note=form.cleaned_data["note"], actor=actor, now=clock.now())
    messages.success(request, "已退回起草人修改。")
    return redirect("redblack:list_type", found.code) if found.list_type_id else redirect("redblack:list_types")
