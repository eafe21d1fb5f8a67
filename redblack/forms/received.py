"""The shape of what 名单接收 is sent: a version as a file, the filter of the list, a decision about a held one."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import PurePath
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from collection.rules.sheet_guard import BULK, check_size, kind_of
from kernel.errors import Refusal
from redblack.models import ListType
from redblack.rules.states import VERSION_LABELS, VersionState
from toolkit import clock
from toolkit.uploads import NO_ROOM, TOO_BIG

KINDS = (".xlsx", ".xls", ".csv")
RELEASE, DISCARD = "release", "discard"
WHAT = {
    "removed": "新版本中没有",
    "added": "新增",
    "changed": "有变更",
    "lost": "无有效代码",
    "refused": "材料不全",
    "twice": "重复",
    "kept": "未变",
}


class DeliverForm(forms.Form):
    """One version of one list. What can be said at once is said here; what needs the rows, the worker says."""

    list = forms.ChoiceField(
        label="名单",
        error_messages={"required": "请选择名单。", "invalid_choice": "所选名单不接收整版名单，请重新选择。"},
    )
    version = forms.CharField(
        label="版本号",
        max_length=60,
        error_messages={"required": "请填写版本号，如 2026年第47周。", "max_length": "版本号不超过60个字。"},
    )
    stated_on = forms.DateField(
        label="数据日期",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": "请填写数据日期。", "invalid": "数据日期应如 2026-11-20。"},
    )
    file = forms.FileField(
        label="名单文件",
        max_length=200,
        allow_empty_file=True,
        error_messages={
            "required": "请先选择名单文件。",
            "missing": "请先选择名单文件。",
            "invalid": "没有收到文件，请重新选择。",
            "max_length": "文件名超过200个字，请改短后重新选择。",
        },
    )

    def __init__(self, *args: Any, lists: Sequence[ListType], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["list"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(one.code, one.title) for one in lists]

    def clean_stated_on(self) -> date:
        day: date = self.cleaned_data["stated_on"]
        if day > clock.today():
            raise forms.ValidationError("数据日期晚于今天，请核对。")
        return day

    def clean_file(self) -> "UploadedFile[bytes]":
        upload: UploadedFile[bytes] = self.cleaned_data["file"]
        size, name = upload.size or 0, upload.name or ""
        trouble = getattr(upload, "trouble", "")
        if trouble == NO_ROOM:
            raise forms.ValidationError("服务器的存储空间不足，文件没有收下。请稍后重试，或联系系统管理员。")
        if PurePath(name).suffix.lower() not in KINDS:
            raise forms.ValidationError("只能提交 .xlsx、.xls 或 .csv 表格。请在表格软件中另存为 .xlsx 后重新选择。")
        try:
            check_size(max(size, BULK.size + 1) if trouble == TOO_BIG else size, BULK)
            kind_of(upload)  # type: ignore[arg-type]  # an upload reads and seeks like a BinaryIO
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        upload.seek(0)
        return upload

    def stated_at(self, now: datetime) -> datetime:
        """A day stands for its end; today for now."""
        day: date = self.cleaned_data["stated_on"]
        return min(now, clock.start_of(day + timedelta(days=1)) - timedelta(seconds=1))


class VersionFilter(forms.Form):
    list = forms.CharField(required=False, max_length=40)
    state = forms.ChoiceField(
        label="状态",
        required=False,
        choices=[("", "全部状态"), *((s.value, VERSION_LABELS[s]) for s in VersionState)],
    )
    after = forms.CharField(required=False, max_length=60)


class DecisionForm(forms.Form):
    """What a second person decides about a held version, and why."""

    verb = forms.ChoiceField(
        choices=[(RELEASE, "予以采用"), (DISCARD, "不予采用")],
        error_messages={"required": "请选择予以采用或者不予采用。", "invalid_choice": "请选择予以采用或者不予采用。"},
    )
    note = forms.CharField(
        label="确认理由",
        min_length=2,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": "请写明确认的理由，如向发布单位核实的结果。",
            "min_length": "理由至少写2个字。",
            "max_length": "理由不超过500个字。",
        },
    )
