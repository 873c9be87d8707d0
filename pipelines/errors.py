"""What can go wrong at a vendor, by what helps: waiting, new credentials, or a person."""

from __future__ import annotations


class IngestError(Exception):
    """Any failure whose message says what happened, where, and what to do."""


class TransientError(IngestError):
    """Worth another try. ``wait`` is the vendor's own Retry-After in seconds, if it gave one."""

    def __init__(self, message: str, wait: float | None = None) -> None:
        super().__init__(message)
        self.wait = wait


class ThrottledError(TransientError):
    """The vendor asks for fewer requests."""


class UnreadableAnswerError(TransientError):
    """An answer that cannot be cut into records; ``text`` is what it held."""

    def __init__(self, message: str, text: str, request_id: str) -> None:
        super().__init__(message)
        self.text = text
        self.request_id = request_id


class LeftAloneError(TransientError):
    """Not asked: the vendor has not given a good answer for a while (the circuit is open)."""


class CredentialError(IngestError):
    """The vendor does not accept who we say we are; a person has to renew the credentials."""


class PermanentError(IngestError):
    """The same request will fail again: wrong path, missing permission, refused query."""


class ExpiredPageError(PermanentError):
    """A cursor or page token is no longer accepted; the stream must start its window again."""
