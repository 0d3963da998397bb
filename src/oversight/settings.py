"""The desk's settings: everything that differs between deployments comes from the environment."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from urllib.parse import urlsplit

from oversight import environment

BASE = Path(__file__).parent
HOME = Path(environment.text("OVERSIGHT_HOME", "desk")).expanduser().resolve()
"""The desk's own folder: database (unless DATABASE_URL says otherwise), filed evidence, exports."""
environment.load(HOME)
WORKSPACE = Path(environment.text("BESTEXEC_WORKSPACE", "workspace")).expanduser().resolve()
"""The workspace whose sealed runs the desk receives, and whose policy folder it publishes to."""
PUBLIC_URL = environment.text("OVERSIGHT_URL", "http://127.0.0.1:8000")
"""Where people reach the desk; anything but https is for trying it out on one machine."""
IS_SECURE = urlsplit(PUBLIC_URL).scheme == "https"

SECRET_KEY = environment.needed("OVERSIGHT_SECRET_KEY", "set 50 or more random characters, or file:PATH of a file that holds them")
DEBUG = False
ALLOWED_HOSTS = [urlsplit(PUBLIC_URL).hostname or "", *environment.text("OVERSIGHT_HOSTS").split()]
ROOT_URLCONF = "oversight.urls"
WSGI_APPLICATION = "oversight.wsgi.application"
APPEND_SLASH = True

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "oversight.record",
    "oversight.accounts",
    "oversight.evidence",
    "oversight.notices",
    "oversight.policy",
    "oversight.handling",
    "oversight.findings",
    "oversight.vendors",
    "oversight.obligations",
    "oversight.retention",
    "oversight.claims",
    "oversight.configuration",
    "oversight.liquidity",
    "oversight.conflicts",
    "oversight.agreements",
    "oversight.diligence",
    "oversight.procedures",
    "oversight.refreshes",
    "oversight.differences",
    "oversight.cases",
    "oversight.rooms",
    "oversight.plans",
    "oversight.harm",
    "oversight.analysis",
    "oversight.reviews",
    "oversight.disclosures",
    "oversight.requests",
    "oversight.exams",
    "oversight.arrivals",
    "oversight.desk",
    "oversight.packs",
    "oversight.api",
    "oversight.demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "oversight.access.SessionPolicy",
    "oversight.access.Refusals",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "oversight.shell.page",
                "oversight.notices.shell.badge",
            ],
            "builtins": ["oversight.templatetags.desk"],
            "libraries": {"desk": "oversight.templatetags.desk"},
        },
    }
]

DATABASES = {"default": environment.database(environment.text("DATABASE_URL", f"sqlite:///{HOME / 'desk.sqlite3'}"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "en-us"
TIME_ZONE = "America/New_York"
USE_TZ = True
USE_I18N = False

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE / "static", ("typeface", str(files("ttf_opensans") / "ttf"))]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True  # style sheet, scripts and typeface come out of the packages, so nothing is collected

# Who signs in, and how. ---------------------------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk:today"
ACCOUNT_ADAPTER = "oversight.accounts.adapters.AccountAdapter"
ACCOUNT_FORMS = {"login": "oversight.accounts.forms.SignInForm"}
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"
PASSWORD_RESET_TIMEOUT = 3 * 24 * 3600
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = False
SOCIALACCOUNT_ADAPTER = "oversight.accounts.adapters.OutsideIdentityAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_STORE_TOKENS = False
OIDC_ISSUER = environment.text("OVERSIGHT_OIDC_ISSUER").rstrip("/")
OIDC_ORIGINS = [f"{urlsplit(url).scheme}://{urlsplit(url).netloc}" for url in (OIDC_ISSUER, environment.text("OVERSIGHT_OIDC_ORIGIN")) if url]
"""Where the provider's own sign-in page stands; OVERSIGHT_OIDC_ORIGIN only where that is not the issuer's host."""
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "firm",
                "name": environment.text("OVERSIGHT_OIDC_NAME", "the firm's sign-in"),
                "client_id": environment.text("OVERSIGHT_OIDC_CLIENT_ID"),
                "secret": environment.text("OVERSIGHT_OIDC_CLIENT_SECRET"),
                "settings": {"server_url": OIDC_ISSUER, "verified_email": environment.text("OVERSIGHT_OIDC_EMAIL_DOMAINS").split()},
            }
        ]
        if OIDC_ISSUER
        else [],
    }
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "bestexec"
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_ADAPTER = "oversight.accounts.adapters.SecondFactorAdapter"
MFA_POLICY = environment.chosen("OVERSIGHT_MFA", ("required", "offered"))
"""`required`: nobody sees a page without a second factor. `offered` is for trying the desk out, or where the OIDC provider asks for it."""

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "accounts_limits", "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}  # fmt: skip
"""Failed sign-ins and used codes are counted in the database, so that several worker processes count together."""
ALLAUTH_TRUSTED_PROXY_COUNT = environment.whole("OVERSIGHT_PROXIES", 0)
"""How many proxies of the firm stand before the desk: whose X-Forwarded-For to believe when sign-ins are counted by address."""
ACCESS_REVIEW_DAYS = environment.whole("OVERSIGHT_ACCESS_REVIEW_DAYS", 92, least=1)

SESSION_COOKIE_AGE = 60 * environment.whole("OVERSIGHT_SESSION_MINUTES", 600, least=5)
SESSION_IDLE_SECONDS = 60 * environment.whole("OVERSIGHT_IDLE_MINUTES", 30, least=1)
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_SECURE

# What a browser may do. ---------------------------------------------------------------------------------------------------------------------------

CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
CSRF_FAILURE_VIEW = "oversight.shell.stale_form"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = IS_SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_SECURE else None
SECURE_HSTS_SECONDS = 31_536_000 if IS_SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_SECURE
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"], "script-src": ["'self'"], "style-src": ["'self'"], "img-src": ["'self'"], "font-src": ["'self'"],
        "connect-src": ["'self'"], "form-action": ["'self'", *OIDC_ORIGINS], "base-uri": ["'none'"], "frame-ancestors": ["'none'"],
    }
}  # fmt: skip

DATA_UPLOAD_MAX_MEMORY_SIZE = 2_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
READER_ADDRESSES = environment.chosen("OVERSIGHT_READER_ADDRESSES", ("forgotten", "kept")) == "kept"
"""Whether the log of a reader's room holds the network address of who came in, beside who they say they are."""
FILE_UPLOAD_HANDLERS = ["oversight.evidence.uploads.LimitedUpload"]
EVIDENCE_MAX_BYTES = 1_000_000 * environment.whole("OVERSIGHT_EVIDENCE_MB", 50, least=1)

# What leaves the machine: nothing, unless the operator names a mail server. -----------------------------------------------------------------------

EMAIL_HOST = environment.text("OVERSIGHT_SMTP_HOST")
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"
EMAIL_PORT = environment.whole("OVERSIGHT_SMTP_PORT", 587)
EMAIL_HOST_USER = environment.text("OVERSIGHT_SMTP_USER")
EMAIL_HOST_PASSWORD = environment.text("OVERSIGHT_SMTP_PASSWORD")
EMAIL_USE_TLS = bool(EMAIL_HOST)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = environment.text("OVERSIGHT_MAIL_FROM", "bestexec@localhost")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
