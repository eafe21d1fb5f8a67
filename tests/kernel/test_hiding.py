import pytest

from kernel.hiding import hide_citizen_ids
from kernel.identifiers import holds_citizen_id


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("处罚110101199003070134.xlsx", "处罚110101********0134.xlsx"),
        ("110101199003070134_110101199003070134.csv", "110101********0134_110101********0134.csv"),
        ("张三 110101 19900307 0134.xlsx", "张三 110101********0134.xlsx"),
        ("１１０１０１１９９００３０７０１３４.xlsx", "110101********0134.xlsx"),
        ("2026 110101199003070134", "2026 110101********0134"),
        ("处罚_20261122.xlsx", "处罚_20261122.xlsx"),
        ("110101199003070135.xlsx", "110101199003070135.xlsx"),
    ],
)
def test_a_number_is_masked_and_nothing_else(given: str, shown: str) -> None:
    assert hide_citizen_ids(given) == shown
    assert not holds_citizen_id(shown)


def test_a_number_that_is_written_apart_by_what_nobody_sees() -> None:
    assert not holds_citizen_id(hide_citizen_ids("110101\u200b19900307\u200b0134.csv"))
