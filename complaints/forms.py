"""The shape of what is sent."""

from typing import Any

from django import forms

from complaints.rules.telling import FILES, LONGEST_NAME, LONGEST_TEXT, Kind, Told


class Files(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFiles(forms.FileField):
    """Several files in one field; what each is, a rule judges."""

    widget = Files(attrs={"accept": ".pdf,.jpg,.jpeg,.png"})

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        single = super().clean
        return [single(one, initial) for one in (data or [])[: FILES + 1]]


class TellForm(forms.Form):
    """A complaint by anybody. Who tells it may stay empty."""

    kind = forms.ChoiceField(label="类别", choices=[(k.value, k.label) for k in Kind])
    about_name = forms.CharField(label="被反映的企业或单位", max_length=LONGEST_NAME)
    about_code = forms.CharField(label="统一社会信用代码（知道的话）", max_length=18, required=False)
    text = forms.CharField(label="时间、地点和事实", max_length=LONGEST_TEXT, widget=forms.Textarea)
    name = forms.CharField(label="您的姓名", max_length=60, required=False)
    phone = forms.CharField(label="您的电话", max_length=30, required=False)
    mail = forms.EmailField(label="您的电子邮箱", max_length=120, required=False)
    papers = ManyFiles(label="证明材料", required=False)

    def told(self) -> Told:
        return Told(**{key: value for key, value in self.cleaned_data.items() if key != "papers"})


class ProgressForm(forms.Form):
    number = forms.CharField(label="编号", max_length=40)
    code = forms.CharField(label="查询码", max_length=40)


class WordsForm(forms.Form):
    words = forms.CharField(max_length=2000)


class ForwardForm(forms.Form):
    department = forms.IntegerField(min_value=1)
    summary = forms.CharField(max_length=2000)
    papers = forms.TypedMultipleChoiceField(coerce=int, required=False)

    def __init__(self, *args: Any, papers: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["papers"].choices = [(str(one), str(one)) for one in papers]  # type: ignore[attr-defined]


class HandlerForm(forms.Form):
    username = forms.CharField(max_length=150)
    active = forms.BooleanField(required=False)


class QueueForm(forms.Form):
    over = forms.BooleanField(required=False)
    after = forms.CharField(required=False, max_length=60)
