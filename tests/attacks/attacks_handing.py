"""Attacks in what is handed in: damaged and edited notebooks, links, pipes and names."""

import json
import os
import shutil

import nbformat
from attack_making import MARK, NAME, POINTS, RIGHT_VALUES, attack, by_grade_id
from mini import ROOT

from course.grading.states import State
from helpers.checks import OBSERVATION_MIME

NOTEBOOK = f"{NAME}.ipynb"


def more_points(notebook):
    for cell in by_grade_id(notebook).values():
        cell.metadata.nbgrader.points = 1000.0
        cell.metadata.nbgrader.locked = False


def swapped_ids(notebook):
    cells = by_grade_id(notebook)
    one, other = cells["quiz_1-checks"].metadata.nbgrader, cells["centered-checks"].metadata.nbgrader
    one.grade_id, other.grade_id = other.grade_id, one.grade_id


def bonus(notebook):
    """A graded cell that no lesson has, and metadata that is none."""
    for number, metadata in enumerate(
        (
            {"grade": True, "solution": False, "points": 50, "grade_id": "bonus", "schema_version": 3},
            5,
            [],
            None,
            "x",
        )
    ):
        cell = nbformat.v4.new_code_cell("50.0", id=f"bonus-{number}")
        cell.metadata["nbgrader"] = metadata
        notebook.cells.append(cell)


def not_graded(notebook):
    """Checks that are the student's own cells, and tags that keep them from running."""
    for cell in by_grade_id(notebook).values():
        cell.metadata.nbgrader.solution = True
        cell.metadata.tags = ["skip-execution", "raises-exception", "remove-cell", "injected-parameters"]


def stripped(notebook):
    for cell in notebook.cells:
        cell.metadata = {}
    del notebook.metadata["kernelspec"]


def as_raw_and_markdown(notebook):
    for cell, kind in zip(by_grade_id(notebook).values(), ("raw", "markdown") * 9, strict=False):
        if cell.cell_type == "code":
            cell.cell_type = kind
            for key in ("outputs", "execution_count"):
                cell.pop(key)


def twice(notebook):
    """Each check once more below it, with the student's own text."""
    for cell in list(notebook.cells):
        if cell.metadata.get("nbgrader", {}).get("grade"):
            again = nbformat.from_dict(json.loads(json.dumps(cell)))
            again.source = "1e6"
            notebook.cells.insert(notebook.cells.index(cell), again)
            notebook.cells.append(again)


def another_kernel(notebook):
    notebook.metadata.kernelspec = {
        "name": f"../../../../tmp/{MARK}",
        "display_name": "x",
        "language": "bash",
        "argv": ["touch", f"/tmp/{MARK}"],
    }
    notebook.metadata.language_info = {"name": "bash", "codemirror_mode": 5}
    notebook.metadata.widgets = {"application/vnd.jupyter.widget-state+json": {"state": 5}}
    notebook.metadata.celltoolbar = ["x"] * 10


def results_of_a_friend(notebook):
    """Right observations as outputs that are saved already; and a cell that ends all before they are run."""
    for name, cell in by_grade_id(notebook).items():
        if name.endswith("-checks"):
            cell.execution_count = 7
            cell.outputs = [
                nbformat.v4.new_output(
                    "display_data",
                    data={OBSERVATION_MIME: {"label": label, "data": data}},
                )
                for label, data in RIGHT_VALUES.items()
            ]
    deadly = nbformat.v4.new_code_cell("import os\nos._exit(0)", id="deadly")
    notebook.cells.insert(2, deadly)


