"""Requests signed for AWS (Signature Version 4) by the client, with the credentials that botocore finds."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from opensearchpy import Urllib3AWSV4SignerAuth

from kbsearch.errors import ConfigError, MissingExtraError
from kbsearch.language import message

__all__ = ["Signer", "aws_signer"]

# method, address and body of a request → headers that prove who sends it
Signer = Callable[[str, str, bytes | None], Mapping[str, str]]


def aws_signer(region: str, service: str) -> Signer:
    """What signs requests to a service in a region; credentials that expire are renewed by botocore.

    Raises:
        MissingExtraError: botocore is not installed.
        ConfigError: there are no credentials, or they cannot be had. The signer raises it too.
    """
    try:
        from botocore.exceptions import (  # type: ignore[import-not-found, import-untyped, unused-ignore]
            BotoCoreError,
            ClientError,
        )
        from botocore.session import Session  # type: ignore[import-not-found, import-untyped, unused-ignore]
    except ImportError as error:
        raise MissingExtraError(message("signing requests for AWS"), "opensearch-aws") from error

    def unusable(error: Exception) -> ConfigError:
        return ConfigError(
            message(
                "the AWS credentials cannot be used ({reason}); set them up as for the AWS command line",
                reason=str(error),
            )
        )

    try:
        credentials = Session().get_credentials()
    except (BotoCoreError, ClientError) as error:
        raise unusable(error) from error
    if credentials is None:
        raise ConfigError(message("there are no AWS credentials; set them up as for the AWS command line"))
    signature = Urllib3AWSV4SignerAuth(credentials, region, service)

    def sign(method: str, address: str, body: bytes | None) -> Mapping[str, str]:
        try:
            headers: Mapping[str, str] = signature(method, address, body)
            return headers
        except (BotoCoreError, ClientError) as error:
            raise unusable(error) from error

    return sign
