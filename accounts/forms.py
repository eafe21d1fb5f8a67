"""The shape of what people type about accounts; what it means is judged by the services."""

from django import forms

from accounts import selectors
from accounts.rules.scopes import SCOPES
from kernel.actor import Role

FIELD = {"class": "form-control"}
NEW = {"autocomplete": "new-password"}
CHOICE = {"class": "form-select"}


class Login(forms.Form):
    username = forms.CharField(label="用户名", max_length=40)
    password = forms.CharField(label="口令", max_length=200, strip=False, widget=forms.PasswordInput)
    next = forms.CharField(required=False, widget=forms.HiddenInput)


class Code(forms.Form):
    code = forms.RegexField(
        r"^\s*[0-9]{6}\s*$",
        label="动态验证码",
        error_messages={"invalid": "请输入手机验证器显示的6位数字。"},
        widget=forms.TextInput(
            attrs=FIELD | {"inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True}
        ),
    )
    next = forms.CharField(required=False, widget=forms.HiddenInput)


class ChangePassword(forms.Form):
    old = forms.CharField(label="原口令", max_length=200, strip=False, widget=forms.PasswordInput(attrs=FIELD))
    new = forms.CharField(label="新口令", max_length=200, strip=False, widget=forms.PasswordInput(attrs=FIELD | NEW))
    again = forms.CharField(
        label="再次输入新口令", max_length=200, strip=False, widget=forms.PasswordInput(attrs=FIELD | NEW)
    )

    def clean_again(self) -> str:
        again = str(self.cleaned_data["again"])
        if again != self.cleaned_data.get("new"):
            raise forms.ValidationError("两次输入的新口令不一致，请重新输入。")
        return again


def _department_choices() -> list[tuple[int | str, str]]:
    return [("", "（未选择）"), *((d.id, d.name) for d in selectors.all_departments())]


class NewUser(forms.Form):
    username = forms.CharField(
        label="用户名", max_length=40, help_text="小写字母开头，如 scjg01", widget=forms.TextInput(attrs=FIELD)
    )
    display_name = forms.CharField(label="姓名", max_length=40, widget=forms.TextInput(attrs=FIELD))
    department_id = forms.TypedChoiceField(
        label="部门",
        choices=_department_choices,
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.Select(attrs=CHOICE),
    )


class Roles(forms.Form):
    roles = forms.TypedMultipleChoiceField(
        label="角色",
        choices=[(role.value, role.label) for role in Role],
        coerce=Role,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class NewClient(forms.Form):
    code = forms.CharField(
        label="系统标识", max_length=40, help_text="小写字母开头，如 gov-hall", widget=forms.TextInput(attrs=FIELD)
    )
    name = forms.CharField(label="系统名称", max_length=100, widget=forms.TextInput(attrs=FIELD))
    department_id = forms.TypedChoiceField(
        label="所属部门",
        choices=_department_choices,
        coerce=int,
        empty_value=None,
        widget=forms.Select(attrs=CHOICE),
    )
    scopes = forms.MultipleChoiceField(
        label="接口权限", choices=list(SCOPES.items()), widget=forms.CheckboxSelectMultiple
    )


class Origins(forms.Form):
    origins = forms.CharField(
        label="插件页面来源",
        required=False,
        max_length=4000,
        help_text="每行一个，如 https://hall.example。只有从这些地址打开的页面才能使用核查插件。",
        widget=forms.Textarea(attrs=FIELD | {"rows": 3, "spellcheck": "false"}),
    )
