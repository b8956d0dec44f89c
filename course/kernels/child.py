"""The forked child's side: from a copy of the warm process to a Jupyter kernel.

It becomes what `python -m ipykernel_launcher -f FILE` would have become: environment, folder, streams,
search path, random state, session and signals are those of a new process. What stays different:

- Modules that the zygote has imported are there. A module of that name beside the notebook, or in an
  editable folder changed since, is not imported; a `matplotlibrc` beside the notebook is not read.
- The hash seed of strings is the same for all kernels of one zygote, and with it the order of sets.
- What imports set in the environment, as `helpers` and TensorFlow do, is set before anybody imports them.
- Its parent is the zygote, with which it is killed. Umask, priority and resource limits are the zygote's.
- /proc/self/cmdline and /proc/self/environ are the zygote's, the latter without the rest of its owner's.
- What nobody has read yet is never thrown away: a kernel that shows more than 1,000 outputs beyond what its
  reader has taken waits. (A cold one's socket drops what is more, the last words of a cell included.)
- It ends after `atexit` and its threads, without taking down every module: no `__del__` of what lives on.
"""

import atexit
import importlib.util
import json
import logging
import os
import signal
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Sequence
from functools import partial
from typing import NoReturn

from course.kernels.request import Request
from course.sandbox import linux

_LAST_WORDS_SECONDS = 1


def become_kernel(request: Request, descriptors: Sequence[int], zygote: int) -> NoReturn:
    """Be the kernel that is asked for, and exit as it ends.

    descriptors: as Request says.
    zygote: the parent's process id.
    """
    errors, *others = descriptors
    try:
        if request.sandboxed:
            _enter_sandbox(request, errors, *others)
        else:
            _leave_zygote(request, others, zygote)
        _start_anew(request)
        app = _initialized(request.command[3:])
    except BaseException as error:
        os.write(errors, f"{type(error).__name__}: {error}".encode())
        _exit(1)
    os.close(errors)
    _exit(_run(app))


def _enter_sandbox(request, errors, init):
    """Move into the sandbox of this init process; `errors` stays open."""
    from course.sandbox.entry import enter
    from course.sandbox.limits import Limits

    enter(init, Limits(**request.limits), keep=[errors])
    file = os.open(request.connection_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode=0o600)
    with open(file, "w") as connection:
        json.dump(request.connection, connection)


def _leave_zygote(request, streams, zygote):
    """Take the session, streams and folder that a new process would have."""
    linux.die_with(zygote)
    os.setsid()
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(request.cwd)


def _start_anew(request):
    """Take on the rest of the state that a new process would have."""
    os.environ.clear()
    os.environ.update(request.environment)
    time.tzset()
    tempfile.tempdir = None  # the zygote may have asked for its own
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    sys.stdout.reconfigure(line_buffering=sys.stdout.isatty())
    sys.argv[:] = [importlib.util.find_spec("ipykernel_launcher").origin, *request.command[3:]]
    sys.orig_argv[:] = request.command
    _reseed()


def _reseed():
    """Give NumPy's generator and multiprocessing a state of their own; Python's generator does so itself."""
    import multiprocessing

    import numpy as np

    np.random.seed()  # noqa: NPY002  the state that a learner's np.random uses
    multiprocessing.current_process().authkey = os.urandom(32)


def _initialized(arguments):
    """Return the application that a kernel is, its sockets bound."""
    import zmq
    from ipykernel.kernelapp import IPKernelApp

    # 0 would have it tell a person how to end it, another number have it watch a parent that it has not.
    app = IPKernelApp.instance(parent_handle=1)
    app.initialize(arguments)
    # Only the thread that sends may touch its socket.
    app.iopub_thread.schedule(partial(app.iopub_thread.socket.setsockopt, zmq.XPUB_NODROP, 1))
    # What asked for IPython, or its environment, when the zygote imported it found neither.
    if matplotlib := sys.modules.get("matplotlib"):
        matplotlib.rcParams["backend"] = os.environ["MPLBACKEND"]
    if ipywidgets := sys.modules.get("ipywidgets"):
        ipywidgets.register_comm_target()
    _lead_loggers_to_notebook()
    sys.modules["__mp_main__"] = sys.modules["__main__"]
    return app


def _run(app):
    """Serve until the end; return the exit code."""
    try:
        app.start()
        # Asked to shut down, it ends by itself. An exit function takes away what it may still write to,
        # and then waits for it for ever; a cold kernel is slow enough for that to be rare.
        app.control_thread.join(_LAST_WORDS_SECONDS)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc(file=sys.__stderr__)
        return 1
    return 0


def _lead_loggers_to_notebook():
    """Have loggers write to the notebook: handlers made at an import hold the streams of that moment."""
    streams = {sys.__stdout__: sys.stdout, sys.__stderr__: sys.stderr}
    for logger in (logging.root, *logging.root.manager.loggerDict.values()):
        for handler in getattr(logger, "handlers", ()):
            if isinstance(handler, logging.StreamHandler):
                handler.stream = streams.get(handler.stream, handler.stream)


def _exit(code: int) -> NoReturn:
    """End as an interpreter ends, except for taking down a thousand modules of TensorFlow."""
    try:
        threading._shutdown()  # type: ignore[attr-defined]  # what an interpreter that ends calls
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)
