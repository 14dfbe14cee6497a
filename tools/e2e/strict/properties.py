"""Checks a resource's properties, after its intrinsics are resolved, against its schema."""

from collections.abc import Iterator
from functools import lru_cache

import regex
from cfnlint.jsonschema import _keywords as cfn_keywords
from jsonschema import Draft7Validator, validators
from jsonschema.exceptions import ValidationError

from .schemas import schema_of

# More lines say no more, and a stack event holds 1,024 characters or so.
_MOST_FAULTS = 20


def check_properties(resource_type: str, logical_id: str, properties: dict) -> None:
    """Raises ValueError with the words of the service when the properties break the schema."""
    schema = schema_of(resource_type)
    sent = _without_system_tags(schema, properties)
    faults = [*_read_only_faults(schema, sent), *_schema_faults(resource_type, schema, sent)]
    if faults:
        lines = list(dict.fromkeys(faults))[:_MOST_FAULTS]
        raise ValueError("\n".join([f"Properties validation failed for resource {logical_id} with message:", *lines]))


def _without_system_tags(schema: dict, properties: dict) -> dict:
    """The engine adds aws:cloudformation:* tags before it provisions; no template may write them."""
    name = schema.get("tagging", {}).get("tagProperty", "/properties/Tags").split("/")[-1]
    tags = properties.get(name)
    if isinstance(tags, list):
        kept = [tag for tag in tags if not (isinstance(tag, dict) and str(tag.get("Key", "")).startswith("aws:"))]
    elif isinstance(tags, dict):
        kept = {key: value for key, value in tags.items() if not key.startswith("aws:")}
    else:
        return properties
    rest = {key: value for key, value in properties.items() if key != name}
    return {**rest, name: kept} if kept or kept == tags else rest


def _read_only_faults(schema: dict, properties: dict) -> Iterator[str]:
    for pointer in schema.get("readOnlyProperties", []):
        name = pointer.removeprefix("/properties/")
        if name in properties:
            yield f"#: extraneous key [{name}] is not permitted (it is read-only)"


def _schema_faults(resource_type: str, schema: dict, properties: dict) -> Iterator[str]:
    # The schema of a region is a dict of its own, so its identity is a good key.
    for error in _validator(resource_type, id(schema)).iter_errors(properties):
        yield from _in_the_words_of_the_service(error)


@lru_cache(maxsize=None)
def _validator(resource_type: str, _schema_id: int) -> Draft7Validator:
    return _Validator(schema_of(resource_type))


def _in_the_words_of_the_service(error: ValidationError) -> Iterator[str]:
    """The lines of the service's own validator (org.everit.json.schema), with the value added."""
    at = "#" + "".join(f"/{part}" for part in error.absolute_path)
    rule, value, instance = error.validator, error.validator_value, error.instance
    if rule == "required":
        yield from (f"{at}: required key [{name}] not found" for name in value if name not in instance)
    elif rule == "additionalProperties":
        yield from (f"{at}: extraneous key [{name}] is not permitted" for name in _extra(instance, error.schema))
    elif rule == "type":
        expected = "/".join(_JAVA_NAMES[name] for name in ([value] if isinstance(value, str) else value))
        yield f"{at}: expected type: {expected}, found: {_java_name(instance)}"
    elif rule in ("minLength", "maxLength"):
        yield f"{at}: expected {rule}: {value}, actual: {len(_text(instance))}"
    elif rule in ("minItems", "maxItems"):
        yield f"{at}: expected {rule[:3]}imum item count: {value}, found: {len(instance)}"
    elif rule == "uniqueItems":
        yield f"{at}: array items are not unique"
    elif rule in ("anyOf", "oneOf", "allOf") and error.context:
        yield f"{at}: no subschema matched out of the total {len(value)} subschemas"
        for cause in error.context:
            yield from _in_the_words_of_the_service(cause)
    elif rule in ("enum", "enumCaseInsensitive", "const", "pattern"):
        yield f"{at}: failed validation constraint for keyword [{rule}] (received {instance!r}, expected {value!r})"
    else:
        yield f"{at}: failed validation constraint for keyword [{rule}] ({error.message})"


def _extra(instance: dict, schema: dict) -> list[str]:
    patterns = schema.get("patternProperties", {})
    return [
        name
        for name in instance
        if name not in schema.get("properties", {}) and not any(_matches(name, pattern) for pattern in patterns)
    ]


