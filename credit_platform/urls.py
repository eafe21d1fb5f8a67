"""Every door of the platform. Each name has its row in tests/architecture/urls_table.py or urls_of_cases.py."""

from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularJSONAPIView

from kernel.actor import Role
from toolkit.permissions import needs_scope

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("screening.urls")),  # first, for patterns are tried in turn and most requests are checks
    path("", include("portal.urls")),
    path("", include("citizens.urls")),
    path("accounts/", include("accounts.urls")),
    path("audit/", include("audit.urls")),
    path("", include("office.urls")),
    path("", include("subjects.urls")),
    path("catalog/", include("catalog.urls")),
    path("", include("collection.urls")),
    path("", include("redblack.urls")),
    path("measures/", include("measures.urls")),
    path("", include("feedback.urls")),
    path("", include("exchange.urls")),
    path("", include("repair.urls")),
    path("", include("objections.urls")),
    path("", include("complaints.urls")),
    path("", include("reports.urls")),
    path(
        "api/v1/schema",
        SpectacularJSONAPIView.as_view(permission_classes=[needs_scope("schema:read", *Role)]),
        name="api_schema",
    ),
]
handler400 = "portal.views.malformed"
handler500 = "portal.views.defect"
