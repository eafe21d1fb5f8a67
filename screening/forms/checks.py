"""Shape of what the window sends."""

from datetime import date

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

STAGES = [("before", "事前"), ("during", "事中"), ("after", "事后")]


class WindowForm(forms.Form):
    """One question at the window. `matter`: what the picker's text says; `again`: the receipt to be repeated."""

    matter = forms.CharField(label="事项", max_length=300, required=False)
    stage = forms.ChoiceField(
        label="阶段", choices=STAGES, widget=forms.Select(attrs={"class": "form-select form-select-sm"})
    )
    file_number = forms.CharField(
        label="办件号",
        max_length=60,
        required=False,
        widget=forms.TextInput(
            attrs={
                "class": "form-control form-control-sm",
                "autocomplete": "off",
                "spellcheck": "false",
                "aria-keyshortcuts": "Alt+N",
            }
        ),
    )
    text = forms.CharField(
        label="申请人",
        max_length=4000,
        required=False,
        error_messages={
            "max_length": "最多 4000 个字符，现有 %(show_value)d 个。一次核查最多 50 个主体，更多的请用“批量核查”。"
        },
        widget=forms.Textarea(
            attrs={
                "class": "form-control",
                "rows": 1,
                "autocomplete": "off",
                "autofocus": True,
                "spellcheck": "false",
                "data-check-input": True,
                "placeholder": "统一社会信用代码、名称，扫描营业执照二维码、身份证，或粘贴一列主体",
            }
        ),
    )
    again = forms.CharField(max_length=40, required=False)
    key = forms.CharField(max_length=64, widget=forms.HiddenInput)


# a browser would cut what is pasted without a word, and leave subjects out; the form says that it is too much
del WindowForm.base_fields["text"].widget.attrs["maxlength"]


class MatterSearch(forms.Form):
    matter = forms.CharField(max_length=300, required=False)


class StarForm(forms.Form):
    """A matter picked for the session, or with `star` kept at hand ("on") and no longer ("off")."""

    matter = forms.CharField(max_length=300)
    star = forms.ChoiceField(choices=[("", ""), ("on", ""), ("off", "")], required=False)


class ChoiceForm(forms.Form):
    decision = forms.CharField(max_length=10)
    reason = forms.CharField(max_length=200, required=False)


class FindForm(forms.Form):
    """Find a receipt again by its number, or turn the pages of a day."""

    number = forms.CharField(label="回执编号", max_length=40, required=False)
    day = forms.DateField(
        label="日期",
        required=False,
        validators=[MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2999, 12, 31))],
    )
    answer = forms.ChoiceField(
        label="结果",
        required=False,
        choices=[("", "全部"), ("hit", "命中"), ("could_not_check", "未能核查"), ("clear", "未命中")],
    )
    after = forms.CharField(max_length=60, required=False)
