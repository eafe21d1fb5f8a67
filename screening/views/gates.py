"""Who comes in: the same for every page that this app brings beside the check."""

from kernel.errors import NotPermitted
from screening import policies
from toolkit.gates import only_if


class NotForYou(NotPermitted):
    code = "screening.not_for_you"
    message = "系统、安全、审计管理员不经办业务。请使用业务账号。"


class OfficeOnly(NotPermitted):
    code = "screening.office_only"
    message = "应用清单和措施预演由信用办办理。如需变更，请联系信用办。"


for_staff = only_if(policies.is_staff, NotForYou)  # staff of a department
for_editors = only_if(policies.may_edit_lists, OfficeOnly)  # the credit office
