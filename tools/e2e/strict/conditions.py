"""Conditions, with every intrinsic that the service allows in them."""

from ministack.services.cloudformation import engine

from .engine import replace


def install() -> None:
    replace("_evaluate_conditions", lambda _: evaluate)
    replace("_resolve_props_for_diff", _of_existing_resources)


def evaluate(template: dict, params: dict) -> dict[str, bool]:
    """Each condition's name and value.

    ministack's own leaves pseudo parameters, maps, joins and substitutions
    unresolved, so that a comparison with one of them is silently false.
    """
    definitions = template.get("Conditions") or {}
    mappings = template.get("Mappings") or {}
    known: dict[str, bool] = {}
    under_way: list[str] = []

    def named(name: str) -> bool:
        if name in under_way:
            raise ValueError(f"Template error: circular condition dependency: {' -> '.join([*under_way, name])}")
        if name not in definitions:
            raise ValueError(f"Template format error: Unresolved condition dependency {name}")
        if name not in known:
            under_way.append(name)
            known[name] = truth(definitions[name])
            under_way.pop()
        return known[name]

    def truth(node: object) -> bool:
        function, argument = next(iter(node.items())) if isinstance(node, dict) and len(node) == 1 else (None, None)
        if function == "Condition":
            return named(argument)
        if function == "Fn::Not":
            return not truth(argument[0])
        if function == "Fn::And":
            return all([truth(each) for each in argument])
        if function == "Fn::Or":
            return any([truth(each) for each in argument])
        if function == "Fn::Equals":
            return _plain(value(argument[0])) == _plain(value(argument[1]))
        raise ValueError(f"Template format error: a condition needs a condition function, received {node!r}")

    def value(node: object) -> object:
        return engine._resolve_refs(node, {}, params, known, mappings, "", "")

    return {name: named(name) for name in definitions}


def _plain(value: object) -> object:
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return str(value).lower() if isinstance(value, bool) else str(value)


def _of_existing_resources(original):
    """A change set compares the resources that are there: one that a condition enables is an Add."""

    def resolve(template, params, stack_name, stack_id):
        resolved = original(template, params, stack_name, stack_id)
        if not resolved:
            return resolved
        conditions = evaluate(template, params)
        there = {
            name: resource
            for name, resource in resolved["Resources"].items()
            if conditions.get(resource.get("Condition"), True)
        }
        return {**resolved, "Resources": there}

    return resolve
