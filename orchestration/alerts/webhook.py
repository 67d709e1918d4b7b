"""One alert, one POST: what goes out, where to, and what an answer means.

The address is a secret (most receivers know their sender by it alone), so no text made here holds
any part of it, and urllib3, whose log lines name it, is kept silent.
"""

from __future__ import annotations

import ipaddress
import json
import logging
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from typing import Any
from urllib.parse import unquote
from urllib.request import getproxies, proxy_bypass

import urllib3
from urllib3.exceptions import (
    HTTPError,
    InvalidHeader,
    LocationValueError,
    ProxyError,
    ReadTimeoutError,
    SSLError,
)
from urllib3.util import Url, make_headers, parse_url

from orchestration.errors import UserError

ENV = "PERENNIAL_ALERT_WEBHOOK"
#: Columns of `fct_alerts` that leave: ids, days, the rule and what the account pays. No name, no
#: e-mail, no text that somebody wrote, no figure about a person.
COLUMNS = (
    *("alert_id", "rule", "subject_type", "subject_id", "account_id", "csm_id", "owner"),
    *("mrr_at_risk", "opened_date", "due_date"),
)
TIMEOUT = urllib3.Timeout(connect=5, read=10)

# The receiver itself says that it did not take the alert, and that it may be asked again.
_ASK_AGAIN = frozenset({408, 425, 429, 500, 503})
# A gateway speaks, which does not know what became of the request behind it.
_GATEWAY = frozenset({502, 504, *range(520, 600)})


class Outcome(Enum):
    """What became of one POST.

    TAKEN: the receiver has it. LATER: it has not, and may be asked again. REFUSED: it has not, and
    will say so again until somebody puts something right. IN_DOUBT: nobody here can know.
    """

    TAKEN = "taken"
    LATER = "later"
    REFUSED = "refused"
    IN_DOUBT = "in doubt"


@dataclass(frozen=True)
class Answer:
    """An outcome, in words that follow "the alert webhook".

    Attributes:
        retry_after: seconds the receiver asks to be left alone; None where it does not say.
    """

    outcome: Outcome
    words: str
    retry_after: float | None = None


class Webhook:
    """A receiver of alerts.

    Args:
        address: what `PERENNIAL_ALERT_WEBHOOK` holds.

    Raises:
        UserError: alerts must not be sent to such an address.
    """

    def __init__(self, address: str) -> None:
        url = _checked(address)
        self._address = url._replace(auth=None).url
        self._auth = make_headers(basic_auth=unquote(url.auth)) if url.auth else {}
        self._pool = _pool(url)

    def post(self, alert: Mapping[str, Any]) -> Answer:
        """Send one alert, once, following no redirect.

        Args:
            alert: `COLUMNS` and their values.
        """
        headers = {
            **self._auth,
            "Content-Type": "application/json",
            "User-Agent": "perennial",
            # The same whenever this alert is sent: a receiver that knows the header takes it once.
            "Idempotency-Key": str(alert["alert_id"]),
            # A kept connection that the receiver closes meanwhile leaves an alert in doubt.
            "Connection": "close",
        }
        body = _Body({name: alert[name] for name in COLUMNS})
        headers["Content-Length"] = str(len(body.content))
        with _silent():
            try:
                response = self._pool.request(
                    "POST",
                    self._address,
                    body=body,
                    headers=headers,
                    timeout=TIMEOUT,
                    redirect=False,
                    retries=False,
                    preload_content=False,
                )
            except HTTPError as error:
                return _failure(error, body)
            response.close()
        return _judged(response.status, response.headers.get("Retry-After"))


class _Body:
    """An alert as JSON that knows whether the connection has asked for it."""

    def __init__(self, alert: Mapping[str, Any]) -> None:
        self.content = json.dumps(alert, allow_nan=False).encode()
        self.is_begun = False

    def __iter__(self) -> Iterator[bytes]:
        self.is_begun = True
        yield self.content


def _checked(address: str) -> Url:
    try:
        url = parse_url(address)
    except LocationValueError:
        url = Url()
    if not (url.scheme and url.host) or any(character.isspace() for character in address):
        raise UserError(f"{ENV} is no address like https://host/path")
    if url.scheme != "https" and not (url.scheme == "http" and _is_local(url)):
        raise UserError(
            f"{ENV} must begin with https:// (http:// only for 127.0.0.1 and localhost)"
        )
    return url


def _is_local(url: Url) -> bool:
    host = (url.host or "").strip("[]")
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _pool(url: Url) -> urllib3.PoolManager:
    """Connections as the environment asks for: its proxy, but never on the way to this machine."""
    proxy = getproxies().get("https")
    if proxy and not _is_local(url) and not proxy_bypass(url.host or ""):
        return urllib3.ProxyManager(proxy if "://" in proxy else f"http://{proxy}")
    return urllib3.PoolManager()


def _judged(status: int, retry_after: str | None) -> Answer:
    if 200 <= status < 300:
        return Answer(Outcome.TAKEN, f"answered {status}")
    if status in _ASK_AGAIN:
        return Answer(Outcome.LATER, f"answered {status}", _seconds(retry_after))
    if status in _GATEWAY:
        return Answer(Outcome.IN_DOUBT, f"is behind a gateway that answered {status}")
    if 300 <= status < 400:
        return Answer(Outcome.REFUSED, f"answered {status}, a redirect, which is not followed")
    return Answer(Outcome.REFUSED, f"answered {status}")


def _seconds(text: str | None) -> float | None:
    try:
        return urllib3.Retry().parse_retry_after(text) if text else None
    except InvalidHeader:
        return None


def _failure(error: HTTPError, body: _Body) -> Answer:
    """What a failed request means: certain only where no byte of the alert was handed over."""
    if body.is_begun:
        if isinstance(error, ReadTimeoutError):
            return Answer(Outcome.IN_DOUBT, "gave no answer in time")
        return Answer(Outcome.IN_DOUBT, "broke the connection off without an answer")
    if isinstance(error, ProxyError):
        return Answer(Outcome.LATER, "could not be reached through the proxy")
    if isinstance(error, SSLError):
        if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in error.args):
            return Answer(Outcome.REFUSED, "has a certificate that this machine does not trust")
        return Answer(Outcome.REFUSED, "does not speak https")
    return Answer(Outcome.LATER, "could not be reached")


@contextmanager
def _silent() -> Iterator[None]:
    """Keep the address out of every log, whatever level and handlers the process has."""
    logger = logging.getLogger("urllib3.connectionpool")
    before = logger.disabled
    logger.disabled = True
    try:
        yield
    finally:
        logger.disabled = before
