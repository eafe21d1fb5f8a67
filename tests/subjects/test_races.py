"""Four windows at once: one subject comes of it."""

import threading
from collections.abc import Callable

import pytest
from django.db import connections

from subjects.models import Name, PersonIndex
from subjects.rules.rows import Row
from subjects.services import load_rows
from tests.factories import subjects as make


def at_once(call: Callable[[], object], times: int = 4) -> list[object]:
    """What each thread got, or the exception that it met."""
    together, answers = threading.Barrier(times), list[object]()

    def run() -> None:
        together.wait()
        try:
            answers.append(call())
        except Exception as error:
            answers.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.django_db(transaction=True)
def test_one_person_is_registered_once() -> None:
    number = make.citizen_id()
    answers = at_once(lambda: make.person("沈建国", number=number))
    assert len(set(answers)) == 1 and isinstance(answers[0], int)
    assert PersonIndex.objects.filter(subject_id=answers[0]).exists()


@pytest.mark.django_db(transaction=True)
def test_one_organisation_is_registered_once_also_while_a_file_is_loaded() -> None:
    code = make.uscc()
    row = Row(2, "江澜甲乙食品有限公司", "江澜甲乙食品有限公司", code, "legal_person", None, "339901")

    def load() -> object:
        return load_rows(rows=[row], source="rows.csv", actor=make.ACTOR, now=make.LONG_AGO).created

    created = at_once(load)
    assert sorted(str(one) for one in created) == ["0", "0", "0", "1"]
    other = make.uscc()
    assert len(set(at_once(lambda: make.organisation("江澜丙丁食品有限公司", code=other)))) == 1
    assert Name.objects.filter(subject__uscc=code).count() == 1
