"""The portal's application, with its points armed before anything of it is imported."""

from tests.crashing.arming import arm

arm("web")

from shuzhi.wsgi import application  # noqa: E402 - armed first

__all__ = ["application"]
