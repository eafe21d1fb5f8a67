"""The shape of what people type on this app's pages."""

from django import forms

from subjects.rules.kinds import CONFLICT_LABELS, ConflictState

OUTCOMES = [(state.value, label) for state, label in CONFLICT_LABELS.items() if state != ConflictState.OPEN]


class NeedToKnow(forms.Form):
    """Why a natural person's data are looked at, and for which file. Sent by POST only, never in an address."""

    file_number = forms.CharField(label="办件号", max_length=60)
    reason = forms.CharField(label="事由", max_length=200, min_length=2)


class NameSearch(forms.Form):
    """A name, or a code. Sent by POST only: somebody may type what belongs to a person."""

    text = forms.CharField(label="名称或统一社会信用代码", max_length=500, strip=True)
    about = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)


class Clearing(forms.Form):
    """Why a subject of a like name is another one, and how long nobody need look again."""

    other_id = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    ground = forms.CharField(label="依据", max_length=300, min_length=2)
    until = forms.DateField(label="有效期至", widget=forms.DateInput(attrs={"type": "date"}))


class Decision(forms.Form):
    """What became of a second name."""

    outcome = forms.ChoiceField(label="处理结果", choices=OUTCOMES)
    ground = forms.CharField(label="依据", max_length=300, min_length=2)
