"""A run of the suite: its order, how far it is, which tests are left out, and what each file has cost.

budgets.toml says how many CPU seconds each file takes in `make test`. It decides the order, the longest files
first, so that workers wait for each other only for seconds at the end, and it is what a file may cost.
"""

import resource
import sys
import tomllib
from collections import Counter

import pytest
import tiers
from rich.progress import BarColumn, Progress, TimeRemainingColumn

from course.authoring.proof_cache import record

BUDGETS = tomllib.loads((tiers.TESTS / "budgets.toml").read_text(encoding="utf-8"))
SECONDS, OTHERS = BUDGETS["seconds"], BUDGETS["others"]
# A file may take so many times its share of the whole, and so many seconds more: what one run imports first,
# another imports later.
TIMES, MORE = 2, 30
LESSONS = "tests/test_lessons.py"


def options(parser):
    """Add the options of a run to pytest's own."""
    group = parser.getgroup("course")
    group.addoption("--changed", metavar="COMMIT", help="only tests that a change since COMMIT can break")
    group.addoption("--near", action="store_true", help="of these only those near the change, and one lesson")
    group.addoption("--record", action="store_true", help="record which lessons were verified")
    group.addoption(
        "--budgets", action="store_true", help="fail where a file takes more than budgets.toml says"
    )


def seconds_of(file):
    """The CPU seconds that a test file may take. file: its path from the top folder."""
    return SECONDS.get(file.removeprefix("tests/"), OTHERS)


