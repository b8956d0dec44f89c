"""Do the files that say what this repository is, and how it is tested, agree with what it is?"""

import fnmatch
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path, PurePosixPath

import pytest
import yaml
from packaging.specifiers import SpecifierSet

TOP = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PYTHONS = [f"3.{minor}" for minor in range(40) if f"3.{minor}.1" in SpecifierSet(PROJECT["requires-python"])]
WORKFLOWS = sorted((TOP / ".github" / "workflows").iterdir())
REFUSED = {"a Python that is none": "does not fit", "another than made .venv": "is not the Python that made"}


def text(name):
    return (TOP / name).read_text(encoding="utf-8")


def parsed(name):
    return yaml.safe_load(text(name))


def git(*arguments, stdin=""):
    done = subprocess.run(
        ["git", *arguments], cwd=TOP, input=stdin, capture_output=True, text=True, check=True
    )
    return done.stdout.split("\0")[:-1]


# Who made it, and in which version


def test_is_the_citation_the_projects():
    citation = parsed("CITATION.cff")
    assert citation.keys() >= {"cff-version", "message", "title", "authors"}, "the format requires them"
    assert citation["version"] == PROJECT["version"]
    assert citation["abstract"] == PROJECT["description"]
    assert [author["name"] for author in citation["authors"]] == re.findall(
        r"^Copyright \(c\) \d+ (.*)$", text("LICENSE"), flags=re.M
    )


def test_does_the_changelog_begin_with_this_version():
    versions = re.findall(r"^## (\S+) - (?:unreleased|\d{4}-\d\d-\d\d)$", text("CHANGELOG.md"), flags=re.M)
    assert versions[:1] == [PROJECT["version"]]
    assert len(versions) == text("CHANGELOG.md").count("\n## ")


DOCS = sorted((TOP / "docs").glob("*.md"))
# Each of these is read at one sitting.
SHORT = [
    "README.md",
    "CONTRIBUTING.md",
    *(
        f"docs/{name}.md"
        for name in ("lesson-format", "machinery", "testing", "releases", "grading", "grading-platforms")
    ),
]
GUIDES = ["README.md", "SECURITY.md", "CONTRIBUTING.md", *(f"docs/{page.name}" for page in DOCS)]
PAGES = [*GUIDES, "CHANGELOG.md"]


@pytest.mark.parametrize("page", GUIDES)
def test_has_a_page_at_most_1200_words_and_an_authors_page_900(page):
    assert len(text(page).split()) <= (900 if page in SHORT else 1200)


@pytest.mark.parametrize("page", PAGES)
def test_does_every_link_of_a_page_lead_somewhere(page):
    for place, part in re.findall(r"\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)", text(page)):
        target = (TOP / page).parent / place if place else TOP / page
        assert target.exists(), place
        if part:
            titles = re.findall(r"^#+ (.*)$", target.read_text(encoding="utf-8"), flags=re.M)
            # As GitHub makes a title into an address.
            assert part in [re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles]


# What is generated


def generated():
    """The patterns of generated files, from the table of docs/releases.md."""
    table = text("docs/releases.md").split("| generated file |")[1].split("\n\n")[0]
    for row in table.splitlines()[2:]:
        first, *others = re.findall(r"`([^`]+)`", row.split("|")[1])
        first = PurePosixPath(re.sub(r"<\w+>", "*", first))
        yield str(first) if first.suffix else f"{first}/*"
        for other in others:
            if "/" in other:
                yield other
            else:
                yield str(first.with_suffix(other) if other.startswith(".") else first.with_name(other))


def test_does_git_know_every_generated_file_and_no_other():
    files = git("ls-files", "-z")
    fields = iter(git("check-attr", "-z", "--stdin", "linguist-generated", stdin="\0".join([*files, ""])))
    marked = {path for path, _, value in zip(fields, fields, fields, strict=True) if value == "set"}
    made = {pattern: set(fnmatch.filter(files, pattern)) for pattern in generated()}
    assert [pattern for pattern, paths in made.items() if not paths] == []
    assert marked == set().union(*made.values())


def test_has_every_text_the_same_line_ends_everywhere():
    files = git("ls-files", "-z")
    fields = iter(git("check-attr", "-z", "--stdin", "text", "eol", stdin="\0".join([*files, ""])))
    attributes = {}
    for path, name, value in zip(fields, fields, fields, strict=True):
        attributes.setdefault(path, {})[name] = value
    for path, has in attributes.items():
        if not (TOP / path).is_file():  # git knows it, and it is being moved
            continue
        is_text = b"\0" not in (TOP / path).read_bytes()
        assert has["text"] == ("auto" if is_text else "unset"), path
        assert has["eol"] == "lf", path


