"""TensorFlow is imported without a word, by whoever imports it."""

import subprocess
import sys


def run(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


def test_is_the_import_of_tensorflow_silent_and_complete():
    shown = run("import helpers, keras, tensorflow as tf; print(tf.constant(2.0).numpy(), tf.__spec__.name)")
    assert (shown.returncode, shown.stdout, shown.stderr) == (0, "2.0 tensorflow\n", "")


def test_is_stderr_back_after_the_import():
    shown = run("import helpers, tensorflow, os; os.write(2, b'native'); raise SystemExit('python')")
    assert shown.stderr == "nativepython\n"


def test_does_an_import_that_fails_still_say_so():
    code = (
        "import helpers, sys, types\n"
        "from helpers.quiet import _QuietLoader\n"
        "class Broken:\n"
        "    def exec_module(self, module): raise ImportError('no such library')\n"
        "_QuietLoader(Broken()).exec_module(types.ModuleType('x'))\n"
    )
    assert "ImportError: no such library" in run(code).stderr
