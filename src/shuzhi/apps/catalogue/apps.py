"""Registers the catalogue's answers with the apps below it."""

from __future__ import annotations

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """The catalogue: the app that cases ask for the names of datasets and for proofs of repair."""

    name = "shuzhi.apps.catalogue"
    label = "catalogue"
