"""The shape of what uploaders send: a file, the filter of the list of batches, a reason for giving rows up."""

from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from collection.rules.sheet_guard import BULK, check_size, kind_of
from collection.rules.states import BATCH_LABELS, CHANNEL_LABELS, BatchState, Channel
from kernel.errors import Refusal
from toolkit.uploads import NO_ROOM, TOO_BIG

KINDS = (".xlsx", ".xls", ".csv")
MB = 1024 * 1024


class UploadForm(forms.Form):
    """One file of one item. What can be said at once is said here; what needs the rows, the worker says."""

    file = forms.FileField(
        label="报送文件",
        max_length=200,
        allow_empty_file=True,
        error_messages={
            "required": "请先选择要报送的文件。",
            "missing": "请先选择要报送的文件。",
            "invalid": "没有收到文件，请重新选择后再报送。",
            "max_length": "文件名超过200个字，请改短后重新选择。",
        },
    )
    all_or_nothing = forms.BooleanField(label="有一行不合格就整批退回", required=False)

    def clean_file(self) -> "UploadedFile[bytes]":
        upload: UploadedFile[bytes] = self.cleaned_data["file"]
        size, name = upload.size or 0, upload.name or ""
        ending = PurePath(name).suffix.lower()
        trouble = getattr(upload, "trouble", "")
        if trouble == NO_ROOM:
            raise forms.ValidationError("服务器的存储空间不足，文件没有收下。请稍后重试，或联系系统管理员。")
        if ending not in KINDS:
            raise forms.ValidationError(
                f"只能报送 .xlsx、.xls 或 .csv 表格，所选文件是“{ending or '没有扩展名'}”。"
                "请在表格软件中另存为 .xlsx 后重新选择。"
            )
        try:
            check_size(max(size, BULK.size + 1) if trouble == TOO_BIG else size, BULK)
            kind_of(upload)  # type: ignore[arg-type]  # an upload reads and seeks like a BinaryIO
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        upload.seek(0)
        return upload


class BatchFilter(forms.Form):
    """What the list of batches is narrowed to."""

    item = forms.TypedChoiceField(label="目录条目", coerce=int, empty_value=None, required=False)
    state = forms.ChoiceField(
        label="状态",
        required=False,
        choices=[("", "全部状态"), *((s.value, BATCH_LABELS[s]) for s in BatchState)],
    )
    channel = forms.ChoiceField(
        label="方式",
        required=False,
        choices=[("", "全部方式"), *((c.value, CHANNEL_LABELS[c]) for c in Channel)],
    )
    to_mend = forms.BooleanField(label="只看待修正", required=False)
    after = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)

    def __init__(self, *args: Any, items: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["item"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [("", "全部条目"), *items]


class DropForm(forms.Form):
    """Rows that will not be reported again, and why."""

    rows = forms.TypedMultipleChoiceField(
        label="不再报送的行",
        coerce=int,
        error_messages={"required": "请先勾选不再报送的行。", "invalid_choice": "所选的行已经处理过，请刷新后再选。"},
    )
    note = forms.CharField(
        label="理由",
        min_length=2,
        max_length=200,
        error_messages={
            "required": "请写明不再报送的理由。",
            "min_length": "理由至少写2个字。",
            "max_length": "理由不超过200个字。",
        },
    )

    def __init__(self, *args: Any, numbers: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["rows"]
        assert isinstance(field, forms.TypedMultipleChoiceField)
        field.choices = [(number, str(number)) for number in numbers]
