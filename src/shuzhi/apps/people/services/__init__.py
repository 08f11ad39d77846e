"""Everything that may be done to organisations, accounts and duties."""

from shuzhi.apps.people.services.accounts import (
    AccountDraft,
    PasswordError,
    account_change_password,
    account_create,
    account_disable,
    account_enable,
    account_reset_password,
    account_unlock,
    installation_found,
)
from shuzhi.apps.people.services.duties import DutyDraft, duty_approve, duty_end, duty_propose, duty_refuse
from shuzhi.apps.people.services.organisations import (
    OrganisationDraft,
    alias_add,
    organisation_close,
    organisation_create,
    organisation_rename,
    organisations_import,
)
from shuzhi.apps.people.services.signing_in import SignInError, sign_in, sign_out

__all__ = [
    "AccountDraft",
    "DutyDraft",
    "OrganisationDraft",
    "PasswordError",
    "SignInError",
    "account_change_password",
    "account_create",
    "account_disable",
    "account_enable",
    "account_reset_password",
    "account_unlock",
    "alias_add",
    "duty_approve",
    "duty_end",
    "duty_propose",
    "duty_refuse",
    "installation_found",
    "organisation_close",
    "organisation_create",
    "organisation_rename",
    "organisations_import",
    "sign_in",
    "sign_out",
]
