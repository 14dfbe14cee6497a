"""The service role of a stack, and whether it may do what the stack's resources ask.

ministack provisions without asking anybody. Here a stack that was given a RoleARN is bound by that role, as the
service binds it: each of a resource's handlers needs the actions that its schema lists. Only what can be told apart is
asked: actions of the type's own service, IAM's on the very roles and policies, roles passed to the services that they
trust, the code of functions, and the functions behind custom resources.

Sources: CloudFormation User Guide, "AWS CloudFormation service role"; the registry's schemas, `handlers`.
"""

import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from ministack import app
from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id, get_region
from ministack.services import iam
from ministack.services.cloudformation import handlers
from ministack.services.cloudformation.helpers import _error, _p

from .engine import replace
from .schemas import schema_of

_SERVICE = "cloudformation.amazonaws.com"
_ACTION = re.compile(r"[a-z0-9-]+:[A-Za-z0-9*]+")
_ROLE = re.compile(r"arn:[a-z-]+:iam::\d{12}:role/[\w+=,.@/-]+")
# By account, region and name of the stack.
_roles: dict[tuple[str, str, str], str] = {}
_noted: set[str] = set()


def install() -> None:
    for action in ("CreateStack", "UpdateStack", "DeleteStack", "CreateChangeSet", "ExecuteChangeSet"):
        handlers._ACTION_HANDLERS[action] = _remembering(handlers._ACTION_HANDLERS[action])
    replace("_provision_resource", _asking_to_create)
    replace("_update_resource", _asking_to_update)
    replace("_delete_resource", _asking_to_delete)
    reset = app._reset_all_state

    def reset_and_forget() -> None:
        reset()
        _roles.clear()

    app._reset_all_state = reset_and_forget


def _remembering(original):
    def handle(params):
        role, name = _p(params, "RoleARN"), _p(params, "StackName")
        if role:
            refusal = _refusal_of(role)
            if refusal:
                return refusal
            _roles[_key(name)] = role
        elif _p(params, "Action") == "CreateStack":
            _roles.pop(_key(name), None)
        return original(params)

    return handle


def _refusal_of(arn: str):
    """Why the caller may not hand this role to CloudFormation."""
    role = iam._roles.get(arn.rsplit("/", 1)[-1])
    if role is None or role["Arn"] != arn or _SERVICE not in _trusted_by(role):
        return _error("ValidationError", f"Role {arn} is invalid or cannot be assumed")
    key = iam_evaluator._verified_key.get()
    passing = {"iam:PassedToService": _SERVICE}
    if key and iam_evaluator.enforce(key, "iam:PassRole", "iam", get_region(), arn, passing) is not None:
        return _error("AccessDenied", f"The caller is not authorized to perform: iam:PassRole on resource: {arn}", 403)
    return None


def _trusted_by(role: dict) -> list[str]:
    document = role["AssumeRolePolicyDocument"]
    found = [
        statement.get("Principal", {}).get("Service", [])
        for statement in (json.loads(document) if isinstance(document, str) else document)["Statement"]
    ]
    return [name for names in found for name in ([names] if isinstance(names, str) else names)]


def _asking_to_create(original):
    def provision(resource_type, logical_id, props, stack_name):
        _ask(("create", "read"), resource_type, f"{stack_name}-{logical_id}", props, stack_name)
        return original(resource_type, logical_id, props, stack_name)

    return provision


def _asking_to_update(original):
    def update(resource_type, physical_id, old_props, new_props, stack_name, logical_id=None, old_attrs=None):
        if old_props != new_props:
            _ask(("update", "read"), resource_type, physical_id, new_props, stack_name)
        return original(resource_type, physical_id, old_props, new_props, stack_name, logical_id, old_attrs)

    return update


def _asking_to_delete(original):
    def delete(resource_type, physical_id, props, stack_name=None, logical_id=None):
        _ask(("delete",), resource_type, physical_id, props, stack_name)
        return original(resource_type, physical_id, props, stack_name, logical_id)

    return delete


def _ask(events: tuple[str, ...], resource_type: str, name: str, props: dict, stack_name: str | None) -> None:
    """Raises ValueError in the words of the service when the stack's role may not do what an event needs."""
    role = _roles.get(_key(stack_name or ""))
    if role is None:
        return
    for action, resource, keys in _needs(events, resource_type, name.rsplit("/", 1)[-1], props):
        result = _decide(role, action, resource, keys)
        _note(role, action, result.matched_sid)
        if result.decision != "Allow":
            who = f"arn:aws:sts::{get_account_id()}:assumed-role/{role.rsplit('/', 1)[-1]}/AWSCloudFormation"
            raise ValueError(
                f'Resource handler returned message: "User: {who} is not authorized to perform: {action} on resource: '
                f'{resource} (Service: {action.split(":")[0]}, Status Code: 403)" (HandlerErrorCode: AccessDenied)'
            )


