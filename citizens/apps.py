from django.apps import AppConfig

from toolkit.sealing import LeftAlone, Sealed


class CitizensConfig(AppConfig):
    name = "citizens"
    sealed = (
        Sealed("Identity", "value_ct", "citizens_identity:value_ct:{id}"),
        LeftAlone("Code", "value_ct", "good for a few minutes, then nobody opens it"),
        Sealed("Representation", "claim_ct", "citizens_representation:claim_ct:{id}"),
    )
