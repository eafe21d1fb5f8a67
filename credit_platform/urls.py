"""Every door of the platform. Each name has its row in tests/architecture/test_every_url_says_who.py."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("portal.urls")),
    path("accounts/", include("accounts.urls")),
    path("audit/", include("audit.urls")),
    path("", include("office.urls")),
    path("", include("subjects.urls")),
    path("", include("redblack.urls")),
    path("", include("screening.urls")),
    path("", include("feedback.urls")),
]
handler500 = "portal.views.defect"
