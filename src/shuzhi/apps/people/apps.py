"""Django's name for the people app."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "shuzhi.apps.people"
    label = "people"
