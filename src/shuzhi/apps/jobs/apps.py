"""Registers the app with Django and finds the kinds of work of every app."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    """Knows that work has kinds; the kinds are declared in each app's ``jobs`` module."""

    name = "shuzhi.apps.jobs"
    label = "jobs"

    def ready(self) -> None:
        autodiscover_modules("jobs")
