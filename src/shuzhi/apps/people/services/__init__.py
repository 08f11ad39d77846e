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
from shuzhi.apps.people.services.lists import organisation_list_take
from shuzhi.apps.people.services.organisations import (
    AliasDraft,
    OrganisationDraft,
    alias_add,
    alias_end,
    organisation_create,
    organisations_import,
    temporary_extend,
)
from shuzhi.apps.people.services.restructuring import (
    ChangeDraft,
    change_approve,
    change_propose,
    change_refuse,
    change_withdraw,
    changes_apply_due,
    temporary_units_end,
)
from shuzhi.apps.people.services.signing_in import SignInError, sign_in, sign_out
from shuzhi.apps.people.services.structure import (
    organisation_merge,
    organisation_move,
    organisation_rename,
    organisation_retire,
    organisation_split,
)

__all__ = [
    "AccountDraft",
    "AliasDraft",
    "ChangeDraft",
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
    "alias_end",
    "change_approve",
    "change_propose",
    "change_refuse",
    "change_withdraw",
    "changes_apply_due",
    "duty_approve",
    "duty_end",
    "duty_propose",
    "duty_refuse",
    "installation_found",
    "organisation_create",
    "organisation_list_take",
    "organisation_merge",
    "organisation_move",
    "organisation_rename",
    "organisation_retire",
    "organisation_split",
    "organisations_import",
    "sign_in",
    "sign_out",
    "temporary_extend",
    "temporary_units_end",
]
