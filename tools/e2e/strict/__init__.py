"""What ministack's CloudFormation engine lets through and the service does not.

Each module adds one kind of strictness; `install` puts all of them in place.
They rest on ministack's internals, so its version is pinned to the patch.
"""

from . import (
    access,
    conditions,
    databases,
    deploying_roles,
    functions_in_vpc,
    parameters,
    references,
    request_keys,
    resources,
    template_urls,
)


def install() -> None:
    """Makes the engine strict; call once, before the server starts."""
    resources.install()
    databases.install()
    functions_in_vpc.install()
    # Around the checks of properties: whoever may not make a resource learns nothing else.
    deploying_roles.install()
    conditions.install()
    parameters.install()
    references.install()
    template_urls.install()
    request_keys.install()
    access.install()
