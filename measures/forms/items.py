"""Shape of a measure item's draft, of the steps of its life, and of the head of its lists."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.http import QueryDict

from measures.rules.content import NO_MATTER, STAGE_LABELS, Article, ItemValue
from measures.rules.states import ItemState
from measures.rules.wording import VERBS
from measures.selectors.items import REWARDS

Choices = Sequence[tuple[str, str]]
SPARE = 2  # empty lines for articles
DATE = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
MEANS = (("强制应用", "强制应用"), ("推荐应用", "推荐应用"))
TEXT = ("responsible_office", "basis_text", "target_text", "content", "organisation", "means", "term_text")


def _choices(form: forms.Form, **choices: Any) -> None:
    for name, said in choices.items():
        field: Any = form.fields[name]
        field.choices = said


class ItemFilter(forms.Form):
    """The head of the list."""

    q = forms.CharField(label="措施、对象、事项或编号", max_length=60, required=False)
    department = forms.ChoiceField(label="实施部门", required=False)
    kind = forms.ChoiceField(
        label="类别",
        required=False,
        choices=[("", "全部"), ("1", "第一类"), ("2", "第二类"), ("3", "第三类"), (str(REWARDS), "激励")],
    )
    state = forms.ChoiceField(
        label="状态",
        required=False,
        choices=[("", "现行和起草中"), *((s.value, s.label) for s in ItemState)],
    )
    after = forms.CharField(max_length=120, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, departments: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choices(self, department=[("", "全部"), *departments])


class PublicFilter(forms.Form):
    """The head of the public list."""

    q = forms.CharField(label="措施、对象或事项", max_length=60, required=False)
    department = forms.ChoiceField(label="实施部门", required=False)
    after = forms.CharField(max_length=120, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, departments: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choices(self, department=[("", "全部"), *departments])


class NewItem(forms.Form):
    """What a draft needs before anything else can be said about it."""

    department = forms.ChoiceField(label="实施部门")
    reward = forms.ChoiceField(label="性质", choices=[("", "失信惩戒措施"), ("1", "守信激励措施")], required=False)
    content = forms.CharField(label="奖惩措施", max_length=2000, widget=forms.Textarea({"rows": 2}))
    code = forms.CharField(label="编号", max_length=40, required=False, help_text="留空则自动编号；发布后不能更改")

    def __init__(self, *args: Any, departments: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choices(self, department=departments)


class ItemForm(forms.Form):
    """The eight columns of 篇十五, and the logic beside them."""

    matter_code = forms.ChoiceField(
        label="适用的政务服务事项", required=False, help_text="办理该事项时核查；无须申请的选“无”"
    )
    matter_name = forms.CharField(
        label="事项名称",
        max_length=200,
        required=False,
        help_text="权责清单、公共服务清单中的名称；未列入清单的填“无”",
    )
    responsible_office = forms.CharField(label="责任处室（单位）", max_length=200, required=False)
    basis_text = forms.CharField(
        label="奖惩依据", max_length=4000, required=False, widget=forms.Textarea({"rows": 2})
    )
    target_text = forms.CharField(
        label="奖惩对象", max_length=4000, required=False, widget=forms.Textarea({"rows": 2})
    )
    content = forms.CharField(label="奖惩措施", max_length=4000, widget=forms.Textarea({"rows": 2}))
    stages = forms.MultipleChoiceField(
        label="管理阶段",
        required=False,
        choices=list(STAGE_LABELS.items()),
        widget=forms.CheckboxSelectMultiple,
    )
    organisation = forms.CharField(
        label="组织实施", max_length=2000, required=False, widget=forms.Textarea({"rows": 2})
    )
    means = forms.ChoiceField(label="应用手段", required=False, choices=[("", "未填写"), *MEANS])
    verb = forms.ChoiceField(
        label="依据条文的用语",
        required=False,
        choices=[("", "未选择"), *VERBS.items()],
        help_text="窗口所见的“依法应当”“依法可以”由此确定；激励为“可以提供”，第三类为“供参考，自主决定”",
    )
    basic = forms.ChoiceField(label="对应的清单措施", required=False, help_text="类别（第一、二、三类）由清单确定")
    triggers = forms.MultipleChoiceField(
        label="由哪些名单、信息触发", required=False, widget=forms.CheckboxSelectMultiple
    )
    unless_bad = forms.MultipleChoiceField(
        label="激励的前提：在以下名单、信息中均无在期记录",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    extends_to_responsible = forms.BooleanField(label="及于法定代表人、负责人等责任人员", required=False)
    term_text = forms.CharField(label="期限", max_length=200, required=False, help_text="如：列入期间")
    continues = forms.BooleanField(label="名单移出后继续适用", required=False)
    own_document_no = forms.CharField(label="本部门文件及文号", max_length=120, required=False)
    own_article = forms.CharField(label="条款", max_length=60, required=False)
    own_until = forms.DateField(label="截止日期", required=False, widget=DATE)

    def __init__(
        self, *args: Any, matters: Choices, basics: Any, triggers: Any, unless_bad: Choices, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        _choices(
            self,
            matter_code=[("", "无"), *matters],
            basic=[("", "未选择"), *basics],
            triggers=triggers,
            unless_bad=unless_bad,
        )

    @staticmethod
    def initial_of(value: ItemValue) -> dict[str, Any]:
        content = value.content
        said = {name: getattr(content, name) for name in ItemForm.base_fields if hasattr(content, name)}
        return said | {
            "basic": content.basic_id or "",
            "triggers": [str(one) for one in sorted(value.triggers)],
            "unless_bad": [str(one) for one in sorted(value.unless_bad)],
        }

    def applied_to(self, value: ItemValue, articles: Sequence[Article], matters: Mapping[str, str]) -> ItemValue:
        """The value with what the form says; the condition has a form of its own. Only after is_valid()."""
        said = self.cleaned_data
        code = said["matter_code"]
        written = {name: said[name].strip() for name in TEXT}
        continues = said["continues"]
        content = replace(
            value.content,
            **written,
            matter_code=code,
            matter_name=said["matter_name"].strip() or matters.get(code, NO_MATTER),
            stages=said["stages"],
            verb="" if value.content.reward else said["verb"],
            basic_id=int(said["basic"]) if said["basic"] and not value.content.reward else None,
            extends_to_responsible=said["extends_to_responsible"],
            continues=continues,
            own_document_no=said["own_document_no"].strip() if continues else "",
            own_article=said["own_article"].strip() if continues else "",
            own_until=said["own_until"] if continues else None,
        )
        return replace(
            value,
            content=content,
            articles=tuple(articles),
            triggers=frozenset(int(one) for one in said["triggers"]),
            unless_bad=frozenset(int(one) for one in said["unless_bad"]) if content.reward else frozenset(),
        )


class ArticleRow(forms.Form):
    document = forms.ChoiceField(label="依据文件", required=False)
    article = forms.CharField(label="条款", max_length=60, required=False)

    def __init__(self, *args: Any, documents: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choices(self, document=[("", "（不用这一行）"), *documents])


def article_rows(data: QueryDict | None, value: ItemValue, documents: Choices) -> "forms.BaseFormSet[ArticleRow]":
    """The articles of a draft, with some empty lines."""
    made = forms.formset_factory(ArticleRow, extra=SPARE, max_num=20)
    initial = [{"document": one.document_code, "article": one.article} for one in value.articles]
    return made(data, initial=initial, prefix="basis", form_kwargs={"documents": documents})


def articles_of(rows: "forms.BaseFormSet[ArticleRow]") -> list[Article]:
    """What the lines say, without the empty ones and each once. Only after is_valid()."""
    said = [form.cleaned_data for form in rows if form.cleaned_data.get("document")]
    made = [Article(document_code=one["document"], article=one["article"].strip()) for one in said]
    return list(dict.fromkeys(made))


class Note(forms.Form):
    note = forms.CharField(
        label="意见", max_length=1000, widget=forms.Textarea({"rows": 3}), error_messages={"required": "请写明理由。"}
    )


class Reason(forms.Form):
    reason = forms.CharField(
        label="撤回的理由和依据",
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": "请写明撤回的理由和依据。"},
    )


class Sure(forms.Form):
    sure = forms.BooleanField(
        label="作废这份草稿，已填写的内容不再使用", error_messages={"required": "请勾选确认后再作废。"}
    )


class SheetUpload(forms.Form):
    """A department's spreadsheet in the eight columns. `nature`: of rows whose sheet does not tell it."""

    department = forms.ChoiceField(label="实施部门")
    nature = forms.ChoiceField(
        label="性质",
        choices=[("", "按表中的内容判断"), ("punish", "失信惩戒措施"), ("reward", "守信激励措施")],
        required=False,
    )
    file = forms.FileField(
        label="措施清单", allow_empty_file=True, error_messages={"required": "请选择要导入的表格文件。"}
    )

    def __init__(self, *args: Any, departments: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choices(self, department=departments)


class SheetChoice(forms.Form):
    """Which department's list is exported, and whether what is published or what is being drafted."""

    department = forms.ChoiceField(label="实施部门")
    state = forms.ChoiceField(label="内容", choices=[("published", "已发布"), ("draft", "起草中")], required=False)

    def __init__(self, *args: Any, departments: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choices(self, department=departments)