def hostile_markdown(notebook):
    """What a renderer of Markdown may stumble over, in the written answer and in cells of its own."""
    texts = (
        "![a picture](attachment:nowhere.png)",
        ">" * 3000 + " deep",
        "[" * 3000 + "a" + "](b)" * 3000,
        "\n".join("  " * depth + "* deep" for depth in range(200)),
        "*" * 3000 + "_" * 3000 + "`" * 2999,
        "$$" + "\\frac{" * 3000,
        "<script>fetch('/formgrader/api')</script><img src=x onerror=alert(1)>",
        "| a |\n|---|\n" + "| |" * 3000,
        "{{ config }} {% include '/etc/passwd' %} <%= 1 %> ${1}",
    )
    by_grade_id(notebook)["why"].source = texts[0]
    for number, text in enumerate(texts):
        notebook.cells.append(nbformat.v4.new_markdown_cell(text, id=f"text-{number}"))
    notebook.cells.append(nbformat.v4.new_raw_cell("<script>alert(1)</script>", id="raw"))
    notebook.cells[-1].metadata.raw_mimetype = "text/html"


def strange_attachments(notebook):
    cell = by_grade_id(notebook)["why"]
    cell.source = "![x](attachment:a.png) ![x](attachment:b.png)"
    cell.attachments = {
        "a.png": {"image/png": "not base64 <script>"},
        "b.png": {"text/html": "<script>alert(1)</script>"},
    }


def magics(notebook):
    """Languages that a cell can be of."""
    for number, source in enumerate(
        (
            "%%javascript\nalert(1)",
            "%%html\n<script>alert(1)</script>",
            "%%bash\ncat /etc/shadow ../../../gradebook.db && echo attack''-won",
            "%%writefile checks.json\n{}",
            "%%capture\ncheck = print",
            "%reset -f",
            "%run checks.json",
            "%kill",
            "%pdb on",
            "%autoreload 2",
            "%debug",
            "?check",
            "%%nothing\nx",
            "!!!",
            "\x00\x0b",
            "return await yield",
            "(" * 5000,
        )
    ):
        notebook.cells.insert(3, nbformat.v4.new_code_cell(source, id=f"magic-{number}"))


def markup_that_grows(notebook):
    """Markup of which a parser makes much more than was written, everywhere."""
    text = "".join(f"<b title={number}><p>" for number in range(1_200))
    by_grade_id(notebook)["why"].source = text
    notebook.cells.append(nbformat.v4.new_markdown_cell(text, id="grows"))
    notebook.cells.append(nbformat.v4.new_raw_cell(text, id="grows-raw"))
    show = f"display(HTML({text!r}))"
    notebook.cells.append(
        nbformat.v4.new_code_cell(f"from IPython.display import HTML, display\n{show}", id="x")
    )


def a_picture_shown_often(notebook):
    cell = by_grade_id(notebook)["why"]
    cell.source = "![](attachment:a.png)" * 900
    cell.attachments = {"a.png": {"image/png": "iVBORw0KGgo=" * 200_000}}


def unknown_ids(notebook):
    """2,900 cells that say they are graded."""
    for number in range(2_900):
        metadata = {
            "grade": True,
            "solution": False,
            "points": 5,
            "grade_id": f"u{number}",
            "schema_version": 3,
        }
        cell = nbformat.v4.new_raw_cell("x", id=f"u{number}", metadata={"nbgrader": metadata})
        notebook.cells.append(cell)


def returns_and_halves(notebook):
    """Halves and returns, which repair looks for; a check is gone, so it looks at every cell."""
    del by_grade_id(notebook)["num_updates-checks"].metadata["nbgrader"]
    for number, source in enumerate(
        ["def helper():", *["    x = 1\n    return x"] * 300, "    x\n" + "  return\n" * 30_000 + "  def x"]
    ):
        notebook.cells.append(nbformat.v4.new_code_cell(source, id=f"half-{number}"))


def half_a_character(notebook):
    notebook.cells.insert(3, nbformat.v4.new_code_cell("text = '\ud800'\nprint('later')", id="half"))


def check_of_right_data(label):
    """The line of a check that observes what is right, whatever the exercise's function does."""
    right = RIGHT_VALUES[label]
    return f"check({label!r}, np.array({right['values']}).reshape({right['shape']}))\n"


