"""What `course grade` does: it finds the lesson, sets the limits and keeps the workers while a class runs."""

from contextlib import ExitStack
from pathlib import Path

from rich.progress import Progress

from course.fence.fence import Limits, require_fence
from course.grading.bounded import PATIENCE
from course.grading.cohort import grade_class, open_course
from course.grading.rubrics import write_rubrics
from course.grading.saying import line, say
from course.grading.workers import DaskWorkers, LocalWorkers
from course.kernels.provisioner import warm_kernels
from course.lessons import find_lessons


def grade(
    console,
    lesson,
    students=None,
    workers=None,
    *,
    regrade=False,
    fenced=True,
    dask=None,
    cell_seconds=Limits.cell_seconds,
    memory_gigabytes=Limits.memory_bytes / 1e9,
    step_seconds=Limits.step_seconds,
    details=False,
):
    """Run a class through the grader; gives the exit code: 0 only when nobody was left out.

    dask: a scheduler's address, or None for `workers` processes of this machine. details: show every student
    with whole sentences. The others as in the command.
    """
    root = Path.cwd()
    source = root / open_course(root).source_directory
    [folder] = find_lessons(source, [lesson])
    memory_bytes = int(memory_gigabytes * 1e9)
    # All processes together may use half as much again: so one alone is refused memory before all are ended.
    total = memory_bytes * 3 // 2
    limits = Limits(
        cell_seconds=cell_seconds,
        memory_bytes=memory_bytes,
        total_memory_bytes=total,
        step_seconds=step_seconds,
        step_memory_bytes=max(memory_bytes, Limits.step_memory_bytes),
    )
    with ExitStack() as stack:
        if dask is None:
            if fenced:
                require_fence(root)
            stack.enter_context(warm_kernels())
            executor = LocalWorkers(workers, task_seconds=_longest_task(limits))
        else:
            executor = DaskWorkers(dask)
        stack.enter_context(executor)
        progress = stack.enter_context(
            Progress(console=console, transient=True, disable=not console.is_terminal)
        )
        task = progress.add_task(f"grading {folder.name}", total=None)
        try:
            outcome = grade_class(
                root,
                folder.name,
                executor,
                students,
                limits,
                fenced=fenced,
                regrade=regrade,
                on_start=lambda total: progress.update(task, total=total),
                on_row=lambda row: progress.advance(task),
            )
        except KeyboardInterrupt:
            line(console, _how_it_goes_on(folder.name, regrade))
            raise
    return say(console, outcome, write_rubrics(root, folder), fenced=fenced, details=details)


def _longest_task(limits):
    """How long one submission can take by the clock: run twice, read and judged; then a worker is stuck."""
    return 2 * limits.wall_seconds + 2 * PATIENCE * limits.step_seconds + 60


def _how_it_goes_on(lesson, regrade):
    if regrade:
        return (
            f"stopped: course grade {lesson} --regrade begins again, and names everybody whose points have "
            "changed since before this run"
        )
    return f"stopped: what is graded is kept, and course grade {lesson} goes on from there"
