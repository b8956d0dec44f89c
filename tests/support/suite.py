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

from course.authoring.verified import record

BUDGETS = tomllib.loads((tiers.TESTS / "budgets.toml").read_text(encoding="utf-8"))
SECONDS, OTHERS = BUDGETS["seconds"], BUDGETS["others"]
# A file may take so many times its share of the whole, and so many seconds more: what one run imports first,
# another imports later.
TIMES, MORE = 2, 30


def options(parser):
    """Add the options of a run to pytest's own."""
    group = parser.getgroup("course")
    group.addoption("--changed", metavar="COMMIT", help="only tests that a change since COMMIT can break")
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

    def __init__(self, known, files):
        """known: the lessons' digests, as of `tiers.digests`. files: those to which a run is confined."""
        self.known, self.files = known, files
        self.used, self.left_out = Counter(), Counter()

    @pytest.hookimpl(tryfirst=True)  # before pytest itself leaves out what is marked
    def pytest_collection_modifyitems(self, config, items):
        tiers.mark_lessons(items, self.known)
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
            output |= {"used": dict(self.used), "left_out": dict(self.left_out)}


class Report:
    """What the process that a person has started does: it hears of all tests and sees none."""

    def __init__(self, config, known, files):
        self.config, self.known, self.files = config, known, files
        self.used, self.left_out = Counter(), Counter()
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
        node.workerinput |= {"known": self.known, "files": self.files}

    def pytest_testnodedown(self, node):
        output = getattr(node, "workeroutput", {})
        self.used.update(output.get("used", {}))
        self.left_out = Counter(output.get("left_out", {}))  # each has collected the same tests

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
            since = self.config.option.changed
            reason = f"no change since {since} can break them" if since else "make test-all runs them"
            where = ", ".join(f"{file} ({count})" for file, count in sorted(self.left_out.items()))
            write(f"{sum(self.left_out.values()):,} tests are left out, {reason}: {where}")


def file_of(nodeid):
    return nodeid.partition("::")[0]


def configure(config):
    """Make a run out of what the command line says."""
    given = getattr(config, "workerinput", None)
    if given is None:
        known, files = tiers.digests(), _files(config.option.changed)
        config.pluginmanager.register(Report(config, known, files), "course-report")
    else:
        known, files = given["known"], given["files"]
    config.pluginmanager.register(Run(known, files), "course-run")


def _files(commit):
    if commit is None:
        return None
    changed = tiers.changed_since(commit)
    if changed is None:
        raise pytest.UsageError(f"--changed: git knows no commit {commit!r} here")
    return sorted(tiers.tests_of(changed))