# How it is tested


def test_does_pre_commit_what_make_lint_does():
    (line,) = [line for line in joined(text("Makefile")) if line.startswith("LINT := ")]
    commands = " ".join(line.removeprefix("LINT := ").replace("$(BIN)", ".venv/bin").split()).split(" && ")
    hooks = [
        hook for repository in parsed(".pre-commit-config.yaml")["repos"] for hook in repository["hooks"]
    ]
    assert [hook["entry"] for hook in hooks] == commands
    for hook in hooks:
        assert hook["language"] == "system", "from .venv, and nothing else is installed"
        assert hook["always_run"], hook
        assert not hook["pass_filenames"], hook
    assert {repository["repo"] for repository in parsed(".pre-commit-config.yaml")["repos"]} == {"local"}


def documented():
    """Every command that the pages show, one a line; those that go on with a backslash in one."""
    blocks = [block for page in PAGES for block in re.findall(r"^```\n(.*?)^```", text(page), re.S | re.M)]
    return {" ".join(line.split()) for block in blocks for line in joined(block)}


def joined(commands):
    return [line for line in re.sub(r"\\\n", " ", commands).splitlines() if line.strip()]


def jobs(workflow):
    return yaml.safe_load(workflow.read_text(encoding="utf-8"))["jobs"].values()


def matrix(job):
    """What each run of a job has of its own."""
    return job.get("strategy", {"matrix": {"include": [{}]}})["matrix"]["include"]


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_do_workflows_only_what_a_person_can_do_by_hand(workflow):
    known = documented()
    for job in jobs(workflow):
        for step in job["steps"]:
            for line in joined(step.get("run", "")):
                for name, value in matrix(job)[-1].items():
                    line = line.replace(f"${{{{ matrix.{name} }}}}", value)
                assert " ".join(line.split()).removesuffix(" all") in known, line  # nightly.yml runs all


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_have_workflows_no_more_rights_and_time_than_they_need(workflow):
    described = yaml.safe_load(workflow.read_text(encoding="utf-8"))
    assert described["permissions"] == {"contents": "read"}
    assert described["concurrency"]["cancel-in-progress"] is True
    for job in jobs(workflow):
        assert "permissions" not in job
        assert job["timeout-minutes"] <= (240 if workflow.name == "nightly.yml" else 90)
        used = [step for step in job["steps"] if "uses" in step]
        assert [step["uses"].split("@")[0] for step in used] == ["actions/checkout"]
        assert all(re.fullmatch(r"v\d+|[0-9a-f]{40}", step["uses"].split("@")[1]) for step in used)
        assert all(step["with"].items() >= {"persist-credentials": False}.items() for step in used)


@pytest.mark.parametrize(("workflow", "run"), [("ci", [".ci/run"]), ("nightly", [".ci/run", "all"])])
def test_does_ci_run_on_exactly_the_pythons_that_the_project_supports(workflow, run):
    (job,) = jobs(TOP / ".github" / "workflows" / f"{workflow}.yml")
    assert [one["python"] for one in matrix(job)] == PYTHONS
    assert {one["zone"] for one in matrix(job)} > {"UTC"}
    last = job["steps"][-1]["run"].split()
    assert last[last.index("bash") + 1 :] == run
    assert "PYTHON=python${{ matrix.python }}" in " ".join(last)
    assert "TZ=${{ matrix.zone }}" in " ".join(last)
    assert "python:${{ matrix.python }}-trixie" in " ".join(last)


@pytest.mark.parametrize("reason", REFUSED)
def test_is_a_python_that_does_not_fit_refused_in_one_line(reason, tmp_path):
    (tmp_path / ".ci").mkdir()
    (tmp_path / ".ci" / "run").write_text(text(".ci/run"))
    # What it would do otherwise leaves a trace, and nothing else.
    for name in (".venv/bin/python", "programs/make", "programs/apt-get"):
        program = tmp_path / name
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text('#!/bin/sh\necho "3.0"\necho "$0" >> "$TRACE"\nexit 1\n')
        program.chmod(0o755)
    python = "/no/such/python" if reason == "a Python that is none" else sys.executable
    trace = tmp_path / "trace"
    environment = os.environ | {
        "PATH": f"{tmp_path / 'programs'}{os.pathsep}{os.environ['PATH']}",
        "PYTHON": python,
        "TRACE": str(trace),
        "LC_ALL": "C",  # of one that is not there bash would complain
    }
    done = subprocess.run(
        ["bash", tmp_path / ".ci" / "run"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"PYTHON={python} {REFUSED[reason]}")
    assert not trace.exists() or "programs" not in trace.read_text()
