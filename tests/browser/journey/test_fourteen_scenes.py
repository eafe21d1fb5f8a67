"""The story of 江澜市, scene by scene, as a presenter plays it before a committee, with its numbers and words."""

import pytest

from tests.browser.journey import scenes_00_06, scenes_07_09, scenes_10_13
from tests.browser.journey.conftest import Scene, Stage

pytestmark = pytest.mark.browser
SCENES: list[Scene] = [*scenes_00_06.SCENES, *scenes_07_09.SCENES, *scenes_10_13.SCENES]


@pytest.mark.parametrize("number", range(len(SCENES)), ids=[scene.__name__ for scene in SCENES])
def test_scene(stage: Stage, number: int) -> None:
    stage.reach(number, SCENES)
