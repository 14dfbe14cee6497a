"""The resource schemas of CloudFormation's registry, as the pinned cfn-lint carries them."""

from pathlib import Path

import cfnlint
from cfnlint.schema import ResourceNotFoundError
from cfnlint.schema.manager import ProviderSchemaManager
from ministack.core.responses import get_region

# The bundled copy by name: a newer one in the user's cache would undo the pin.
_BUNDLED = Path(cfnlint.__file__).parent / "data" / "schemas"
_SCHEMAS = ProviderSchemaManager(providers_dir=_BUNDLED / "providers", resources_dir=_BUNDLED / "resources")

# The region with the most types; a stack's own region decides at run time.
_WIDEST_REGION = "us-east-1"


def all_types() -> list[str]:
    """Every type of AWS, in the region that has the most."""
    return [name for name in _SCHEMAS.get_resource_types(_WIDEST_REGION) if name.startswith("AWS::")]


def exists_here(resource_type: str) -> bool:
    """Whether the region of the current request has this type."""
    return resource_type in _SCHEMAS.get_resource_types(get_region())


def schema_of(resource_type: str) -> dict:
    """The type's JSON schema in the region of the current request."""
    return _schema(resource_type).schema


def attributes_of(resource_type: str) -> dict[str, dict]:
    """What `Fn::GetAtt` may ask of a type: dotted name to the JSON schema of its value."""
    schema = _schema(resource_type)
    return {name: _resolve(schema.schema, pointer) for name, pointer in schema.get_atts.items()}


def create_only(resource_type: str) -> list[list[str]]:
    """The paths of the properties whose change replaces the resource."""
    return _paths(resource_type, "createOnlyProperties")


def conditional_create_only(resource_type: str) -> list[list[str]]:
    """The paths of the properties whose change may replace the resource."""
    return _paths(resource_type, "conditionalCreateOnlyProperties")


def _schema(resource_type: str):
    try:
        return _SCHEMAS.get_resource_schema(get_region(), resource_type)
    except ResourceNotFoundError:
        return _SCHEMAS.get_resource_schema(_WIDEST_REGION, resource_type)


def _paths(resource_type: str, key: str) -> list[list[str]]:
    return [pointer.split("/")[2:] for pointer in schema_of(resource_type).get(key, [])]


def _resolve(root: dict, pointer: str) -> dict:
    """The schema that a pointer such as /properties/Endpoint/Port names, or {} where it names none."""
    node = root
    for name in pointer.split("/")[2:]:
        node = _dereference(root, node).get("properties", {}).get(name, {})
    return _dereference(root, node)


def _dereference(root: dict, node: dict) -> dict:
    while "$ref" in node:
        found = root
        for key in node["$ref"].removeprefix("#/").split("/"):
            found = found.get(key, {})
        node = found
    return node
