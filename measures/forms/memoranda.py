"""Shape of what the pages of memoranda send. Rows are texts, read by the same rules as the cells of a spreadsheet."""

from collections.abc import Sequence
from typing import Any

from django import forms

from measures.rules.memoranda import (
    LONGEST,
    LONGEST_LABEL,
    LONGEST_TEXT,
    MEANS,
    NOT_STATED,
    NUMBER_UNKNOWN,
    PUNISHMENT,
    REWARD,
    STRENGTHS,
    ConductRow,
    MemorandumContent,
    OriginalRow,
)
from measures.rules.memoranda_sheets import numbers_of, parts_of
from measures.selectors.memoranda import STATES

LINES = forms.Textarea({"rows": 3})


class MemorandumFilter(forms.Form):
    q = forms.CharField(label="名称或文号", max_length=60, required=False)
    state = forms.ChoiceField(label="分解情况", required=False, choices=[("", "全部"), *STATES.items()])


class NewMemorandum(forms.Form):
    code = forms.RegexField(
        r"^[A-Za-z][A-Za-z0-9_-]{1,58}$",
        label="编号",
        max_length=59,
        help_text="以字母开头，用字母、数字和 - _，如 tax-2016",
        error_messages={"invalid": "编号以字母开头，只用字母、数字和 - _，2 至 59 位。"},
    )
    title = forms.CharField(label="名称", max_length=LONGEST["title"])
    document_number = forms.CharField(
        label="文号", max_length=LONGEST["document_number"], help_text=f"查不到的填“{NUMBER_UNKNOWN}”"
    )
    lead = forms.CharField(label="牵头部门", max_length=LONGEST["lead"], required=False)
    list_numbers = forms.CharField(label="篇十三序号", max_length=60, required=False, help_text="如 16；多个用顿号")


class HeadForm(forms.Form):
    """The head of a memorandum. `others`: memoranda that it may replace."""

    title = forms.CharField(label="名称", max_length=LONGEST["title"])
    document_number = forms.CharField(
        label="文号", max_length=LONGEST["document_number"], help_text=f"查不到的填“{NUMBER_UNKNOWN}”"
    )
    document_number_confirmed = forms.BooleanField(label="文号已核实", required=False)
    issued_on = forms.DateField(
        label="印发日期", required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    lead = forms.CharField(label="牵头部门", max_length=LONGEST["lead"], required=False)
    list_numbers = forms.CharField(label="篇十三序号", max_length=60, required=False)
    replaces = forms.ChoiceField(label="代替的备忘录", required=False)
    complete = forms.BooleanField(label="全部原始措施均已分解", required=False)
    subject_text = forms.CharField(label="联合奖惩对象", max_length=30_000, required=False, widget=LINES)
    signatories = forms.CharField(
        label="签署单位", max_length=20_000, required=False, widget=LINES, help_text="每行一个，或用分号分开"
    )

    def __init__(self, *args: Any, others: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["replaces"]
        field.choices = [("", "（没有）"), *others]

    @staticmethod
    def initial_of(content: MemorandumContent) -> dict[str, Any]:
        said = {name: getattr(content, name) for name in HeadForm.base_fields}
        return said | {
            "document_number": content.document_number or NUMBER_UNKNOWN,
            "list_numbers": "、".join(map(str, content.list_numbers)),
            "signatories": "\n".join(content.signatories),
        }

    def said(self) -> dict[str, Any]:
        """As plain values, for memoranda.read. Raises NotAMemorandum. Only after is_valid()."""
        said = dict(self.cleaned_data)
        return said | {
            "list_numbers": numbers_of(said["list_numbers"], "篇十三序号"),
            "signatories": parts_of(said["signatories"]),
        }


class TextForm(forms.Form):
    text = forms.CharField(
        label="备忘录正文", max_length=LONGEST_TEXT, required=False, widget=forms.Textarea({"rows": 14})
    )


class ConductForm(forms.Form):
    number = forms.IntegerField(label="序号", min_value=1, max_value=9999)
    label = forms.CharField(
        label="行为", max_length=LONGEST_LABEL, widget=forms.Textarea({"rows": 2, "data-mark-target": "conduct"})
    )
    criteria = forms.CharField(
        label="认定标准", max_length=LONGEST_LABEL, required=False, widget=forms.Textarea({"rows": 2})
    )

    @staticmethod
    def initial_of(row: ConductRow) -> dict[str, Any]:
        return {"number": row.number, "label": row.label, "criteria": row.criteria}

    def said(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class MeasureForm(forms.Form):
    number = forms.IntegerField(label="序号", min_value=1, max_value=9999)
    nature = forms.ChoiceField(label="性质", choices=[(PUNISHMENT, PUNISHMENT), (REWARD, REWARD)])
    strength = forms.ChoiceField(
        label="措施类型", required=False, choices=[(key, label or "（未分类）") for key, label in STRENGTHS.items()]
    )
    means = forms.ChoiceField(label="应用要求", required=False, choices=[(one, one or "（未注明）") for one in MEANS])
    label = forms.CharField(
        label="措施内容",
        max_length=LONGEST_LABEL,
        widget=forms.Textarea({"rows": 3, "data-mark-target": "measure"}),
    )
    departments = forms.CharField(
        label="实施部门",
        max_length=4000,
        required=False,
        widget=forms.Textarea({"rows": 2}),
        help_text=f"每行一个；备忘录没有写明的填“{NOT_STATED}”",
    )
    legal_basis = forms.CharField(
        label="依据条文",
        max_length=8000,
        required=False,
        widget=forms.Textarea({"rows": 2, "data-mark-basis": ""}),
        help_text=f"每行一条，如《政府采购法》第二十二条；备忘录没有写明的填“{NOT_STATED}”",
    )
    conducts = forms.CharField(label="对应行为", max_length=200, required=False, help_text="行为清单的序号，如 1、2")

    @staticmethod
    def initial_of(row: OriginalRow) -> dict[str, Any]:
        return {
            "number": row.number,
            "nature": REWARD if row.reward else PUNISHMENT,
            "strength": row.strength,
            "means": row.means,
            "label": row.label,
            "departments": "\n".join(row.departments) or NOT_STATED,
            "legal_basis": "\n".join(row.legal_basis) or NOT_STATED,
            "conducts": "、".join(map(str, row.conducts)),
        }

    def said(self) -> dict[str, Any]:
        """As plain values, for memoranda.read. Raises NotAMemorandum. Only after is_valid()."""
        said = dict(self.cleaned_data)
        return {
            "number": said["number"],
            "label": said["label"],
            "reward": said["nature"] == REWARD,
            "strength": said["strength"],
            "means": said["means"],
            "departments": parts_of(said["departments"]),
            "legal_basis": parts_of(said["legal_basis"]),
            "conducts": numbers_of(said["conducts"], "对应行为"),
        }


class MemoUpload(forms.Form):
    file = forms.FileField(label="文件", error_messages={"required": "请选择文件。", "empty": "文件是空的。"})
