import pytest

from tests import story


@pytest.fixture
def open_year(cast):
    """Both seasons of residential areas, open for the year of today."""
    return story.open_seasons(cast)


@pytest.fixture
def as_(client):
    """Sign somebody in; return the client."""

    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in
