"""The one settings module; what differs by place comes from the environment (.env.example).

With no environment at all this is a development machine: DEBUG on, secrets made once under
`.local/`, embedded PostgreSQL and Valkey. As soon as a place names both services, or its own
secret key or hosts, or says DEBUG=0, it is in production, and then everything must be named.
"""

from pathlib import Path
from typing import Any

from celery.schedules import crontab
from csp.constants import NONE, SELF

from antq_portal import embedded, env

BASE_DIR = Path(__file__).resolve().parent.parent
LOCAL_DIR = BASE_DIR / ".local"

# Development or production -------------------------------------------------------------------

_names_a_place = bool(env.text("SECRET_KEY") or env.text("ALLOWED_HOSTS"))
_names_both_services = bool(env.text("DATABASE_URL") and env.text("REDIS_URL"))
DEBUG = env.flag("DEBUG", default=not (_names_a_place or _names_both_services))

if DEBUG:
    SECRET_KEY = env.text("SECRET_KEY") or env.generated_secret(LOCAL_DIR / "secret-key")
    DATABASE_URL = env.text("DATABASE_URL") or embedded.database_url()
    REDIS_URL = env.text("REDIS_URL") or embedded.redis_url()
    ALLOWED_HOSTS = env.words("ALLOWED_HOSTS")
else:
    SECRET_KEY = env.required("SECRET_KEY")
    DATABASE_URL = env.required("DATABASE_URL")
    REDIS_URL = env.required("REDIS_URL")
    env.required("ALLOWED_HOSTS")
    ALLOWED_HOSTS = env.words("ALLOWED_HOSTS")

# The portal's own address, printed on papers beside their verification code; no slash at the end.
_host = (ALLOWED_HOSTS or ["127.0.0.1"])[0].lstrip(".*")
_own_address = f"http://127.0.0.1:{env.number('PORT', 8000)}" if DEBUG else f"https://{_host}"
PORTAL_URL = env.text("PORTAL_URL", _own_address).rstrip("/")

# Applications --------------------------------------------------------------------------------

INSTALLED_APPS = [
    "accounts",
    "jobs",
    "units",
    "criteria",
    "models_selfmanaged",
    "evaluations",
    "plans",
    "reports",
    "antq_portal",
    "whitenoise.runserver_nostatic",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "rest_framework",
    "rest_framework.authtoken",
    "django_htmx",
    "template_partials",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    # Pages are text over poor lines; Django pads answers against guessing at their length.
    "django.middleware.gzip.GZipMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "antq_portal.middleware.keep_nowhere",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "antq_portal.middleware.refuse_nul",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "antq_portal.middleware.SignedInOnly",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    # The last, so that it stands right before the view: what is refused earlier leaves no receipt.
    "criteria.arrived.join_arrived_files",
    "accounts.clicks.OnceOnly",
]

ROOT_URLCONF = "antq_portal.urls"
WSGI_APPLICATION = "antq_portal.wsgi.application"
ASGI_APPLICATION = "antq_portal.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "antq_portal.context.frame",
            ],
        },
    },
]

MESSAGE_STORAGE = "accounts.clicks.WaitingMessages"

# Data ----------------------------------------------------------------------------------------

_database = env.database(DATABASE_URL)
_test_suffix = env.text("PYTEST_DB_SUFFIX")
DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        **_database,
        # Connections are kept between requests and checked before use, so that a database
        # that was restarted costs no failed request.
        "CONN_MAX_AGE": env.number("CONN_MAX_AGE", 60),
        "CONN_HEALTH_CHECKS": True,
        "TEST": {"NAME": "_".join(filter(None, ["test", str(_database["NAME"]), _test_suffix]))},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# In the database, not in Redis: limits on guessing passwords must hold while Redis is down.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "portal_cache",
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    }
}

MEDIA_ROOT = Path(env.text("MEDIA_ROOT") or LOCAL_DIR / "media")
FILE_UPLOAD_PERMISSIONS = 0o640
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# Static files --------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT") or LOCAL_DIR / "static")
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# People --------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.sessions.PersonBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"
# One working day; the cookie itself ends with the browser.
SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_AGE = 60 * 60 * 8

ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_USERNAME_MIN_LENGTH = 3
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_ADAPTER = "accounts.adapter.PortalAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.forms.SignInForm",
    "change_password": "accounts.forms.PasswordForm",
}
# A whole office sits behind one address, so failures count by account: five lock it for fifteen
# minutes. The limit by address only stops a machine that tries accounts one after another.
ACCOUNT_RATE_LIMITS = {
    "login": "600/m/ip",
    "login_failed": "300/5m/ip,5/15m/key",
    "change_password": "5/15m/user",
    "activation": "30/15m/ip",
}

