"""Shape of an extraction's settings."""

from typing import Any

from django import forms

from collection.models import Extraction
from collection.services.extraction import Setup

CONTROL = {"class": "form-control"}
CODE = CONTROL | {"autocomplete": "off", "spellcheck": "false"}
CHOICE = {"class": "form-select"}


class ExtractionForm(forms.Form):
    """`departments` and `items`: the choices. The password is written, never shown: empty keeps the one there is."""

    name = forms.CharField(label="名称", max_length=100, widget=forms.TextInput(CONTROL))
    department = forms.TypedChoiceField(label="信息提供单位", coerce=int, widget=forms.Select(CHOICE))
    item = forms.ChoiceField(label="目录条目", widget=forms.Select(CHOICE))
    kind = forms.ChoiceField(label="抽取方式", choices=Extraction.Kind.choices, widget=forms.Select(CHOICE))
    host = forms.CharField(label="主机", max_length=200, required=False, widget=forms.TextInput(CODE))
    port = forms.IntegerField(
        label="端口", min_value=1, max_value=65535, required=False, widget=forms.NumberInput(CONTROL)
    )
    database = forms.CharField(label="库名", max_length=100, required=False, widget=forms.TextInput(CODE))
    username = forms.CharField(label="用户名", max_length=100, required=False, widget=forms.TextInput(CODE))
    password = forms.CharField(
        label="密码",
        max_length=200,
        required=False,
        strip=False,
        widget=forms.PasswordInput(CONTROL | {"autocomplete": "new-password"}, render_value=False),
    )
    relation = forms.CharField(label="视图", max_length=130, required=False, widget=forms.TextInput(CODE))
    order_column = forms.CharField(label="排序列", max_length=64, required=False, widget=forms.TextInput(CODE))
    every_minutes = forms.IntegerField(
        label="间隔（分钟）", min_value=1, max_value=10080, initial=60, widget=forms.NumberInput(CONTROL)
    )
    active = forms.BooleanField(label="启用", required=False, initial=True)

    def __init__(
        self, *args: Any, departments: list[tuple[int, str]], items: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].choices = [("", "请选择"), *departments]  # type: ignore[attr-defined]
        self.fields["item"].choices = [("", "请选择"), *items]  # type: ignore[attr-defined]

    def setup(self) -> Setup:
        said = self.cleaned_data
        return Setup(
            name=said["name"].strip(),
            department_id=said["department"],
            item_code=said["item"],
            kind=said["kind"],
            host=said["host"].strip(),
            port=said["port"],
            database=said["database"].strip(),
            username=said["username"].strip(),
            relation=said["relation"].strip(),
            order_column=said["order_column"].strip(),
            every_minutes=said["every_minutes"],
            active=said["active"],
        )
