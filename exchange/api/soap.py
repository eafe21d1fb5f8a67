"""The receiver's interface by SOAP, beside REST: the same services, the same signature, the committed contract.

A fault is HTTP 500 in SOAP 1.1, whoever is to blame (W3C Note SOAP 1.1, section 6.2): old clients read it nowhere
else. In SOAP 1.2 what the caller must mend is 400. The fault's code says which it is, and its text how to mend it.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.views.decorators.csrf import csrf_exempt

from exchange.rules.soap import contract, envelope
from exchange.rules.soap.envelope import HeaderNotUnderstood, Message, Version, VersionUnknown
from exchange.rules.soap.messages import rows_out
from exchange.services import confirming
from exchange.services.confirming import Page
from feedback.rules.cases import Channel
from feedback.services.intake import take_cases
from kernel.actor import Actor, Kind
from kernel.errors import Malformed, NotSignedIn, Refusal, Unavailable
from toolkit import clock
from toolkit.http import actor_of, brings_a_token, says_no_by

log = logging.getLogger(__name__)
USUAL_ROWS = 1_000
BODY_LIMIT = 16 * 1024 * 1024
OWN_CODES: Mapping[type[Refusal], str] = {VersionUnknown: "VersionMismatch", HeaderNotUnderstood: "MustUnderstand"}


class NotSigned(NotSignedIn):
    code = "exchange.soap.not_signed"
    message = "接口须签名调用：请带 X-Client、X-Timestamp、X-Nonce、X-Signature 请求头，写法见《对接手册》。"


class OperationUnknown(Malformed):
    code = "exchange.soap.operation_unknown"
    message = "没有这个操作，或者命名空间不对。请对照接口描述（?wsdl）修改。"


class NotByTheSchema(Malformed):
    code = "exchange.soap.not_by_the_schema"
    message = "内容不符合接口描述（?xsd）。"


def _says_no(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    return _fault(refusal, envelope.version_of(request.headers.get("Content-Type", "")))


@csrf_exempt
@login_not_required
@brings_a_token
@says_no_by(_says_no)
def service(request: HttpRequest) -> HttpResponse:
    """The web service. Its description is open to everybody; every call is signed, as those by REST are."""
    if request.method == "GET":
        return _described(request)
    if request.method != "POST":
        return HttpResponseNotAllowed(["GET", "POST"])
    version = envelope.version_of(request.headers.get("Content-Type", ""))
    try:
        actor = actor_of(request)
        if actor.kind is not Kind.CLIENT:
            raise NotSigned
        message = envelope.read(request.body, content_type=request.headers.get("Content-Type", ""))
        version = message.version
        answer = _called(message, actor)
    except Refusal as refusal:
        log.warning("refused %s: %s", request.path_info, refusal.code)
        return _fault(refusal, version)
    return HttpResponse(envelope.wrap(answer, version), content_type=version.media_type)


service.body_limit = BODY_LIMIT  # type: ignore[attr-defined]  # read by accounts.middleware


def _described(request: HttpRequest) -> HttpResponse:
    if "xsd" in request.GET:
        return HttpResponse(contract.schema_text(), content_type="text/xml; charset=utf-8")
    address = request.build_absolute_uri(request.path)
    text = contract.description("exchange", address=address, soap12=request.GET.get("wsdl") == "1.2")
    return HttpResponse(text, content_type="text/xml; charset=utf-8")


def _called(message: Message, actor: Actor) -> Any:
    """The element of the answer, which keeps to the schema as the question does."""
    operation = OPERATIONS.get(message.name)
    if operation is None:
        raise OperationUnknown
    if faults := contract.faults_of(message.element):
        raise NotByTheSchema("；".join(faults) + "。请对照接口描述（?xsd）修改。")
    answer = envelope.build(f"{message.name}Response", operation(message.element, actor))
    wrong = contract.faults_of(answer)
    assert not wrong, wrong  # our own answer: what does not keep to the contract is a defect of ours
    return answer


def _changes(element: Any, actor: Actor) -> dict[str, Any]:
    """The changes after a row, oldest first."""
    subscription, after, limit = _cursor(element)
    return _page(
        confirming.pull(subscription_id=subscription, after=after, limit=limit, actor=actor, now=clock.now())
    )


def _snapshot(element: Any, actor: Actor) -> dict[str, Any]:
    """All that the receiver is to hold, by entry."""
    subscription, after, limit = _cursor(element)
    return _page(
        confirming.snapshot(subscription_id=subscription, after=after, limit=limit, actor=actor, now=clock.now())
    )


def _confirm(element: Any, actor: Actor) -> dict[str, Any]:
    """Applied up to that row, and how many entries are held then."""
    said = envelope.values_of(element)
    done = confirming.confirm(
        subscription_id=int(said["subscription"]),
        seq=int(said["seq"]),
        count=int(said["count"]),
        actor=actor,
        now=clock.now(),
    )
    return asdict(done) | {"agrees": done.agrees}


def _submit_cases(element: Any, actor: Actor) -> dict[str, Any]:
    """Reports of what was done, each with what became of it."""
    key = envelope.values_of(element)["key"]
    cases = [{name: text for name, text in one.items() if text} for one in envelope.each_of(element, "cases")]
    return asdict(take_cases(rows=cases, channel=Channel.SOAP, key=key, actor=actor, now=clock.now()))


OPERATIONS: Mapping[str, Callable[[Any, Actor], dict[str, Any]]] = {
    "GetChanges": _changes,
    "GetSnapshot": _snapshot,
    "Confirm": _confirm,
    "SubmitCases": _submit_cases,
}


def _cursor(element: Any) -> tuple[int, int, int]:
    said = envelope.values_of(element)
    return int(said["subscription"]), int(said["after"]), int(said.get("limit") or USUAL_ROWS)


def _page(page: Page) -> dict[str, Any]:
    return {
        "state": page.state,
        "lists": [asdict(one) for one in page.lists],
        "last_seq": page.last_seq,
        "more": page.more,
        "rows": rows_out(page.rows),
    }


def _fault(refusal: Refusal, version: Version) -> HttpResponse:
    detail = envelope.build(
        "Problem",
        {
            "code": refusal.code,
            "message": str(refusal),
            "reasons": [{"code": r.code, "message": r.message, "law": str(r.source)} for r in refusal.reasons],
        },
    )
    theirs = not isinstance(refusal, Unavailable)
    code = OWN_CODES.get(type(refusal), "")
    text = envelope.fault(version=version, theirs=theirs, text=str(refusal), detail=detail, code=code)
    status = 400 if theirs and version is Version.V12 else 500
    response = HttpResponse(text, status=status, content_type=version.media_type)
    response._has_been_logged = theirs  # type: ignore[attr-defined]  # else Django logs the caller's fault as ours
    return response
