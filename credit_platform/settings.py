"""All settings. Everything that differs between machines comes from the environment, and is read here.

`docs/ENVIRONMENT.md` lists every variable; a test holds the two together. What the law fixes is not a setting: it is
a named constant beside its source in an app's rules.
"""

import os
from datetime import timedelta
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from accounts.rules.passwords import Policy

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent

# --- which kind of machine -----------------------------------------------------------------------------------------
DEMO = env.bool("DEMO", default=False)  # one machine, fictional city, a clock that a presenter may move
TESTING = env.bool("TESTING", default=False)
DEBUG = False  # never: pages of this platform hold personal data


def secret(name: str, default: str = "") -> str:
    """A secret from the environment or, where NAME_FILE is set, from that file. Without it nothing starts."""
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text(encoding="utf-8").strip()
    value = os.environ.get(name) or default
    if not value:
        raise ImproperlyConfigured(f"{name} (or {name}_FILE) is not set; see docs/ENVIRONMENT.md")
    return value


def outside(name: str) -> str:
    """The address of another system, "" for none: over https; in demo and tests also one on this machine."""
    value: str = env.str(name, default="")
    if value and not value.startswith(("https://", "http://127.0.0.1:") if DEMO or TESTING else "https://"):
        raise ImproperlyConfigured(f"{name} is not https://")
    return value


SECRET_KEY = secret("SECRET_KEY")
FIELD_KEYS = secret("FIELD_KEYS")  # "kid:base64,kid:base64": encryption of identifiers, newest first
INDEX_KEYS = secret("INDEX_KEYS")  # the same for blind indexes
SEAL_KEY = secret("SEAL_KEY")  # the audit chain
RECEIPT_KEYS = secret(
    "RECEIPT_KEYS", INDEX_KEYS
)  # check codes of printed receipts; a key stays as long as its prints
FIELD_CIPHER = env.str("FIELD_CIPHER", default="AES-GCM")  # or SM4-GCM
INDEX_HASH = env.str("INDEX_HASH", default="SHA256")  # or SM3
for name, value in {"SECRET_KEY": SECRET_KEY, "SEAL_KEY": SEAL_KEY}.items():
    if not (DEMO or TESTING) and (len(value) < 32 or any(word in value for word in ("demo", "change", "insecure"))):
        raise ImproperlyConfigured(f"{name} is short or a sample; make one of 32 characters or more, see deploy/")

DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var")))
CITY_NAME = env.str("CITY_NAME", default="江澜市")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
BEHIND_TLS = env.bool("BEHIND_TLS", default=not (DEMO or TESTING))
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)

# --- applications --------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "rest_framework",
    "drf_spectacular",
    "django_htmx",
    "django_filters",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "csp",
    "toolkit",
    "audit",
    "accounts",
    "office",
    "subjects",
    "citizens",
    "catalog",
    "collection",
    "redblack",
    "measures",
    "screening",
    "feedback",
    "repair",
    "objections",
    "exchange",
    "complaints",
    "reports",
    "portal",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "toolkit.addresses.NoNumbersInAddresses",
    "accounts.middleware.signed.SignedRequests",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    "accounts.middleware.Visitors",
    "citizens.middleware.VisitorSession",
    "portal.middleware.PublicLimits",
    "accounts.middleware.SmallUntilKnown",
    "accounts.middleware.LoginRequired",
    "accounts.middleware.Gates",
    "accounts.middleware.once.FormsOnce",
]
ROOT_URLCONF = "credit_platform.urls"
WSGI_APPLICATION = "credit_platform.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "toolkit.pages.page",
                "credit_platform.navigation.menu",
                "credit_platform.panels.panels",
                "credit_platform.public_menu.public_menu",
            ],
        },
    }
]
SUBSCRIPTIONS = "credit_platform.subscriptions.SUBSCRIPTIONS"
RAISED_SOURCES = "collection.selectors.raisable_sources"  # what a record may raise; asked before publication
# who else can say that a department was told of an entry: a push; asked by feedback
ENTRY_TOLD = ["exchange.selectors.told.entries_told"]
KNOWN_MATTERS = "screening.selectors.matters"  # what a measure item may be for: rows with a code and a name

