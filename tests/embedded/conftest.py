"""Which stacks do these tests use? Each its own, stopped and deleted afterwards."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from intake.embedded import stack
from intake.embedded.layout import Layout
from intake.embedded.ports import free_port
from intake.embedded.services import Services
from tests.embedded.supervised import Supervised


@pytest.fixture
def root() -> Iterator[Path]:
    """An empty folder that every account may enter, as a checkout in a shared place."""
    folder = Path(tempfile.mkdtemp(prefix="intake-test-"))
    folder.chmod(0o755)
    yield folder / "stack"
    stack.discard(Layout.of(folder / "stack"))
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A stack that was set up and stopped: setting up costs a second, copying hardly anything."""
    folder = tmp_path_factory.mktemp("made")
    servers = Services(folder, durable=False)
    servers.start()
    servers.stop()
    return folder


@pytest.fixture
def warm_root(root: Path, made: Path) -> Path:
    """A root whose servers are set up and don't run."""
    shutil.copytree(made, root)
    return root


@pytest.fixture
def services(warm_root: Path) -> Services:
    """Both servers, set up and not started."""
    return Services(warm_root, durable=False)


@pytest.fixture
def supervise(
    warm_root: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Supervised]]:
    """Start `intake run` with stand-ins for the product's programs; stopped afterwards."""
    monkeypatch.setenv("STAND_IN_FOLDER", str(warm_root.parent))
    started: list[Supervised] = []

    def start(*options: str, port: int | None = None) -> Supervised:
        started.append(Supervised.start(warm_root, port or free_port(), *options))
        return started[-1]

    yield start
    for one in started:
        one.kill()
