"""One of each thing that the pages of rosters name, all of one department."""

from dataclasses import dataclass
from io import BytesIO

from accounts.models import Department
from kernel.actor import Role
from screening.models import RosterFinding, RosterUpload
from screening.services.rosters.drawing import USUAL_WEIGHTS, Plan, announce
from screening.services.rosters.uploading import receive_members, take_file
from tests.conftest import NOW
from tests.factories import accounts, redblack, rosters, screening


@dataclass(frozen=True, slots=True)
class Supervised:
    roster: int
    upload: int
    finding: int
    draw: int  # its number


def supervised(home: Department) -> Supervised:
    """A roster with one firm on it that is listed, the file that it came in, a finding and an announced draw."""
    black, code = redblack.list_type(), screening.uscc()
    redblack.entry(black.code, screening.firm(code))
    keeper = accounts.actor(Role.UPLOADER, department=home)
    roster = rosters.roster(sources=[black.source_id], department_id=home.pk)
    stream = BytesIO(f"统一社会信用代码\n{code}\n".encode())
    upload = receive_members(
        roster_id=roster.pk, file_name="x.csv", stream=stream, replaces=False, actor=keeper, now=NOW
    )
    take_file(job_id=RosterUpload.objects.get(pk=upload).job_id or 0, clock=lambda: NOW)
    rosters.run(roster, at=NOW)
    plan = Plan(title="抽查", number=1, share=None, weights=USUAL_WEIGHTS)
    made = announce(roster_id=roster.pk, plan=plan, actor=keeper, now=NOW)
    return Supervised(roster.pk, upload, RosterFinding.objects.get(roster_id=roster.pk).pk, made.number)
