"""What only the register and the earlier records can say about a row, put into words. Pure."""

from catalog.rules.definition import Roles
from collection.rules.problems import Problem, Severity

LABELS = {
    "reported_by_other": "其他部门已报送",
    "record_withdrawn": "记录已撤回",
    "person_differs": "证件号码与姓名不符",
    "several_holders": "旧代码对应多个主体",
    "name_differs": "名称与登记不一致",
}


def reported_by_other(roles: Roles, department: str) -> Problem:
    """The same decision came from another department; of its row nothing but the department's name is told."""
    message = f"该决定已由{department}报送，不能重复报送。如需更正请联系该部门。"
    return Problem(_document_field(roles), "reported_by_other", message)


def record_withdrawn(roles: Roles) -> Problem:
    """A withdrawal is not undone by sending the same decision again."""
    message = "该决定的记录此前已撤回，不能再次报送。确需恢复的，请联系信用办。"
    return Problem(_document_field(roles), "record_withdrawn", message)


def repeated(roles: Roles, earlier_row: int) -> Problem:
    message = f"与第 {earlier_row} 行是同一主体的同一决定，但内容不同。请核对后只保留正确的一行。"
    return Problem(_document_field(roles), "duplicate", message)


def several_holders(field: str) -> Problem:
    message = "该旧代码在登记中对应多个主体，无法确定是哪一个。请改为填写统一社会信用代码。"
    return Problem(field, "several_holders", message)


def name_differs(roles: Roles) -> Problem:
    """The code identifies. The register keeps its name; the other one waits for the credit office."""
    message = "名称与登记的名称不一致，已按代码归集，并列入名称冲突待核实。"
    return Problem(roles.name, "name_differs", message, Severity.WARNING)


def person_differs(field: str) -> Problem:
    message = "该证件号码已登记为另一姓名。请核对证件号码和姓名；确属更名的，请联系信用办。"
    return Problem(field, "person_differs", message)


def person_erased(field: str) -> Problem:
    message = "该自然人的个人信息已依法删除，不能再归集。如有异议，请联系信用办。"
    return Problem(field, "person_differs", message)


def _document_field(roles: Roles) -> str:
    return roles.document_no.partition("+")[0]
