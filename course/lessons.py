"""A lesson's conventions: where lessons are, what their files are called, and how cells are marked.

solutions/NN-name/NN-name.py     the source; `answers.py` beside it is the bank
solutions/NN-name/NN-name.ipynb  the executed solution, with checks.json, private.json and build.json
notebooks/NN-name/NN-name.ipynb  the release, with checks.json
"""

import re
from pathlib import Path

REGIONS = ("SOLUTION", "HIDDEN TESTS")
# The bank of a lesson, beside its source.
ANSWERS_FILE = "answers.py"
# Digests of what the last build saw and made, by the names of files; of no use to learners and graders.
BUILD_FILE = "build.json"
RELEASED = "the released notebook"
# What a lesson's first cell says of its times: of all cells, and of a person.
RUN_SECONDS = re.compile(r"Run time: about (\d+) s\b")
OWN_MINUTES = re.compile(r"your own time: about (\d+) minutes\b")
# The list of what the reader will be able to do.
ABILITIES = re.compile(r"^You will be able to\n\n((?:- .*\n(?:  .*\n)*)+)", re.M)


def source_file(folder: Path) -> Path:
    """Return the path of the source of the lesson in `folder`."""
    return folder / f"{folder.name}.py"


def first_line(source: str) -> str:
    """Return the beginning of the first line that is not empty, to name a cell in a message."""
    lines = (line.strip() for line in source.splitlines() if line.strip())
    return next(lines, "empty")[:50]


def without_region(source: str, region: str) -> str:
    """Return the source without what stands between BEGIN and END of `region`, markers included.

    A region without an END reaches to the end: a page for which a cell was too long may have cut it off.
    """
    found = rf"^[^\n]*BEGIN {region}.*?(?:END {region}[^\n]*\n?|\Z)"
    return re.sub(found, "", source, flags=re.S | re.M).rstrip("\n")


def regions(source: str, region: str) -> list[str]:
    """Return the texts between the markers of `region` in `source`."""
    return re.findall(rf"BEGIN {region}[^\n]*\n(.*?)^[^\n]*END {region}", source, flags=re.S | re.M)
