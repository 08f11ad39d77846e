"""Registers the portal with Django, for its template tags."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Knows pages; refuses to know rules."""

    name = "shuzhi.portal"
    label = "portal"
