"""Steps of an item's life: the second person's review, withdrawal, filing above."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from catalog import policies, selectors, services
from catalog.forms.life import Filing, Note, Reason
from catalog.models import ItemVersion
from catalog.rules.states import State
from catalog.views.gates import for_editors
from catalog.views.shown import compared, people, shown
from kernel.actor import Actor
from kernel.errors import Refusal, RuleBroken
from toolkit import clock
from toolkit.http import status_of


class NotInReview(RuleBroken):
    code = "catalog.not_in_review"
    message = "该版本不在待审核状态，可能已经发布或退回。请返回条目页面查看。"


@require_GET
@for_editors
def review(request: HttpRequest, actor: Actor, version_id: int) -> HttpResponse:
    """What the second person reads before publishing: the differences first, then the whole."""
    return _review(request, actor, _waiting(actor, version_id))


def _waiting(actor: Actor, version_id: int) -> ItemVersion:
    version = selectors.version_by_id(actor, version_id)
    if version.state != State.IN_REVIEW:
        raise NotInReview
    return version


def _review(
    request: HttpRequest,
    actor: Actor,
    version: ItemVersion,
    *,
    note: Note | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    content, today = selectors.content_of(version), clock.today()
    standing = next((v for v in selectors.versions_of(actor, version.item.code) if v.published_on), None)
    context = {
        "shown": shown(version, today=today),
        "standing": standing,
        "differences": compared(selectors.content_of(standing), content) if standing else [],
        "against": services.assess(content=content, on=today).against,
        "may_review": policies.may_review(actor, drafted_by=version.drafted_by),
        "people": people([version]),
        "token": content.seen,
        "note": note or Note(),
        "refusal": refusal,
    }
    return render(request, "catalog/review.html", context, status=status_of(refusal) if refusal else status)


@require_POST
@for_editors
def publish(request: HttpRequest, actor: Actor, version_id: int) -> HttpResponse:
    """What was read is what is published: the token says which."""
    version = _waiting(actor, version_id)
    try:
        seen = request.POST.get("token", "")[:64]
        services.publish(version_id=version_id, seen=seen, actor=actor, now=clock.now())
    except Refusal as refusal:
        return _review(request, actor, version, refusal=refusal)
    messages.success(request, f"已发布第 {version.number} 版。自即日起的报送按本版校验，以前的记录仍按原版本显示。")
    return redirect("catalog:item", version.item.code)


@require_POST
@for_editors
def send_back(request: HttpRequest, actor: Actor, version_id: int) -> HttpResponse:
    version, form = _waiting(actor, version_id), Note(request.POST)
    if not form.is_valid():
        return _review(request, actor, version, note=form, status=422)
    services.send_back(version_id=version_id, note=form.cleaned_data["note"], actor=actor, now=clock.now())
    messages.success(request, "已退回编目人修改。")
    return redirect("catalog:version", version.item.code, version.number)


@require_http_methods(["GET", "POST"])
@for_editors
def withdraw(request: HttpRequest, actor: Actor, item_code: str) -> HttpResponse:
    """Nothing new comes in under the item; what is there keeps its version."""
    standing = next((v for v in selectors.versions_of(actor, item_code) if v.published_on), None)
    if standing is None:
        raise selectors.VersionNotFound
    form, refusal, status = Reason(request.POST or None), None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            reason = form.cleaned_data["reason"]
            try:
                services.withdraw(version_id=standing.pk, reason=reason, actor=actor, now=clock.now())
            except Refusal as refused:
                refusal, status = refused, status_of(refused)
            else:
                messages.success(request, "已撤销。不再接收新的报送，已有记录不受影响。")
                return redirect("catalog:item", item_code)
    context = {"version": standing, "form": form, "refusal": refusal}
    return render(request, "catalog/withdraw.html", context, status=status)


@require_http_methods(["GET", "POST"])
@for_editors
def filing(request: HttpRequest, actor: Actor, version_id: int) -> HttpResponse:
    """Filed with the office above: when, and under which number."""
    version = selectors.version_by_id(actor, version_id)
    initial = {"filed_on": version.filed_on or clock.today(), "filing_no": version.filing_no}
    form, refusal, status = Filing(request.POST or None, initial=initial), None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.file_above(version_id=version_id, actor=actor, now=clock.now(), **form.cleaned_data)
            except Refusal as refused:
                refusal, status = refused, status_of(refused)
            else:
                messages.success(request, "已登记备案。")
                return redirect("catalog:version", version.item.code, version.number)
    context = {"version": version, "form": form, "refusal": refusal}
    return render(request, "catalog/filing.html", context, status=status)
