"""Django's settings, derived from ``configuration``: nothing is set here that an operator should set."""

from __future__ import annotations

from pathlib import Path

from shuzhi import logs
from shuzhi.configuration import Configuration, database

CONFIGURATION = Configuration()
PACKAGE = Path(__file__).parent

SECRET_KEY = CONFIGURATION.secret()  # empty where none is set: Django then refuses to sign anything
DEBUG = False
ALLOWED_HOSTS = [host.strip() for host in CONFIGURATION.allowed_hosts.split(",") if host.strip()]

# In the order of docs/architecture.md: an app may import those above it, never those below.
INSTALLED_APPS: list[str] = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "shuzhi.apps.journal",
    "shuzhi.apps.people",
    "shuzhi.apps.files",
    "shuzhi.apps.jobs",
    "shuzhi.apps.calendars",
    "shuzhi.apps.scenarios",
    "shuzhi.apps.cases",
    "shuzhi.apps.catalogue",
    "shuzhi.portal",
]

MIDDLEWARE = [
    "shuzhi.portal.health.counting.request_counts",
    "shuzhi.portal.middleware.request_numbers",
    "django.middleware.security.SecurityMiddleware",
    "shuzhi.portal.middleware.security_headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "shuzhi.portal.middleware.languages",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "shuzhi.portal.middleware.SignInRequired",
    "shuzhi.portal.middleware.identities",
    "shuzhi.portal.middleware.Refusals",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "shuzhi.portal.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "shuzhi.portal.pages.shell",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "shuzhi.portal.templatetags.shell",
            ],
        },
    }
]
WSGI_APPLICATION = "shuzhi.wsgi.application"

DATABASES = {"default": database(CONFIGURATION)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / area / "locale" for area in ("portal", "apps", "engine", "cli")]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
USE_I18N = True
USE_TZ = True
TIME_ZONE = CONFIGURATION.time_zone

STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_ALLOW_ALL_ORIGINS = False

LOGIN_URL = "account:login"
CSRF_FAILURE_VIEW = "shuzhi.portal.refusals.stale_form"
FORM_RENDERER = "shuzhi.portal.forms.PortalRenderer"

AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = ["shuzhi.apps.people.authentication.AccountBackend"]
# Lengths, classes and minutes are configuration: defaults, not a regulation.
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": CONFIGURATION.password_length},
    },
    {
        "NAME": "shuzhi.apps.people.passwords.ClassesValidator",
        "OPTIONS": {"classes": CONFIGURATION.password_classes},
    },
    {"NAME": "shuzhi.apps.people.passwords.NameValidator"},
    {"NAME": "shuzhi.apps.people.passwords.UsedValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SESSION_COOKIE_AGE = CONFIGURATION.idle_minutes * 60
SESSION_SAVE_EVERY_REQUEST = False  # portal.middleware.identities renews it each minute: the idle limit
SESSION_EXPIRE_AT_BROWSER_CLOSE = False
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = CONFIGURATION.https
# With TLS there is a proxy, which says by which scheme the browser came; without it nobody may say so.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if CONFIGURATION.https else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

logs.configure()
