"""Proofs that still hold: nothing on which they depend has changed since they were made.

Who changes one lesson then waits for one lesson. What a proof depends on are the files of its lesson, this
course's own code and data, the packages that are installed, and the kind of the processor.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import hashlib
import json
import os
import platform
import sys
from collections.abc import Sequence
from importlib.metadata import distributions
from pathlib import Path

import course
import helpers
from course.authoring.proof import Proof
from course.files import files_below, put

# They change how TensorFlow, NumPy and OpenBLAS compute.
_VARIABLES = (
    "XLA_FLAGS",
    "TF_XLA_FLAGS",
    "TF_ENABLE_ONEDNN_OPTS",
    "ONEDNN_MAX_CPU_ISA",
    "KERAS_BACKEND",
    "OPENBLAS_CORETYPE",
    "NPY_DISABLE_CPU_FEATURES",
)


class KeptProofs:
    """The proofs of lessons in which nothing failed, a file for each lesson and each way to compute.

    place: the folder of these files, which need not exist; whoever deletes it loses nothing but time.
    """

    def __init__(self, place: Path):
        self._place = place

    def of(self, folder: Path) -> list[Proof] | None:
        """Return the proofs of the lesson in `folder`; None where there are none that still hold."""
        try:
            kept = json.loads(self._file(folder).read_text(encoding="utf-8"))
            if kept["digest"] != digest(folder):
                return None
            return [Proof(**proof) for proof in kept["proofs"]]
        except (OSError, ValueError, KeyError, TypeError):  # none, or damaged: it is proved again
            return None

    def keep(self, folder: Path, proofs: Sequence[Proof], before: str) -> None:
        """Keep proofs, unless one of them failed, or lesson, course or helpers are others than before.

        What was changed and put back while the lesson was proved is not seen.

        before: the digest, of `digest`, before the lesson was proved.
        """
        if any(proof.failures for proof in proofs) or before != digest(folder):
            return
        if _of_the_course() != _of_the_course_now():  # answers ran in processes that began meanwhile
            return
        content = {"digest": before, "proofs": [dataclasses.asdict(proof) for proof in proofs]}
        with contextlib.suppress(OSError):  # what is not kept is proved again: nothing but time is lost
            put(self._file(folder), json.dumps(content))

    def _file(self, folder: Path) -> Path:
        way = hashlib.sha256(repr(_settings()).encode()).hexdigest()[:8]
        return self._place / f"{folder.name}-{way}.json"


def digest(folder: Path) -> str:
    """Return what the proof of the lesson in `folder` depends on, as hexadecimal digits."""
    seen = hashlib.sha256(_of_the_course().encode())
    for path in files_below(folder):
        _take(seen, path.relative_to(folder), path)
    return seen.hexdigest()


@functools.cache
def _of_the_course() -> str:
    """Return the digest of what all lessons depend on, as it was when this process first asked for it."""
    return _of_the_course_now()


def _of_the_course_now() -> str:
    machine = [sys.version, platform.machine(), *_settings()]
    packages = sorted(f"{package.name}=={package.version}" for package in distributions())
    seen = hashlib.sha256(repr([machine, packages]).encode())
    for package in (course, helpers):
        top = Path(package.__path__[0])
        for path in files_below(top):
            _take(seen, path.relative_to(top.parent), path)
    return seen.hexdigest()


def _settings() -> list[str | None]:
    return [os.environ.get(name) for name in _VARIABLES]


def _take(seen: hashlib._Hash, name: Path, path: Path) -> None:
    content = path.read_bytes()
    seen.update(f"{name.as_posix()} {len(content)}\n".encode())
    seen.update(content)
