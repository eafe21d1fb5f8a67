from django.apps import AppConfig


class RedblackConfig(AppConfig):
    name = "redblack"
