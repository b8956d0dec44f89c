"""Does `course doctor` see what is wrong, and name the command that mends it?"""

import contextlib
import errno
import json
import shlex
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
from jupyter_client import kernelspec
from rich.console import Console

from helpers import errors
from helpers.data.doctor import packaged_data
from helpers.learner import doctor
from helpers.learner.doctor import Finding, examine, render
from helpers.training import doctor as training


def shown(findings):
    console = Console(record=True, width=60)
    exit_code = render(findings, console)
    return console.export_text(), exit_code


def assert_failed(finding, message, remedy):
    assert not finding.ok
    assert message in finding.message
    assert remedy in finding.remedy
    assert "\n" not in finding.message + finding.remedy


def test_is_this_machine_ready(monkeypatch):
    monkeypatch.setattr(training, "_MAX_TRAINING_SECONDS", 60)  # it may be slow
    findings = examine()
    assert [f for f in findings if not f.ok] == []
    assert [f.name for f in findings] == [
        "Python", "Course", "Packages", "Kernel", "Disk", "Notebooks", "TensorFlow", "Data", "Training",
    ]  # fmt: skip


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 12, 1), (3, 13, 9)])
def test_is_a_suitable_python_accepted(version):
    assert doctor._python(version).ok


@pytest.mark.parametrize("version", [(3, 10, 13), (3, 14, 0), (2, 7, 18)])
def test_is_another_python_refused(version):
    assert_failed(doctor._python(version), ".".join(map(str, version)), "make clean lab")


def test_is_a_folder_that_works_with_the_helpers_of_another_seen(tmp_path):
    assert doctor.installed_here(doctor._TOP).ok
    assert doctor.installed_here(tmp_path).ok
    (tmp_path / "helpers").mkdir()
    (tmp_path / "helpers" / "__init__.py").touch()
    said = f"the course in {doctor._TOP} is used here"
    assert_failed(doctor.installed_here(tmp_path), said, "-m pip install --no-deps")
    # Copied along with its folder.
    (tmp_path / ".venv").mkdir()
    assert_failed(doctor.installed_here(tmp_path), said, "make clean, then make doctor")


@pytest.fixture
def lock(tmp_path):
    def write(*lines):
        path = tmp_path / "requirements.lock"
        path.write_text("# made by make lock\n" + "\n".join(lines))
        return path

    return write


def test_is_the_installed_version_compared_with_the_lock(lock):
    assert doctor._versions(lock(f"rich=={metadata.version('rich')}", "    # via typer")).ok
    finding = doctor._versions(lock("rich==1.2.3", "no-such-package==4.5.6"))
    assert_failed(finding, f"rich {metadata.version('rich')} (locked 1.2.3)", "pip install --requirement")
    assert "no-such-package missing (locked 4.5.6)" in finding.message


def test_is_a_package_of_another_platform_not_missed(lock):
    finding = doctor._versions(
        lock(f"rich=={metadata.version('rich')}", "no-such-package==1.0 ; sys_platform == 'plan9'")
    )
    assert finding.ok
    assert "all 1" in finding.message


def test_are_many_strangers_counted_and_not_listed(lock):
    finding = doctor._versions(lock(*(f"no-such-package-{number}==1.0" for number in range(9))))
    assert finding.message.endswith("and 6 more")


@pytest.fixture
def installed(monkeypatch):
    """Let only these packages be installed: versions by name."""

    def pretend(**versions):
        by_name = {name.replace("_", "-"): version for name, version in versions.items()}
        for module in (doctor, training):
            monkeypatch.setattr(module, "installed_version", lambda package: by_name.get(package, ""))

    return pretend


def test_are_two_builds_of_tensorflow_seen(installed):
    installed(tensorflow="2.21.0", tensorflow_cpu="2.21.0")
    finding = training.one_tensorflow()
    assert_failed(finding, "tensorflow and tensorflow-cpu are both installed", "pip install --requirement")
    assert "uninstall --yes tensorflow tensorflow-cpu && " in finding.remedy


def test_is_the_build_for_graphics_cards_accepted_in_place_of_the_other(lock, installed):
    installed(tensorflow="2.21.0")
    assert training.one_tensorflow().ok
    assert doctor._versions(lock("tensorflow-cpu==2.21.0")).ok
    installed(tensorflow="2.20.0")
    finding = doctor._versions(lock("tensorflow-cpu==2.21.0"))
    assert_failed(finding, "tensorflow-cpu 2.20.0 (locked 2.21.0)", "pip install")


