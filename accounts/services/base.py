"""The refusal that every service of this app shares."""

from kernel.errors import NotPermitted


class NotTheirs(NotPermitted):
    code = "accounts.not_theirs"
    message = "您没有办理该事项的权限，请联系相应的管理员办理。"
