"""The database refuses to change or delete what the journal holds."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from shuzhi.apps.journal import triggers


def install(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    triggers.install(editor.connection.vendor, editor.execute)


def remove(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    triggers.remove(editor.connection.vendor, editor.execute)


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]
    operations = [migrations.RunPython(install, remove)]
