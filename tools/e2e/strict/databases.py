"""Passwords that RDS keeps, and restores of snapshots, of databases that stacks make; ministack has neither.

Sources: RDS User Guide, "Password management with Amazon RDS and AWS Secrets Manager"; CloudFormation Template
Reference, AWS::RDS::DBInstance, DBSnapshotIdentifier, and AWS::RDS::DBCluster, SnapshotIdentifier;
aws-cloudformation/cloudformation-coverage-roadmap, issues 1482 and 1500, on what a restore leaves undone.
"""

import json

from ministack.core import iam_actions
from ministack.core.responses import new_uuid
from ministack.services import rds, secretsmanager
from ministack.services.cloudformation import provisioners

_INSTANCE = "AWS::RDS::DBInstance"
# These interrupt; the schema names them among what may replace, the reference does not.
_INTERRUPTING = {
    "AutoMinorVersionUpgrade",
    "BackupRetentionPeriod",
    "DBParameterGroupName",
    "MultiAZ",
    "PreferredMaintenanceWindow",
}


def install() -> None:
    for kind, records, snapshots, snapshot_property in (
        ("cluster", rds._clusters, rds._db_cluster_snapshots, "SnapshotIdentifier"),
        ("instance", rds._instances, rds._snapshots, "DBSnapshotIdentifier"),
    ):
        create = f"_rds_db_{kind}_create"
        delete = f"_rds_db_{kind}_delete"
        created = _with_password(getattr(provisioners, create), kind, records, snapshots, snapshot_property)
        deleted = _with_secret_deleted(getattr(provisioners, delete), records)
        # Replacements call them by name, stacks by type.
        setattr(provisioners, create, created)
        setattr(provisioners, delete, deleted)
        resource_type = f"AWS::RDS::DB{kind.capitalize()}"
        provisioners._RESOURCE_HANDLERS[resource_type].update(create=created, delete=deleted)
        action = f"ModifyDB{kind.capitalize()}"
        identifier = f"DB{kind.capitalize()}Identifier"
        rds._ACTION_MAP[action] = _keeping_passwords(rds._ACTION_MAP[action], kind, records, identifier)
    rds._instance_xml = _with_secret(rds._instance_xml)
    iam_actions.extract_resource_arn = _with_tagged_resource(iam_actions.extract_resource_arn)
    always = provisioners._REPLACING_PROPERTIES
    always[_INSTANCE] = (*always[_INSTANCE], "DBSnapshotIdentifier")
    maybe = provisioners._CONDITIONALLY_REPLACING_PROPERTIES
    maybe[_INSTANCE] = tuple(name for name in maybe[_INSTANCE] if name not in _INTERRUPTING | {always[_INSTANCE][-1]})


def _with_password(original, kind, records, snapshots, snapshot_property):
    def create(logical_id, props, stack_name):
        snapshot_id = props.get(snapshot_property)
        snapshot = snapshots.get(str(snapshot_id).rsplit(":", 1)[-1]) if snapshot_id else None
        if snapshot_id and snapshot is None:
            raise ValueError(f"DBSnapshot not found: {snapshot_id} (Service: Rds, Status Code: 404)")
        given = [name for name in ("MasterUsername", "MasterUserPassword") if snapshot_id and props.get(name)]
        if given:
            raise ValueError(f"{', '.join(given)} cannot be specified with {snapshot_property} (Service: Rds)")
        physical_id, attributes = original(logical_id, props, stack_name)
        record = records[physical_id]
        # `DescribeDB…` tells of these tags, `AddTagsToResource` changes them.
        rds._tags[record[f"DB{kind.capitalize()}Arn"]] = list(props.get("Tags") or [])
        record["TagList"] = list(props.get("Tags") or [])
        if snapshot:
            # With the password of its time, and no secret.
            record["MasterUsername"] = snapshot["MasterUsername"]
            record["_MasterUserPassword"] = "of the time of the snapshot"
        elif str(props.get("ManageMasterUserPassword")).lower() == "true":
            _keep_password(kind, record)
        return physical_id, attributes

    return create


def _with_secret_deleted(original, records):
    def delete(physical_id, props):
        secret = (records.get(physical_id) or {}).get("MasterUserSecret")
        original(physical_id, props)
        if secret:
            secretsmanager.delete_secret_in_process(secret["SecretArn"])

    return delete


def _keeping_passwords(original, kind, records, identifier):
    """`ManageMasterUserPassword`, and `RotateMasterUserPassword` of an instance."""

    def modify(params):
        record = records.get(rds._p(params, identifier))
        if record is None:
            return original(params)
        secret = record.get("MasterUserSecret")
        if rds._p(params, "ManageMasterUserPassword") == "true" and not secret:
            if kind == "cluster" and not record.get("DBClusterMembers"):
                return rds._error("InvalidDBClusterStateFault", "The DB cluster has no instance.", 400)
            _keep_password(kind, record)
        if kind == "instance" and rds._p(params, "RotateMasterUserPassword") == "true":
            if not secret:
                return rds._error("InvalidParameterCombination", "The password is not managed by RDS.", 400)
            password = rds._generate_master_user_password()
            record["_MasterUserPassword"] = password
            secretsmanager.put_secret_value_in_process(secret["SecretArn"], _secret_of(record, password))
        return original(params)

    return modify


def _keep_password(kind: str, record: dict) -> None:
    password = rds._generate_master_user_password()
    name = f"rds!{'cluster' if kind == 'cluster' else 'db'}-{new_uuid()}"
    arn = secretsmanager.create_secret_in_process(name, _secret_of(record, password))
    record["_MasterUserPassword"] = password
    record["MasterUserSecret"] = {"SecretArn": arn, "SecretStatus": "active"}


def _secret_of(record: dict, password: str) -> str:
    return json.dumps({"username": record["MasterUsername"], "password": password})


def _with_secret(original):
    def xml(instance):
        secret = instance.get("MasterUserSecret")
        kept = ""
        if secret:
            kept = (
                f"<MasterUserSecret><SecretArn>{secret['SecretArn']}</SecretArn>"
                f"<SecretStatus>{secret['SecretStatus']}</SecretStatus></MasterUserSecret>"
            )
        return original(instance) + kept

    return xml


def _with_tagged_resource(original):
    """Who tags a database is judged by the ARN that the request names."""

    def extract(service, method, path, headers, body, query_params, *rest, **more):
        found = original(service, method, path, headers, body, query_params, *rest, **more)
        if service != "rds" or found != "*":
            return found
        return iam_actions._query_param(query_params, "ResourceName") or found

    return extract
