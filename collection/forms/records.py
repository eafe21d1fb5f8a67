"""What the pages of records are asked."""

from django import forms

from collection.forms.duties import SELECT, MonthField, departments
from collection.rules.states import RECORD_LABELS


class RecordFilter(forms.Form):
    q = forms.CharField(label="文号或统一社会信用代码", max_length=120, required=False)
    item = forms.SlugField(label="目录条目", max_length=60, required=False)
    provider = forms.TypedChoiceField(
        label="信息提供单位", required=False, choices=departments, coerce=int, empty_value=None,
        widget=forms.Select(SELECT),
    )  # fmt: skip
    state = forms.ChoiceField(
        label="状态", required=False, choices=[*RECORD_LABELS.items(), ("all", "全部")], widget=forms.Select(SELECT)
    )
    since = MonthField(label="入库自")
    until = MonthField(label="至")
    late = forms.BooleanField(label="只看迟报", required=False)
    batch = forms.IntegerField(required=False, min_value=1, max_value=2**62)
    after = forms.CharField(max_length=60, required=False)


class PutAside(forms.Form):
    """撤回 or 归档, with the ground."""

    reason = forms.CharField(
        label="事由", max_length=300, widget=forms.TextInput({"class": "form-control", "autocomplete": "off"})
    )
    document_no = forms.CharField(
        label="依据文号", max_length=120, required=False,
        widget=forms.TextInput({"class": "form-control", "autocomplete": "off"}),
    )  # fmt: skip
