"""The product's own settings with a home and a secret of the test run."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("SHUZHI_HOME", tempfile.mkdtemp(prefix="shuzhi-test-"))
os.environ.setdefault("SHUZHI_SECRET_KEY", "only-for-tests")

from shuzhi.settings import *  # noqa: F403
from shuzhi.settings import DATABASES

if "sqlite3" in str(DATABASES["default"]["ENGINE"]):
    # In memory, SQLite locks whole tables and has no log: writers would not behave as they do in earnest.
    DATABASES["default"]["TEST"] = {"NAME": str(Path(os.environ["SHUZHI_HOME"]) / "test.sqlite3")}

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher"
]  # real hashing costs half the suite's time
