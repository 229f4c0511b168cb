"""What a machine lacks: the test skips and says what; in CI (CI=true) that is a failure."""

import os
from typing import NoReturn

import pytest


def lacking(what: str) -> NoReturn:
    """Skip because of this; fail where everything has to be there."""
    if os.environ.get("CI") == "true":
        pytest.fail(what)
    pytest.skip(what)
