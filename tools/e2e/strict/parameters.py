"""Parameters that the service refuses before a stack exists."""

from .engine import replace


def install() -> None:
    replace("_resolve_parameters", _strict)


def _strict(original):
    def resolve(template, provided_params, previous_params=None):
        declared = template.get("Parameters") or {}
        unknown = [entry["Key"] for entry in provided_params if entry.get("Key") not in declared]
        if unknown:
            raise ValueError(f"Parameters: [{', '.join(unknown)}] do not exist in the template")
        resolved = original(template, provided_params, previous_params)
        for name, definition in declared.items():
            # A value of an AWS-specific type must exist in the account, and the empty string exists nowhere.
            if _names_a_resource(definition) and "" in _members(definition, resolved[name]["Value"]):
                raise ValueError(
                    f"Parameter validation failed: parameter value '' for parameter name {name} does not exist"
                )
        return resolved

    return resolve


def _names_a_resource(definition: dict) -> bool:
    kind = str(definition.get("Type", "")).removeprefix("List<")
    return kind.startswith("AWS::") and not kind.startswith("AWS::SSM::")


def _members(definition: dict, value: str) -> list[str]:
    return [each.strip() for each in value.split(",")] if str(definition["Type"]).startswith("List<") else [value]
