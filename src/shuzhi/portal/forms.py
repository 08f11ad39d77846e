"""How every form looks: Django's forms with this product's templates."""

from __future__ import annotations

from django.forms.renderers import TemplatesSetting


class PortalRenderer(TemplatesSetting):
    """Label above the field, help below it, the error where it belongs."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"
