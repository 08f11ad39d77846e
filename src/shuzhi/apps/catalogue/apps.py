"""Registers the catalogue's answers with the apps below it."""

from __future__ import annotations

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """The catalogue: cases ask it for the names of rules and for proofs of repair."""

    name = "shuzhi.apps.catalogue"
    label = "catalogue"

    def ready(self) -> None:
        """Answers the protocols of lower apps."""
        from shuzhi.apps.catalogue import subjects

        subjects.register()
