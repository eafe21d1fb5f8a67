"""推送方式, its batches, those that failed, and the schema of the files."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.selectors import shown_names
from exchange import policies, selectors
from exchange.forms import ChannelForm, DeadLetterPage, DeliveryPage
from exchange.models import Channel, Delivery, Subscription
from exchange.rules.channels import KINDS, Kind
from exchange.rules.formats import SCHEMA
from exchange.rules.states import SubscriptionState
from exchange.selectors import channels as found
from exchange.selectors.channels import NoChannel
from exchange.services import reconciling
from exchange.services.channels import CHANNELS, previewing, setting
from exchange.services.channels.setting import place_shown
from exchange.views import for_staff
from kernel.actor import Actor
from kernel.errors import Refusal
from toolkit import clock
from toolkit.http import status_of
from toolkit.keyset import after_moment, count_of, cursor_of

PAGE = 50
SHOWN = 20
ASKS = {"resend": "重发", "now": "立即推送", "full": "重发全量", "reconcile": "对账"}
OVER = {SubscriptionState.ENDED.value, SubscriptionState.REFUSED.value}


@never_cache
@require_http_methods(["GET", "POST"])
@for_staff
def channel(request: HttpRequest, actor: Actor, subscription_id: int) -> HttpResponse:
    """How the rows of a subscription reach its receiver: the settings, the test, the approval."""
    row = selectors.get_visible(actor, subscription_id)
    held = found.channel_of(row)
    kind = _kind(request, held)
    form = _form(kind, held, request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"refusal": None}
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                setting.save_channel(subscription_id=row.pk, setup=form.setup(), actor=actor, now=clock.now())
            except Refusal as refusal:
                context["refusal"], status = refusal, status_of(refusal)
            else:
                messages.success(request, "已保存。请点“测试连接”，成功后由信用办另一名人员核准。")
                return redirect("exchange:channel", row.pk)
    return render(request, "exchange/channel.html", context | _channel_context(actor, row, held, form), status=status)


@require_POST
@for_staff
def try_channel(request: HttpRequest, actor: Actor, subscription_id: int) -> HttpResponse:
    """测试连接: reach the receiver; no row is sent."""
    held = setting.try_channel(subscription_id=subscription_id, actor=actor, now=clock.now())
    if request.headers.get("HX-Request"):
        return render(request, "exchange/_trial.html", {"held": held})
    return redirect("exchange:channel", subscription_id)


@require_POST
@for_staff
def step_channel(request: HttpRequest, actor: Actor, subscription_id: int) -> HttpResponse:
    """核准, or 停用."""
    selectors.get_visible(actor, subscription_id)
    if request.POST.get("step") == "approve":
        setting.approve_channel(subscription_id=subscription_id, actor=actor, now=clock.now())
        messages.success(request, "已核准，按推送时间开始推送。")
    elif request.POST.get("step") == "off":
        setting.turn_off(subscription_id=subscription_id, actor=actor, now=clock.now())
        messages.success(request, "已停用，改由接收系统按序号取数。")
    return redirect("exchange:channel", subscription_id)


@never_cache
@require_GET
@for_staff
def deliveries(request: HttpRequest, actor: Actor, subscription_id: int) -> HttpResponse:
    """The batches of a subscription, newest first; what goes out next; the buttons."""
    row = selectors.get_visible(actor, subscription_id)
    held = found.channel_of(row)
    if held is None:
        raise NoChannel
    form = DeliveryPage(request.GET)
    before = form.cleaned_data["before"] if form.is_valid() else None
    batches = found.delivery_page(row, before=before, limit=PAGE + 1)
    held.subscription = row
    waits = row.last_seq - held.sent_seq
    running = held.state == found.APPROVED and row.state not in {"proposed", "refused"}
    asks = running and policies.may_ask_deliveries(actor, department_id=row.department_id)
    open_batch = next((one for one in batches if one.done_at is None), None) if before is None else None
    context = {
        "row": row,
        "held": held,
        "kind": KINDS[Kind(held.kind)],
        "timetable": str(found.timetable_of(held)),
        "batches": batches[:PAGE],
        "next": f"before={batches[PAGE - 1].pk}" if len(batches) > PAGE else "",
        "waits": waits,
        "rows": previewing.next_rows(channel=held, limit=SHOWN),
        "asks": [(name, ASKS[name]) for name in _asks(open_batch, waits)] if asks else [],
        "open": open_batch,
        "by_file": held.kind in found.BY_FILE,
    }
    return render(request, "exchange/deliveries.html", context)


@require_POST
@for_staff
def ask(request: HttpRequest, actor: Actor, subscription_id: int) -> HttpResponse:
    """重发, 立即推送, 重发全量, 对账."""
    selectors.get_visible(actor, subscription_id)
    who: dict[str, Any] = {"subscription_id": subscription_id, "actor": actor, "now": clock.now()}
    match request.POST.get("ask"):
        case "resend":
            reconciling.resend(**who)
            messages.success(request, "已安排重发，其后的内容将依次补推。")
        case "now":
            reconciling.send_now(**who)
            messages.success(request, "已安排推送。")
        case "full":
            reconciling.send_everything(**who)
            messages.success(request, "已安排重发全量，完成后本页显示全量截至的序号。")
        case "reconcile":
            said = reconciling.reconcile(**who)
            text = f"接收方已应用至第 {said.seq} 号，现存 {said.count} 条。" if said else "接收方没有可用的回执。"
            messages.success(request, text)
    return redirect("exchange:deliveries", subscription_id)


@never_cache
@require_GET
@for_staff
def next_document(request: HttpRequest, actor: Actor, subscription_id: int) -> HttpResponse:
    """The next batch as the receiver would get it; nothing is sent."""
    row = selectors.get_visible(actor, subscription_id)
    held = found.channel_of(row)
    if held is None:
        raise NoChannel
    held.subscription = row
    document = previewing.next_document(channel=held, limit=PAGE)
    if document is None:
        raise NoChannel("没有等待推送的内容。")
    answer = HttpResponse(document.body, content_type=document.media_type)
    answer["Content-Disposition"] = f'attachment; filename="{document.name}"'
    return answer


@never_cache
@require_GET
@for_staff
def dead_letters(request: HttpRequest, actor: Actor) -> HttpResponse:
    """推送失败: batches that were given up, of every subscription that the reader sees."""
    form = DeadLetterPage(request.GET)
    after = after_moment(form.cleaned_data["after"]) if form.is_valid() else None
    rows = found.dead_letter_page(actor, after=after, limit=PAGE + 1)
    last = rows[PAGE - 1] if len(rows) > PAGE and rows[PAGE - 1].dead_at else None
    context = {
        "rows": rows[:PAGE],
        "count": count_of(found.dead_letters(actor)),
        "failing": count_of(found.failing(actor)),
        "next": f"after={cursor_of(last.dead_at, last.pk)}" if last and last.dead_at else "",
        "may": {
            one.pk for one in rows if policies.may_ask_deliveries(actor, department_id=one.subscription.department_id)
        },
    }
    return render(request, "exchange/dead_letters.html", context)


@require_GET
@for_staff
def files_schema(request: HttpRequest, actor: Actor) -> HttpResponse:
    """files.xsd, for whoever writes the receiver's program."""
    answer = HttpResponse(SCHEMA.read_bytes(), content_type="application/xml")
    answer["Content-Disposition"] = 'attachment; filename="files.xsd"'
    return answer