# --- engines -------------------------------------------------------------------------------------------------------
DATABASES = {"default": env.db_url_config(secret("DATABASE_URL"), engine="django.db.backends.postgresql")}
DATABASES["default"] |= {
    "CONN_MAX_AGE": env.int("CONN_MAX_AGE", default=600),
    "CONN_HEALTH_CHECKS": True,
    "DISABLE_SERVER_SIDE_CURSORS": env.bool("BEHIND_PGBOUNCER", default=False),
}
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
REDIS_URL = secret("REDIS_URL", "redis://127.0.0.1:6379/0")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
SESSION_ENGINE = "accounts.middleware.sessions"  # in PostgreSQL: the window goes on when Valkey is down

# --- language and time ---------------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# --- static files --------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = TESTING

# --- who may --------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "/"
PASSWORD_POLICY = Policy(
    min_length=env.int("PASSWORD_MIN_LENGTH", default=10),
    min_classes=env.int("PASSWORD_MIN_CLASSES", default=3),
    max_age_days=env.int("PASSWORD_MAX_AGE_DAYS", default=0 if DEMO or TESTING else 90),
)
SECOND_FACTOR_ROLES = frozenset(env.list("SECOND_FACTOR_ROLES", default=[]))  # "system_admin,security_admin,..."
SESSION_COOKIE_AGE = env.int("SESSION_HOURS", default=12) * 3600  # since log-in, however busy
SESSION_IDLE_SECONDS = env.int("SESSION_IDLE_MINUTES", default=30) * 60
REREAD_SECONDS = 0.0 if TESTING else 5.0  # how long a process keeps departments and client systems
RECEIPT_LINES_KEPT = 0 if TESTING else 5_000  # a process keeps the lines of today's list: receipts never change
COUNTS_WRITTEN_EVERY = 10.0  # seconds: how long a process keeps the calls of a client system before it writes them
OTP_TOTP_ISSUER = f"{CITY_NAME}信用联合奖惩系统"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]  # never by address alone: a hall's windows share one
AXES_LOCKOUT_TEMPLATE = "accounts/locked.html"
AXES_CLIENT_IP_CALLABLE = "toolkit.http.client_ip"
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = AXES_VERBOSE = False

# --- headers -------------------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = BEHIND_TLS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # asked from inside the container, without TLS
SECURE_HSTS_SECONDS = 31536000 if BEHIND_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = BEHIND_TLS
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- what people upload ---------------------------------------------------------------------------------------------
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024  # of a form without its files; an interface may say more (body_limit)
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000  # the grid in which returned rows are mended
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024  # what is larger is written to the folder below while it comes in
FILE_UPLOAD_TEMP_DIR = DATA_DIR / "tmp"
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "toolkit.uploads.NamelessUploadHandler",  # leaves nothing behind, whatever dies
]
UPLOAD_LIMIT = 1024 * 1024 * 1024  # bytes held of any upload; a page may have a lower limit of its own
FILES_DIR = DATA_DIR / "files"  # sealed, office.services.files
for folder in (FILES_DIR, FILE_UPLOAD_TEMP_DIR):  # for no one else's eyes; Django's own check wants the second
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)

HALL_ADDRESS = env.str("HALL_ADDRESS", default="") if DEMO else ""  # the demo's acceptance system, beside us

# --- interfaces ----------------------------------------------------------------------------------------------------
REST_FRAMEWORK: dict[str, object] = {
    "EXCEPTION_HANDLER": "toolkit.http.handle",
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["toolkit.permissions.Nobody"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "toolkit.negotiation.AsItIs",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "信用联合奖惩系统接口",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "AUTHENTICATION_WHITELIST": [],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "toolkit.openapi.complete",
        "credit_platform.described.add_examples",
    ],
}

# --- background work -----------------------------------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = TIME_ZONE
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 7200,
    # a publisher gives up at once: the outbox holds the fact, the sweep sends it within the minute
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.1,
    "interval_max": 0.1,
    "socket_connect_timeout": 2,
}
BROKER_PAUSE_SECONDS = 0.0 if TESTING else 5.0  # who waits at a window is not made to wait for a broker that is away
CELERY_TASK_DEFAULT_QUEUE = "interactive"
CELERY_TASK_ROUTES = {
    "collection.tasks.*": {"queue": "import"},
    "redblack.tasks.work_version": {"queue": "import"},
    "screening.tasks.*": {"queue": "screening"},
    # not behind the facts of a bulk change, each of which is delivered by itself
    "exchange.tasks.number_changes": {"queue": "push"},
    "exchange.tasks.sweep_deliveries": {"queue": "push"},
    "exchange.tasks.deliver": {"queue": "push"},
}
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")

