import pytest

from tests.staging import peopled


@pytest.fixture(scope="module")
def stage(held):
    """The cast alone: the register begins without a year."""
    return peopled()
