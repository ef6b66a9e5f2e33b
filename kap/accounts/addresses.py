"""Which pages of django-allauth are open here, and what may be reached in a narrow place."""

from __future__ import annotations

from typing import Final

OPEN: Final = frozenset(
    {
        "account_inactive",
        "account_login",
        "account_logout",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key",
        "account_reset_password_from_key_done",
        "mfa_authenticate",
        "mfa_login_webauthn",
    }
)
"""For anybody."""

ENROLMENT: Final = frozenset(
    {
        "account_logout",
        "account_reauthenticate",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_generate_recovery_codes",
        "mfa_index",
        "mfa_view_recovery_codes",
    }
)
"""All that a person without a second factor can reach, where one is required."""

WHILE_LOCKED: Final = frozenset(
    {
        "account_logout",
        "account_reauthenticate",
        "accounts_kap:lock",
        "accounts_kap:unlock",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
    }
)
"""All that a locked session can reach."""

SIGNED_IN: Final = frozenset(
    {
        "account_change_password",
        "account_reauthenticate",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_deactivate_totp",
        "mfa_edit_webauthn",
        "mfa_generate_recovery_codes",
        "mfa_index",
        "mfa_list_webauthn",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "mfa_remove_webauthn",
        "mfa_view_recovery_codes",
        "usersessions_list",
    }
)
"""For the person's own account.  What is in neither list is closed (sign-up, e-mail change)."""
