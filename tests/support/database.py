"""A PostgreSQL server of the tests' own."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from machine import free_port


@pytest.fixture(scope="module")
def postgresql(postgresql_program):
    """A server of this test's own: its address, and a function that starts or stops it."""
    initdb, pg_ctl = postgresql_program("initdb"), postgresql_program("pg_ctl")
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    # The server refuses to run as root.
    account = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.getuid() == 0 else {}
    if account:
        shutil.chown(folder, "postgres", "postgres")
    port = free_port()
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    quiet = {"cwd": folder, "check": True, "stdout": subprocess.DEVNULL, **account}
    try:
        # Whose machine this is may name a locale that it does not have, or one of another encoding.
        language = ["--locale=C", "-E", "UTF8"]
        subprocess.run([initdb, "-D", folder / "data", "-U", "course", "-A", "trust", *language], **quiet)

        def control(*action):
            command = [pg_ctl, "-D", folder / "data", "-l", folder / "log", "-o", options, "-w", *action]
            subprocess.run(command, **quiet)

        control("start")
        yield f"postgresql://course@127.0.0.1:{port}/postgres", control
        control("-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
