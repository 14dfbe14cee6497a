"""A caller whose every request is checked, and connections that count as TLS.

ministack's root key passes with any signature and any policy. The tests' own
key belongs to an administrator instead: signed, and bound by explicit denials.
"""

import json
import os

from ministack import app
from ministack.services import iam

# Taken out of the environment, which every function inherits.
_KEY, _SECRET = os.environ.pop("ADMINISTRATOR_KEY"), os.environ.pop("ADMINISTRATOR_SECRET")
_NAME = "administrator"
_ALL = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


def install() -> None:
    # Policies deny plain HTTP, which is all that this server speaks on the loopback interface.
    pin = app.pin_request_origin
    app.pin_request_origin = lambda source_ip, _is_tls: pin(source_ip, True)
    reset = app._reset_all_state

    def reset_and_admit() -> None:
        reset()
        _admit()

    app._reset_all_state = reset_and_admit
    _admit()


def _admit() -> None:
    iam._create_user({"UserName": [_NAME]})
    iam._put_user_policy({"UserName": [_NAME], "PolicyName": ["all"], "PolicyDocument": [json.dumps(_ALL)]})
    iam._access_keys[_KEY] = {
        "UserName": _NAME,
        "AccessKeyId": _KEY,
        "SecretAccessKey": _SECRET,
        "Status": "Active",
        "CreateDate": iam._now(),
    }
