"""The receiver's interface: changes by a cursor, the whole of what it is to hold, and its confirmation."""

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers

from exchange.policies import PULL_SCOPE
from exchange.selectors import Change, ListState
from exchange.services import confirming
from exchange.services.confirming import CountWrong, CursorWrong, Page
from kernel.errors import Malformed
from toolkit import clock
from toolkit.http import actor_of, keeps_its_own_nonce
from toolkit.json_view import JsonView
from toolkit.permissions import needs_scope

USUAL_ROWS = 1_000
LONGEST_NUMBER = 18  # digits that a bigint surely holds
PROBLEM = OpenApiResponse(description="RFC 9457 problem details")
PROBLEMS = {status: PROBLEM for status in (400, 401, 403, 404, 409, 503)}
CURSOR = [
    OpenApiParameter("after", int, description="已应用的最后一个序号（全量：最后一个 entry），从 0 起"),
    OpenApiParameter("limit", int, description=f"行数，1 至 {confirming.MOST_ROWS}，默认 {USUAL_ROWS}"),
]


class ChangeOut(serializers.Serializer[Any]):
    seq = serializers.IntegerField(help_text="本订阅内连续的序号")
    change = serializers.ChoiceField(choices=["upsert", "remove"], help_text="upsert：列入或变更；remove：撤回")
    entry = serializers.IntegerField(help_text="条目的标识；同一标识以最后一行为准")
    list = serializers.CharField()
    at = serializers.DateTimeField()
    content = serializers.DictField()


class ListOut(serializers.Serializer[Any]):
    list = serializers.CharField()
    name = serializers.CharField()
    state = serializers.CharField(
        help_text="current：可以据此答复；stale、never_loaded、held、retired：不得据此认定为无记录"
    )
    version = serializers.CharField()
    loaded_at = serializers.DateTimeField(allow_null=True)
    numbered = serializers.BooleanField(help_text="为假的，台账还没有跟上名单，不得据此认定为无记录")


class PageOut(serializers.Serializer[Any]):
    state = serializers.CharField(help_text="订阅的状态：active、paused、ended")
    lists = ListOut(many=True)
    last_seq = serializers.IntegerField(help_text="目前最后一个序号")
    more = serializers.BooleanField()
    rows = ChangeOut(many=True)


class ConfirmationIn(serializers.Serializer[Any]):
    seq = serializers.IntegerField(help_text="已全部应用至该序号")
    count = serializers.IntegerField(help_text="应用后贵方现存的条目数")


class ConfirmationOut(serializers.Serializer[Any]):
    seq = serializers.IntegerField()
    count = serializers.IntegerField()
    expected = serializers.IntegerField(help_text="应有的条目数")
    agrees = serializers.BooleanField(help_text="不一致的，请取全量重建")
    recalls = serializers.IntegerField(help_text="本次确认的联动解除项数")


class Changes(JsonView):
    permission_classes = [needs_scope(PULL_SCOPE)]

    @extend_schema(
        parameters=CURSOR,
        responses={200: PageOut, **PROBLEMS},
        operation_id="subscription_changes",
        summary="取名单变更",
    )
    def get(self, request: HttpRequest, _: Any, subscription_id: int) -> dict[str, Any]:
        """The changes after a row, oldest first. Asked again, the same rows."""
        after, limit = _cursor(request)
        page = confirming.pull(
            subscription_id=subscription_id, after=after, limit=limit, actor=actor_of(request), now=clock.now()
        )
        return _out(page)


class Snapshot(JsonView):
    permission_classes = [needs_scope(PULL_SCOPE)]

    @extend_schema(
        parameters=CURSOR,
        responses={200: PageOut, **PROBLEMS},
        operation_id="subscription_snapshot",
        summary="取名单全量",
    )
    def get(self, request: HttpRequest, _: Any, subscription_id: int) -> dict[str, Any]:
        """Everything the receiver is to hold, page by page; then the changes after the first page's last_seq."""
        after, limit = _cursor(request)
        page = confirming.snapshot(
            subscription_id=subscription_id, after=after, limit=limit, actor=actor_of(request), now=clock.now()
        )
        return _out(page)


class Confirmations(JsonView):
    permission_classes = [needs_scope(PULL_SCOPE)]

    @extend_schema(
        request=ConfirmationIn,
        responses={200: ConfirmationOut, **PROBLEMS},
        operation_id="confirm_subscription",
        summary="签收名单变更",
    )
    def post(self, request: HttpRequest, data: Any, subscription_id: int) -> dict[str, Any]:
        """State up to which row everything was applied, and how many entries are held then. Twice is once."""
        said = data if isinstance(data, dict) else {}
        done = confirming.confirm(
            subscription_id=subscription_id,
            seq=_number(said.get("seq"), CountWrong("seq 应为不小于 0 的整数：已全部应用至该序号。")),
            count=_number(said.get("count"), CountWrong()),
            actor=actor_of(request),
            now=clock.now(),
        )
        return asdict(done) | {"agrees": done.agrees}


changes = Changes.as_view()
snapshot = Snapshot.as_view()
confirmations = keeps_its_own_nonce(Confirmations.as_view())  # a confirmation repeated says the same


def _cursor(request: HttpRequest) -> tuple[int, int]:
    after, limit = request.GET.get("after", "0"), request.GET.get("limit", str(USUAL_ROWS))
    if not all(one.isascii() and one.isdigit() and len(one) <= LONGEST_NUMBER for one in (after, limit)):
        raise CursorWrong
    return int(after), int(limit)


def _number(value: Any, refusal: Malformed) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 10**LONGEST_NUMBER:
        raise refusal
    return value


def _out(page: Page) -> dict[str, Any]:
    return {
        "state": page.state,
        "lists": [_list(one) for one in page.lists],
        "last_seq": page.last_seq,
        "more": page.more,
        "rows": [_row(one) for one in page.rows],
    }


def _list(one: ListState) -> dict[str, Any]:
    loaded = one.loaded_at.astimezone(clock.SHANGHAI).isoformat(timespec="seconds") if one.loaded_at else None
    return asdict(one) | {"loaded_at": loaded}


def _row(one: Change) -> dict[str, Any]:
    return asdict(one) | {"at": one.at.astimezone(clock.SHANGHAI).isoformat(timespec="milliseconds")}
