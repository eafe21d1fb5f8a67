from django.apps import AppConfig

from toolkit.sealing import LeftAlone, Sealed


class ComplaintsConfig(AppConfig):
    name = "complaints"
    sealed = (
        Sealed("Complaint", "text_key", "complaints.complaint:{id}:text"),
        LeftAlone("Complaint", "text_ct", "under text_key"),
        Sealed("Complaint", "informant_key", "complaints.complaint:{id}:informant"),
        LeftAlone("Complaint", "informant_ct", "under informant_key"),
    )