def _decide(role: str, action: str, resource: str, keys: dict) -> iam_evaluator.EvalResult:
    name, account = role.rsplit("/", 1)[-1], get_account_id()
    context = iam_evaluator.EvalContext(
        principal_arn=f"arn:aws:sts::{account}:assumed-role/{name}/AWSCloudFormation",
        principal_type="AssumedRole",
        principal_account=account,
        action=action,
        resource_arn=resource,
        region=get_region(),
        service_context={key.lower(): value for key, value in keys.items()},
    )
    limits = iam_evaluator._permissions_boundary(iam._roles, name, account)
    return iam_evaluator.evaluate(context, iam_evaluator._gather_role_policies(name, account), *limits)


def _needs(events: tuple[str, ...], resource_type: str, name: str, props: dict) -> Iterator[tuple[str, str, dict]]:
    """Action, resource and condition keys of everything that an event of a resource needs."""
    if resource_type.startswith(("Custom::", "AWS::CloudFormation::CustomResource")):
        yield "lambda:InvokeFunction", str(props.get("ServiceToken")), {}
        return
    if resource_type == "AWS::Lambda::Function" and "delete" not in events:
        code = props.get("Code") or {}
        if "S3Key" in code:
            yield "s3:GetObject", f"arn:aws:s3:::{code.get('S3Bucket')}/{code['S3Key']}", {}
    listed = _listed(resource_type, events)
    for action in listed:
        if action == "iam:PassRole":
            yield from ((action, role, keys) for role, keys in _passed(props))
        elif action.startswith("iam:") and resource_type.startswith("AWS::IAM::"):
            yield from _iam_needs(action, resource_type, name, props)
        elif action.split(":")[0] == _own_service(resource_type):
            yield action, _arn(action.split(":")[0], name), {}


def _iam_needs(action: str, resource_type: str, name: str, props: dict) -> Iterator[tuple[str, str, dict]]:
    kind = {"Role": "role", "ManagedPolicy": "policy", "InstanceProfile": "instance-profile"}.get(
        resource_type.split("::")[2], "oidc-provider"
    )
    # A managed policy is attached to those alone whom it names.
    attached = re.search(r"tach(Group|Role|User)Policy$", action)
    if kind == "policy" and attached:
        return
    boundary = props.get("PermissionsBoundary")
    if action == ("iam:DeleteRolePermissionsBoundary" if boundary else "iam:PutRolePermissionsBoundary"):
        return
    bounds = boundary and action in ("iam:CreateRole", "iam:PutRolePermissionsBoundary")
    keys = {"iam:PermissionsBoundary": boundary} if bounds else {}
    yield action, f"arn:aws:iam::{get_account_id()}:{kind}{props.get('Path', '/')}{name}", keys


def _passed(props: dict) -> Iterator[tuple[str, dict]]:
    """Roles that the properties name, each with a service that it trusts."""
    names = [arn.rsplit("/", 1)[-1] for arn in _ROLE.findall(json.dumps(props))]
    # An instance profile names its roles without their paths.
    names += [name for name in props.get("Roles") or [] if isinstance(name, str)]
    for name in sorted(set(names)):
        role = iam._roles.get(name)
        for service in _trusted_by(role) if role else []:
            yield role["Arn"], {"iam:PassedToService": service}


@lru_cache(maxsize=None)
def _listed(resource_type: str, events: tuple[str, ...]) -> tuple[str, ...]:
    schema = schema_of(resource_type)
    lists = [schema.get("handlers", {}).get(event, {}).get("permissions", []) for event in events]
    if "delete" not in events:
        lists.append((schema.get("tagging") or {}).get("permissions", []))
    found = {f"{a.split(':')[0].lower()}:{a.split(':', 1)[1]}" for actions in lists for a in actions}
    return tuple(sorted(action for action in found if _ACTION.fullmatch(action)))


@lru_cache(maxsize=None)
def _own_service(resource_type: str) -> str:
    """The prefix that the type itself names, else the one of most of what its handlers call."""
    prefixes = [action.split(":")[0] for action in _listed(resource_type, ("create", "read", "update", "delete"))]
    named = resource_type.split("::")[1].lower()
    return named if named in prefixes else next((name for name, _ in Counter(prefixes).most_common(1)), "")


def _arn(service: str, name: str) -> str:
    if service == "s3":
        return f"arn:aws:s3:::{name}"
    return f"arn:aws:{service}:{get_region()}:{get_account_id()}:{name}"


def _key(stack_name: str) -> tuple[str, str, str]:
    # An operation may name the stack by its ARN.
    name = stack_name.split("/")[1] if stack_name.startswith("arn:") else stack_name
    return get_account_id(), get_region(), name


def _note(role: str, action: str, statement: str) -> None:
    line = f"{role} {action} {statement}\n"
    if line in _noted:
        return
    _noted.add(line)
    with open(os.environ["ASKED_PERMISSIONS"], "a", encoding="utf-8") as file:
        file.write(line)
