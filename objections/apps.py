from django.apps import AppConfig

from toolkit.sealing import Sealed


class ObjectionsConfig(AppConfig):
    name = "objections"
    sealed = (
        Sealed("Objection", "claim_ct", "objections_objection:claim_ct:{id}"),
        Sealed("Objection", "contact_ct", "objections_objection:contact_ct:{id}"),
    )
