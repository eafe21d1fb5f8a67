"""Shape of what a version says of itself: everything but its information items."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.http import QueryDict

from catalog.rules.content import Basis, Content
from catalog.rules.definition import SHARING_SCOPES, UPDATE_CYCLES
from subjects.rules.kinds import Kind

MONTHS = "月；没有期限的留空"
SPARE = 2  # empty lines for another article


class Attributes(forms.Form):
    """The attributes of a draft. `choices` come from the view: classes, editions and departments are data."""

    name = forms.CharField(label="条目名称", max_length=200)
    information_class = forms.ChoiceField(label="信息类别")
    legal_basis = forms.CharField(
        label="纳入依据",
        max_length=2000,
        required=False,
        widget=forms.Textarea({"rows": 2}),
        help_text="按页面上显示的写法，写明法律法规政策的名称和条款。没有依据的不能发布。",
    )
    subject_kinds = forms.MultipleChoiceField(
        label="主体类型",
        required=False,
        choices=[(kind.value, kind.label) for kind in Kind],
        widget=forms.CheckboxSelectMultiple,
    )
    provider_units = forms.MultipleChoiceField(
        label="提供单位",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="都不选：凡产生该信息的部门",
    )
    sharing_scope = forms.ChoiceField(label="共享范围", choices=[(one, one) for one in SHARING_SCOPES])
    update_cycle = forms.ChoiceField(label="更新周期", choices=[(one, one) for one in UPDATE_CYCLES])
    report_within = forms.IntegerField(
        label="报送时限", required=False, min_value=1, max_value=250, help_text="作出决定后几个工作日内；没有的留空"
    )
    retention_months = forms.IntegerField(
        label="保存期限", required=False, min_value=1, max_value=1200, help_text=MONTHS
    )
    publicity_months = forms.IntegerField(
        label="公示期限", required=False, min_value=1, max_value=1200, help_text=MONTHS
    )

    def __init__(
        self, *args: Any, classes: Sequence[tuple[str, str]], units: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["information_class"].choices = classes
        fields["provider_units"].choices = units

    @staticmethod
    def initial_of(content: Content) -> dict[str, Any]:
        said = {name: getattr(content, name) for name in Attributes.base_fields if hasattr(content, name)}
        return said | {"information_class": f"{content.class_edition}|{content.information_class}"}

    def applied_to(self, content: Content, bases: Sequence[Basis]) -> Content:
        """The content with these attributes. Only after is_valid()."""
        said = dict(self.cleaned_data)
        edition, _, information_class = said.pop("information_class").partition("|")
        kinds = tuple(said.pop("subject_kinds"))
        return replace(
            content,
            class_edition=edition,
            information_class=information_class,
            subject_kinds=kinds,
            provider_units=tuple(said.pop("provider_units")),
            bases=tuple(bases),
            **said,
        )


class BasisRow(forms.Form):
    document = forms.ChoiceField(label="依据文件", required=False)
    article = forms.CharField(label="条款", max_length=100, required=False)

    def __init__(self, *args: Any, documents: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["document"]
        field.choices = [("", "（不用这一行）"), *documents]


def basis_rows(
    data: QueryDict | None, content: Content, documents: Sequence[tuple[str, str]]
) -> "forms.BaseFormSet[BasisRow]":
    """The articles of a draft, with some empty lines."""
    made = forms.formset_factory(BasisRow, extra=SPARE, max_num=20)
    initial = [{"document": one.document, "article": one.article} for one in content.bases]
    known = {code for code, _ in documents}
    unknown = [(one.document, f"{one.document}（未登记）") for one in content.bases if one.document not in known]
    return made(data, initial=initial, prefix="basis", form_kwargs={"documents": [*documents, *unknown]})


def bases_of(rows: "forms.BaseFormSet[BasisRow]") -> list[Basis]:
    """What the lines say, without the empty ones. Only after is_valid()."""
    said = [form.cleaned_data for form in rows if form.cleaned_data.get("document")]
    return [Basis(document=one["document"], article=one["article"].strip()) for one in said]
