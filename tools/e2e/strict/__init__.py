"""What ministack's CloudFormation engine lets through and the service does not.

Each module adds one kind of strictness; `install` puts all of them in place.
They rest on ministack's internals, so its version is pinned to the patch.
"""

from . import access, conditions, parameters, references, request_keys, resources, template_urls


def install() -> None:
    """Makes the engine strict; call once, before the server starts."""
    resources.install()
    conditions.install()
    parameters.install()
    references.install()
    template_urls.install()
    request_keys.install()
    access.install()
