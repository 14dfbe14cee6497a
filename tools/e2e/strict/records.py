"""Resources that ministack does not provision: kept as records with plausible identifiers."""

import hashlib
import os

from ministack.core.responses import get_account_id, get_region
from ministack.services.cloudformation import provisioners

from .schemas import attributes_of, schema_of


def recorder_of(resource_type: str) -> dict:
    """A resource handler, as ministack's engine wants it, that only remembers."""

    def create(logical_id: str, properties: dict, stack_name: str) -> tuple[str, dict]:
        _note(resource_type)
        return _physical_id(resource_type, logical_id, properties, stack_name), {}

    # What a change replaces is decided before this is called.
    def update(physical_id: str, _old: dict, _new: dict, _stack_name: str) -> tuple[str, dict]:
        return physical_id, {}

    return {"create": create, "update": update, "delete": lambda _physical_id, _properties: None}


def with_attributes(resource_type: str, physical_id: str, properties: dict, found: dict) -> dict:
    """Exactly the attributes that the schema names: ministack's where it has them, else plausible ones."""
    return {
        name: found[name] if name in found else _attribute(resource_type, name, schema, physical_id, properties)
        for name, schema in attributes_of(resource_type).items()
    }


def _physical_id(resource_type: str, logical_id: str, properties: dict, stack_name: str) -> str:
    # The seed is the engine's own: it changes when a resource is replaced, and only then.
    parts = (get_account_id(), get_region(), stack_name, logical_id, provisioners._NAME_SEED.get())
    tail = _digest("/".join(parts))[:17]
    names = [pointer.split("/")[-1] for pointer in schema_of(resource_type).get("primaryIdentifier", [])]
    identifiers = [
        str(properties[name]) if name in properties else _identifier(resource_type, name, tail) for name in names
    ]
    return "|".join(identifiers) or _identifier(resource_type, "Id", tail)


# Identifiers that parameters ask for by their prefix; elsewhere the type's own name says more.
_PREFIXES = {
    "AWS::EC2::EgressOnlyInternetGateway": "eigw",
    "AWS::EC2::NatGateway": "nat",
    "AWS::EC2::NetworkAcl": "acl",
    "AWS::ServiceDiscovery::PrivateDnsNamespace": "ns",
}


def _identifier(resource_type: str, name: str, tail: str) -> str:
    short = _PREFIXES.get(resource_type) or resource_type.split("::")[2].lower()
    return _arn(resource_type, tail) if name.lower().endswith("arn") else f"{short}-{tail}"


def _attribute(resource_type: str, name: str, schema: dict, physical_id: str, properties: dict) -> object:
    given = properties
    for part in name.split("."):
        given = given.get(part) if isinstance(given, dict) else None
    if given is not None:
        return given
    value = _value(resource_type, name, schema, physical_id.split("|")[0])
    return [value] if schema.get("type") == "array" else value


def _value(resource_type: str, name: str, schema: dict, physical_id: str) -> str:
    digest = _digest(f"{physical_id}/{name}")
    if schema.get("type") in ("integer", "number"):
        return "1"
    if name.endswith("Port"):
        return "443"
    if schema.get("type") == "boolean":
        return "false"
    if name.lower().endswith("arn"):
        return physical_id if physical_id.startswith("arn:") else _arn(resource_type, physical_id)
    if "Ipv6Cidr" in name:
        return f"2001:db8:{digest[:4]}:{digest[4:6]}00::/56"
    if name.endswith("IpAddress") or name.endswith("PublicIp"):
        return f"192.0.2.{int(digest[:2], 16)}"
    if any(word in name for word in ("DNSName", "DomainName", "Endpoint", "HostName")):
        return f"{digest[:12]}.{resource_type.split('::')[1].lower()}.example.com"
    return physical_id


# Where the service in an ARN is not the type's own name; the service authorization reference has them all.
_ARN_SERVICES = {
    "ApplicationAutoScaling": "application-autoscaling",
    "CertificateManager": "acm",
    "ElasticLoadBalancingV2": "elasticloadbalancing",
    "IncidentManager": "ssm-incidents",
    "KinesisFirehose": "firehose",
    "OpenSearchService": "es",
    "StepFunctions": "states",
}


def _arn(resource_type: str, tail: str) -> str:
    _, service, short = resource_type.split("::")
    name = _ARN_SERVICES.get(service, service.lower())
    return f"arn:aws:{name}:{get_region()}:{get_account_id()}:{short.lower()}/{tail}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _note(resource_type: str) -> None:
    with open(os.environ["RECORDED_TYPES"], "a", encoding="utf-8") as file:
        file.write(f"{resource_type}\n")
