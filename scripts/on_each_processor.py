"""Run a command as NumPy and OpenBLAS compute on each kind of x86-64 processor; fail where it fails on one.

    python scripts/on_each_processor.py python -m pytest tests/helpers

The oldest kind has SSE4.2 (Nehalem), then comes AVX2 (Haswell), and last what this machine has: with AVX-512
that is OpenBLAS's SkylakeX. TensorFlow computes with AVX2 on all of them, as in the course.
"""

import os
import subprocess
import sys
import time

from helpers.instructions import COMMON, NATIVE, is_x86, of_numpy


def main(command: list[str]) -> int:
    """Run the command on each kind, and return how many of the runs have failed."""
    kinds = ("SSE4.2", COMMON, NATIVE) if is_x86() else (NATIVE,)
    ended = {}
    for kind in kinds:
        print(f"With {kind}:", flush=True)
        started = time.monotonic()
        code = subprocess.run(command, env=os.environ | of_numpy(kind), check=False).returncode
        ended[kind] = f"{'passed' if code == 0 else f'failed ({code})'} in {time.monotonic() - started:.0f} s"
    for kind, how in ended.items():
        print(f"with {kind}: {how}")
    return sum("failed" in how for how in ended.values())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
