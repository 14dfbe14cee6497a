"""Where a TemplateURL may point, and who may read what it points at.

ministack reads the path alone, as `/bucket/key`, for whoever asks. The service
takes S3's own addresses, in which most name the bucket in the host, and reads
with the caller's rights, so its errors are those that S3 has for the caller.
"""

import re
from urllib.parse import parse_qs, unquote, urlsplit

from ministack.core import iam_evaluator
from ministack.services import s3
from ministack.services.cloudformation.helpers import TEMPLATE_URL_MAX_BYTES, _error, _p

from .engine import replace

# Source: Amazon S3 User Guide, "Virtual hosting of general purpose buckets".
_HOST = re.compile(r"(?:(?P<bucket>[a-z0-9.-]+)\.)?s3(?:[.-](?P<region>[a-z]{2}(?:-[a-z]+)+-\d))?\.amazonaws\.com(?:\.cn)?")
# The service's own words, as its users quote them.
_MORE = "\nFor more information check http://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"


def install() -> None:
    replace("_resolve_document", _strict)


def _strict(_original):
    def resolve(params, body_key, url_key, label):
        body, url = _p(params, body_key), _p(params, url_key)
        if body or not url:
            return body or None, None
        try:
            found = _read(url, url_key)
        except ValueError as refusal:
            return None, _error("ValidationError", str(refusal))
        if body_key == "TemplateBody" and len(found) > TEMPLATE_URL_MAX_BYTES:
            return None, _error("ValidationError", f"Template may not exceed {TEMPLATE_URL_MAX_BYTES} bytes in size.")
        return found.decode(), None

    return resolve


def _read(url: str, url_key: str) -> bytes:
    address = urlsplit(url)
    host = _HOST.fullmatch(address.hostname or "")
    path = unquote(address.path[1:])
    bucket, key = (host["bucket"], path) if host and host["bucket"] else path.partition("/")[::2]
    if address.scheme != "https" or not host or not bucket or not key:
        raise ValueError(f"{url_key} must be a supported URL.")
    home = s3.bucket_region(bucket)
    if home is None:
        raise ValueError(f"S3 error: The specified bucket does not exist{_MORE}")
    if home != (host["region"] or "us-east-1"):
        raise ValueError(
            "S3 error: The bucket you are attempting to access must be addressed using the specified endpoint. "
            f"Please send all future requests to this endpoint.{_MORE}"
        )
    version = parse_qs(address.query).get("versionId", [None])[0]
    if not _may("s3:GetObject" if version is None else "s3:GetObjectVersion", f"{bucket}/{key}", home):
        raise ValueError(f"S3 error: Access Denied{_MORE}")
    found = s3._get_object_data(bucket, key, version)
    if found is None:
        # S3 says that something is missing only to those who may list.
        known = _may("s3:ListBucket", bucket, home)
        raise ValueError(f"S3 error: {'The specified key does not exist.' if known else 'Access Denied'}{_MORE}")
    return found


def _may(action: str, resource: str, region: str) -> bool:
    """Whether the caller of the request that is being served may do this, too, by all policies."""
    key = iam_evaluator._verified_key.get()
    # The server's own key, which nothing checks, is the account's root.
    return not key or iam_evaluator.enforce(key, action, "s3", region, f"arn:aws:s3:::{resource}") is None
