"""Django's name for the people app."""

from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Says what of this app hangs on an organisation."""

    name = "shuzhi.apps.people"
    label = "people"

    def ready(self) -> None:
        """Registers it, before the apps above do."""
        from shuzhi.apps.people import holdings

        holdings.register()
