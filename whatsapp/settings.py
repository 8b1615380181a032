"""What the Cloud API needs to know about this clinic's number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

META = "meta"
DIALOG_360 = "360dialog"
TWILIO = "twilio"


@dataclass(frozen=True)
class WhatsAppSettings:
    """Credentials and addresses of one WhatsApp business number.

    The secrets are kept out of `repr`, so that a logged settings object gives nothing away.

    Attributes:
        app_secret: Meta app secret, the key of the webhook signature.
        verify_token: What Meta repeats in the webhook handshake; chosen by the clinic.
        access_token: Bearer token of the Graph API.
        phone_number_id: Meta's id of the sending number (not the number itself).
        api_url: Scheme and host of the Graph API, or of a simulator.
        api_version: Graph API version, with its `v`.
        business_account_id: WhatsApp business account, which owns the templates; empty when it
            is not known: templates can't be submitted then, nor their approval looked up.
        provider: `meta`, `360dialog` or `twilio`. The other attributes mean, with 360dialog:
            `access_token` its API key, `app_secret` the value of the Authorization header that
            its webhooks carry; with Twilio: `access_token` and `app_secret` the auth token,
            `phone_number_id` the sending number.
        account_sid: Twilio's account.
        webhook_url: Public address of the webhook; Twilio signs it.
        content_sids: Twilio's content templates by `name/language`.
    """

    app_secret: str = field(repr=False)
    verify_token: str = field(repr=False)
    access_token: str = field(repr=False)
    phone_number_id: str
    api_url: str = "https://graph.facebook.com"
    api_version: str = "v23.0"
    business_account_id: str = ""
    provider: str = field(default=META, repr=False)
    account_sid: str = field(default="", repr=False)
    webhook_url: str = field(default="", repr=False)
    content_sids: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def base_url(self) -> str:
        """Host and version, without a slash at the end."""
        return f"{self.api_url.rstrip('/')}/{self.api_version.strip('/')}"

    @property
    def messages_url(self) -> str:
        """Where messages, read receipts and typing indicators are posted."""
        return f"{self.base_url}/{self.phone_number_id}/messages"
