import pytest

from accounts.rules import signature
from accounts.rules.passwords import Policy, expired, problems
from tests.conftest import NOW
from tests.factories.accounts import LONG_AGO

TEXT = signature.text_to_sign(
    method="POST", path="/api/v1/checks", query="b=2&a=1", body=b"{}", timestamp="1795000000", nonce="abcdefgh"
)


def test_the_text_is_what_the_documentation_says() -> None:
    empty_object = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    assert TEXT.decode() == f"POST\n/api/v1/checks\na=1&b=2\n{empty_object}\n1795000000\nabcdefgh"


@pytest.mark.parametrize(
    ("algorithm", "expected"),
    [
        ("HMAC-SHA256", "ed4cea8f0af0c98e78dd0cdde4ac2c2d3b5b49aa9f6d3b5a5ba9c5c22a5b6a90"),
        ("HMAC-SM3", ""),
    ],
)
def test_vectors(algorithm: str, expected: str) -> None:
    made = signature.sign(b"secret", TEXT, algorithm=algorithm)
    assert len(made) == 64
    assert signature.matches(made, [b"other", b"secret"], TEXT, algorithm=algorithm)
    assert not signature.matches(made, [b"other"], TEXT, algorithm=algorithm)
    assert not signature.matches(made, [], TEXT, algorithm=algorithm)


@pytest.mark.parametrize(
    ("timestamp", "good"),
    [
        ("1000", True),
        ("700", True),
        ("1300", True),
        ("699", False),
        ("1301", False),
        ("", False),
        ("１０００", False),
        ("-1000", False),
        ("1e3", False),
    ],
)
def test_timely(timestamp: str, good: bool) -> None:
    assert signature.timely(timestamp, now=1000.0) is good


@pytest.mark.parametrize(
    ("password", "count"),
    [
        ("Kou-Ling-2026", 0),
        ("Aa1-", 1),
        ("abcdefghijkl", 1),
        ("abc", 2),
        ("Zc01-zc01-zc", 1),
        ("口令口令Aa口令口令口令", 0),
    ],
)
def test_passwords(password: str, count: int) -> None:
    """GB/T 22239-2019 8.1.4.1 a)."""
    assert len(problems(password, username="zc01", policy=Policy())) == count


@pytest.mark.parametrize(("days", "old"), [(90, True), (400, False), (0, False)])
def test_expired(days: int, old: bool) -> None:
    assert expired(LONG_AGO, now=NOW, policy=Policy(max_age_days=days)) is old
