"""Django's name for the cases app."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "shuzhi.apps.cases"
    label = "cases"
