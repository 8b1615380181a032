"""What every provider of WhatsApp can do, whoever it is: Meta itself, 360dialog, Twilio."""

from __future__ import annotations

from typing import Any, Protocol

from whatsapp.client import SendResult


class MessagingProvider(Protocol):
    """Sends bodies in Meta's form, and fetches and uploads media."""

    async def send(self, body: dict[str, Any], *, language: str = "") -> SendResult:
        """Sends a request body as `whatsapp.rendering` makes it, in one message.

        Args:
            language: The conversation's, for providers that file what can be tapped by language;
                empty when it is not known.

        Raises:
            ApiError: The provider refused it; the subclass says what to do.
            TransportError: It was not sent.
            TimeoutMaybeSentError: It may have been sent.
        """
        ...

    async def mark_read(self, wamid: str, typing: bool = False) -> None:
        """Marks a patient's message read, where the provider can.

        Raises:
            WhatsAppError: As for `send`.
        """
        ...

    async def media_url(self, media_id: str) -> str:
        """Returns the address of a patient's file.

        Raises:
            WhatsAppError: The provider does not know it, or can't be reached.
        """
        ...

    async def download(self, url: str, limit_bytes: int, *, sha256: str | None = None) -> bytes:
        """Returns a file's content.

        Raises:
            MediaError: It can't be taken in.
            WhatsAppError: The provider refuses, or can't be reached.
        """
        ...

    async def upload(self, content: bytes, mime_type: str, filename: str) -> str:
        """Uploads a file; returns its media id, good for 30 days.

        Raises:
            WhatsAppError: The provider refuses the file, or can't be reached.
        """
        ...

    async def close(self) -> None:
        """Closes the connections."""
        ...