# --- periods that no law fixes [G]: the credit office may set them ---
FEEDBACK_WORKING_DAYS = env.int("FEEDBACK_WORKING_DAYS", default=10)
FEEDBACK_REMIND_DAYS = env.int("FEEDBACK_REMIND_DAYS", default=3)
FEEDBACK_ESCALATE_DAYS = env.int("FEEDBACK_ESCALATE_DAYS", default=7)
UPWARD_URL = outside("UPWARD_URL").rstrip("/")
UPWARD_TOKEN = secret("UPWARD_TOKEN") if UPWARD_URL else ""
UPWARD_TIMEOUT = 30
RESPONSE_WORKING_DAYS = env.int("RESPONSE_WORKING_DAYS", default=10)
STOP_WORKING_DAYS = env.int("STOP_WORKING_DAYS", default=3)
RECALL_WORKING_DAYS = env.int("RECALL_WORKING_DAYS", default=2)
RECALL_SHOWN_DAYS = env.int("RECALL_SHOWN_DAYS", default=90)
REPAIR_VALUES = env.json("REPAIR_VALUES", default={})  # {"handle_days": 7}: values of the law that are not certain
REPAIR_LOCAL_RULES = env.json("REPAIR_LOCAL_RULES", default={})  # {"4101": "henan"}: local sets by area
REPAIR_OWN_ROUTE = env.list("REPAIR_OWN_ROUTE", default=[])  # departments whose repairs are decided elsewhere
OBJECTION_RULES = env("OBJECTION_RULES", default="henan")  # which deadlines: objections/rules/rulesets.py
REPAIR_FORBIDDEN = env.json("REPAIR_FORBIDDEN", default={})  # {"item or list": "law, article"}: never repaired
REPAIR_UPSTREAM_URL = outside("REPAIR_UPSTREAM_URL").rstrip("/")
REPAIR_UPSTREAM_TOKEN = secret("REPAIR_UPSTREAM_TOKEN") if REPAIR_UPSTREAM_URL else ""
REPAIR_UPSTREAM_TIMEOUT = 10
STATEMENT_WORKING_DAYS = env.int("STATEMENT_WORKING_DAYS", default=5)
RECOGNISER_WORKING_DAYS = env.int("RECOGNISER_WORKING_DAYS", default=5)
HONOUR_PUBLICITY_WORKING_DAYS = env.int("HONOUR_PUBLICITY_WORKING_DAYS", default=5)
COLLECTION_TASK_WORKING_DAYS = env.int("COLLECTION_TASK_WORKING_DAYS", default=5)
COLLECTION_LIMIT_PERCENT = env.int("COLLECTION_LIMIT_PERCENT", default=50)
COLLECTION_FILE_DAYS = env.int("COLLECTION_FILE_DAYS", default=180)
COLLECTION_ARCHIVE_MONTHS = env.int("COLLECTION_ARCHIVE_MONTHS", default=12)
COLLECTION_REMIND_DAYS = env.int("COLLECTION_REMIND_DAYS", default=3)
RECEIPT_YEARS = env.int("RECEIPT_YEARS", default=10)
LOOKUPS_WITHHELD = env.str("LOOKUPS_WITHHELD", default="")
RECEIPT_VALID_DAYS = env.int("RECEIPT_VALID_DAYS", default=1)
RECEIPT_KEY_DAYS = env.int("RECEIPT_KEY_DAYS", default=7)
REPORT_FREE_PER_YEAR = env.int("REPORT_FREE_PER_YEAR", default=2)
REPORT_YEARLY_LIMIT = env.int("REPORT_YEARLY_LIMIT", default=0)
REPORT_YEARLY_LIMIT_BASIS = env.str("REPORT_YEARLY_LIMIT_BASIS", default="")
REPORT_ROWS = env.int("REPORT_ROWS", default=2000)
if REPORT_YEARLY_LIMIT and not REPORT_YEARLY_LIMIT_BASIS:
    raise ImproperlyConfigured("REPORT_YEARLY_LIMIT needs the article that allows it in REPORT_YEARLY_LIMIT_BASIS")