def _asks(open_batch: Delivery | None, waits: int) -> list[str]:
    failed = open_batch is not None and open_batch.attempts > 0
    return [*(["resend"] if failed else []), *(["now"] if waits and not failed else []), "reconcile", "full"]


def _kind(request: HttpRequest, held: Channel | None) -> Kind:
    said = request.GET.get("kind", "")
    if said in {one.value for one in CHANNELS}:
        return Kind(said)
    return Kind(held.kind) if held is not None else Kind.TABLE


def _form(kind: Kind, held: Channel | None, said: Any) -> ChannelForm:
    initial: dict[str, Any] = {"deletions": "delete", "engine": "postgresql"}
    if held is not None:
        initial |= {"pace": held.pace, "daily_at": held.daily_at}
        if held.kind == kind:
            initial |= held.settings
    return ChannelForm(said, kind=kind, initial=initial)


def _channel_context(actor: Actor, row: Subscription, held: Channel | None, form: ChannelForm) -> dict[str, Any]:
    people = shown_names({held.proposed_by, held.approved_by} - {""}) if held else {}
    sets = policies.may_pause(actor, department_id=row.department_id) and row.state not in OVER
    is_open = row.state not in OVER and row.state != SubscriptionState.PROPOSED
    proposed = held is not None and held.state == Channel.State.PROPOSED
    return {
        "row": row,
        "held": held,
        "form": form,
        "kind": form.kind,
        "kinds": [(one.value, KINDS[one]) for one in KINDS if one in CHANNELS],
        "kind_name": KINDS[form.kind],
        "place": place_shown(held) if held else "",
        "held_kind": KINDS[Kind(held.kind)] if held else "",
        "timetable": str(found.timetable_of(held)) if held else "",
        "has_secret": held is not None and bool(held.secret_ct) and held.kind == form.kind,
        "statement": previewing.table_statement(channel=held) if held and held.kind == Kind.TABLE else "",
        "folder": settings.EXCHANGE_FOLDER,
        "proposed_by": people.get(held.proposed_by, "") if held else "",
        "approved_by": people.get(held.approved_by, "") if held else "",
        "sets": sets,
        "tries": held is not None and held.state != Channel.State.OFF and (sets or policies.may_open(actor)),
        "approves": proposed and is_open and policies.may_open(actor),
        "turns_off": held is not None and held.state != Channel.State.OFF and sets,
    }