# Behind a proxy ------------------------------------------------------------------------------

PROXY_COUNT = env.number("PROXY_COUNT", 0)
ALLAUTH_TRUSTED_PROXY_COUNT = PROXY_COUNT
if PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")

SECURE_SSL_REDIRECT = env.flag("SECURE_SSL_REDIRECT", default=not DEBUG)
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 0 if DEBUG else env.number("SECURE_HSTS_SECONDS", 60 * 60 * 24 * 365)
# Subdomains and browsers' preload lists are the affair of whoever owns the domain.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"

# Nothing inline and nothing from elsewhere; Swagger's page is served from the sidecar's files.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}

# Words, numbers and dates --------------------------------------------------------------------

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
TIME_ZONE = env.text("TIME_ZONE", "Asia/Ho_Chi_Minh")
USE_TZ = True
FORMAT_MODULE_PATH = ["antq_portal.formats"]
# Off, because it would also put separators into years and ids; templates ask for them by name.
USE_THOUSAND_SEPARATOR = False

# API -----------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.SessionAuthentication",
        "rest_framework.authentication.TokenAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.UserRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {"user": "600/min"},
    "NUM_PROXIES": PROXY_COUNT,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "ANTQ Portal",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

# Long tasks ----------------------------------------------------------------------------------

CELERY_BROKER_URL = REDIS_URL
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# The web writes a job row and only then tells Redis; a dead Redis may cost a click one second at
# most, and the sweeper hands the job over later. A worker waits for Redis for ever.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_TIMEOUT = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_connect_timeout": 1,
    "socket_timeout": 1,
    "socket_keepalive": True,
    "retry_on_timeout": False,
    "max_retries": 0,
    "visibility_timeout": 3600,
}
CELERY_BEAT_SCHEDULE_FILENAME = env.text("BEAT_SCHEDULE_FILE", str(LOCAL_DIR / "beat-schedule"))
CELERY_BEAT_SCHEDULE = {
    "sweep-jobs": {"task": "jobs.sweep", "schedule": 5.0, "options": {"expires": 60}},
    "follow-the-calendar": {
        "task": "evaluations.follow_the_calendar",
        "schedule": crontab(hour=0, minute=10),
    },
    # Again and again over the day: what a mail server did not take is tried anew, and nobody
    # gets a second mail, as each has one row a day.
    "send-reminders": {
        "task": "evaluations.send_reminders",
        "schedule": crontab(minute="*/30", hour="7-16", day_of_week="mon-fri"),
        "options": {"expires": 25 * 60},
    },
    "forget-clicks": {"task": "accounts.forget_clicks", "schedule": crontab(hour=0, minute=40)},
    "forget-old-visits": {
        "task": "evaluations.forget_old_visits",
        "schedule": crontab(hour=3, minute=20),
    },
    "forget-workbooks": {
        "task": "evaluations.forget_workbooks",
        "schedule": crontab(hour=3, minute=30),
    },
    "sweep-files": {"task": "criteria.sweep_files", "schedule": crontab(hour=1, minute=10)},
}

# Mail and log --------------------------------------------------------------------------------

_mail_folder = f"file://{LOCAL_DIR / 'mail'}" if DEBUG else ""
for _name, _value in env.email(env.text("EMAIL_URL", _mail_folder)).items():
    globals()[_name] = _value
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("EMAIL_FROM", "antq-portal@localhost")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "antq_portal.logs.JsonLine"}},
    "handlers": {
        "stdout": {
            "class": "logging.StreamHandler",
            "stream": "ext://sys.stdout",
            "formatter": "line",
        }
    },
    "root": {"handlers": ["stdout"], "level": env.text("LOG_LEVEL", "INFO")},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.server": {"handlers": [], "level": "INFO", "propagate": True},
        # The sweeper runs every five seconds; three lines each time would drown the rest.
        "celery.app.trace": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
        "weasyprint": {"level": "ERROR"},
    },
}
