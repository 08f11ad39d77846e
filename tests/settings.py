"""The product's own settings with a home and a secret of the test run."""

import os
import tempfile

os.environ.setdefault("SHUZHI_HOME", tempfile.mkdtemp(prefix="shuzhi-test-"))
os.environ.setdefault("SHUZHI_SECRET_KEY", "only-for-tests")

from shuzhi.settings import *  # noqa: F403

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher"
]  # real hashing costs half the suite's time
