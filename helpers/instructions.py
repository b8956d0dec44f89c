"""Which instructions of the processor TensorFlow may use: the same ones on every x86-64 machine.

Wider vectors and fused multiply-adds add the same numbers in another order. The last digit of a sum then
differs between two processors, and near the edge of stability a training makes a whole digit of accuracy of
it. So the course computes with AVX2 wherever a processor has it, also where it could do more. Two libraries
choose their instructions when a program runs: XLA for what it compiles, and oneDNN for products of matrices.
"""

from __future__ import annotations

import platform
from collections.abc import Mapping, MutableMapping

COMMON = "AVX2"  # processors since 2013 have it; TensorFlow itself needs AVX
# What each library calls them, oldest first; with "" it uses whatever the processor has.
INSTRUCTION_SETS = {"SSE4.2": ("SSE4_2", "SSE41"), "AVX": ("AVX", "AVX"), "AVX2": ("AVX2", "AVX2")}
NATIVE = "all"
_XLA_OPTION = "--xla_cpu_max_isa"


def available() -> tuple[str, ...]:
    """Return the names of the instruction sets that can be tried here, oldest first, NATIVE at the end.

    They are those of x86-64: another kind of processor has NATIVE alone.
    """
    return (*INSTRUCTION_SETS, NATIVE) if _is_x86() else (NATIVE,)


def _is_x86() -> bool:
    return platform.machine() in ("x86_64", "AMD64")


def settings(name: str, environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment variables that confine TensorFlow to an instruction set.

    They count for a process that has not computed yet.

    name: a key of INSTRUCTION_SETS, or NATIVE for whatever the processor has.
    environment: the variables as they are; other options of XLA in it stay.
    """
    xla, onednn = INSTRUCTION_SETS.get(name, ("", "DEFAULT"))
    others = [word for word in environment.get("XLA_FLAGS", "").split() if not word.startswith(_XLA_OPTION)]
    return {"XLA_FLAGS": " ".join([*others, f"{_XLA_OPTION}={xla}"]), "ONEDNN_MAX_CPU_ISA": onednn}


def use_common(environment: MutableMapping[str, str]) -> None:
    """Have TensorFlow use the common instruction set, unless the environment names one already."""
    if not _is_x86():
        return
    wanted = settings(COMMON, environment)
    if _XLA_OPTION not in environment.get("XLA_FLAGS", ""):
        environment["XLA_FLAGS"] = wanted["XLA_FLAGS"]
    environment.setdefault("ONEDNN_MAX_CPU_ISA", wanted["ONEDNN_MAX_CPU_ISA"])
