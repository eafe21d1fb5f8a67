"""The shape of what people type about accounts; what it means is judged by the services."""

from collections.abc import Iterable
from typing import Any

from django import forms

from accounts import selectors
from accounts.models import ClientSystem
from accounts.rules.scopes import SCOPES
from accounts.rules.signature import SHA256, SM3
from kernel.actor import Role

FIELD = {"class": "form-control"}
NEW = {"autocomplete": "new-password"}
CHOICE = {"class": "form-select"}
TYPED = FIELD | {"spellcheck": "false", "autocomplete": "off"}


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


def _area_choices() -> list[tuple[str, str]]:
    """The divisions that departments have, each with how many: what a client could be let act for."""
    by_area: dict[str, list[str]] = {}
    for department in selectors.all_departments():
        by_area.setdefault(department.division_code, []).append(department.short_name or department.name)
    return [(area, f"{area}（{names[0]}等 {len(names)} 个部门）") for area, names in sorted(by_area.items())]


class ClientExtent(forms.Form):
    """What a client system may; what it means is judged by the service."""

    name = forms.CharField(label="系统名称", max_length=100, widget=forms.TextInput(attrs=FIELD))
    purpose = forms.CharField(
        label="用途",
        max_length=200,
        help_text="办理什么业务、依据什么职责需要这些接口",
        widget=forms.TextInput(attrs=FIELD),
    )
    contact = forms.CharField(
        label="联系人", max_length=100, help_text="姓名、单位和电话", widget=forms.TextInput(attrs=FIELD)
    )
    scopes = forms.MultipleChoiceField(
        label="接口权限", choices=list(SCOPES.items()), widget=forms.CheckboxSelectMultiple
    )
    areas = forms.MultipleChoiceField(
        label="区划（勾选后，该区划的全部部门也由它代表；不选的，只代表所属部门及下级）",
        choices=_area_choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    addresses = forms.CharField(
        label="调用地址",
        required=False,
        max_length=4000,
        help_text="IP 地址或网段，每行一个，如 10.20.0.0/16；留空为不限",
        widget=forms.Textarea(attrs=FIELD | {"rows": 3, "spellcheck": "false"}),
    )
    per_minute = forms.IntegerField(
        label="每分钟调用上限",
        required=False,
        min_value=1,
        max_value=2**31 - 1,
        initial=600,
        help_text="留空为不限",
        widget=forms.NumberInput(attrs=FIELD),
    )
    per_day = forms.IntegerField(
        label="每日调用上限",
        required=False,
        min_value=1,
        max_value=2**31 - 1,
        initial=100_000,
        help_text="留空为不限",
        widget=forms.NumberInput(attrs=FIELD),
    )


class NewClient(ClientExtent):
    code = forms.CharField(
        label="系统标识",
        max_length=40,
        help_text="小写字母开头，如 gov-hall；以后不能更改",
        widget=forms.TextInput(attrs=FIELD),
    )
    department_id = forms.TypedChoiceField(
        label="所属部门",
        choices=_department_choices,
        coerce=int,
        empty_value=None,
        widget=forms.Select(attrs=CHOICE),
    )
    field_order = ["code", "name", "department_id"]


class Reason(forms.Form):
    reason = forms.CharField(label="原因", max_length=200, widget=forms.TextInput(attrs=FIELD))


class SignatureTrial(forms.Form):
    """A request as somebody has signed it."""

    client_id = forms.TypedChoiceField(label="接入系统", coerce=int, widget=forms.Select(attrs=CHOICE))
    slot = forms.TypedChoiceField(
        label="密钥",
        choices=[("", "任一有效密钥"), ("1", "第 1 槽"), ("2", "第 2 槽")],
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.Select(attrs=CHOICE),
    )
    algorithm = forms.ChoiceField(
        label="算法（X-Algorithm）",
        choices=[(SHA256, f"{SHA256}（不填时）"), (SM3, SM3)],
        widget=forms.Select(attrs=CHOICE),
    )
    method = forms.CharField(label="方法", max_length=10, widget=forms.TextInput(attrs=FIELD))
    path = forms.CharField(label="路径", max_length=1000, widget=forms.TextInput(attrs=TYPED))
    query = forms.CharField(label="查询串", required=False, max_length=4000, widget=forms.TextInput(attrs=TYPED))
    body = forms.CharField(
        label="请求体",
        required=False,
        strip=False,
        max_length=65_536,
        help_text="照发送的原样粘贴；浏览器把换行一律作回车换行提交，平台按 LF 还原",
        widget=forms.Textarea(attrs=TYPED | {"rows": 4}),
    )
    timestamp = forms.CharField(label="X-Timestamp", max_length=20, widget=forms.TextInput(attrs=TYPED))
    nonce = forms.CharField(label="X-Nonce", max_length=100, widget=forms.TextInput(attrs=TYPED))
    signature = forms.CharField(label="X-Signature", max_length=200, widget=forms.TextInput(attrs=TYPED))
    own_text = forms.CharField(
        label="您的待签名文本（可不填）",
        required=False,
        strip=False,
        max_length=70_000,
        help_text="填了的，逐行与平台的比较",
        widget=forms.Textarea(attrs=TYPED | {"rows": 6}),
    )

    def __init__(self, *args: Any, clients: Iterable[ClientSystem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["client_id"]
        assert isinstance(choice, forms.TypedChoiceField)
        choice.choices = [(one.pk, f"{one.code} {one.name}") for one in clients]

    def clean_body(self) -> str:
        return str(self.cleaned_data["body"]).replace("\r\n", "\n")


class Origins(forms.Form):
    origins = forms.CharField(
        label="插件页面来源",
        required=False,
        max_length=4000,
        help_text="每行一个，如 https://hall.example。只有从这些地址打开的页面才能使用核查插件。",
        widget=forms.Textarea(attrs=FIELD | {"rows": 3, "spellcheck": "false"}),
    )
