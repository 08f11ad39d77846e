"""How a service says no. Each refusal carries a stable code and says what to do instead."""

from __future__ import annotations

from django.utils import translation

from shuzhi.engine.errors import ShuzhiError

# Values that are msgids themselves; all others are names and numbers and stay as they are.
_TEXTS = {"act", "kind", "problems", "reason"}


class RefusalError(ShuzhiError):
    """Any no of a service; ``act``, ``kind``, ``problems`` and ``reason`` are msgids without placeholders."""

    code = "records.refused"

    def sentence(self, language: str | None = None) -> str:
        """The message in ``language`` ("zh-hans", "en"); the request's own where None."""
        with translation.override(language or translation.get_language()):
            told = {name: self._told(name, value) for name, value in self.values.items()}
            return translation.gettext(self.text).format(**told)

    @staticmethod
    def _told(name: str, value: object) -> object:
        return translation.gettext(value) if name in _TEXTS and isinstance(value, str) and value else value


class ForbiddenError(RefusalError):
    """The actor may see the thing but may not do this to it."""

    code = "records.forbidden"
    text = "You may not do this: {reason}."

    def __init__(self, act: str, reason: str) -> None:
        super().__init__(act=act, reason=reason)


class NotFoundError(RefusalError):
    """There is no such thing, or the actor may not know of it; the two look the same on purpose."""

    code = "records.not_found"
    text = "There is no {kind} {id} that you may see. Check the number, or ask its owner for access."

    def __init__(self, kind: str, id: object) -> None:
        super().__init__(kind=kind, id=id)


class ConflictError(RefusalError):
    """The act does not fit the state that the thing is in."""

    code = "records.conflict"
    text = "This cannot be done now: {reason}."

    def __init__(self, reason: str) -> None:
        super().__init__(reason=reason)


class StaleError(RefusalError):
    """Somebody else changed the record since the actor read it."""

    code = "records.stale"
    text = "Somebody else changed {kind} {id} in the meantime. Open it again and repeat what you meant to do."

    def __init__(self, kind: str, id: object) -> None:
        super().__init__(kind=kind, id=id)
