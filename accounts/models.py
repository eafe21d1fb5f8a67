"""Departments, the people who work for them, and the systems that call us."""

from collections.abc import Iterator
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.crypto import salted_hmac
from django_otp.models import Device, DeviceManager, ThrottlingMixin, TimestampMixin
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.rules.places import AUTHENTICATOR
from kernel.actor import Role
from toolkit import crypto

ADMINISTRATORS = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)


class Department(models.Model):
    """A unit of the city or of a county; its subordinates hang below it."""

    class Kind(models.TextChoices):
        DEPARTMENT = "department", "行政机关"
        INSTITUTION = "institution", "事业单位"
        PARTY = "party", "党群机关"
        COURT = "court", "司法机关"
        SOURCE = "source", "外部信息来源单位"  # delivers received lists; decides nothing on the platform

    code = models.CharField(max_length=18, unique=True, help_text="统一社会信用代码")
    name = models.CharField(max_length=100)
    short_name = models.CharField(max_length=40)
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.DEPARTMENT)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    division_code = models.CharField(max_length=6)
    email = models.CharField(
        max_length=120, blank=True, default="", db_default="", help_text="where reminders go; empty: none are sent"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="accounts_department_email_well_formed",
                condition=Q(email="") | Q(email__regex=r"^[^@\s]+@[^@\s]+$"),
            ),
            models.CheckConstraint(
                name="accounts_department_code_well_formed", condition=Q(code__regex="^[0-9A-HJ-NPQRTUWXY]{18}$")
            ),
            models.CheckConstraint(
                name="accounts_department_kind_known",
                condition=Q(kind__in=["department", "institution", "party", "court", "source"]),
            ),
            models.CheckConstraint(
                name="accounts_department_division_well_formed", condition=Q(division_code__regex="^[0-9]{6}$")
            ),
            models.CheckConstraint(name="accounts_department_not_its_own_parent", condition=~Q(parent=F("id"))),
        ]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """Reading only: accounts are made by accounts.services.create_user."""


class User(AbstractBaseUser):  # type: ignore[django-manager-missing]  # of django-otp, which has no types
    """A member of staff. Never shared, never deleted: disabled (GB/T 22239-2019 8.1.4.1, 8.1.4.2)."""

    username = models.CharField(max_length=40, unique=True)
    display_name = models.CharField(max_length=40)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, null=True, blank=True, related_name="users")
    roles = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=True)
    password_changed_at = models.DateTimeField()
    session_epoch = models.PositiveIntegerField(default=0, help_text="raised to end every session of the user")
    created_at = models.DateTimeField()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name"]
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="accounts_user_username_well_formed", condition=Q(username__regex="^[a-z][a-z0-9_.-]{1,39}$")
            ),
            models.CheckConstraint(
                name="accounts_user_roles_known", condition=Q(roles__contained_by=[r.value for r in Role])
            ),
            models.CheckConstraint(
                name="accounts_user_administrators_exclude_every_other_role",
                condition=~Q(roles__overlap=[r.value for r in ADMINISTRATORS]) | Q(roles__len=1),
            ),
            models.CheckConstraint(
                name="accounts_user_business_roles_have_a_department",
                condition=Q(department__isnull=False)
                | ~Q(roles__overlap=[r.value for r in Role if r not in ADMINISTRATORS]),
            ),
        ]

    def __str__(self) -> str:
        return self.username

    @property
    def role_labels(self) -> list[str]:
        return [role.label for role in Role if role in self.roles]

    def get_session_auth_hash(self) -> str:
        """What a session must carry to be valid: it changes with the password and with `session_epoch`."""
        return self._session_hash(settings.SECRET_KEY)

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        return (self._session_hash(secret) for secret in settings.SECRET_KEY_FALLBACKS)

    def _session_hash(self, secret: Any) -> str:
        value = f"{self.password}:{self.session_epoch}"
        return salted_hmac("accounts.session", value, secret=secret, algorithm="sha256").hexdigest()


