"""Registers the catalogue's answers with the apps below it."""

from __future__ import annotations

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """Cases ask the catalogue for names of rules and proofs of repair, people for what organisations own."""

    name = "shuzhi.apps.catalogue"
    label = "catalogue"

    def ready(self) -> None:
        """Answers the protocols of lower apps."""
        from shuzhi.apps.catalogue import following, subjects

        subjects.register()
        following.register()
