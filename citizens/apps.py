from django.apps import AppConfig

from citizens.rules.places import IDENTITY, REPRESENTATION
from toolkit.sealing import LeftAlone, Sealed


class CitizensConfig(AppConfig):
    name = "citizens"
    sealed = (
        Sealed("Identity", "value_ct", IDENTITY),
        LeftAlone("Code", "value_ct", "good for a few minutes, then nobody opens it"),
        Sealed("Representation", "claim_ct", REPRESENTATION),
    )
