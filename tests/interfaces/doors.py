"""Every interface, and how a client system names a thing of somebody's at it. An interface without a row fails."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from tests.interfaces.worlds import World

Body = Callable[[World], Any]


@dataclass(frozen=True)
class Door:
    """`path` and `body` name things of a world; an interface that names nothing of anybody has no foreign things."""

    path: str
    method: str = "GET"
    body: Body | None = None
    foreign: bool = True  # whether it can be asked about things of others
    open_catalogue: str = ""  # why it may say that a thing is there which is not the caller's
    signed: bool = True
    rows: bool = False  # 200, and a refusal for each row
    upstream: bool = False  # the province's systems alone, which are granted the whole city
    closed: int = 403  # how it says that the scope is missing

    def asked(self, world: World) -> tuple[str, Any]:
        return self.path.format(**world.names()), self.body(world) if self.body else None


SUBJECT = "91339901MA9K8X2WXX"
MATTERS = "政务服务事项清单是公开的；编码不说明任何名单、办件"
LISTS = "名单类型和编码是公开的；有没有内容、有多少，不答复"
REPAIR = {"upstream_no": "U-1", "target": "entry"}
SOAP = (
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
    '<GetChanges xmlns="urn:credit-platform:exchange:1"><subscription>{}</subscription><after>0</after></GetChanges>'
    "</s:Body></s:Envelope>"
)
CHANGES = "/api/v1/exchange/subscriptions/{subscription}"

DOORS: dict[str, Door] = {
    "screening:api_checks": Door(
        "/api/v1/checks",
        "POST",
        lambda w: {"matter": w.matter, "stage": "before", "subjects": [{"text": w.uscc}]},
        open_catalogue=MATTERS,
    ),
    "screening:api_outcomes": Door(
        "/api/v1/checks/outcomes",
        "POST",
        lambda w: {
            "matter": w.matter,
            "file_number": "F-1",
            "result": "granted",
            "decided_on": "2026-11-20",
            "receipt": w.number,
        },
        open_catalogue=MATTERS,
    ),
    "screening:api_check": Door("/api/v1/checks/{number}"),
    "screening:api_finished": Door(
        "/api/v1/matters/finished",
        "POST",
        lambda w: {
            "rows": [
                {
                    "file_number": "F-2",
                    "matter": w.matter,
                    "applicant": SUBJECT,
                    "accepted_on": "2026-11-18",
                    "finished_on": "2026-11-19",
                    "result": "准予",
                }
            ]
        },
        open_catalogue=MATTERS,
    ),
    "screening:api_choice": Door("/api/v1/checks/{number}/choice", "POST", lambda w: {"what": "hold"}),
    "screening:api_plugin_tokens": Door(
        "/api/v1/plugin/tokens",
        "POST",
        lambda w: {"matter": w.matter, "stage": "before", "operator": "李某", "origin": "https://hall.example"},
        open_catalogue=MATTERS,
    ),
    "screening:api_plugin_checks": Door(
        "/api/v1/plugin/checks", "POST", lambda w: {"subjects": [{"text": w.uscc}]}, signed=False
    ),
    "screening:api_plugin_choices": Door("/api/v1/plugin/choices", "POST", lambda w: {"what": "hold"}, signed=False),
    "screening:api_replay": Door("/api/v1/checks/{number}/replay"),
    "screening:api_roster": Door("/api/v1/rosters/{roster}"),
    "screening:api_roster_members": Door(
        "/api/v1/rosters/{roster}/members", "POST", lambda w: {"members": [{"code": SUBJECT}]}
    ),
    "collection:api_batch": Door("/api/v1/collection/batches/{batch}"),
    "collection:api_records": Door(
        "/api/v1/collection/{item}/records",
        "POST",
        lambda w: {"rows": [{"CF_WSH": "1"}]},
        open_catalogue="信用目录是公开的；有没有记录、有多少，不答复",
    ),
    "redblack:api_version": Door("/api/v1/lists/versions/{version}"),
    "redblack:api_versions": Door(
        "/api/v1/lists/{listed}/versions",
        "POST",
        lambda w: {"version": "1", "stated_at": "2026-11-20T06:10:00+08:00", "rows": []},
        open_catalogue=LISTS,
    ),
    "exchange:api_changes": Door(CHANGES + "/changes"),
    "exchange:api_snapshot": Door(CHANGES + "/snapshot"),
    "exchange:api_confirmations": Door(CHANGES + "/confirmations", "POST", lambda w: {"seq": 0, "count": 0}),
    "feedback:api_cases": Door(
        "/api/v1/feedback/cases",
        "POST",
        lambda w: {"cases": [{"receipt": w.number, "measure": "M-1", "action": "done", "content": "不予受理"}]},
        rows=True,
    ),
    "feedback:api_dues": Door("/api/v1/feedback/dues", foreign=False),
    "exchange:api_soap": Door("/api/v1/exchange/soap", "POST", lambda w: SOAP.format(w.subscription), closed=500),
    "repair:api_results": Door(
        "/api/v1/repair/results",
        "POST",
        lambda w: {"results": [REPAIR | {"code": w.uscc, "document_no": w.document, "repaired_on": "2026-11-20"}]},
        upstream=True,
    ),
    "repair:api_applications": Door(
        "/api/v1/repair/applications",
        "POST",
        lambda w: REPAIR | {"code": w.uscc, "document_no": w.document, "applied_on": "2026-11-20", "statement": "x"},
        upstream=True,
    ),
    "repair:api_supplement": Door(
        "/api/v1/repair/applications/U-{entry}/supplement", "POST", lambda w: {"statement": "x"}, upstream=True
    ),
    "repair:api_withdrawal": Door(
        "/api/v1/repair/applications/U-{entry}/withdrawal", "POST", lambda w: {"reason": "申请人撤回"}, upstream=True
    ),
    "objections:api_objections": Door(
        "/api/v1/objections",
        "POST",
        lambda w: {"upstream_number": "U-1", "kind": "wrong", "claim": "x", "entry_id": int(w.entry)},
        upstream=True,
    ),
    "objections:api_objection": Door("/api/v1/objections/U-{entry}", upstream=True),
    "api_schema": Door("/api/v1/schema", foreign=False),
}

REPORT = {"action": "done", "content": "不予受理"}
SAID = '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>{}</s:Body></s:Envelope>'
OURS = 'xmlns="urn:credit-platform:exchange:1"'


def _cases(**reference: str) -> Body:
    return lambda w: {"cases": [REPORT | {name: text.format(**w.names()) for name, text in reference.items()}]}


# further ways to name a thing at interfaces that have a row above
MORE: dict[str, Door] = {
    "cases: by number": Door("/api/v1/feedback/cases?case={named}", rows=True),
    "cases: by their own number": Door("/api/v1/feedback/cases?case=N-{department}", rows=True),
    "cases: after a department's": Door("/api/v1/feedback/cases?after={department}.0", rows=True),
    "dues: after one": Door("/api/v1/feedback/dues?after=2026-11-20~{case}", foreign=False),
    "report: by case": Door("/api/v1/feedback/cases", "POST", _cases(case="{named}"), rows=True),
    "report: by entry": Door(
        "/api/v1/feedback/cases", "POST", _cases(trigger="entry:{entry}", own_number="N-1"), rows=True
    ),
    "report: by entry and code": Door(
        "/api/v1/feedback/cases",
        "POST",
        _cases(trigger="entry:{entry}", subject="{uscc}", own_number="N-2"),
        rows=True,
    ),
    "report: by receipt and code": Door(
        "/api/v1/feedback/cases", "POST", _cases(receipt="{number}", measure="M-1", subject="{uscc}"), rows=True
    ),
    "report: by record": Door(
        "/api/v1/feedback/cases", "POST", _cases(trigger="record:{batch}", own_number="N-3"), rows=True
    ),
    "replay: as of a day": Door("/api/v1/checks/{number}/replay?as_of=2026-11-19"),
    "soap: snapshot": Door(
        "/api/v1/exchange/soap",
        "POST",
        lambda w: SAID.format(
            f"<GetSnapshot {OURS}><subscription>{w.subscription}</subscription><after>0</after></GetSnapshot>"
        ),
        closed=500,
    ),
    "soap: confirmation": Door(
        "/api/v1/exchange/soap",
        "POST",
        lambda w: SAID.format(
            f"<Confirm {OURS}><subscription>{w.subscription}</subscription><seq>0</seq><count>0</count></Confirm>"
        ),
        closed=500,
    ),
    "soap: cases": Door(
        "/api/v1/exchange/soap",
        "POST",
        lambda w: SAID.format(
            f"<SubmitCases {OURS}><key>key-{w.case}-0001</key><cases><case>{w.named}</case><action>done</action>"
            "<content>不予受理</content></cases></SubmitCases>"
        ),
        rows=True,
        closed=500,
    ),
}


def interfaces(patterns: list[Any] | None = None, space: str = "", before: str = "") -> Iterator[str]:
    """The name of every interface that the platform has, from Django's own register."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        place = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from interfaces(pattern.url_patterns, inner, place)
        elif isinstance(pattern, URLPattern) and place.startswith("api/"):
            yield f"{space}{pattern.name}"
