"""The shape of what visitors and reviewers send."""

from django import forms

from citizens.rules.claims import LONGEST_NOTE, Claim
from citizens.rules.kinds import Relation
from kernel.identifiers import normalise_code
from kernel.names import display_name
from subjects.rules.kinds import IdKind


class Address(forms.Form):
    address = forms.CharField(max_length=200, strip=True)
    next = forms.CharField(max_length=300, required=False)


class Code(forms.Form):
    code = forms.CharField(max_length=20, strip=True)


class Note(forms.Form):
    note = forms.CharField(max_length=LONGEST_NOTE * 2, required=False, strip=True)


class ClaimForm(forms.Form):
    """A relation and what shows it. What a kind needs is a rule's to say (rules/claims.py)."""

    relation = forms.ChoiceField(choices=[(r.value, r.label) for r in Relation])
    code = forms.CharField(max_length=40, required=False)
    name = forms.CharField(max_length=100, required=False)
    id_kind = forms.ChoiceField(choices=[(k.value, k.label) for k in IdKind], required=False)
    id_number = forms.CharField(max_length=60, required=False)
    until = forms.DateField(required=False)
    paper = forms.FileField(required=False)

    def said(self) -> Claim:
        data = self.cleaned_data
        return Claim(
            relation=Relation(data["relation"]),
            code=normalise_code(data["code"]) if data["relation"] != Relation.SELF else "",
            name=display_name(data["name"]),
            id_kind=data["id_kind"] or IdKind.CITIZEN_ID.value,
            id_number=normalise_code(data["id_number"]),
            until=data["until"],
        )
