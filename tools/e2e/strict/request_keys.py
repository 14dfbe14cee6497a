"""What requests tell to the policies that judge them, where ministack leaves a condition key out.

Sources: Service Authorization Reference, "Amazon S3" and "AWS Certificate Manager"; S3 User Guide, "Enforce
conditional writes on Amazon S3 buckets"; IAM User Guide, "AWS global condition context keys", aws:PrincipalArn, and
"Available keys for AWS OIDC federation".
"""

import json

from ministack.core import iam_actions, iam_evaluator
from ministack.services import alb, cognito, iam, sts, tagging

_GITHUB = "token.actions.githubusercontent.com"
_GITHUB_CLAIMS = (
    "actor",
    "actor_id",
    "enterprise_id",
    "environment",
    "job_workflow_ref",
    "ref",
    "repository",
    "repository_id",
    "workflow",
)


def install() -> None:
    iam_actions.s3_service_context = _with_conditions_of_writes(iam_actions.s3_service_context)
    iam_actions.request_tag_context = _with_validation_of_certificates(iam_actions.request_tag_context)
    iam_actions.extract_resource_arn = _with_listener_rule(iam_actions.extract_resource_arn)
    tagging._RESOURCE_TAG_COLLECTORS["elasticloadbalancing"] = _tags_of_load_balancing
    iam_evaluator._resolve_condition_key = _with_path_of_role(iam_evaluator._resolve_condition_key)
    sts._web_identity_principal = _with_claims_of_github(sts._web_identity_principal)


def _with_conditions_of_writes(original):
    def context(iam_action, query_params, path="", headers=None):
        found = original(iam_action, query_params, path, headers)
        if iam_action != "s3:PutObject":
            return found
        query = query_params or {}
        given = {f"s3:{name}": headers[name] for name in ("if-match", "if-none-match") if (headers or {}).get(name)}
        # The beginning of an upload and its parts create nothing yet.
        creates = "uploads" not in query and "partNumber" not in query
        return {**found, **given, "s3:ObjectCreationOperation": str(creates).lower()}

    return context


def _with_validation_of_certificates(original):
    def context(service, iam_action, body, params):
        found = original(service, iam_action, body, params)
        if iam_action != "acm:RequestCertificate":
            return found
        return {**found, "acm:ValidationMethod": json.loads(body).get("ValidationMethod", "EMAIL")}

    return context


def _with_listener_rule(original):
    """Who changes or deletes a rule of a listener is judged by that rule, and by its tags."""

    def extract(service, method, path, headers, body, query_params, *rest, **more):
        found = original(service, method, path, headers, body, query_params, *rest, **more)
        if service != "elasticloadbalancing" or found != "*":
            return found
        return iam_actions._query_param(query_params, "RuleArn") or found

    return extract


def _tags_of_load_balancing():
    """`aws:ResourceTag` of listeners, rules and target groups."""
    yield from alb._tags.items()


def _with_path_of_role(original):
    """In a session of a role it is the role's own ARN, with its path, and not the session's."""

    def resolve(key, ctx):
        if key.lower() != "aws:principalarn" or ctx.principal_type != "AssumedRole":
            return original(key, ctx)
        name = iam_evaluator._role_name_from_assumed_arn(ctx.principal_arn)
        role = iam._roles.get_scoped(ctx.principal_account, None, name)
        return role["Arn"] if role else original(key, ctx)

    return resolve


def _with_claims_of_github(original):
    def principal(token, provider_id, role_arn):
        who, keys = original(token, provider_id, role_arn)
        if not who.endswith(f":oidc-provider/{_GITHUB}"):
            return who, keys
        claims = cognito._decode_id_token_unverified(token)
        return who, {**keys, **{f"{_GITHUB}:{name}": claims[name] for name in _GITHUB_CLAIMS if name in claims}}

    return principal