def test_is_a_missing_lock_brought_back(tmp_path):
    assert_failed(doctor._versions(tmp_path / "requirements.lock"), "cannot be read", "git checkout")
    # As > of Windows PowerShell 5 writes.
    (tmp_path / "requirements.lock").write_text("rich==1.0\n", encoding="utf-16")
    assert_failed(doctor._versions(tmp_path / "requirements.lock"), "is damaged", "git checkout")


@pytest.fixture
def kernel(tmp_path, monkeypatch):
    """Put a kernel python3 before the one of this environment."""

    def install(command, text=None):
        folder = tmp_path / "kernels" / "python3"
        folder.mkdir(parents=True)
        spec = {"argv": [command, "-m", "ipykernel_launcher"], "display_name": "Python 3"}
        (folder / "kernel.json").write_text(text or json.dumps(spec | {"language": "python"}))
        monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))

    return install


@pytest.mark.parametrize("command", ["python", sys.executable])
def test_is_a_kernel_of_this_environment_accepted(kernel, command):
    kernel(command)
    assert doctor._kernel().ok


def test_is_a_kernel_of_another_python_refused(kernel):
    kernel("/opt/elsewhere/bin/python3")
    assert_failed(doctor._kernel(), "/opt/elsewhere/bin/python3", "ipykernel install --sys-prefix")


def test_is_the_python_from_which_an_environment_was_made_another_one(kernel, tmp_path, monkeypatch):
    made_from, link = sys.executable, tmp_path / "env" / "bin" / "python"
    link.parent.mkdir(parents=True)
    link.symlink_to(made_from)
    monkeypatch.setattr(sys, "executable", str(link))
    kernel(made_from)
    assert_failed(doctor._kernel(), f"python3 starts {made_from}", "ipykernel install --sys-prefix")


@pytest.mark.parametrize("text", ["{half", "[]", '{"argv": [], "display_name": "a", "language": "python"}'])
def test_is_a_damaged_kernel_seen(kernel, text):
    kernel("python", text)
    assert_failed(doctor._kernel(), "the kernel.json of python3 is damaged", "ipykernel install --sys-prefix")


def test_is_a_missing_kernel_seen(monkeypatch):
    def missing(self, name):
        raise kernelspec.NoSuchKernel(name)

    monkeypatch.setattr(kernelspec.KernelSpecManager, "get_kernel_spec", missing)
    assert_failed(doctor._kernel(), "there is no kernel python3", "ipykernel install --sys-prefix")