def cpu_seconds():
    """The CPU seconds of this process and of those that it has waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def over_budget(used):
    """Lines for files that take more than their share. used: CPU seconds by file.

    Compared are shares of one run, so that a slow or busy machine changes nothing.
    """
    factor = sum(used.values()) / sum(map(seconds_of, used))
    return [
        f"{file} took {seconds:.0f} CPU seconds, its share is {factor * seconds_of(file):.0f}: mark what is "
        "not needed with each change as slow, or give it more in tests/budgets.toml"
        for file, seconds in sorted(used.items())
        if seconds > TIMES * factor * seconds_of(file) + MORE * max(factor, 1)
    ]


class Run:
    """What a worker, or a process without workers, does with the tests that it has collected."""

    def __init__(self, known, files, most_lessons):
        """Make it from what `choice` has chosen."""
        self.known, self.files, self.most_lessons = known, files, most_lessons
        self.used, self.left_out, self.unread = Counter(), Counter(), set()

    def pytest_ignore_collect(self, collection_path):
        """Do not even import a file of which nothing can run: that takes longer than many a test."""
        file = collection_path.relative_to(tiers.TOP).as_posix()
        unread = (
            self.files is not None
            and collection_path.match("test_*.py")
            and file not in self.files
            and not (file == LESSONS and any(not verified for _, verified in self.known.values()))
        )
        if unread:
            self.unread.add(file)
        return unread or None

    @pytest.hookimpl(tryfirst=True)  # before pytest itself leaves out what is marked
    def pytest_collection_modifyitems(self, config, items):
        tiers.mark_lessons(items, self.known, self.most_lessons)
        if self.files is not None:
            wanted = [item for item in items if self._can_break(item)]
            config.hook.pytest_deselected(items=[item for item in items if item not in set(wanted)])
            items[:] = wanted
        items.sort(key=lambda item: -seconds_of(file_of(item.nodeid)))

    def _can_break(self, item):
        lesson = tiers.verified_by(item)
        return not self.known[lesson][1] if lesson else file_of(item.nodeid) in self.files

    def pytest_deselected(self, items):
        self.left_out.update(file_of(item.nodeid) for item in items)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item):
        before = cpu_seconds()
        item.user_properties.append(("verified", tiers.verified_by(item)))
        result = yield
        self.used[file_of(item.nodeid)] += cpu_seconds() - before
        return result

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session):
        output = getattr(session.config, "workeroutput", None)
        if output is not None:
            output |= {
                "used": dict(self.used),
                "left_out": dict(self.left_out),
                "unread": sorted(self.unread),
            }


class Report:
    """What the process that a person has started does: it hears of all tests and sees none."""

    def __init__(self, config, chosen):
        self.config, self.chosen, self.known = config, chosen, chosen["known"]
        self.used, self.left_out, self.unread = Counter(), Counter(), set()
        self.bar, self.weights = None, {}

    def pytest_xdist_node_collection_finished(self, ids):
        """Show a bar where somebody is watching; elsewhere pytest prints its dots."""
        counts = Counter(map(file_of, ids))
        self.weights = {file: seconds_of(file) / count for file, count in counts.items()}
        if self.bar is None and sys.stdout.isatty() and self.config.option.verbose <= 0:
            self.bar = Progress(
                "{task.fields[done]} of {task.fields[tests]} tests", BarColumn(None), TimeRemainingColumn()
            )
            total = sum(seconds_of(file) for file in counts)
            self.bar.add_task("", total=total, tests=len(ids), done=0)
            self.bar.start()

    def pytest_report_teststatus(self, report):
        """Print a line for each test that fails, instead of a letter for each, where there is a bar."""
        if self.bar is None or not (report.when == "call" or report.failed):
            return None
        if report.failed:
            self.bar.console.print(f"FAILED {report.nodeid}", style="red", highlight=False, markup=False)
        return report.outcome, "", ""

    def pytest_configure_node(self, node):
        node.workerinput |= {"chosen": self.chosen}

    def pytest_testnodedown(self, node):
        output = getattr(node, "workeroutput", {})
        self.used.update(output.get("used", {}))
        self.left_out = Counter(output.get("left_out", {}))  # each has collected the same tests
        self.unread = set(output.get("unread", ()))

    def pytest_runtest_logreport(self, report):
        lesson = dict(report.user_properties).get("verified")
        if report.when == "call" and report.passed and lesson and self.config.option.record:
            name, kind = lesson.split(maxsplit=1)
            record(tiers.TOP / "solutions" / name, kind, self.known[lesson][0])
        if self.bar and report.when == "teardown":
            [task] = self.bar.tasks
            weight = self.weights.get(file_of(report.nodeid), 0)
            self.bar.update(task.id, advance=weight, done=task.fields["done"] + 1)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session):
        if self.bar:
            self.bar.stop()
        run = self.config.pluginmanager.get_plugin("course-run")
        self.used, self.left_out = self.used or run.used, self.left_out or run.left_out
        self.unread |= run.unread
        if self.config.option.changed and session.exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED:
            session.exitstatus = pytest.ExitCode.OK
        if self.config.option.budgets and over_budget(self.used):
            session.exitstatus = session.exitstatus or 1

    def pytest_terminal_summary(self, terminalreporter):
        write = terminalreporter.write_line
        if self.config.option.budgets:
            for line in over_budget(self.used):
                write(line, red=True)
        if self.left_out:
            where = ", ".join(f"{file} ({count})" for file, count in sorted(self.left_out.items()))
            reason = "by their marks, or because what they verify has not changed"
            write(f"{sum(self.left_out.values()):,} tests are left out, {reason}: {where}")
        if self.unread:
            done = "is near them" if self.config.option.near else "can break them"
            since = f"no change since {self.config.option.changed} {done}"
            write(f"{len(self.unread)} files are left out, {since}: {', '.join(sorted(self.unread))}")


def file_of(nodeid):
    return nodeid.partition("::")[0]


def configure(config):
    """Make a run out of what the command line says."""
    given = getattr(config, "workerinput", None)
    chosen = choice(config) if given is None else given["chosen"]
    if given is None:
        config.pluginmanager.register(Report(config, chosen), "course-report")
    config.pluginmanager.register(Run(**chosen), "course-run")


def choice(config):
    """What a run is confined to.

    known: the lessons' digests, as of `tiers.digests`; nothing where no lesson is asked.
    files: the test files of which something may run, None for all.
    most_lessons: of the lessons that have changed, so many run with the quick tests.
    """
    commit, near = config.option.changed, config.option.near
    paths = [config.invocation_params.dir / argument.partition("::")[0] for argument in config.args]
    known = tiers.digests() if any((tiers.TOP / LESSONS).is_relative_to(path) for path in paths) else {}
    chosen = {"known": known, "files": None, "most_lessons": 1 if near else tiers.MOST_CHANGED}
    if commit is not None:
        changed = tiers.changed_since(commit)
        if changed is None:
            raise pytest.UsageError(f"--changed: git knows no commit {commit!r} here")
        chosen["files"] = sorted(tiers.files_that_can_break(changed, near))
    return chosen
