"""What a kernel forked from the warm process costs, beside an ordinary one."""

import os
import re
import resource
import statistics
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from jupyter_client.manager import KernelManager

from course.kernels.provisioner import warm_kernels

WORK = "import tensorflow, keras"
NUM_COLD, NUM_WARM = 3, 15


def figures():
    with TemporaryDirectory(prefix="k") as folder:
        cold = [cost(folder, cpu_of_children) for _ in range(NUM_COLD)]
        with warm_kernels():
            zygote = parent_of_a_kernel(folder)  # the first waits for the zygote's imports
            warm = [cost(folder, lambda: cpu_of_zygote(zygote)) for _ in range(NUM_WARM)]
    ready, cpu, memory = map(statistics.median, zip(*warm, strict=True))
    cold_ready, cold_cpu, cold_memory = map(statistics.median, zip(*cold, strict=True))
    yield "warm kernel, until TensorFlow is imported", ready, "s", "< 0.5 s", ready < 0.5
    yield f"against a cold one ({cold_ready:.1f} s)", cold_ready / ready, "x", "> 7 x", cold_ready / ready > 7
    yield "CPU of start and stop, its client's included", cpu, "s", "< 0.15 s", cpu < 0.15
    yield f"against a cold one ({cold_cpu:.1f} s)", cold_cpu / cpu, "x", "> 20 x", cold_cpu / cpu > 20
    yield "memory of its own, idle", memory, "MB", "< 100 MB", memory < 100
    ratio = cold_memory / memory
    yield f"against a cold one ({cold_memory:.0f} MB)", ratio, "x", "> 4 x", ratio > 4


def cost(folder, cpu_of_kernels):
    """Seconds until TensorFlow is imported, CPU seconds of it all, and MB that the idle kernel adds.

    cpu_of_kernels: a function that gives the CPU seconds of all kernels that have ended.
    """
    before = time.process_time() + cpu_of_kernels()
    started = time.perf_counter()
    manager = KernelManager(transport="ipc", ip=f"{folder}/k")
    manager.start_kernel(cwd=folder)
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    client.execute_interactive(WORK)
    ready = time.perf_counter() - started
    memory = own_megabytes(manager.provisioner.process.pid)
    client.stop_channels()
    manager.shutdown_kernel()
    return ready, time.process_time() + cpu_of_kernels() - before, memory


def parent_of_a_kernel(folder):
    manager = KernelManager(transport="ipc", ip=f"{folder}/k")
    manager.start_kernel(cwd=folder)
    parent = int(fields_of_stat(manager.provisioner.process.pid)[1])
    manager.shutdown_kernel(now=True)
    return parent


def cpu_of_children():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def cpu_of_zygote(pid):
    """CPU seconds of the zygote and of its kernels that have ended."""
    return sum(map(int, fields_of_stat(pid)[11:15])) / os.sysconf("SC_CLK_TCK")


def fields_of_stat(pid):
    """What /proc says of a process, from its state on: field 3 of proc(5)."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def own_megabytes(pid):
    """Memory that no other process shares."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return (
        sum(int(kilobytes) for kilobytes in re.findall(r"^Private_\w+: +(\d+) kB", text, re.MULTILINE)) / 1e3
    )
