"""The shipped index, loaded once for the room's tests."""

import pytest

from comity.actors import ActorIndex, load_index


@pytest.fixture(scope="session")
def index() -> ActorIndex:
    return load_index()
