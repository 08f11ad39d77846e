"""Django's name for the scenarios app."""

from django.apps import AppConfig


class ScenariosConfig(AppConfig):
    name = "shuzhi.apps.scenarios"
    label = "scenarios"
