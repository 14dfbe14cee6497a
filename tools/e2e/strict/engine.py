"""Access to the names of ministack's CloudFormation package."""

import importlib
from collections.abc import Callable

PACKAGE = "ministack.services.cloudformation"
MODULES = [
    importlib.import_module(f"{PACKAGE}.{name}")
    for name in ("engine", "helpers", "provisioners", "stacks", "changesets", "handlers")
]


def replace(name: str, make: Callable[[Callable], Callable]) -> None:
    """Replaces a function in every module that imported it by name.

    `make` gets the original and returns its successor. A name that is nowhere
    means that ministack changed: better to fail at the start than to be lenient.
    """
    holders = [module for module in MODULES if hasattr(module, name)]
    if not holders:
        raise ImportError(f"{PACKAGE} has no {name}: this stand-in does not fit its version")
    successor = make(getattr(holders[0], name))
    for module in holders:
        setattr(module, name, successor)
