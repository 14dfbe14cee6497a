"""Provisioning: checked properties, right replacement, a handler for every type."""

from ministack.core.responses import get_account_id, get_region
from ministack.services import lambda_svc, s3
from ministack.services.cloudformation import provisioners

from .engine import replace
from .properties import check_properties
from .records import recorder_of, with_attributes
from .schemas import all_types, conditional_create_only, create_only

# The engine's own types (nested stacks, wait conditions, custom resources) are checked and otherwise left alone.
_OWN = "AWS::CloudFormation::"
_BUCKET = "AWS::S3::Bucket"
_FUNCTION = "AWS::Lambda::Function"
_GROUP = "AWS::AutoScaling::AutoScalingGroup"
_KEY = "AWS::KMS::Key"
_TYPES: frozenset[str] = frozenset()


def install() -> None:
    global _TYPES
    _TYPES = frozenset(all_types())
    for resource_type in _TYPES:
        if not resource_type.startswith(_OWN):
            provisioners._RESOURCE_HANDLERS.setdefault(resource_type, recorder_of(resource_type))
        _learn_replacement(resource_type)
    bucket = provisioners._RESOURCE_HANDLERS[_BUCKET]
    bucket["delete"] = _refusing_to_delete_objects(bucket["delete"])
    key = provisioners._RESOURCE_HANDLERS[_KEY]
    key["delete"] = _with_days_as_number(key["delete"])
    replace("_provision_resource", _strict_provision)
    replace("_update_resource", _strict_update)
    replace("_replacing_change", _strict_replacing_change)
    replace("_with_stack_tags", _propagated)


def _learn_replacement(resource_type: str) -> None:
    always = {path[0] for path in create_only(resource_type) if len(path) == 1}
    # Of a nested property a change set says only that it may replace; the update itself looks inside.
    maybe = {path[0] for path in [*create_only(resource_type), *conditional_create_only(resource_type)]} - always
    provisioners._REPLACING_PROPERTIES.setdefault(resource_type, tuple(sorted(always)))
    if maybe:
        provisioners._CONDITIONALLY_REPLACING_PROPERTIES.setdefault(resource_type, tuple(sorted(maybe)))


def _strict_provision(original):
    def provision(resource_type, logical_id, props, stack_name):
        if resource_type not in _TYPES:
            return original(resource_type, logical_id, props, stack_name)
        check_properties(resource_type, logical_id, props)
        _check_code(resource_type, props)
        physical_id, found = original(resource_type, logical_id, _named(resource_type, props), stack_name)
        return physical_id, _completed(resource_type, physical_id, props, found)

    return provision


def _strict_update(original):
    def update(resource_type, physical_id, old_props, new_props, stack_name, logical_id=None, old_attrs=None):
        unchanged = old_props == new_props
        if unchanged or resource_type not in _TYPES:
            return original(resource_type, physical_id, old_props, new_props, stack_name, logical_id, old_attrs)
        check_properties(resource_type, logical_id or physical_id, new_props)
        _check_code(resource_type, new_props)
        physical_id, found = original(
            resource_type, physical_id, old_props, new_props, stack_name, logical_id, old_attrs
        )
        return physical_id, _completed(resource_type, physical_id, new_props, found)

    return update


def _completed(resource_type: str, physical_id: str, props: dict, found: dict) -> dict:
    if resource_type.startswith(_OWN):
        return found
    return with_attributes(resource_type, physical_id, props, found)


def _strict_replacing_change(original):
    def replacing_change(resource_type, old_props, new_props):
        if original(resource_type, old_props, new_props):
            return True
        if resource_type not in _TYPES:
            return False
        nested = [path for path in create_only(resource_type) if len(path) > 1]
        return any(_at(old_props, path) != _at(new_props, path) for path in nested)

    return replacing_change


def _at(value: object, path: list[str]) -> object:
    """The value at a path; `*` stands for every member of a list."""
    for index, name in enumerate(path):
        if name == "*":
            return [_at(member, path[index + 1 :]) for member in value] if isinstance(value, list) else None
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _propagated(original):
    """The stack's tags reach the instances of a group ("Resource tag", CloudFormation Template Reference)."""

    def merge(resource_type, props, *rest):
        merged = original(resource_type, props, *rest)
        if resource_type == _GROUP:
            merged = {**merged, "Tags": [{"PropagateAtLaunch": True, **tag} for tag in merged["Tags"]]}
        return merged

    return merge


def _with_days_as_number(original):
    """A parameter gives the days as a text, which CloudFormation turns into the number that the schema asks for."""

    def delete(physical_id, props):
        days = {"PendingWindowInDays": int(props["PendingWindowInDays"])} if "PendingWindowInDays" in props else {}
        return original(physical_id, {**props, **days})

    return delete


def _named(resource_type: str, props: dict) -> dict:
    """A bucket in the account-regional namespace: ministack would draw a name of its own.

    The format is <prefix>-<account>-<region>-an ("Namespaces for general purpose buckets", Amazon S3 User Guide).
    """
    if resource_type != _BUCKET or props.get("BucketNamespace") != "account-regional":
        return props
    suffix = f"-{get_account_id()}-{get_region()}-an"
    name = props.get("BucketName") or f"{props.get('BucketNamePrefix', '')}{suffix}"
    if not name.endswith(suffix) or len(name) > 63 or name == suffix:
        raise ValueError(
            f"The specified bucket is not valid: {name}. A name in the account-regional namespace ends with {suffix} "
            "and has at most 63 characters. (Service: S3, Status Code: 400)"
        )
    return {**props, "BucketName": name}


def _check_code(resource_type: str, props: dict) -> None:
    """ministack makes a function without code when its object is missing."""
    code = props.get("Code") or {}
    if resource_type != _FUNCTION or not isinstance(code, dict) or "S3Key" not in code:
        return
    bucket, key = code.get("S3Bucket"), code["S3Key"]
    if bucket not in s3._buckets:
        missing = "NoSuchBucket. S3 Error Message: The specified bucket does not exist"
    elif lambda_svc._fetch_code_from_s3(bucket, key, version_id=code.get("S3ObjectVersion")) is None:
        missing = "NoSuchKey. S3 Error Message: The specified key does not exist."
    else:
        return
    raise ValueError(
        f"Error occurred while GetObject. S3 Error Code: {missing} "
        f"(received s3://{bucket}/{key}) (Service: Lambda, Status Code: 400)"
    )


def _refusing_to_delete_objects(original):
    def delete(physical_id, props):
        bucket = s3._buckets.get(physical_id)
        if bucket and (bucket["objects"] or s3._bucket_has_versions(physical_id)):
            raise ValueError("The bucket you tried to delete is not empty (Service: S3, Status Code: 409)")
        return original(physical_id, props)

    return delete
