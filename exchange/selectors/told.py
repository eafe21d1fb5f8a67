"""What departments were told of, for lower floors that ask by a name in the settings."""

from collections.abc import Collection

from exchange.models import Holding

ENTRY = "entry:"


def entries_told(*, department_ids: Collection[int], refs: Collection[str]) -> set[tuple[int, str]]:
    """(department, reference) of the entries of `refs` ("entry:12") that a subscription of the department was told
    of, also if it was taken back since: what was done while it stood is reported all the same.
    """
    numbers = {int(ref.removeprefix(ENTRY)) for ref in refs if ref.startswith(ENTRY) and ref[len(ENTRY) :].isdigit()}
    rows = Holding.objects.filter(entry_id__in=numbers, subscription__department_id__in=department_ids)
    return {(of, f"{ENTRY}{entry}") for of, entry in rows.values_list("subscription__department_id", "entry_id")}
