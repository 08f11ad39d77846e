"""Django's name for the cases app."""

from __future__ import annotations

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Open cases hang on organisations: people asks for them when the tree changes."""

    name = "shuzhi.apps.cases"
    label = "cases"

    def ready(self) -> None:
        """Answers the protocols of lower apps."""
        from shuzhi.apps.cases.services import following, rescheduling

        following.answer_for_organisations()
        rescheduling.answer_for_deadlines()
