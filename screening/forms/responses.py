"""Shape of what the pages of response tasks send."""

from collections.abc import Sequence
from typing import Any

from django import forms

from screening.rules.responses import RESPONSE_LABELS, Verb

STATES = [
    ("open", "待响应和已接收"),
    ("stop", "待停止"),
    *((state.value, label) for state, label in RESPONSE_LABELS.items()),
    ("all", "全部"),
]


class ResponseFilter(forms.Form):
    state = forms.ChoiceField(label="状态", required=False, choices=STATES)
    item = forms.CharField(label="措施编号", max_length=40, required=False)
    department = forms.TypedChoiceField(
        label="部门", required=False, coerce=int, empty_value=None, widget=forms.Select({"class": "form-select"})
    )
    overdue = forms.BooleanField(label="只看逾期", required=False)
    after = forms.CharField(max_length=60, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, units: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["department"]
        field.choices = [("", "全部"), *units]


class AnswerForm(forms.Form):
    verb = forms.ChoiceField(choices=[(verb.value, verb.label) for verb in Verb])
    text = forms.CharField(label="办理情况", max_length=2000, required=False)
    tasks = forms.TypedMultipleChoiceField(coerce=int, required=False)

    def __init__(self, *args: Any, tasks: Sequence[str], **kwargs: Any) -> None:
        """`tasks`: what was sent; numbers alone count."""
        super().__init__(*args, **kwargs)
        field: Any = self.fields["tasks"]
        field.choices = [(one, one) for one in tasks if one.isascii() and one.isdigit() and len(one) < 16]