def test_can_a_remedy_be_typed_where_the_path_has_a_blank(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/opt/my course/bin/python")
    assert doctor.python_command() == '"/opt/my course/bin/python"'


def test_is_a_full_disk_seen(tmp_path, monkeypatch):
    monkeypatch.setattr(doctor, "_MIN_FREE_GIGABYTES", 1e9)
    assert_failed(doctor._disk(tmp_path), "are needed", "cache purge")


def test_is_a_folder_that_is_gone_a_finding(tmp_path, monkeypatch):
    assert_failed(doctor._disk(tmp_path / "gone"), "cannot be read", "get the course")
    gone = tmp_path / "here"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert doctor.installed_here(Path()).ok


def test_is_a_process_that_cannot_be_started_a_finding(monkeypatch):
    def refuse(*_, **__):
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(training.subprocess, "run", refuse)
    assert_failed(training.training_speed(), "no process can be started (Resource temporarily", "")


def test_can_every_lesson_be_saved(tmp_path):
    (tmp_path / "notebooks" / "01-learning-rate").mkdir(parents=True)
    finding = doctor._writable(tmp_path / "notebooks")
    assert finding.ok
    assert "1 lessons" in finding.message
    assert list((tmp_path / "notebooks" / "01-learning-rate").iterdir()) == []


def test_are_missing_notebooks_brought_back(tmp_path):
    assert_failed(doctor._writable(tmp_path / "notebooks"), "missing", "git checkout notebooks")


def test_is_a_folder_that_cannot_be_written_seen(tmp_path, monkeypatch):
    # Rights do not stop root, who runs this in CI; the refusal is played.
    (tmp_path / "notebooks" / "01-learning-rate").mkdir(parents=True)

    def refuse(dir):
        if dir.name == "01-learning-rate":
            raise PermissionError(errno.EACCES, "Permission denied")
        return contextlib.nullcontext()

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    finding = doctor._writable(tmp_path / "notebooks")
    assert_failed(finding, "01-learning-rate/ cannot be written to (Permission denied)", "chmod -R u+w")


def test_is_damaged_data_seen(monkeypatch):
    def damaged(**_):
        raise OSError("helpers/datasets/fashion_mnist.npz is damaged (its SHA-256 differs).")

    monkeypatch.setattr("helpers.data.fashion_mnist", damaged)
    assert_failed(packaged_data(), "SHA-256", "git checkout helpers/datasets")


def test_is_every_packaged_file_looked_at(monkeypatch, tmp_path):
    from helpers.data import packaged

    for file in packaged.resources.files("helpers.datasets").iterdir():
        if file.name.endswith((".npz", ".sha256")):
            (tmp_path / file.name).symlink_to(file)
    monkeypatch.setattr(packaged.resources, "files", lambda _: tmp_path)
    names = packaged.packaged_names()
    assert {"bank", "fashion_mnist", "play"} <= set(names)
    for name in names:
        (tmp_path / f"{name}.npz").rename(tmp_path / "aside")
        packaged.read_once.cache_clear()
        assert_failed(packaged_data(), f"{name}.npz is missing", "git checkout helpers/datasets")
        (tmp_path / "aside").rename(tmp_path / f"{name}.npz")
    packaged.read_once.cache_clear()
    assert packaged_data().ok


def test_says_a_copy_without_git_how_a_file_comes_back(tmp_path, monkeypatch):
    monkeypatch.setattr(errors, "_TOP", tmp_path)
    (tmp_path / "notebooks").mkdir()
    assert "git" not in errors.restoring("notebooks")
    assert errors.restoring("notebooks").endswith("copy notebooks from there")
    (tmp_path / ".git").mkdir()
    assert errors.restoring("notebooks") == "git checkout notebooks"


@pytest.mark.parametrize(
    ("program", "patience", "message"),
    [
        # As on a CPU without the instructions that TensorFlow needs.
        ("import os; os.abort()", 60, "status -6"),
        ("import no_such_module", 60, "no_such_module"),
        ("print('seconds: 0.31')", 60, "take longer than they say"),
        ("print('before'); print('seconds: 0.31'); print('after')", 60, "take longer than they say"),
        ("print('nothing of it')", 60, "did not say how long"),
        ("import time; time.sleep(60)", 1, "not over after 1"),
    ],
)
def test_is_a_training_that_does_not_work_seen(monkeypatch, program, patience, message):
    monkeypatch.setattr(training, "_TRAINING", program)
    monkeypatch.setattr(training, "_PATIENCE", patience)
    finding = training.training_speed()
    assert_failed(finding, message, "")
    assert finding.remedy


def test_a_course_without_settings_has_no_further_checks(tmp_path):
    assert doctor._own_checks(tmp_path) == []


@pytest.mark.parametrize(
    ("settings", "message", "remedy"),
    [
        ('checks = ["helpers.no_such:check"]', "No module named 'helpers.no_such'", "pip install"),
        ("checks = [", "course.toml is damaged (", "git checkout course.toml"),
    ],
)
def test_names_checks_that_cannot_be_made(tmp_path, settings, message, remedy):
    (tmp_path / "course.toml").write_text(f"[doctor]\n{settings}")
    [finding] = doctor._own_checks(tmp_path)
    assert_failed(finding, message, remedy)


def test_does_the_report_put_each_remedy_below_its_failure():
    command = "python -m pip install " + "a-very-long-name " * 8
    text, exit_code = shown(
        [Finding("Python", True, "3.12.1"), Finding("Packages", False, "some [missing]", command.strip())]
    )
    assert exit_code == 1
    assert "✓ Python    3.12.1" in text
    assert "✗ Packages  some [missing]\n" in text
    # It can be copied: no line was broken inside the command.
    assert shlex.split(command) == shlex.split(text.split("[missing]")[1].splitlines()[1])
    assert "course doctor" in text


def test_is_all_well_exit_code_0():
    text, exit_code = shown([Finding("Python", True, "3.12.1")])
    assert exit_code == 0
    assert "ready" in text


@pytest.mark.parametrize("module", ["helpers.learner.cli", "course.cli"])
def test_begins_the_command_without_the_packages_that_the_doctor_is_to_miss(module):
    missing = ["numpy", "re2", "optuna", "tensorflow", "nbformat", "matplotlib", "scipy", "sklearn"]
    program = f"import sys; sys.modules |= dict.fromkeys({missing!r}); import {module}"
    subprocess.run([sys.executable, "-c", program], check=True)


def test_the_course_of_the_current_folder_is_looked_at_without_a_lock(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert doctor.course_here() == doctor._TOP
    (tmp_path / "course.toml").write_text('id = "other"')
    names = [finding.name for finding in doctor.examine(doctor.course_here())]
    assert names == ["Python", "Course", "Kernel", "Disk", "Notebooks"]
