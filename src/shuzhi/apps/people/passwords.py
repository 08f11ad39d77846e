"""What a password must be, and how a random one is made. There is no default password anywhere."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from shuzhi.apps.people.models import Account, UsedPassword

# Without l, I, 1, O, 0: these passwords are read from paper.
_CLASSES = ("abcdefghijkmnpqrstuvwxyz", "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789", "-+=_@%")
_RANDOM_LENGTH = 16


def random_password(choice: Callable[[Sequence[Any]], Any] = secrets.choice) -> str:
    """16 characters of all four classes, no look-alikes: about 93 bits."""
    letters = "".join(_CLASSES)
    while True:
        password = "".join(choice(letters) for _position in range(_RANDOM_LENGTH))
        if all(any(letter in kind for letter in password) for kind in _CLASSES):
            return password


class ClassesValidator:
    """Asks for characters of several of the four classes: lower case, upper case, digits, signs."""

    def __init__(self, classes: int) -> None:
        self.classes = classes

    def validate(self, password: str, _user: Account | None = None) -> None:
        """Raises ValidationError where fewer classes occur; a Chinese character counts as a sign."""
        found = {
            "lower" if c.islower() else "upper" if c.isupper() else "digit" if c.isdigit() else "sign"
            for c in password
        }
        if len(found) < self.classes:
            raise ValidationError(self.get_help_text(), code="password_classes")

    def get_help_text(self) -> str:
        """The rule as a sentence."""
        return _("Use at least %(classes)d of these: lower case, upper case, digits, signs.") % {
            "classes": self.classes
        }


class NameValidator:
    """Refuses a password that holds the login or the name of its owner."""

    def validate(self, password: str, user: Account | None = None) -> None:
        """Raises ValidationError where the login or the name is part of the password, in any case."""
        names = (user.login, user.name, user.staff_number) if user else ()
        if any(len(name) > 1 and name.casefold() in password.casefold() for name in names):
            raise ValidationError(self.get_help_text(), code="password_name")

    def get_help_text(self) -> str:
        """The rule as a sentence."""
        return _("The password must not contain your login or your name.")


class UsedValidator:
    """Refuses the passwords that the account had lately."""

    def validate(self, password: str, user: Account | None = None) -> None:
        """Raises ValidationError where the password is the present one or one of the last few."""
        if user is None or user.pk is None:
            return
        kept = UsedPassword.objects.filter(account=user).order_by("-used_until", "-pk")
        last = list(kept.values_list("password", flat=True)[: self._memory])
        if self._memory and any(check_password(password, old) for old in [user.password, *last]):
            raise ValidationError(self.get_help_text(), code="password_used")

    @property
    def _memory(self) -> int:
        return int(settings.CONFIGURATION.password_memory)

    def get_help_text(self) -> str:
        """The rule as a sentence."""
        return _("The password must differ from your last %(number)d passwords.") % {"number": self._memory}
