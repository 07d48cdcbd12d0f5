"""Whether a request, as it arrived, was signed by somebody who has the keys: AWS Signature Version 4.

Worked out here once more from what AWS documents ("Create a signed AWS API request"), without the library that signs.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, unquote

__all__ = ["AwsKeys", "why_refused"]

_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/([^/]+)/aws4_request, SignedHeaders=([^,]+), Signature=(\w+)"
)
_OLDEST = 300  # seconds
_MUST_BE_SIGNED = {"host", "x-amz-date", "x-amz-content-sha256"}


@dataclass(frozen=True)
class AwsKeys:
    """What a user of AWS has, and for what service it lets them in."""

    id: str = "AKIDEXAMPLE"
    secret: str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
    token: str = ""
    region: str = "eu-central-1"
    service: str = "es"


def why_refused(keys: AwsKeys, method: str, target: str, headers: Mapping[str, str], body: bytes) -> str:
    """What AWS would say to a request; empty if it is let in.

    Args:
        target: path and query, as they stand in the request's first line.
        headers: by their names in lower case.
    """
    parts = _AUTHORIZATION.fullmatch(headers.get("authorization", ""))
    if parts is None:
        return "User: anonymous is not authorized to perform: es:ESHttpGet"
    id, day, region, service, names, signature = parts.groups()
    signed = names.split(";")
    if id != keys.id or headers.get("x-amz-security-token", "") != keys.token:
        return "The security token included in the request is invalid."
    if (region, service) != (keys.region, keys.service):
        return f"Credential should be scoped to a valid region and service, not {region} and {service}."
    sent = [name for name in headers if name.startswith("x-amz-")]
    if not {*_MUST_BE_SIGNED, *sent} <= set(signed) or signed != sorted(signed):
        return "The request does not sign the headers that it must."
    at = headers["x-amz-date"]
    age = datetime.now(UTC) - datetime.strptime(at, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    if not at.startswith(day) or abs(age.total_seconds()) > _OLDEST:
        return "Signature expired."
    path, _, query = target.partition("?")
    digest = hashlib.sha256(body).hexdigest()
    named = "".join(f"{name}:{' '.join(headers[name].split())}\n" for name in signed)
    canonical = "\n".join([method, quote(path, safe="/-_.~"), _canonical(query), named, names, digest])
    scope = f"{day}/{region}/{service}/aws4_request"
    to_sign = f"AWS4-HMAC-SHA256\n{at}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = f"AWS4{keys.secret}".encode()
    for each in (day, region, service, "aws4_request", to_sign):
        key = hmac.digest(key, each.encode(), "sha256")
    if digest != headers["x-amz-content-sha256"] or key.hex() != signature:
        return (
            "The request signature we calculated does not match the signature you provided. Check your AWS Secret "
            f"Access Key and signing method.\n\nThe Canonical String for this request should have been\n'{canonical}'"
        )
    return ""


def _canonical(query: str) -> str:
    """The parameters in order, each encoded anew."""
    pairs = [each.partition("=") for each in query.split("&") if each]
    encoded = sorted(
        (quote(unquote(name), safe="-_.~"), quote(unquote(value), safe="-_.~")) for name, _, value in pairs
    )
    return "&".join(f"{name}={value}" for name, value in encoded)
