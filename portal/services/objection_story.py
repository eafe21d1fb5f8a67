"""The objection of scene 7: 宏晟新材料 was registered in place of 宏晟化工. Filed on the portal, accepted by the
credit office and forwarded to the county the same day; what the county finds is played by the presenter.
"""

from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from kernel.actor import Actor, visitor
from objections.rules.kinds import Channel, Kind
from objections.services import Filing, accept, file_objection, forward
from office.services.letters import render_letter
from portal.services.files import demo
from redblack.selectors import get_visible

MINUTE = timedelta(minutes=1)
REPRESENTATIVE = 4  # of firm 4, by whatever way he signs in


def object_to(*, entry_id: int, one: dict[str, Any], office: Actor, now: datetime) -> int:
    """File, accept (which marks) and forward an objection of the cast; its id."""
    entry = get_visible(office, entry_id)
    subject = entry.subject_id
    filing = Filing(
        kind=Kind(one["kind"]),
        channel=Channel.PORTAL,
        claim=one["claim"],
        entry_id=entry_id,
        files=[(f"{entry.document_no}列入决定书.pdf", BytesIO(_decision(entry, one["party"])))],
    )
    himself = visitor(REPRESENTATIVE, subjects=frozenset({subject}))
    made = file_objection(filing=filing, actor=himself, now=now)
    accept(objection_id=made, actor=office, now=now + 10 * MINUTE)
    forward(objection_id=made, actor=office, now=now + 15 * MINUTE)
    return made


def _decision(entry: Any, party: str) -> bytes:
    """The decision about an entry as the county wrote it: it names the other firm."""
    firm = next(subject for subject in demo("cast")["subjects"] if subject["key"] == party)
    return render_letter(
        name="letter",
        data={
            "agency": entry.authority,
            "title": "列入安全生产严重失信主体名单决定书",
            "number": entry.document_no,
            "to": firm["name"],
            "on": entry.decided_on.isoformat(),
            "parts": [
                {"heading": "当事人", "text": f"{firm['name']}，统一社会信用代码 {firm['uscc']}。"},
                {
                    "heading": "决定",
                    "text": f"因{entry.ground}，依据{entry.legal_basis}，将当事人列入名单，期限三年。",
                },
                {"heading": "救济途径", "text": "如不服本决定，可以依法申请行政复议或者提起行政诉讼。"},
            ],
        },
    )
