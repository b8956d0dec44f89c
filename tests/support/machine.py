"""What a machine may lack. A test that needs it is skipped with the reason; where CI is set, it fails."""

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from helpers.data.originals import DEBIAN

# What every sandbox needs, asked of bubblewrap alone: a fault of our own may not skip the test that finds it.
_MOUNTS = ("--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev")
_TRIAL = ("--unshare-all", "--unshare-user", "--disable-userns", *_MOUNTS, "true")


def lacks(what):
    """End this test: the machine lacks what it needs."""
    if os.environ.get("CI"):
        pytest.fail(f"{what}: where CI is set, a machine must have all that tests need", pytrace=False)
    pytest.skip(what)


def is_answering(address):
    """Whether a server that has just been started answers at an address."""
    try:
        urllib.request.urlopen(address, timeout=60).close()
    except OSError:
        return False
    return True


def free_port():
    """The number of a port that is free here, and stays so until a server that is yet to start takes it.

    One that the OS chooses it may give to any other program at once. It gives none below 32768 unless it is
    asked for it. Not with `random`: a test may seed it, and another one would find the same port.
    """
    while True:
        port = 20_000 + secrets.randbelow(12_000)
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port


@pytest.fixture(scope="session")
def linux():
    """A machine whose OS has what warm kernels and sandboxes are made with."""
    if sys.platform != "linux":
        lacks("this is not Linux")


@pytest.fixture(scope="session")
def sandboxes(linux):
    """A machine on which sandboxes can be built."""
    program = shutil.which("bwrap")
    if program is None:
        lacks("no bubblewrap on this machine: apt-get install bubblewrap")
    # As the sandbox itself does: what root may do is no answer.
    as_nobody = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
    try:
        tried = subprocess.run([program, *_TRIAL], cwd="/", capture_output=True, text=True, **as_nobody)
    except (OSError, subprocess.SubprocessError) as problem:
        lacks(f"nobody can start bubblewrap on this machine: {problem}")
    if tried.returncode != 0:
        lacks(f"no sandbox can be built on this machine, see docs/grading-sandbox.md: {tried.stderr.strip()}")


@pytest.fixture(scope="session")
def chromium():
    """The path of a browser."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        lacks("no Chromium on this machine: apt-get install chromium")
    return found


@pytest.fixture(scope="session")
def postgresql_program():
    """The path of a program of the PostgreSQL server, by name; Debian keeps them out of PATH."""

    def find(name):
        places = map(str, sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}")))
        found = shutil.which(name) or next(places, None)
        if found is None:
            lacks("no PostgreSQL server on this machine: apt-get install postgresql")
        return found

    return find


@pytest.fixture(scope="session")
def kubectl_program():
    """The path of Kubernetes' client."""
    found = shutil.which("kubectl")
    if found is None:
        lacks("no kubectl on this machine: apt-get install kubernetes-client")
    return found


@pytest.fixture(scope="session")
def pgrep_program():
    """The path of the program that finds processes by their command line."""
    found = shutil.which("pgrep")
    if found is None:
        lacks("no pgrep on this machine: apt-get install procps")
    return found


@pytest.fixture(scope="session")
def debians_images():
    """The originals of the packaged images."""
    if not DEBIAN.exists():
        lacks("no originals of the images on this machine: apt-get install dataset-fashion-mnist")
