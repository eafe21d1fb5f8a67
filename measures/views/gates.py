"""Who comes in: the same for every page of the measures."""

from kernel.errors import NotPermitted
from measures import policies
from toolkit.gates import only_if


class NotForYou(NotPermitted):
    code = "measures.not_for_you"
    message = "系统、安全、审计管理员不经办业务数据。请使用业务账号查看措施清单。"


class DraftersOnly(NotPermitted):
    code = "measures.drafters_only"
    message = "措施清单由实施部门的经办人员或者信用办起草，由信用办审核发布。您可以查看，不能起草。"


class OfficeOnly(NotPermitted):
    code = "measures.office_only"
    message = "该操作由信用办办理。如有需要，请联系信用办。"


for_readers = only_if(policies.may_see, NotForYou)  # whoever works with data
for_drafters = only_if(policies.may_draft_somewhere, DraftersOnly)  # a department's staff, and the credit office
for_office = only_if(policies.may_publish, OfficeOnly)  # the credit office
