"""Who comes in: the same for every page of the catalogue."""

from catalog import policies
from kernel.errors import NotPermitted
from toolkit.gates import only_if


class NotForYou(NotPermitted):
    code = "catalog.not_for_you"
    message = "系统、安全、审计管理员不经办业务数据。请使用业务账号查看信用目录。"


class OfficeOnly(NotPermitted):
    code = "catalog.office_only"
    message = "目录由信用办编目和维护。如需变更，请联系信用办。"


for_readers = only_if(policies.may_see, NotForYou)  # whoever works with data
for_editors = only_if(policies.may_edit, OfficeOnly)  # the credit office
