"""The tree of departments."""

from datetime import datetime

from django.db import transaction

from accounts import events, policies, selectors
from accounts.models import Department
from accounts.services.base import NotTheirs
from audit.services import record
from kernel.actor import Actor
from kernel.errors import Malformed, RuleBroken
from kernel.identifiers import uscc_problem
from toolkit.db import refusing


class DepartmentCodeWrong(Malformed):
    code = "accounts.department_code_wrong"
    message = "部门的统一社会信用代码不正确，请核对。"


class DepartmentCodeTaken(RuleBroken):
    code = "accounts.department_code_taken"
    message = "已有使用该统一社会信用代码的部门，请核对。"


@transaction.atomic
def create_department(
    *,
    code: str,
    name: str,
    short_name: str,
    kind: str,
    division_code: str,
    actor: Actor,
    now: datetime,
    parent_id: int | None = None,
    email: str = "",
) -> int:
    """Add a department to the tree. Raises NotTheirs, DepartmentCodeWrong, DepartmentCodeTaken.

    `email`: where reminders to the department go, "" for nowhere.
    """
    if not policies.may_manage_accounts(actor):
        raise NotTheirs
    if problem := uscc_problem(code):
        raise DepartmentCodeWrong(problem)
    with refusing("accounts_department_code_key", DepartmentCodeTaken):
        department = Department.objects.create(
            code=code,
            name=name,
            short_name=short_name,
            kind=kind,
            division_code=division_code,
            parent_id=parent_id,
            email=email,
        )
    record(
        events.DepartmentCreated(department.pk, code),
        about=f"accounts.department:{department.pk}",
        actor=actor,
        now=now,
    )
    selectors.forget()
    return department.pk
