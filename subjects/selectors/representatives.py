"""Who represents an organisation, by name: for a public page that names the article which makes it public."""

from datetime import date

from django.db.models import Q

from subjects.models import Person, Responsibility
from subjects.rules.persons import data_key_place, name_place
from toolkit import crypto

POSTS = ("法定代表人", "负责人", "法定代表人（负责人）")


def names_of_representatives(organisation_id: int, *, on: date) -> list[str]:
    """The names in clear of who represents it on that day. Whoever shows them answers for the legal basis."""
    posts = Responsibility.objects.filter(
        Q(valid_until=None) | Q(valid_until__gte=on),
        organisation_id=organisation_id,
        post__in=POSTS,
        valid_from__lte=on,
        rev_to=None,
    ).order_by("-valid_from", "id")
    ids = list(posts.values_list("person_id", flat=True)[:5])
    people = {one.pk: one for one in Person.objects.filter(pk__in=ids).exclude(data_key=None)}
    return [
        crypto.decrypt_with(
            crypto.unwrap(people[pk].data_key or "", aad=data_key_place(pk)), people[pk].name_ct, aad=name_place(pk)
        )
        for pk in ids
        if pk in people
    ]
