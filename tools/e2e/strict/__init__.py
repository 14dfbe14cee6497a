"""What ministack's CloudFormation engine lets through and the service does not.

Each module adds one kind of strictness; `install` puts all of them in place.
They rest on ministack's internals, so its version is pinned to the patch.
"""

from . import access, conditions, parameters, references, resources


def install() -> None:
    """Makes the engine strict; call once, before the server starts."""
    resources.install()
    conditions.install()
    parameters.install()
    references.install()
    access.install()