CENTERED = ("three numbers", "a table", "private: four numbers", "private: nothing but one")
DAMAGED = {
    "more points in the metadata": more_points,
    "ids swapped": swapped_ids,
    "graded cells of its own": bonus,
    "checks that are not graded": not_graded,
    "no metadata": stripped,
    "cells of another type": as_raw_and_markdown,
    "checks twice": twice,
    "another kernel": another_kernel,
}

NOTEBOOKS = [
    *(
        attack(
            name,
            "points and checks are the lesson's, the answer is the student's",
            edit=edit,
            solved=("centered",),
            state=(State.GRADED, State.REPAIRED),
        )
        for name, edit in DAMAGED.items()
    ),
    attack(
        "checks that are easier",
        "the text of a check is the lesson's",
        state=State.REPAIRED,
        solved=("quiz_1",),
        code={
            "centered-checks": "".join(map(check_of_right_data, CENTERED)),
            "num_updates-checks": "def num_updates(*_):\n    return 10",
        },
    ),
    attack(
        "results of a friend",
        "what is saved in a notebook has not been run",
        state=State.KERNEL_DIED,
        edit=results_of_a_friend,
    ),
    attack(
        "hostile Markdown",
        "one page of feedback that cannot be made may not keep the others from being made",
        solved=("centered",),
        edit=hostile_markdown,
    ),
    attack(
        "attachments that are no pictures",
        "what is embedded is the student's text",
        solved=("centered",),
        edit=strange_attachments,
    ),
    attack(
        "magics and no Python",
        "each cell that fails is a failed cell and no more",
        solved=("quiz_1",),
        edit=magics,
        # %reset forgets the setup's names, `check` among them.
        points={},
    ),
    attack(
        "half a character in the source",
        "JSON can say what UTF-8 cannot",
        solved=("centered",),
        edit=half_a_character,
        state=(State.GRADED, State.REPAIRED),
    ),
    attack(
        "markup that grows while it is parsed",
        "5 KB were a page of 0.9 MB, 20 KB took 25 s",
        solved=("centered",),
        edit=markup_that_grows,
    ),
    attack(
        "a picture of 2 MB that is shown 900 times",
        "each time it is on the page",
        solved=("centered",),
        edit=a_picture_shown_often,
    ),
    attack(
        "2,900 graded cells of its own",
        "a sentence each is a table of 17,000 lines",
        solved=("centered",),
        edit=unknown_ids,
        state=State.REPAIRED,
    ),
    attack(
        "returns and halves of functions",
        "time that grows with the square",
        solved=("centered",),
        edit=returns_and_halves,
        state=State.REPAIRED,
    ),
    attack(
        "a source of 5 MB",
        "to colour it, to compare it and to search it takes time",
        solved=("centered",),
        start="x = [\n" + "    1, 2, 3,\n" * 400_000 + "]",
        state=(State.GRADED, State.REPAIRED, State.TIMED_OUT, State.OUTPUT_TOO_LARGE, State.NOT_A_NOTEBOOK),
    ),
]

