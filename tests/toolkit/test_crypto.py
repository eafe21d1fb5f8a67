"""Sealed fields open at their place only; indexes find under every live key."""

import base64
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from toolkit import crypto

OLD, NEW = (base64.b64encode(bytes([n]) * 32).decode() for n in (1, 2))
PLACE = "subjects_person:id_ct:7"


@pytest.fixture(autouse=True)
def keys(settings: Any) -> None:
    settings.FIELD_KEYS = f"k1:{OLD}"
    settings.INDEX_KEYS = f"i1:{OLD}"


@pytest.mark.parametrize(("cipher", "alg"), [("AES-GCM", "aes"), ("SM4-GCM", "sm4")])
def test_what_is_sealed_opens_again(settings: Any, cipher: str, alg: str) -> None:
    settings.FIELD_CIPHER = cipher
    sealed = crypto.encrypt("110101199003070134", aad=PLACE)
    assert sealed.split(".")[:3] == ["v1", alg, "k1"] and len(sealed.split(".")) == 5
    assert "1101" not in sealed
    assert crypto.decrypt(sealed, aad=PLACE) == "110101199003070134"


@pytest.mark.parametrize("cipher", ["AES-GCM", "SM4-GCM"])
def test_elsewhere_or_altered_it_does_not_open(settings: Any, cipher: str) -> None:
    settings.FIELD_CIPHER = cipher
    sealed = crypto.encrypt("secret", aad=PLACE)
    head, ct = sealed.rsplit(".", 1)
    flipped = ("A" if ct[0] != "A" else "B") + ct[1:]
    for broken in (f"{head}.{flipped}", sealed.replace("v1", "v2"), sealed[:-4], "rubbish", ""):
        with pytest.raises((crypto.CannotOpen, IndexError)):
            crypto.decrypt(broken, aad=PLACE)
    with pytest.raises(crypto.CannotOpen):
        crypto.decrypt(sealed, aad="subjects_person:id_ct:8")


def test_two_seals_of_one_text_differ() -> None:
    assert crypto.encrypt("x", aad=PLACE) != crypto.encrypt("x", aad=PLACE)


def test_the_newest_key_writes_and_every_live_key_reads(settings: Any) -> None:
    old = crypto.encrypt("x", aad=PLACE)
    settings.FIELD_KEYS = f"k2:{NEW},k1:{OLD}"
    new = crypto.encrypt("x", aad=PLACE)
    assert (crypto.key_of(old), crypto.key_of(new)) == ("k1", "k2")
    assert crypto.decrypt(old, aad=PLACE) == crypto.decrypt(new, aad=PLACE) == "x"
    assert crypto.is_current(new) and not crypto.is_current(old)
    settings.FIELD_KEYS = f"k2:{NEW}"
    with pytest.raises(crypto.CannotOpen):
        crypto.decrypt(old, aad=PLACE)


def test_a_key_under_anothers_name_does_not_open(settings: Any) -> None:
    sealed = crypto.encrypt("x", aad=PLACE)
    settings.FIELD_KEYS = f"k1:{NEW}"
    with pytest.raises(crypto.CannotOpen):
        crypto.decrypt(sealed, aad=PLACE)


def test_a_data_key_of_one_row() -> None:
    key, wrapped = crypto.new_data_key(aad=PLACE)
    sealed = crypto.encrypt_with(key, "沈建国", aad="name")
    assert crypto.unwrap(wrapped, aad=PLACE) == key
    assert crypto.decrypt_with(key, sealed, aad="name") == "沈建国"
    with pytest.raises(crypto.CannotOpen):
        crypto.decrypt_with(crypto.new_data_key(aad=PLACE)[0], sealed, aad="name")


@pytest.mark.parametrize("digest", ["SHA256", "SM3"])
def test_an_index_finds_every_way_of_writing(settings: Any, digest: str) -> None:
    settings.INDEX_HASH = digest
    key_id, found = crypto.blind_index("11010519491231002X", purpose="id")
    assert (key_id, len(found)) == ("i1", 32)
    assert crypto.blind_index(" １１０105 19491231002x", purpose="id") == (key_id, found)
    assert crypto.blind_index("11010519491231002X", purpose="passport") != (key_id, found)


def test_two_indexes_live_during_a_rotation(settings: Any) -> None:
    before = crypto.blind_index("x", purpose="id")
    settings.INDEX_KEYS = f"i2:{NEW},i1:{OLD}"
    assert crypto.blind_index("x", purpose="id")[0] == "i2"
    assert before in crypto.blind_indexes("x", purpose="id") and len(crypto.blind_indexes("x", purpose="id")) == 2


@pytest.mark.parametrize("ring", ["", "k1", "k1:c2hvcnQ=", f"k1:{OLD},k1:{NEW}", f"a.b:{OLD}", f"own:{OLD}"])
def test_a_bad_ring_is_refused(settings: Any, ring: str) -> None:
    settings.FIELD_KEYS = ring
    with pytest.raises(Exception, match="FIELD_KEYS"):
        crypto.encrypt("x", aad=PLACE)


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(), st.text())
def test_any_text_at_any_place(plain: str, aad: str) -> None:
    plain, aad = (text.encode("utf-8", "ignore").decode() for text in (plain, aad))
    assert crypto.decrypt(crypto.encrypt(plain, aad=aad), aad=aad) == plain
