"""Registers the app with Django."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Knows that work has kinds; the kinds are declared in each app's ``jobs`` module."""

    name = "shuzhi.apps.jobs"
    label = "jobs"
