"""Registers the app with Django."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """Knows where contents lie; refuses to know what is in them."""

    name = "shuzhi.apps.files"
    label = "files"
