"""Nothing starts with a secret that somebody could guess."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from shuzhi.configuration import Configuration, WeakSecretError
from tests.operations.conftest import Installation


@pytest.mark.parametrize(
    "secret",
    [
        "x",
        "changeme",
        "only-for-tests",
        "django-insecure-3v9z!k2m#q8w7e6r5t4y3u2i1o0p",
        "please-change-me-please-change-me-0123456789",
        "a" * 64,
        "abcabcabcabcabcabcabcabcabcabcabcabcabcabc",
    ],
)
def test_a_secret_that_could_be_guessed_is_refused(secret: str, tmp_path: Path) -> None:
    with pytest.raises(WeakSecretError) as refused:
        Configuration(home=tmp_path, secret_key=secret).refuse_weak_secret()
    assert secret not in refused.value.sentence("en").replace("SHUZHI_SECRET_KEY", "") or secret == "x"


def test_the_secret_that_the_program_makes_is_taken(tmp_path: Path) -> None:
    made = Configuration(home=tmp_path / "home", secret_key="")
    made.keep_secret()
    assert len(made.secret()) >= 50
    made.refuse_weak_secret()


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_no_process_starts_with_a_weak_or_an_emptied_secret(
    empty: Callable[[], Installation], command: str
) -> None:
    place = empty()
    place.settings["SHUZHI_SECRET_KEY"] = "changeme"
    assert "SHUZHI_SECRET_KEY" in place.shuzhi(command, code=2)
    del place.settings["SHUZHI_SECRET_KEY"]
    (place.home / "secret.key").write_text("")
    assert "secret.key" in place.shuzhi(command, code=2)
