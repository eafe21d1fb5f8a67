"""Shape of the steps of an item's life, of what the credit office notes, and of the filters of its lists."""

from collections.abc import Sequence
from typing import Any

from django import forms

from catalog.models import Upkeep
from catalog.rules.states import STATE_LABELS

CODE = r"^[A-Za-z][A-Za-z0-9_.-]{1,58}[A-Za-z0-9]$"
DATE = forms.DateInput({"type": "date"}, format="%Y-%m-%d")


def _choices(form: forms.Form, **choices: Sequence[tuple[str, str]]) -> None:
    for name, said in choices.items():
        field: Any = form.fields[name]
        field.choices = said


class ItemFilter(forms.Form):
    """The head of the catalogue's list."""

    q = forms.CharField(label="名称或代码", max_length=60, required=False)
    information_class = forms.ChoiceField(label="信息类别", required=False)
    class_edition = forms.ChoiceField(label="类别版本", required=False)
    department = forms.ChoiceField(label="提供单位", required=False)
    state = forms.ChoiceField(
        label="状态", required=False, choices=[("", "全部"), *((s.value, label) for s, label in STATE_LABELS.items())]
    )
    after = forms.CharField(max_length=120, required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        classes: Sequence[str],
        class_editions: Sequence[str],
        units: Sequence[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        _choices(
            self,
            information_class=[("", "全部"), *((c, c) for c in classes)],
            class_edition=[("", "全部"), *((c, c) for c in class_editions)],
            department=[("", "全部"), *units],
        )


class PublicFilter(forms.Form):
    """The head of the public catalogue."""

    q = forms.CharField(label="名称或代码", max_length=60, required=False)
    information_class = forms.ChoiceField(label="信息类别", required=False)
    after = forms.CharField(max_length=120, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, classes: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choices(self, information_class=[("", "全部"), *((c, c) for c in classes)])


class NewItem(forms.Form):
    """What a draft needs before anything else can be said about it."""

    code = forms.RegexField(
        CODE,
        label="条目代码",
        max_length=60,
        help_text="以字母开头，用字母、数字和 - _ .，发布后不能更改，如 wage-arrears-list",
        error_messages={"invalid": "条目代码以字母开头，只用字母、数字和 - _ .，3 至 60 位。"},
    )
    name = forms.CharField(label="条目名称", max_length=200)
    information_class = forms.ChoiceField(label="信息类别")

    def __init__(self, *args: Any, classes: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choices(self, information_class=classes)


class Note(forms.Form):
    """What the reviewer writes to the drafter."""

    note = forms.CharField(label="退回意见", max_length=1000, widget=forms.Textarea({"rows": 2}))


class Reason(forms.Form):
    reason = forms.CharField(label="撤销理由", max_length=1000, widget=forms.Textarea({"rows": 3}))


class Sure(forms.Form):
    """A box to tick before a draft is thrown away."""

    sure = forms.BooleanField(label="确认删除这份草稿，删除后不能恢复")


class Filing(forms.Form):
    filed_on = forms.DateField(label="备案日期", widget=DATE)
    filing_no = forms.CharField(label="备案文号", max_length=60)


class Upload(forms.Form):
    file = forms.FileField(label="表格文件（.xlsx 或 .csv）", error_messages={"required": "请选择文件。"})


class PowerFilter(forms.Form):
    q = forms.CharField(label="事项名称或编码", max_length=60, required=False)
    department = forms.ChoiceField(label="实施部门", required=False)
    underived = forms.BooleanField(label="只看尚未派生的", required=False)
    after = forms.CharField(max_length=120, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, units: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choices(self, department=[("", "全部"), *units])


class NewUpkeep(forms.Form):
    """A change of law or of functions that must reach the catalogue."""

    what = forms.ChoiceField(label="变化", choices=Upkeep.What.choices)
    title = forms.CharField(label="内容", max_length=300, help_text="哪部法律法规或哪个机构的职能，变了什么")
    happened_on = forms.DateField(label="施行或变化日期", widget=DATE)
    item_code = forms.CharField(label="涉及的条目代码", max_length=60, required=False)
    department = forms.ChoiceField(label="涉及的部门", required=False)

    def __init__(self, *args: Any, units: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choices(self, department=[("", "（不限）"), *units])


class Outcome(forms.Form):
    outcome = forms.CharField(label="处理结果", max_length=1000)