_JAVA_NAMES = {
    "object": "JSONObject",
    "array": "JSONArray",
    "string": "String",
    "integer": "Integer",
    "number": "Number",
    "boolean": "Boolean",
    "null": "Null",
}


def _java_name(value: object) -> str:
    names = {dict: "JSONObject", list: "JSONArray", str: "String", bool: "Boolean", int: "Integer", float: "Number"}
    return names.get(type(value), "Null")


# CloudFormation takes "5" for 5 and "true" for true, and the other way round.


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        return float(value)
    except ValueError:
        return None


def _is_scalar(value: object) -> bool:
    return isinstance(value, (str, int, float, bool))


_TYPES = Draft7Validator.TYPE_CHECKER.redefine_many(
    {
        "string": lambda _, value: _is_scalar(value),
        "boolean": lambda _, value: isinstance(value, bool) or value in ("true", "false"),
        "number": lambda _, value: _number(value) is not None,
        "integer": lambda _, value: (number := _number(value)) is not None and number.is_integer(),
    }
)


def _on_text(holds):
    def keyword(_, limit, value, __):
        if _is_scalar(value) and not holds(_text(value), limit):
            yield ValidationError(f"{value!r} against {limit!r}")

    return keyword


def _on_numbers(holds):
    def keyword(_, limit, value, __):
        number = _number(value)
        if number is not None and not holds(number, limit):
            yield ValidationError(f"{value!r} against {limit!r}")

    return keyword


def _on_members(fold):
    def keyword(_, allowed, value, __):
        if not _is_scalar(value) or fold(_text(value)) not in [fold(_text(member)) for member in allowed]:
            yield ValidationError(f"{value!r} is none of {allowed!r}")

    return keyword


def _matches(text: str, pattern: str) -> bool:
    try:
        return regex.search(pattern, text) is not None
    except regex.error:
        return True  # a Java expression that Python cannot read judges nothing here


# The library's own two read patterns with Python's `re`, which does not know \p{L}.


def _pattern_properties(validator, patterns, value, _):
    if not isinstance(value, dict):
        return
    for pattern, schema in patterns.items():
        for name in [name for name in value if _matches(name, pattern)]:
            yield from validator.descend(value[name], schema, path=name, schema_path=pattern)


def _additional_properties(validator, allowed, value, schema):
    if not isinstance(value, dict):
        return
    extra = _extra(value, schema)
    if isinstance(allowed, dict):
        for name in extra:
            yield from validator.descend(value[name], allowed, path=name)
    elif not allowed and extra:
        yield ValidationError(f"{extra!r} are not allowed")


def _of_cfn_lint(keyword):
    """cfn-lint adds keywords of its own to the schemas (one of two, not both, unique by key)."""

    def check(validator, value, instance, schema):
        for error in keyword(validator, value, instance, schema):
            yield ValidationError(error.message)

    return check


_Validator = validators.extend(
    Draft7Validator,
    {
        "enum": _on_members(lambda text: text),
        "enumCaseInsensitive": _on_members(str.lower),
        "const": lambda validator, value, *rest: _on_members(lambda text: text)(validator, [value], *rest),
        "pattern": _on_text(_matches),
        "patternProperties": _pattern_properties,
        "additionalProperties": _additional_properties,
        "minLength": _on_text(lambda text, limit: len(text) >= limit),
        "maxLength": _on_text(lambda text, limit: len(text) <= limit),
        "minimum": _on_numbers(lambda number, limit: number >= limit),
        "maximum": _on_numbers(lambda number, limit: number <= limit),
        "exclusiveMinimum": _on_numbers(lambda number, limit: number > limit),
        "exclusiveMaximum": _on_numbers(lambda number, limit: number < limit),
        "multipleOf": _on_numbers(lambda number, step: (number / step).is_integer()),
        # Formats name kinds of AWS ("AWS::KMS::Key.Arn"), which are not checked here.
        "format": lambda *_: iter(()),
        **{
            name: _of_cfn_lint(getattr(cfn_keywords, name))
            for name in (
                "dependentExcluded",
                "dependentRequired",
                "maxUniqueItems",
                "requiredOr",
                "requiredXor",
                "uniqueKeys",
            )
        },
    },
    type_checker=_TYPES,
)
