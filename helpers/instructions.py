"""Which instructions of the processor libraries may use: TensorFlow the same ones on every x86-64 machine.

Wider vectors and fused multiply-adds add the same numbers in another order. The last digit of a sum then
differs between two processors, and near the edge of stability a training makes a whole digit of accuracy of
it. So the course computes with AVX2 wherever a processor has it, also where it could do more. Four libraries
choose their instructions when a program runs: XLA for what it compiles, oneDNN for products of matrices,
NumPy for its functions, and OpenBLAS for NumPy's and SciPy's products and factorizations. The last two are
left as they are, for a learner may have imported NumPy before; `settings` confines them for a test.
"""

from __future__ import annotations

import platform
from collections.abc import Mapping, MutableMapping
from typing import NamedTuple

COMMON = "AVX2"  # processors since 2013 have it; TensorFlow itself needs AVX
NATIVE = "all"
_XLA_OPTION = "--xla_cpu_max_isa"


class _Names(NamedTuple):
    """What each library calls an instruction set; with "" it uses whatever the processor has.

    numpy: the features that it must not use.
    """

    xla: str
    onednn: str
    openblas: str
    numpy: str


_BEYOND_AVX2 = "X86_V4 AVX512_ICL AVX512_SPR"
# Oldest first. NumPy has nothing between SSE4.2, which it needs, and AVX2.
INSTRUCTION_SETS = {
    "SSE4.2": _Names("SSE4_2", "SSE41", "Nehalem", f"X86_V3 {_BEYOND_AVX2}"),
    "AVX": _Names("AVX", "AVX", "Sandybridge", f"X86_V3 {_BEYOND_AVX2}"),
    "AVX2": _Names("AVX2", "AVX2", "Haswell", _BEYOND_AVX2),
}
_NATIVE_NAMES = _Names("", "DEFAULT", "", "")


def available() -> tuple[str, ...]:
    """Return the names of the instruction sets that can be tried here, oldest first, NATIVE at the end.

    They are those of x86-64: another kind of processor has NATIVE alone.
    """
    return (*INSTRUCTION_SETS, NATIVE) if is_x86() else (NATIVE,)


def is_x86() -> bool:
    """Return whether this is an x86-64 processor, the kind for which the names of this module count."""
    return platform.machine() in ("x86_64", "AMD64")


def settings(name: str, environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment variables that confine all four libraries to an instruction set.

    They count for a process that has not computed yet.

    name: a key of INSTRUCTION_SETS, or NATIVE for whatever the processor has.
    environment: the variables as they are; other options of XLA in it stay.
    """
    return _of_tensorflow(name, environment) | of_numpy(name)


def of_numpy(name: str) -> dict[str, str]:
    """Return those of them that confine NumPy and OpenBLAS; they count before NumPy is imported."""
    names = INSTRUCTION_SETS.get(name, _NATIVE_NAMES)
    return {"OPENBLAS_CORETYPE": names.openblas, "NPY_DISABLE_CPU_FEATURES": names.numpy}


def _of_tensorflow(name: str, environment: Mapping[str, str]) -> dict[str, str]:
    names = INSTRUCTION_SETS.get(name, _NATIVE_NAMES)
    others = [word for word in environment.get("XLA_FLAGS", "").split() if not word.startswith(_XLA_OPTION)]
    return {
        "XLA_FLAGS": " ".join([*others, f"{_XLA_OPTION}={names.xla}"]),
        "ONEDNN_MAX_CPU_ISA": names.onednn,
    }


def use_common(environment: MutableMapping[str, str]) -> None:
    """Have TensorFlow use the common instruction set, unless the environment names one already."""
    if not is_x86():
        return
    wanted = _of_tensorflow(COMMON, environment)
    if _XLA_OPTION not in environment.get("XLA_FLAGS", ""):
        environment["XLA_FLAGS"] = wanted["XLA_FLAGS"]
    environment.setdefault("ONEDNN_MAX_CPU_ISA", wanted["ONEDNN_MAX_CPU_ISA"])
