"""Client systems: every request signed, fresh, taken once, from where it may come and as often as it may."""

import json
import logging
import secrets
from typing import Any, cast

from django.conf import settings
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponseBase
from django.urls import Resolver404, ResolverMatch, resolve

from accounts import selectors
from accounts.middleware import (
    API,
    DATABASE_AWAY,
    DatabaseAway,
    Respond,
    SignatureMissing,
    has_mark,
    length_of,
    mark_of,
)
from accounts.rules import networks, signature
from accounts.services import quotas, seen
from kernel.errors import Malformed, NotFound, NotPermitted, NotSignedIn, Refusal
from toolkit import clock
from toolkit.http import client_ip, interface_refusal
from toolkit.tracing import request_id

log = logging.getLogger(__name__)
BODY_LIMIT = 2 * 1024 * 1024  # bytes; a view that takes more says so by an attribute `body_limit`


class SignatureWrong(NotSignedIn):
    code = "accounts.signature_wrong"
    message = "签名不正确，或接入系统未登记、已停用。请核对系统标识、密钥和待签名文本。"


class TimestampWrong(NotSignedIn):
    code = "accounts.timestamp_wrong"
    message = "时间戳与服务器相差超过5分钟，请校准时钟后重新签名。"


class NonceMalformed(NotSignedIn):
    code = "accounts.nonce_malformed"
    message = "X-Nonce 须为8至64位字母、数字或 - _ . ~，请更换。"


class NonceUsed(NotSignedIn):
    code = "accounts.nonce_used"
    message = "该 X-Nonce 已经使用过，请更换后重新签名。"


class ClientSuspended(NotPermitted):
    code = "accounts.client_suspended"
    message = "该接入系统已暂停使用，请联系安全管理员。"


class AddressNotListed(NotPermitted):
    code = "accounts.address_not_listed"
    message = "该接入系统不得从这个地址调用，请联系安全管理员登记地址。"


class BodyTooLarge(Malformed):
    code = "accounts.body_too_large"
    message = "请求体过大，请分批提交。"


class AddressWrong(Malformed):
    code = "accounts.address_wrong"
    message = "地址中有不能使用的字符（%00），请核对路径和查询串。"


class NoSuchInterface(NotFound):
    code = "accounts.no_such_interface"
    message = "没有这个接口，请核对路径。"


_matches: dict[tuple[str, str], ResolverMatch] = {}  # as many as there are interfaces without arguments


def is_signed(meta: dict[str, Any]) -> bool:
    """Whether a client system asks; whether rightly so is another question."""
    return "HTTP_X_CLIENT" in meta and str(meta.get("PATH_INFO", "")).startswith(API)


class SignedRequests:
    """What is not signed goes on to the others. A call that is not taken is remembered with its reason."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response
        self.answer = convert_exception_to_response(_call_view)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request_id.set(secrets.token_hex(8))
        if not is_signed(request.META):
            return self.get_response(request)
        try:
            match = _resolved(request)
            client = _verified(request, mark_of(match.func, "body_limit") if match else None)
            if "\x00" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
                raise AddressWrong
            if match is None:
                raise NoSuchInterface
            if not has_mark(match.func, "keeps_its_own_nonce"):
                moment = clock.wall()
                if not seen.take_nonce(client_id=client.id, nonce=request.META["HTTP_X_NONCE"], now=moment):
                    raise NonceUsed
        except Refusal as refusal:
            log.warning("refused %s %s: %s", request.method, request.path_info, refusal.code)
            _remember(request, refusal.code)
            return interface_refusal(request, refusal, status=413 if isinstance(refusal, BodyTooLarge) else None)
        except DATABASE_AWAY:
            return interface_refusal(request, DatabaseAway())
        request.actor = client.actor  # type: ignore[attr-defined]  # read by toolkit.http.actor_of
        request.signed_nonce = request.META["HTTP_X_NONCE"]  # type: ignore[attr-defined]
        request.resolver_match = match
        response = cast(HttpResponseBase, self.answer(request))
        if response.status_code == 403:
            _remember(request, _code_in(response))
        response.headers["Cache-Control"] = "no-store"
        return response


def _resolved(request: HttpRequest) -> ResolverMatch | None:
    """Client systems call the same few addresses: those without arguments are resolved once."""
    place = settings.ROOT_URLCONF, request.path_info
    match = _matches.get(place)
    if match is None:
        try:
            match = resolve(request.path_info)
        except Resolver404:
            return None
        if not match.args and not match.kwargs:
            _matches[place] = match
    return match


def _verified(request: HttpRequest, body_limit: int | None) -> selectors.Client:
    headers, limit = request.META, body_limit or BODY_LIMIT
    timestamp, nonce = headers.get("HTTP_X_TIMESTAMP", ""), headers.get("HTTP_X_NONCE", "")
    algorithm = headers.get("HTTP_X_ALGORITHM", signature.SHA256)
    signed = headers.get("HTTP_X_SIGNATURE", "")
    if not (timestamp and nonce and signed and signed.isascii()) or algorithm not in signature.ALGORITHMS:
        raise SignatureMissing
    now = clock.wall()
    if not signature.timely(timestamp, now=now.timestamp()):
        raise TimestampWrong
    if not signature.NONCE.fullmatch(nonce):
        raise NonceMalformed
    if (length := length_of(request)) > limit:
        raise BodyTooLarge(f"请求体超过{limit // (1024 * 1024)} MB，请分批提交。")
    client = selectors.known_client(headers["HTTP_X_CLIENT"])
    if client is None:
        raise SignatureWrong
    if length > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:  # Django's limit is for forms; this view's own was kept above
        request._body = request.read()
    text = signature.text_to_sign(
        method=request.method or "",
        path=request.path,
        query=headers.get("QUERY_STRING", ""),
        body=request.body,
        timestamp=timestamp,
        nonce=nonce,
    )
    if not signature.matches(signed, client.secrets, text, algorithm=algorithm):
        raise SignatureWrong
    _demand_welcome(client, request)
    quotas.admit(client=client, address=client_ip(request), now=now)
    return client


def _demand_welcome(client: selectors.Client, request: HttpRequest) -> None:
    """Asked only of who has shown the secret: others learn nothing of it."""
    if client.suspended:
        raise ClientSuspended
    if client.networks and not networks.inside(address := client_ip(request), client.networks):
        raise AddressNotListed(f"该接入系统不得从地址 {address[:45]} 调用，请联系安全管理员登记地址。")


def _remember(request: HttpRequest, code: str) -> None:
    """Why a known system was refused; a database that is away forgets it."""
    try:
        client = selectors.known_client(request.META["HTTP_X_CLIENT"])
        if client is not None:
            quotas.refused(client_id=client.id, code=code, address=client_ip(request), now=clock.wall())
    except DATABASE_AWAY:
        log.warning("could not remember a refusal")


def _code_in(response: HttpResponseBase) -> str:
    try:
        return str(json.loads(getattr(response, "content", b"")).get("type", "")).removeprefix("/problems/")
    except (ValueError, AttributeError):
        return "forbidden"


def _call_view(request: HttpRequest) -> HttpResponseBase:
    """The view itself, with nothing round it: no session, no cookie, no message concerns a client system."""
    match = request.resolver_match
    assert match is not None
    try:
        response = match.func(request, *match.args, **match.kwargs)
        render: Any = getattr(response, "render", None)
        return response if render is None else render()  # type: ignore[no-any-return]
    except DATABASE_AWAY:
        return interface_refusal(request, DatabaseAway())
