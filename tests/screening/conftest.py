from dataclasses import dataclass
from typing import Any

import pytest

from screening.services.checking import Checked
from tests.factories import measures, redblack
from tests.factories import screening as make


@dataclass(frozen=True, slots=True)
class City:
    """One black list that calls for a measure, one red list with a reward, one matter that consults both."""

    black: redblack.List
    red: redblack.List
    matter: str
    measure: str
    firm: int
    uscc: str

    def only(self, checked: Checked) -> dict[str, Any]:
        [subject] = checked.content["subjects"]
        return subject


@pytest.fixture
def city() -> City:
    black, red = redblack.list_type(freshness_days=400), redblack.list_type(kind="reward", freshness_days=400)
    uscc = make.uscc()
    matter = make.matter(consults=[black.source_id, red.source_id])
    measures.item(code="Y-1", matter_code=matter, triggers=[black.source_id])
    measures.reward(code="Z-1", matter_code=matter, triggers=[red.source_id], unless_bad=[black.source_id])
    return City(black, red, matter, "Y-1", make.firm(uscc), uscc)
