"""Custom resources of functions in a VPC, for tests that have nothing of what stands there: no packet flows here.

Where FUNCTIONS_IN_VPC is `recorded`, such a function is not run: its custom resource succeeds, and its attributes are
its properties.
"""

import os

from ministack.services.cloudformation import custom_resource, provisioners

_SERVICE = {"ServiceToken", "ServiceTimeout"}
_in_vpc: set[str] = set()


def install() -> None:
    if os.environ.get("FUNCTIONS_IN_VPC") != "recorded":
        return
    functions = provisioners._RESOURCE_HANDLERS["AWS::Lambda::Function"]
    functions["create"] = _remembered(functions["create"])
    custom_resource.invoke_custom_resource = _recorded(custom_resource.invoke_custom_resource)


def _remembered(original):
    """ministack keeps no VpcConfig of functions that stacks make."""

    def create(logical_id, props, stack_name):
        physical_id, attributes = original(logical_id, props, stack_name)
        if props.get("VpcConfig"):
            _in_vpc.add(attributes["Arn"])
        return physical_id, attributes

    return create


def _recorded(original):
    def invoke(request_type, logical_id, props, stack_name, *rest, physical_id=None, **more):
        if props.get("ServiceToken") not in _in_vpc:
            return original(request_type, logical_id, props, stack_name, *rest, physical_id=physical_id, **more)
        attributes = {name: value for name, value in props.items() if name not in _SERVICE}
        return physical_id or f"{stack_name}-{logical_id}", attributes

    return invoke
