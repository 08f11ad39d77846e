"""How Django's session finds the account again. Signing in itself is ``services.sign_in``."""

from __future__ import annotations

from shuzhi.apps.people.models import Account


class AccountBackend:
    """Reads the account of a session; it checks no password, so nothing can go around the lock."""

    def authenticate(self, *_request: object, **_credentials: object) -> Account | None:
        """Nobody: a password is checked by ``services.sign_in`` alone."""
        return None

    def get_user(self, user_id: int) -> Account | None:
        """The account of a session, None once it is disabled."""
        return Account.objects.filter(pk=user_id, is_active=True).first()
