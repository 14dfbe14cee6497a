"""What a template may refer to: what it declares, and what its conditions let exist."""

import re
from collections.abc import Iterable

from ministack.services.cloudformation import engine

from .engine import replace
from .schemas import exists_here

_PSEUDO = {
    f"AWS::{name}"
    for name in ("AccountId", "NotificationARNs", "NoValue", "Partition", "Region", "StackId", "StackName", "URLSuffix")
}


def install() -> None:
    replace("validate_template_support", _strict)


def _strict(original):
    def validate(template, conditions, params=None):
        original(template, conditions, params)
        resources = {
            name: resource
            for name, resource in (template.get("Resources") or {}).items()
            if _holds(resource.get("Condition"), conditions)
        }
        _check_mappings(template)
        _check_types(resources)
        known = _PSEUDO | set(template.get("Parameters") or {}) | set(resources)
        declared = set(template.get("Resources") or {})
        _check_references("Resources", resources, conditions, known, declared)
        if params is not None:
            outputs = {
                name: output
                for name, output in (template.get("Outputs") or {}).items()
                if _holds(output.get("Condition"), conditions)
            }
            _check_references("Outputs", outputs, conditions, known, declared)

    return validate


def _holds(condition: str | None, conditions: dict) -> bool:
    if condition is not None and condition not in conditions:
        raise ValueError(f"Template format error: Unresolved condition dependency {condition}")
    return condition is None or conditions[condition]


def _check_mappings(template: dict) -> None:
    for name, mapping in (template.get("Mappings") or {}).items():
        for element, attributes in mapping.items():
            if not re.fullmatch(r"[a-zA-Z0-9.-]+", str(element)):
                raise ValueError(
                    f"Template format error: Mappings element name '{element}' must be non-empty and can contain "
                    "only alphanumerics, '-' or '.'"
                )
            for attribute in [name, *attributes]:
                if not re.fullmatch(r"[a-zA-Z0-9]+", str(attribute)):
                    raise ValueError(
                        f"Template format error: Mappings attribute name '{attribute}' must contain only "
                        "alphanumeric characters."
                    )


def _check_types(resources: dict) -> None:
    unknown = {
        resource["Type"]
        for resource in resources.values()
        if resource["Type"].startswith("AWS::") and not exists_here(resource["Type"])
    }
    if unknown:
        raise ValueError(f"Template format error: Unrecognized resource types: [{', '.join(sorted(unknown))}]")


def _check_references(block: str, members: dict, conditions: dict, known: set, declared: set) -> None:
    missing: list[str] = []
    for member in members.values():
        taken = _taken_branches(member, conditions)
        missing += [name for name, _ in engine._intrinsic_references(taken) if name not in known]
        # Depending on a resource that a condition leaves out is allowed; on one that is nowhere, not.
        missing += [name for name in _as_list(member.get("DependsOn")) if name not in declared]
    if missing:
        names = ", ".join(dict.fromkeys(missing))
        raise ValueError(
            f"Template format error: Unresolved resource dependencies [{names}] in the {block} block of the template"
        )


def _taken_branches(node: object, conditions: dict) -> object:
    if isinstance(node, list):
        return [_taken_branches(each, conditions) for each in node]
    if not isinstance(node, dict):
        return node
    if set(node) == {"Fn::If"}:
        condition, yes, no = node["Fn::If"]
        return _taken_branches(yes if _holds(condition, conditions) else no, conditions)
    return {key: _taken_branches(value, conditions) for key, value in node.items()}


def _as_list(value: str | Iterable[str] | None) -> list[str]:
    return [value] if isinstance(value, str) else list(value or [])
