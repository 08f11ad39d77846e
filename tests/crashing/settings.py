"""The product's own settings for the harness's processes: only the hashing of passwords is quick.

SHUZHI_TESTS_LOCK_S: how long SQLite waits for a lock, where a test cannot wait as long as in earnest.
"""

import os

from shuzhi.settings import *  # noqa: F403
from shuzhi.settings import DATABASES

if "SHUZHI_TESTS_LOCK_S" in os.environ:
    DATABASES["default"]["OPTIONS"]["timeout"] = float(os.environ["SHUZHI_TESTS_LOCK_S"])  # type: ignore[index]

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
