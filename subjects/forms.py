"""The shape of what people type on this app's pages."""

from django import forms

from subjects.rules.kinds import CONFLICT_LABELS, ConflictState

OUTCOMES = [(state.value, label) for state, label in CONFLICT_LABELS.items() if state != ConflictState.OPEN]


class NeedToKnow(forms.Form):
    """Why a natural person's data are looked at, and for which file. Sent by POST only, never in an address."""

    file_number = forms.CharField(label="办件号", max_length=60)
    reason = forms.CharField(label="事由", max_length=200, min_length=2)


class Decision(forms.Form):
    """What became of a second name."""

    outcome = forms.ChoiceField(label="处理结果", choices=OUTCOMES)
    ground = forms.CharField(label="依据", max_length=300, min_length=2)