FILES = {
    "numbers instead of cells": (b'{"cells": [' + b"1," * 10_000_000, "each was read, and kept, as a cell"),
    "empty": (b"", "an empty file"),
    "HTML": (b"<!doctype html><title>Login</title>", "the page that a browser saved instead"),
    "a zip bomb": (b"PK\x03\x04" + b"\x00" * 1000, "nothing is unpacked"),
    "very deep JSON": (b"[" * 200_000 + b"]" * 200_000, "a parser that calls itself runs out of stack"),
    "very deep cells": (
        b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {"a": '
        + b'{"a":' * 50_000
        + b"1"
        + b"}" * 50_001
        + b', "cells": []}',
        "the same inside a notebook",
    ),
    "an integer of a million digits": (
        b'{"nbformat": ' + b"9" * 1_000_000 + b', "cells": []}',
        "quadratic time",
    ),
    "half a file": (b'{"cells": [{"cell_type": "code", "sou', "the upload ended"),
    "a list": (b"[1, 2, 3]", "JSON, and no notebook"),
    "no cells": (
        b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": 5}',
        "cells of another type",
    ),
}


def replaced_by(way):
    """A change of the folder that puts something else into the notebook's place."""

    def place(folder, scene):
        (folder / NOTEBOOK).unlink()
        way(folder / NOTEBOOK, scene)

    return place


def another_lesson(path, scene):
    shutil.copy(ROOT / "notebooks" / "00-start-here" / "00-start-here.ipynb", path)


def huge(path, scene):
    with path.open("wb") as file:
        file.truncate(300_000_000)


def linked(path, scene):
    path.symlink_to(next(path.parents[2].glob(f"a-perfect/*/{NOTEBOOK}")))


def renamed(path, scene):
    pass


def folder_is_a_link(folder, scene):
    shutil.rmtree(folder)
    folder.symlink_to(folder.parents[1] / "a-perfect" / NAME)


def student_is_a_link(folder, scene):
    shutil.rmtree(folder.parent)
    folder.parent.symlink_to(folder.parents[1] / "a-perfect")


def links_and_pipes(folder, scene):
    """Beside the notebook: everything that a file system has and that is no plain file."""
    (folder / "gradebook.db").symlink_to(scene.root / "gradebook.db")
    (folder / "shadow").symlink_to("/etc/shadow")
    (folder / "everything").symlink_to("/")
    (folder / "itself").symlink_to("itself")
    (folder / "nowhere").symlink_to("/nowhere")
    (folder / "private.json").symlink_to(scene.root / "solutions" / NAME / "private.json")
    os.mkfifo(folder / "pipe")
    os.mkfifo(folder / "timestamp.txt")
    (folder / "folder").mkdir()


def many_files(folder, scene):
    for number in range(300):
        (folder / f"{number:03}.txt").write_text("x")
    with (folder / "large.bin").open("wb") as file:
        file.truncate(10**8)


def strange_names(folder, scene):
    for name in (
        "-rf",
        "a\nb",
        "..x",
        "*",
        "~",
        f"$(touch {MARK})",
        "🦊",
        "x" * 255,
        "%s{}",
    ):
        (folder / name).write_text("x")
    (folder / os.fsdecode(b"\xff\xfe")).write_text("x")


def two_others(folder, scene):
    (folder / NOTEBOOK).rename(folder / "one.ipynb")
    (folder / "other.ipynb").write_text("{}")


def one_other(folder, scene):
    (folder / NOTEBOOK).rename(folder / "Copy of ✓ [bold]x `y`.ipynb")


NO_NOTEBOOK = (State.NOT_A_NOTEBOOK, State.MISSING_NOTEBOOK)

PLACES = [
    *(
        attack(
            f"a file that is {name}",
            why,
            state=NO_NOTEBOOK,
            raw=lambda _, content=content: content,
            points={},
        )
        for name, (content, why) in FILES.items()
    ),
    attack("another lesson", "not its points", state=State.WRONG_LESSON, place=replaced_by(another_lesson)),
    attack("300 MB of nothing", "a size is read first", state=State.NOT_A_NOTEBOOK, place=replaced_by(huge)),
    attack(
        "a link to another's notebook",
        "somebody else's work",
        state=State.NOT_A_NOTEBOOK,
        place=replaced_by(linked),
    ),
    attack(
        "a pipe as a notebook",
        "whoever opens it waits for ever",
        state=State.NOT_A_NOTEBOOK,
        place=replaced_by(lambda path, scene: os.mkfifo(path)),
    ),
    attack(
        "a folder as a notebook",
        "it can be opened, and not read",
        state=State.NOT_A_NOTEBOOK,
        place=replaced_by(lambda path, scene: path.mkdir()),
    ),
    attack("no notebook", "nothing to run", state=State.MISSING_NOTEBOOK, place=replaced_by(renamed)),
    attack("two notebooks with other names", "the one that is a notebook counts", place=two_others),
    attack(
        "a notebook with another name",
        "one is clear",
        solved=("centered",),
        place=one_other,
    ),
    attack("a folder that is a link", "the same", state=State.NOT_A_NOTEBOOK, place=folder_is_a_link),
    attack("a student who is a link", "the same", state=State.NOT_A_NOTEBOOK, place=student_is_a_link),
    attack(
        "links and pipes beside it",
        "they lead out",
        state=State.GRADED,
        solved=("centered",),
        place=links_and_pipes,
    ),
    attack(
        "more files than can be taken", "memory", state=State.GRADED, solved=("centered",), place=many_files
    ),
    attack(
        "names that are options and commands",
        "a name is not a word of a command",
        state=State.GRADED,
        solved=("centered",),
        place=strange_names,
    ),
    attack(
        "a time stamp that is none",
        "its text comes with the submission",
        state=State.GRADED,
        solved=("centered",),
        files={"timestamp.txt": "yesterday'); drop table grade; --\n"},
    ),
    attack(
        "a time stamp of the year 9999",
        "it is no reason to fail",
        state=State.GRADED,
        solved=("centered",),
        files={"timestamp.txt": "9999-12-31 23:59:59.999999 +9999"},
    ),
]

NAMES = {
    "an emoji": "🦊",
    "an option": "--regrade",
    "an apostrophe and blanks": "O'Brien, Anna (2)",
    "another script": "김-민준_李",
    "128 characters": "x" * 128,
    "the lesson": NAME,
}
# Of no use as an id: Formgrader would run them, its links lead elsewhere, or its database has no room.
REFUSED_NAMES = {
    "a line break": "s-line\nbreak",
    "a backslash": "a\\b",
    "an entity": "a&amp;b",
    "a separator of lines": "a\u2028b",
    "dots": "...",
    "a dot in front": ".hidden",
    "a pattern": "*",
    "a format": "{lesson}%s{0}",
    "markup": "[bold red]x[/] <script>alert(1)</script>".replace("/", "∕"),
    "HTML that acts": "<img src=x onerror=alert(1)>",
    "the end of a script's text": '"; alert(1); "',
    "quotes": f"Robert'); DROP TABLE grade;--\"`$(touch {MARK})",
    "255 bytes": "x" * 255,
    "a slash in disguise": "..%2f..%2fgradebook",
    "control characters": "\x1b]0;x\x07\x1b[2J",
    "right to left": "\u202egradebook",
    "no UTF-8": os.fsdecode(b"caf\xe9-attack"),
    "a filler of Hangul": "\u3164",
    "a name that looks like another": "ann\u3164",
    "a joiner alone": "\u200d",
    "a joiner behind it": "ann\u200d",
    "a joiner in it": "an\u200dn",
    "a choice of its form": "ann\ufe0f",
    "a choice of a form alone": "\U000e0100",
    "a joiner behind a syllable": "민지\u200d",
    "a joiner behind a letter of Persian": "می\u200c",
    "a choice of its form behind a syllable": "민지\ufe0f",
    "a choice of a form in it": "김\U000e0100민지",
    "a choice of a form behind a mark": "ann\u0301\ufe0f",
    "two joiners": "👨\u200d\u200d👩",
    "a blank in front": " ann",
}

HANDING = [
    *NOTEBOOKS,
    *PLACES,
    *(
        attack(
            f"a student's id with {name}",
            "an id is a name and nothing else",
            student=student,
            solved=tuple(POINTS),
        )
        for name, student in NAMES.items()
    ),
    *(
        attack(
            f"a student's id with {name}",
            "it stands in pages, links, patterns and tables",
            student=student,
            solved=tuple(POINTS),
            state=(),
            points={},
        )
        for name, student in REFUSED_NAMES.items()
    ),
]
