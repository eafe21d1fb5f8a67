"""Applicants and matters, made through the services."""

from datetime import date, timedelta
from itertools import count
from typing import Any

from accounts.models import Department
from kernel.actor import Actor
from kernel.identifiers import citizen_id_check_char, org_code_valid, uscc_check_char, uscc_problem
from screening.models import CheckBatch, FinishedFile, Matter, Rehearsal, ResponseTask
from screening.rules.question import Role
from screening.selectors.asking import general_windows
from screening.services import lists
from screening.services.asking import set_general_windows
from screening.services.checking import Applicant, Checked, check
from subjects.services.persons import register_person
from subjects.services.registration import register_organisation
from tests.factories import accounts, collection, intake, measures
from tests.factories.accounts import LONG_AGO, PLATFORM

_numbers = count(1)
APPLICANT = Role(code="applicant", label="申请人", persons=False, required=True)
LEGAL = Role(code="legal_representative", label="法定代表人", persons=True, required=False)


def org_code() -> str:
    """A valid organisation code of the new kind."""
    first8 = f"MA9{next(_numbers):05d}"
    return next(first8 + last for last in "0123456789X" if org_code_valid(first8 + last))


def uscc(org: str = "") -> str:
    """A valid unified code of a firm, around that organisation code."""
    first17 = "91339901" + (org or org_code())
    return first17 + uscc_check_char(first17)


def firm(code: str = "", **fields: Any) -> int:
    """A registered firm. Its id."""
    said = {"kind": "legal_person", "name": f"江澜第{next(_numbers)}食品有限公司", "registered_on": None}
    return register_organisation(
        uscc=code or ("" if "org_code" in fields or "reg_no" in fields else uscc()),
        division_code="339901",
        actor=PLATFORM,
        now=LONG_AGO,
        **said | fields,
    )


def citizen_id() -> str:
    """A valid number that no other call has given, and that cannot be a unified code as well (one in thirty can); one
    process may ask for more than the thousand of one birthday.
    """
    while True:
        days, order = divmod(next(_numbers), 1000)
        first17 = f"339901{date(1980, 1, 1) + timedelta(days=days):%Y%m%d}{order:03d}"
        number = first17 + citizen_id_check_char(first17)
        if uscc_problem(number):
            return number


def person(number: str = "", name: str = "沈建国") -> int:
    """A registered natural person. His subject's id."""
    return register_person(
        name=name, id_kind="citizen_id", id_number=number or citizen_id(), actor=PLATFORM, now=LONG_AGO
    )


def matter(*, consults: list[int], roles: tuple[Role, ...] = (APPLICANT, LEGAL), **fields: Any) -> str:
    """A matter that consults these sources. Its code."""
    code = str(fields.pop("code", f"TM{next(_numbers)}"))
    said: dict[str, Any] = {"name": f"事项{code}", "handled_by_id": None, "stages": ["before"]}
    if "implementing_department_id" not in fields:
        fields["implementing_department_id"] = accounts.department().pk
    lists.register_matter(code=code, roles=roles, consults=consults, actor=PLATFORM, now=LONG_AGO, **said | fields)
    return code


def general_window(department: Department | None = None) -> Department:
    """A department whose windows take in every matter."""
    found = department or accounts.department()
    everyone = general_windows() | {found.pk}
    set_general_windows(department_ids=everyone, actor=PLATFORM, now=LONG_AGO)
    return found


def ask(matter_code: str, text: str, *, actor: Actor = PLATFORM, role: str = "", **fields: Any) -> Checked:
    """One check of one text at the stage before the decision, under a key of its own."""
    said: dict[str, Any] = {"stage": "before", "file_number": "", "key": f"key-{next(_numbers):08d}"}
    return check(matter_code=matter_code, applicants=[Applicant(text, role)], actor=actor, **said | fields)


def response(department: Department, subject_id: int, **fields: Any) -> int:
    """A response task of a department for one subject, as an entry would raise it. Its id."""
    said: dict[str, Any] = {
        "item_code": "TR1",
        "source_id": 1,
        "trigger": f"entry:{next(_numbers)}",
        "state": "waiting",
        "raised_at": LONG_AGO,
        "due_on": LONG_AGO.date(),
    }
    if "item_id" not in fields:
        listed = collection.source(kind="serious")
        fields["item_id"] = measures.item(triggers=[listed], department_id=department.pk)
    return ResponseTask.objects.create(department=department, subject_id=subject_id, **said | fields).pk


def rehearsal(item_id: int) -> int:
    """A rehearsal of a measure item, not done yet. Its id."""
    day = LONG_AGO.date()
    return Rehearsal.objects.create(
        item_id=item_id, digest="x", made_by="user:x", made_at=LONG_AGO, checked_from=day, checked_until=day
    ).pk


def finished_file(department: Department) -> int:
    """A file of finished matters of that department, taken in. Its id."""
    return FinishedFile.objects.create(
        file_id=1, sha256=f"{next(_numbers):064d}", name="办结.xlsx", department=department, sent_by="user:x",
        sent_at=LONG_AGO, done_at=LONG_AGO,
    ).pk  # fmt: skip


def check_batch(department: Department, matter_code: str) -> int:
    """A spreadsheet of that department that waits to be checked. Its id."""
    return CheckBatch.objects.create(
        department=department,
        matter=Matter.objects.get(code=matter_code),
        stage="before",
        as_of=LONG_AGO.date(),
        file_id=1,
        file_name="x.csv",
        sha256="0" * 64,
        job_id=intake.job(at=LONG_AGO).pk,
        made_by=PLATFORM.key,
        made_at=LONG_AGO,
    ).pk
