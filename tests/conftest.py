"""What all tests share: the course's folder, and a Jupyter that knows nothing of whose machine this is."""

import atexit
import contextlib
import os
import shutil
import signal
import tempfile
from pathlib import Path

import pytest
import suite
from database import postgresql  # noqa: F401 a fixture
from learners import lesson  # noqa: F401 a fixture
from machine import (  # noqa: F401 fixtures
    chromium,
    debians_images,
    kubectl_program,
    linux,
    pgrep_program,
    postgresql_program,
    sandboxes,
)
from sandbox_people import open_folder, person  # noqa: F401 fixtures for all tests of the sandbox
from site_built import browser, built_sites, guide, in_a_subfolder, site, window  # noqa: F401 fixtures

from course.kernels.provisioner import warm_kernels
from course.settings import read_settings

# Kernels and servers that tests start inherit these. A person's own settings, startup files and history
# must not decide a test, and must not be touched by one. The folder's name is short because sockets of
# kernels lie in it, and a socket's path has 107 characters at most.
_JUPYTER = Path(tempfile.mkdtemp(prefix="course-"))
atexit.register(shutil.rmtree, _JUPYTER, ignore_errors=True)
for variable in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
    os.environ[variable] = str(_JUPYTER / variable.removesuffix("DIR").strip("_").lower())
for variable in (
    "JUPYTER_CONFIG_PATH",
    "JUPYTER_PATH",
    "NBGRADER_EXECUTION",
    "MPLBACKEND",
    "PICTURES_IN_WORDS",
    "PYTEST_ADDOPTS",  # a test that starts pytest gives it all its options
):
    os.environ.pop(variable, None)
# Servers of tests run on this machine, and no proxy knows the way to it.
os.environ["no_proxy"] = os.environ["NO_PROXY"] = "127.0.0.1,localhost"
# A shell that starts tests in the background has them ignore Ctrl-C, and with them what they start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# A graphics card would change the last digits.
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"


def pytest_addoption(parser):
    """Let `make` say which tests are wanted."""
    suite.options(parser)


# Late, when pytest knows whether to write in color itself.
@pytest.hookimpl(trylast=True)
def pytest_configure(config):
    """Fork every kernel that a test starts from one process, which the workers of a session share."""
    for variable in ("FORCE_COLOR", "PYTHON_COLORS", "TTY_COMPATIBLE"):
        os.environ.pop(variable, None)  # what a test reads has no colors
    stack = contextlib.ExitStack()
    stack.enter_context(warm_kernels(read_settings(Path(__file__).parents[1]).kernels.preload))
    config.add_cleanup(stack.close)
    suite.configure(config)


@pytest.fixture
def own_style():
    """The course's style for one test, and no figure open before it, whoever left one, or after it."""
    import matplotlib.pyplot as plt

    from helpers.plotting import use_style

    plt.close("all")
    with plt.rc_context():
        use_style()
        yield
    plt.close("all")


@pytest.fixture(scope="session")
def top():
    """The course's top folder."""
    return Path(__file__).resolve().parents[1]
