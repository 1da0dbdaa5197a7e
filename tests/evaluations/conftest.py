import pytest
import time_machine

from tests import november


@pytest.fixture
def open_year(seasons):
    """Both seasons of residential areas, open for the year of today."""
    return seasons


@pytest.fixture
def as_(client):
    """Sign somebody in; return the client."""

    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def clock():
    """Time stands still at nine o'clock on Monday 9/11/2026; move it with `move_to`."""
    with time_machine.travel(november.at(11, 9), tick=False) as traveller:
        yield traveller


@pytest.fixture
def year_2026(clock, cast):
    """The cast, with the year of residential areas open as the law dates it."""
    return november.open_year(cast)
