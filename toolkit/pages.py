"""What every page needs before its own content: the city's name, and how large and how strong the reader wants it.

The display mode lives in a cookie and is rendered by the server, so that no page flashes in another size first.
"""

from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.http import HttpRequest

DISPLAY_COOKIE = "display"
DISPLAY_SECONDS = 365 * 24 * 3600
SIZES = {"normal": "标准", "big": "大字", "huge": "特大"}
CONTRASTS = {"normal": "标准对比", "high": "高对比"}


@dataclass(frozen=True, slots=True)
class Look:
    """How the reader wants the pages: a size and a contrast, each one of the names above."""

    size: str = "normal"
    contrast: str = "normal"

    @property
    def cookie(self) -> str:
        return f"{self.size}.{self.contrast}"

    @property
    def sizes(self) -> dict[str, str]:
        return SIZES

    @property
    def other_contrast(self) -> str:
        return "normal" if self.contrast == "high" else "high"

    def changed(self, *, size: str = "", contrast: str = "") -> "Look":
        """The look with what is known of the wish; a word that is no mode changes nothing."""
        return replace(
            self,
            size=size if size in SIZES else self.size,
            contrast=contrast if contrast in CONTRASTS else self.contrast,
        )


def look_of(request: HttpRequest) -> Look:
    """The look in the reader's cookie; whatever else stands there is the standard look."""
    size, _, contrast = request.COOKIES.get(DISPLAY_COOKIE, "").partition(".")
    return Look().changed(size=size, contrast=contrast)


def page(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `city`, `look`, `demo`."""
    return {"city": settings.CITY_NAME, "look": look_of(request), "demo": settings.DEMO}
