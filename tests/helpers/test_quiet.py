"""TensorFlow is imported without a word, by whoever imports it."""

import json
import os
import subprocess
import sys

import pytest


def run(code, **variables):
    environment = os.environ | variables
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env=environment
    )


def test_is_the_import_of_tensorflow_silent_and_complete():
    shown = run("import helpers, keras, tensorflow as tf; print(tf.constant(2.0).numpy(), tf.__spec__.name)")
    assert (shown.returncode, shown.stdout, shown.stderr) == (0, "2.0 tensorflow\n", "")


@pytest.mark.slow
def test_is_stderr_back_after_the_import():
    shown = run("import helpers, tensorflow, os; os.write(2, b'native'); raise SystemExit('python')")
    assert shown.stderr == "nativepython\n"


@pytest.mark.slow
def test_does_a_persons_own_keras_json_change_nothing(tmp_path):
    own = {"backend": "jax", "floatx": "float64", "epsilon": 1e-3, "image_data_format": "channels_first"}
    (tmp_path / "keras.json").write_text(json.dumps(own))
    shown = run(
        "import helpers, keras\n"
        "says = keras.config\n"
        "print(says.backend(), says.floatx(), says.epsilon(), says.image_data_format())\n"
        "print(keras.layers.Dense(1).dtype)",
        KERAS_HOME=str(tmp_path),
        KERAS_BACKEND="torch",
    )
    assert shown.stdout == "tensorflow float32 1e-07 channels_last\nfloat32\n", shown.stderr


def test_does_an_import_that_fails_still_say_so():
    code = (
        "import helpers, sys, types\n"
        "from helpers.quiet import _QuietTensorFlow\n"
        "class Broken:\n"
        "    def exec_module(self, module): raise ImportError('no such library')\n"
        "_QuietTensorFlow(Broken()).exec_module(types.ModuleType('x'))\n"
    )
    assert "ImportError: no such library" in run(code).stderr
