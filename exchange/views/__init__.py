"""推送订阅, 推送台账, 联动解除, and who still holds an entry."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.selectors import clients, shown_names
from exchange import policies, selectors
from exchange.forms import LedgerPage, RecallFilter, SubscriptionFilter, SubscriptionForm
from exchange.models import Subscription
from exchange.rules.channels import PULL
from exchange.rules.scopes import KINDS, Wish
from exchange.rules.states import LIFE, SubscriptionState
from exchange.selectors.channels import channel_of
from exchange.selectors.liftings import liftings_of
from exchange.services import subscribing
from exchange.services.subscribing import CannotPropose
from kernel.actor import Actor, Role
from kernel.errors import NotPermitted, Refusal
from office.selectors import division_codes, division_name, division_names
from redblack.selectors import current_list_codes, list_types
from redblack.selectors import get_visible as visible_entry
from redblack.selectors.entries import subjects_for
from toolkit import clock
from toolkit.gates import only_if
from toolkit.http import status_of
from toolkit.keyset import after_day, count_of, cursor_of

PAGE = 50


class NotForYou(NotPermitted):
    code = "exchange.not_for_you"
    message = "推送订阅和台账由部门报送、审核人员和信用办查看。"


for_staff = only_if(policies.may_see, NotForYou)


@require_GET
@for_staff
def subscriptions(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Who is told of what, and how far each is."""
    form = SubscriptionFilter(request.GET)
    said = form.cleaned_data if form.is_valid() else {}
    state = said.get("state", "")
    rows = selectors.subscription_page(actor, state=state, after=said.get("after"), limit=PAGE + 1)
    today = clock.today()
    context = {
        "form": form,
        "rows": [_line(one) for one in rows[:PAGE]],
        "next": f"state={state}&after={rows[PAGE - 1].pk}" if len(rows) > PAGE else "",
        "may_propose": actor.has(Role.UPLOADER) or actor.has(Role.CREDIT_OFFICE),
        "waiting": count_of(selectors.waiting_recalls(actor)),
        "overdue": count_of(selectors.waiting_recalls(actor).filter(due_on__lt=today)),
    }
    return render(request, "exchange/subscriptions.html", context)


