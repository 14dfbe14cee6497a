"""A strict CloudFormation, with the services behind it: ministack and what `strict` adds.

`stand-in.ts` starts it, and its environment says how. Besides ministack's own variables:
    ADMINISTRATOR_KEY, ADMINISTRATOR_SECRET   the credentials of the one user that is there after a start and a reset
    RECORDED_TYPES                            a file to which the types that nothing provisions are added
    ASKED_PERMISSIONS                         a file to which is added what stacks' service roles were asked for
    REMOVED_WITH_PARENT                       a folder; with it, the server ends when its standard input closes
"""

import os
import shutil
import signal
import sys
import threading

from ministack.app import main

import strict


def end_with_parent(folder: str) -> None:
    """Ends this process group, functions and all, when the parent closes our standard input.

    The pipe closes however the parent ends, so no server and no file outlives a killed test run.
    """

    def wait() -> None:
        sys.stdin.buffer.read()
        shutil.rmtree(folder, ignore_errors=True)
        os.killpg(os.getpgrp(), signal.SIGKILL)

    threading.Thread(target=wait, daemon=True, name="parent").start()


if __name__ == "__main__":
    if "REMOVED_WITH_PARENT" in os.environ:
        end_with_parent(os.environ["REMOVED_WITH_PARENT"])
    strict.install()
    sys.argv = sys.argv[:1]
    main()
