from django.apps import AppConfig
from django.conf import settings

from portal.rules.lookups import withheld


class PortalConfig(AppConfig):
    name = "portal"

    def ready(self) -> None:
        """A setting that nobody can read withholds nothing by mistake: the platform does not start with it."""
        withheld(settings.LOOKUPS_WITHHELD)
