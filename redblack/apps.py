from django.apps import AppConfig

from toolkit.sealing import Sealed


class RedblackConfig(AppConfig):
    name = "redblack"
    sealed = (Sealed("Statement", "text_ct", "redblack.statement:{id}"),)
