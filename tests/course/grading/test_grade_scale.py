"""A class on a cluster and in a database server: is nothing lost, and nothing graded twice?

With a real PostgreSQL server, a real Dask scheduler and workers in processes of their own, one of which is
killed.
"""

import collections
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import mini
import psycopg2
import pytest
from handing_in import RIGHT, WRONG, write_submission
from nbgrader.api import Gradebook

from course.grading.cohort import grade_class
from course.grading.gradebook import CourseGradebook
from course.grading.workers import DaskWorkers, LocalWorkers
from course.kernels.provisioner import warm_kernels
from course.sandbox.limits import Limits
from helpers.errors import CourseError

LIMITS = Limits(cell_seconds=20, wall_seconds=60)

pytestmark = pytest.mark.usefixtures("sandboxes")

# Slow enough for a worker to be killed in the middle of it.
SLOWLY = "import time\ntime.sleep(0.5)"


def points(db_url):
    with Gradebook(db_url) as gradebook:
        submissions = gradebook.find_assignment(mini.NAME).submissions
        return {submission.student.id: submission.score for submission in submissions}


@pytest.mark.slow
def test_does_a_postgresql_server_hold_the_gradebook(tmp_path, postgresql):
    address, _ = postgresql
    mini.built_course(tmp_path)
    connection = psycopg2.connect(address)
    connection.autocommit = True
    connection.cursor().execute("CREATE DATABASE gradebook")
    connection.close()
    db_url = address.replace("postgresql://", "postgresql+psycopg2://").replace("/postgres", "/gradebook")
    with open(tmp_path / "nbgrader_config.py", "a", encoding="utf-8") as file:
        file.write(f'\nc.CourseDirectory.db_url = "{db_url}"\n')
    for student, answers in {"ann": RIGHT, "ben": WRONG, "박지성 😀": RIGHT}.items():
        write_submission(tmp_path, student, answers)
    with warm_kernels(), LocalWorkers(2) as workers:
        outcome = grade_class(tmp_path, mini.NAME, workers, limits=LIMITS)
        assert len(outcome.graded) == 3
        assert grade_class(tmp_path, mini.NAME, workers, limits=LIMITS).graded == []
    assert points(db_url) == {"ann": 3, "ben": 0, "박지성 😀": 3}
    assert not (tmp_path / "gradebook.db").exists()
    export = [str(Path(sys.executable).with_name("nbgrader")), "export"]
    subprocess.run(export, cwd=tmp_path, check=True, capture_output=True)
    assert "박지성" in (tmp_path / "grades.csv").read_text(encoding="utf-8")


def test_is_a_gradebook_that_cannot_be_reached_one_line(tmp_path):
    mini.built_course(tmp_path)
    write_submission(tmp_path, "ann", RIGHT)
    with open(tmp_path / "nbgrader_config.py", "a", encoding="utf-8") as file:
        file.write('\nc.CourseDirectory.db_url = "postgresql+psycopg2://nobody@127.0.0.1:1/nothing"\n')
    with pytest.raises(CourseError, match="the gradebook cannot be opened"):
        grade_class(tmp_path, mini.NAME, None, limits=LIMITS)


@pytest.fixture
def cluster(tmp_path):
    """A scheduler and two workers: gives the scheduler's address and the workers' processes."""
    dask = str(Path(sys.executable).with_name("dask"))
    file = tmp_path / "scheduler.json"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": tmp_path}
    scheduler = [dask, "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
    worker = [dask, "worker", "--scheduler-file", file, "--host", "127.0.0.1", "--no-dashboard", "--no-nanny"]
    processes = [subprocess.Popen([*scheduler, "--scheduler-file", file], **quiet)]
    try:
        processes += [subprocess.Popen([*worker, "--nthreads", "1"], **quiet) for _ in range(2)]
        for _ in range(300):
            if file.exists() and file.stat().st_size:
                break
            time.sleep(0.1)
        yield file, processes[1:]
    finally:
        for process in processes:
            process.kill()
        for process in processes:
            process.wait()


@pytest.mark.slow
def test_does_a_cluster_grade_a_class_when_a_worker_is_killed(tmp_path, cluster, monkeypatch):
    file, workers = cluster
    root = tmp_path / "course"
    mini.built_course(root)
    students = {f"student-{number:02}": RIGHT if number % 2 else WRONG for number in range(12)}
    for student, answers in students.items():
        write_submission(root, student, answers, cell=SLOWLY)
    taken = collections.Counter()
    take = CourseGradebook.take

    def count(self, result, *arguments):
        taken[result.student] += 1
        if len(taken) == 3:
            os.kill(workers[0].pid, signal.SIGKILL)
        return take(self, result, *arguments)

    monkeypatch.setattr(CourseGradebook, "take", count)
    address = json.loads(file.read_text())["address"]
    with DaskWorkers(address) as executor:
        outcome = grade_class(root, mini.NAME, executor, limits=LIMITS)
    assert workers[0].wait() == -signal.SIGKILL
    assert workers[1].poll() is None
    assert (sorted(outcome.graded), outcome.faults) == (sorted(students), [])
    assert taken == collections.Counter(students.keys())
    assert points(f"sqlite:///{root / 'gradebook.db'}") == {
        student: 3 if answers is RIGHT else 0 for student, answers in students.items()
    }


@pytest.mark.slow
def test_is_a_cluster_that_does_not_answer_one_line():
    with pytest.raises(CourseError, match="no Dask scheduler answers at tcp"):
        DaskWorkers("tcp://127.0.0.1:9").__enter__()
