"""The roster of the demo city: 市应急管理局 watches the firms of its enforcement plan (matter M7, list L3)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from accounts.selectors import department_by_code
from collection.selectors import source_ids
from portal.services.telling import Telling
from screening.rules.roster_content import Recipient, RosterContent
from screening.selectors.rosters import get_visible, run_under_way
from screening.services.rosters.keeping import make_roster_of
from screening.services.rosters.members import take_rows
from screening.services.rosters.running import run_roster
from screening.services.rosters.starting import request_run

KEEPER, DEPARTMENT = "yjj01", "1133990000991022X8"
ROSTER = RosterContent(
    name="安全生产重点监管企业",
    labels=("安全生产", "危险化学品"),
    purpose="《中华人民共和国安全生产法》第七十八条，年度监督检查计划",
    measures_from="matter",
    matter_code="M7",
    stage="during",
    schedule="每个工作日 06:00；名单变化时",
    recipients=(Recipient("mail", "yjj@jianglan.example"),),
)


def keep_roster(*, telling: Telling, members: Sequence[tuple[str, str]], now: datetime) -> int:
    """Make it, fill it with (code, name), and screen it once. Its id."""
    actor = telling.actors[KEEPER]
    content = replace(ROSTER, source_ids=(source_ids()["L3"],))
    department = department_by_code(DEPARTMENT)
    roster_id = make_roster_of(department_id=department.id, content=content, actor=actor, now=now)
    rows = [(number, code, name) for number, (code, name) in enumerate(members, start=2)]
    take_rows(roster_id=roster_id, rows=rows, upload_id=None, actor=actor, now=now)
    request_run(roster_id=roster_id, why="manual", actor=actor, now=now)
    waiting = run_under_way(get_visible(actor, roster_id))
    run_roster(job_id=waiting.job_id if waiting and waiting.job_id else 0, clock=lambda: now)
    return roster_id
