"""Django's name for the calendars app."""

from django.apps import AppConfig


class CalendarsConfig(AppConfig):
    name = "shuzhi.apps.calendars"
    label = "calendars"