COMPLAINT_ACCEPT_WORKING_DAYS = env.int("COMPLAINT_ACCEPT_WORKING_DAYS", default=5)
COMPLAINT_ANSWER_WORKING_DAYS = env.int("COMPLAINT_ANSWER_WORKING_DAYS", default=30)
COMPLAINT_IDENTITY_DAYS = env.int("COMPLAINT_IDENTITY_DAYS", default=1095)
VERIFY_TRIES = env.int("VERIFY_TRIES", default=60)

# --- the public portal ---------------------------------------------------------------------------------------------
PUBLIC_PER_MINUTE = env.int("PUBLIC_PER_MINUTE", default=120)
PUBLIC_PER_DAY = env.int("PUBLIC_PER_DAY", default=3000)
PUBLIC_LEGAL_REP_BASIS = env.str("PUBLIC_LEGAL_REP_BASIS", default="")  # the article that makes the name public

# --- scheduled extraction: the only databases of others that the platform connects to ------------------------------
EXTRACTION_HOSTS = env.list("EXTRACTION_HOSTS", default=["127.0.0.1:*"] if DEMO or TESTING else [])
EXTRACTION_OVERLAP = timedelta(minutes=env.int("EXTRACTION_OVERLAP_MINUTES", default=10))
EXTRACTION_OVERLAP_NUMBERS = env.int("EXTRACTION_OVERLAP_NUMBERS", default=1000)

# --- pushing: the only receivers that the platform connects to; where files for shared folders are laid down -------
EXCHANGE_HOSTS = env.list("EXCHANGE_HOSTS", default=["127.0.0.1:*"] if DEMO or TESTING else [])
EXCHANGE_FOLDER = Path(env.str("EXCHANGE_FOLDER", default=str(DATA_DIR / "outgoing")))

# --- messages to people --------------------------------------------------------------------------------------------
SITE_ADDRESS = env.str("SITE_ADDRESS", default="").rstrip("/")  # for links
COLLECTION_TELL_AFTER_SECONDS = env.int("COLLECTION_TELL_AFTER_SECONDS", default=300)

# --- the provincial identity service (OpenID Connect); without an issuer nobody is offered it ---------------------
OIDC_ISSUER = outside("OIDC_ISSUER")
OIDC_CLIENT_ID = env.str("OIDC_CLIENT_ID", default="")
OIDC_CLIENT_SECRET = secret("OIDC_CLIENT_SECRET") if OIDC_ISSUER else ""
OIDC_SCOPE = env.str("OIDC_SCOPE", default="openid profile")
OIDC_NAME_CLAIM = env.str("OIDC_NAME_CLAIM", default="name")
OIDC_NUMBER_CLAIM = env.str("OIDC_NUMBER_CLAIM", default="id_number")

# --- who signs PDF files: a key of our own, or the e-seal service of the city --------------------------------------
PDF_SIGNER_URL = outside("PDF_SIGNER_URL")
PDF_SIGNER_TOKEN = secret("PDF_SIGNER_TOKEN") if PDF_SIGNER_URL else ""
PDF_SIGNER_TIMEOUT = 20
PDF_SIGNER_PEM = secret("PDF_SIGNER_PEM", " ").strip()  # without both, no report is issued

# --- the log: standard error, one JSON object a line, no exception's text  ----------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "toolkit.logs.JsonLines"}},
    "handlers": {"lines": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["lines"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {"django": {"handlers": ["lines"], "level": "INFO", "propagate": False}},
}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

# --- mail ----------------------------------------------------------------------------------------------------------
EMAIL_HOST = env.str("EMAIL_HOST", default="127.0.0.1")
EMAIL_PORT = env.int("EMAIL_PORT", default=8025)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", default="")
EMAIL_HOST_PASSWORD = secret("EMAIL_HOST_PASSWORD") if EMAIL_HOST_USER else ""
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", default=False)
EMAIL_TIMEOUT = SMS_GATEWAY_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="credit@jianglan.example")

# --- short messages: an HTTP gateway (office/rules/sms.py); without an address nobody is offered any ---------------
SMS_GATEWAY_URL = outside("SMS_GATEWAY_URL")
SMS_GATEWAY_TOKEN = secret("SMS_GATEWAY_TOKEN") if SMS_GATEWAY_URL else ""
