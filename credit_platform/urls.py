"""Every door of the platform. Each name has its row in tests/architecture/test_every_url_says_who.py."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