class ClientSystem(models.Model):
    """Another department's system that calls the interfaces with signed requests."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=100)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="client_systems")
    scopes = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    areas = ArrayField(
        models.CharField(max_length=6), default=list, blank=True, help_text="divisions; empty: its own"
    )
    origins = ArrayField(
        models.CharField(max_length=200),
        default=list,
        db_default=[],
        blank=True,
        help_text="where its pages may carry the plug-in: https://hall.example",
    )
    purpose = models.CharField(max_length=200, default="", db_default="", blank=True)
    contact = models.CharField(max_length=100, default="", db_default="", blank=True)
    addresses = ArrayField(
        models.CharField(max_length=43),
        default=list,
        db_default=[],
        blank=True,
        help_text="networks (CIDR) that it may call from; empty: any",
    )
    per_minute = models.PositiveIntegerField(null=True, blank=True, help_text="calls taken in a minute; null: any")
    per_day = models.PositiveIntegerField(null=True, blank=True, help_text="calls taken on a legal day; null: any")
    active = models.BooleanField(default=True)
    suspended_at = models.DateTimeField(null=True, blank=True, help_text="it may come back; then not active")
    suspended_for = models.CharField(max_length=200, default="", db_default="", blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="accounts_clientsystem_code_well_formed", condition=Q(code__regex="^[a-z][a-z0-9_.-]{1,39}$")
            ),
            models.CheckConstraint(
                name="accounts_clientsystem_suspended_is_not_active",
                condition=Q(suspended_at=None, suspended_for="")
                | (Q(active=False, suspended_at__isnull=False) & ~Q(suspended_for="")),
            ),
            models.CheckConstraint(
                name="accounts_clientsystem_quotas_above_zero",
                condition=(Q(per_minute=None) | Q(per_minute__gt=0)) & (Q(per_day=None) | Q(per_day__gt=0)),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def state_label(self) -> str:
        return "已暂停" if self.suspended_at else "正常" if self.active else "已停用"


class ClientProposal(models.Model):
    """What the credit office asks for: a new client system, or a change of what one may. Another person decides."""

    class State(models.TextChoices):
        PROPOSED = "proposed", "待审批"
        APPROVED = "approved", "已批准"
        DECLINED = "declined", "未批准"

    client = models.ForeignKey(
        ClientSystem, on_delete=models.PROTECT, null=True, blank=True, related_name="proposals"
    )  # null: a new one
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=100)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=200)
    contact = models.CharField(max_length=100)
    scopes = ArrayField(models.CharField(max_length=40), default=list)
    areas = ArrayField(models.CharField(max_length=6), default=list, blank=True)
    addresses = ArrayField(models.CharField(max_length=43), default=list, blank=True)
    per_minute = models.PositiveIntegerField(null=True, blank=True)
    per_day = models.PositiveIntegerField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    proposed_by = models.CharField(max_length=60, help_text="Actor.key")
    proposed_at = models.DateTimeField()
    decided_by = models.CharField(max_length=60, default="", blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    remark = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="accounts_clientproposal_state_known",
                condition=Q(state__in=["proposed", "approved", "declined"]),
            ),
            models.CheckConstraint(
                name="accounts_clientproposal_decided_by_another",
                condition=Q(state="proposed", decided_by="", decided_at=None)
                | (
                    ~Q(state="proposed")
                    & ~Q(decided_by="")
                    & Q(decided_at__isnull=False)
                    & ~Q(decided_by=F("proposed_by"))
                ),
            ),
            models.CheckConstraint(
                name="accounts_clientproposal_declined_says_why", condition=~Q(state="declined") | ~Q(remark="")
            ),
            models.CheckConstraint(
                name="accounts_clientproposal_approved_has_client",
                condition=~Q(state="approved") | Q(client__isnull=False),
            ),
            models.UniqueConstraint(
                name="accounts_clientproposal_one_open_per_code", fields=["code"], condition=Q(state="proposed")
            ),
        ]

    def __str__(self) -> str:
        return self.code


class ClientDay(models.Model):
    """A client system's calls of one legal day, and what is left of its minute. Each process adds to it in lots
    (accounts.services.quotas), so that no row is written for each call."""

    client_id = models.BigIntegerField()
    day = models.DateField()
    calls = models.BigIntegerField(default=0)
    refused = models.BigIntegerField(default=0)
    minute = models.BigIntegerField(default=0, help_text="since 1970")
    granted = models.PositiveIntegerField(default=0, help_text="of this minute's quota, to all processes")
    used_at = models.DateTimeField(null=True, blank=True)
    used_from = models.CharField(max_length=45, default="", blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)
    refusal = models.CharField(max_length=60, default="", blank=True)
    refused_from = models.CharField(max_length=45, default="", blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="accounts_clientday_once", fields=["client_id", "day"])]
        indexes = [models.Index(fields=["day"], name="accounts_clientday_day")]

    def __str__(self) -> str:
        return f"{self.client_id} {self.day}"


class ClientSecret(models.Model):
    """What a client signs with, encrypted. Two may be live, so that a client changes over without a gap."""

    client = models.ForeignKey(ClientSystem, on_delete=models.PROTECT, related_name="secrets")
    slot = models.PositiveSmallIntegerField()
    secret_ct = models.TextField(help_text="toolkit.crypto")
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="accounts_clientsecret_slot_one_or_two", condition=Q(slot__in=[1, 2])),
            models.UniqueConstraint(
                name="accounts_clientsecret_one_live_per_slot",
                fields=["client", "slot"],
                condition=Q(retired_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client_id}/{self.slot}"


class Nonce(models.Model):
    """A signed request that has been seen: it is not taken twice. Pruned after fifteen minutes."""

    client_id = models.BigIntegerField()
    nonce = models.CharField(max_length=64)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="accounts_nonce_once", fields=["client_id", "nonce"])]
        indexes = [models.Index(fields=["seen_at"], name="accounts_nonce_seen_at")]

    def __str__(self) -> str:
        return self.nonce


class FormKey(models.Model):
    """A form that was sent: the same form sent again gets the first answer, and nothing is done twice."""

    user_id = models.BigIntegerField()
    key = models.CharField(max_length=64)
    path = models.CharField(max_length=200)
    location = models.CharField(max_length=500, default="", blank=True, help_text="where the first answer led")
    used_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="accounts_formkey_once", fields=["user_id", "key"])]
        indexes = [models.Index(fields=["used_at"], name="accounts_formkey_used_at")]

    def __str__(self) -> str:
        return self.key


class Authenticator(TimestampMixin, ThrottlingMixin, Device):  # type: ignore[misc]  # django-otp has no types
    """A user's second factor: a telephone that shows six digits every half minute (RFC 6238), its secret sealed.

    django-otp's own TOTPDevice keeps the secret in clear; only its arithmetic is used.
    """

    step, t0, digits, tolerance = 30, 0, 6, 1  # what every authenticator app takes for granted
    key_ct = models.TextField(help_text="the secret as hex, sealed by toolkit.crypto")
    drift = models.SmallIntegerField(default=0)
    last_t = models.BigIntegerField(default=-1, help_text="the step of the last code: none is good twice")

    objects: ClassVar[models.Manager["Authenticator"]] = DeviceManager()

    verify_token = TOTPDevice.verify_token
    get_throttle_factor = TOTPDevice.get_throttle_factor
    config_url = TOTPDevice.config_url
    _read_str_from_settings = TOTPDevice._read_str_from_settings

    class Meta:
        constraints = [
            models.CheckConstraint(name="accounts_authenticator_is_sealed", condition=Q(key_ct__startswith="v1.")),
        ]

    @staticmethod
    def sealed(key: bytes, *, user_id: int) -> str:
        return crypto.encrypt(key.hex(), aad=AUTHENTICATOR.format(user_id=user_id))

    @property
    def bin_key(self) -> bytes:
        return bytes.fromhex(crypto.decrypt(self.key_ct, aad=AUTHENTICATOR.format(user_id=self.user_id)))