@require_http_methods(["GET", "POST"])
@for_staff
def new_subscription(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Propose a subscription; `预览` shows what it would be sent today and proposes nothing."""
    allowed = [
        one
        for one in clients()
        if one.active
        and policies.PULL_SCOPE in one.scopes
        and policies.may_propose(actor, department_id=one.department_id)
    ]
    if not (actor.has(Role.UPLOADER) or actor.has(Role.CREDIT_OFFICE)):
        raise CannotPropose
    current = current_list_codes()
    form = SubscriptionForm(
        request.POST or None,
        initial={"kinds": list(KINDS)},
        clients=[(str(one.pk), f"{one.name}（{one.department.short_name}）") for one in allowed],
        lists=[(one.code, one.title) for one in list_types() if one.code in current],
        areas=sorted(division_names({one for one in division_codes() if one[:4] == actor.area[:4]}).items()),
    )
    context: dict[str, Any] = {"form": form, "no_client": not allowed}
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            if "preview" in request.POST:
                context |= {"preview": _preview(form.wish)}
                return render(request, "exchange/new_subscription.html", context)
            client = next(one for one in allowed if one.pk == form.cleaned_data["client"])
            try:
                made = subscribing.propose(
                    department_id=client.department_id,
                    client_id=client.pk,
                    name=form.cleaned_data["name"],
                    wish=form.wish,
                    actor=actor,
                    now=clock.now(),
                )
            except Refusal as refusal:
                context["refusal"], status = refusal, status_of(refusal)
            else:
                messages.success(request, "已提出，待信用办另一名人员开通。开通前不推送任何内容。")
                return redirect("exchange:subscription", made)
    return render(request, "exchange/new_subscription.html", context, status=status)


@never_cache
@require_GET
@for_staff
def subscription(request: HttpRequest, actor: Actor, subscription_id: int) -> HttpResponse:
    """One subscription: its scope, what it would be sent, where receiver and ledger stand, the newest rows."""
    row = selectors.get_visible(actor, subscription_id)
    form = LedgerPage(request.GET)
    before = form.cleaned_data["before"] if form.is_valid() else None
    ledger = selectors.newest_rows(row, before=before, limit=PAGE + 1)
    recalls, channel = selectors.recalls_of(row), channel_of(row)
    first = list(recalls[:PAGE])
    told = selectors.rows_of(first)
    people = shown_names({row.proposed_by, row.opened_by} - {""})
    wish = Wish(frozenset(row.lists), frozenset(row.kinds), row.area, row.purpose)
    context = {
        "one": _line(row),
        "kinds": [KINDS[kind] for kind in row.kinds],
        "area": division_name(row.area) if row.area else "全市",
        "proposed_by": people.get(row.proposed_by, ""),
        "opened_by": people.get(row.opened_by, ""),
        "preview": _preview(wish) if row.state == SubscriptionState.PROPOSED else None,
        "ledger": ledger[:PAGE],
        "lists": selectors.list_states(row, as_of=clock.today()) if row.opened_at else [],
        "sees_entries": policies.may_open(actor),
        "next": f"before={ledger[PAGE - 1].seq}" if len(ledger) > PAGE else "",
        "recalls": [{"recall": one, "content": told[one.subscription_id, one.seq].content} for one in first],
        "recalls_count": count_of(recalls),
        "today": clock.today(),
        "steps": _steps(actor, row),
        "way": PULL if channel is None or channel.state == "off" else channel.get_kind_display(),
        "has_way": channel is not None,
        "changes_url": reverse("exchange:api_changes", args=[row.pk]),
    }
    return render(request, "exchange/subscription.html", context)


@require_POST
@for_staff
def step(request: HttpRequest, actor: Actor, subscription_id: int) -> HttpResponse:
    """开通, 不予开通, 暂停, 恢复, 停止."""
    name = request.POST.get("step", "")
    selectors.get_visible(actor, subscription_id)
    if name in subscribing.STEPS:
        subscribing.step(subscription_id=subscription_id, name=name, actor=actor, now=clock.now())
        messages.success(request, f"已{subscribing.STEPS[name]}。")
    return redirect("exchange:subscription", subscription_id)


@require_GET
@for_staff
def recalls(request: HttpRequest, actor: Actor) -> HttpResponse:
    """联动解除: what receivers must take back and have not confirmed, the most urgent first."""
    form = RecallFilter(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    overdue, today = bool(asked.get("overdue")), clock.today()
    rows = selectors.recall_page(
        actor, overdue_on=today if overdue else None, after=after_day(asked.get("after", "")), limit=PAGE + 1
    )
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    titles = {one.code: one.title for one in list_types()}
    said = selectors.rows_of(rows[:PAGE])
    context = {
        "rows": [
            {
                "recall": one,
                "list": titles.get(one.list_code, one.list_code),
                "content": said[one.subscription_id, one.seq].content,
            }
            for one in rows[:PAGE]
        ],
        "sees_entries": policies.may_open(actor),
        "overdue": overdue,
        "today": today,
        "count": count_of(selectors.waiting_recalls(actor)),
        "next": (f"after={cursor_of(last.due_on, last.pk)}" + ("&overdue=1" if overdue else "")) if last else "",
    }
    return render(request, "exchange/recalls.html", context)


@never_cache
@require_GET
@for_staff
def holders(request: HttpRequest, actor: Actor, entry_id: int) -> HttpResponse:
    """谁还持有: who was told of an entry, and who has confirmed that it was taken back."""
    entry = visible_entry(actor, entry_id)
    found, acted = selectors.holders_of(entry_id), liftings_of(entry_id)
    context = {
        "entry": entry,
        "subject": subjects_for([entry]).get(entry.subject_id),
        "holders": found,
        "still": sum(one.still_holds for one in found),
        "liftings": acted,
        "undone": sum(one.confirmed_at is None for one in acted),
    }
    return render(request, "exchange/holders.html", context)


def _line(row: Subscription) -> dict[str, Any]:
    titles = {one.code: one.title for one in list_types() if one.code in row.lists}
    return {
        "row": row,
        "state": SubscriptionState(row.state).label,
        "lists": [titles.get(code, code) for code in row.lists],
        "behind": row.last_seq - row.confirmed_seq,
        "differs": row.confirmed_count - row.expected_count,
    }


def _preview(wish: Wish) -> dict[str, Any]:
    titles = {one.code: one.title for one in list_types()}
    shown = selectors.preview(wish, as_of=clock.today())
    return {
        "by_list": [(titles.get(code, code), count) for code, count in shown.by_list],
        "sample": [(titles.get(code, code), *rest) for code, *rest in shown.sample],
        "total": shown.total,
    }


def _steps(actor: Actor, row: Subscription) -> list[tuple[str, str]]:
    """The buttons that this reader has; what else the rule refuses it says itself."""
    opens, pauses = policies.may_open(actor), policies.may_pause(actor, department_id=row.department_id)
    names = LIFE.open_to(SubscriptionState(row.state))
    return [(name, subscribing.STEPS[name]) for name in names if (pauses if name in {"pause", "resume"} else opens)]
