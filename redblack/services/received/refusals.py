"""Why a version is not taken in, or cannot be decided about."""

from kernel.errors import Malformed, NotPermitted, RuleBroken


class CannotDeliver(NotPermitted):
    code = "redblack.cannot_deliver"
    message = "名单版本只由信用办或者该名单认定部门的报送人员、接入系统提交。"


class CannotConfirm(NotPermitted):
    code = "redblack.cannot_confirm"
    message = "待确认的名单版本只由信用办或者该名单认定部门的审核人员确认。"


class ListDecidedHere(RuleBroken):
    code = "redblack.list_decided_here"
    message = "该名单在本平台认定或者登记，不接收整版名单。请在“列入办理”中逐件办理。"


class VersionWaits(RuleBroken):
    code = "redblack.version_waits"
    message = "该名单的上一版本还在比对或者待人工确认。请先处理上一版本，再提交新版本。"


class VersionKnown(RuleBroken):
    code = "redblack.version_known"
    message = "该名单已有同一版本号而内容不同的版本。请核对版本号；确为新版本的，请使用新的版本号。"


class VersionOlder(RuleBroken):
    code = "redblack.version_older"
    message = "该版本的数据日期早于现有版本，不能用旧数据覆盖新数据。请核对数据日期。"


class StatedInFuture(Malformed):
    code = "redblack.stated_in_future"
    message = "数据日期晚于今天，不能据此判断时效。请核对数据日期。"


class VersionUnnamed(Malformed):
    code = "redblack.version_unnamed"
    message = "请填写版本号（1 至 60 个字），如 2026年第47周。"


class NotHeld(RuleBroken):
    code = "redblack.not_held"
    message = "该版本不在待人工确认的状态，可能已由他人处理。请刷新页面查看。"


class SameHand(RuleBroken):
    code = "redblack.same_hand"
    message = "提交和确认应由两人办理：您提交了这个版本，请由另一名审核人员确认。"


class NoteMissing(Malformed):
    code = "redblack.note_missing"
    message = "请写明确认的理由（如向发布单位核实的结果），至少 2 个字，不超过 500 个字。"


class FileChanged(RuleBroken):
    code = "redblack.file_changed"
    message = "文件在上传过程中被修改，没有保存。请关闭正在编辑它的程序后重新上传。"
