"""What happens to notebooks between a learner and a grader: a table of named damages.

Each takes the bytes of a solved submission and gives those of a damaged one; chance is drawn from the
bytes themselves, so that the same submission is always damaged in the same way. `KEEPS_POINTS` names
those after which every point must still be there.
"""

import json
import random
import re
import zlib

import nbformat

from course.grading.ingest.salvage import repair_submission

DAMAGES = {}
KEEPS_POINTS = set()


def damage(keeps_points=True):
    """Put a function from bytes to bytes into the table under its name."""

    def put(function):
        DAMAGES[function.__name__] = function
        if keeps_points:
            KEEPS_POINTS.add(function.__name__)
        return function

    return put


def on_notebook(keeps_points=True):
    """The same for a function that changes a notebook (dicts, sources as strings) in place."""

    def put(function):
        def applied(content):
            notebook = read(content)
            if notebook is None:
                return content
            function(notebook, random.Random(content))
            return write(notebook)

        applied.__name__ = function.__name__
        return damage(keeps_points)(applied)

    return put


def read(content):
    """The notebook in these bytes with whole sources, or None where an earlier damage hides it."""
    try:
        notebook = json.loads(content)
        notebook["cells"] = [cell for cell in notebook["cells"] if isinstance(cell, dict)]
    except (ValueError, LookupError, TypeError, RecursionError):
        return None
    for cell in notebook["cells"]:
        source = cell.get("source", "")
        if isinstance(source, list):
            lines = [line for line in source if isinstance(line, str)]
            source = ("" if any(line.endswith("\n") for line in lines) else "\n").join(lines)
        cell["source"] = source if isinstance(source, str) else ""
        cell["cell_type"] = cell.get("cell_type") or "raw"
        cell["metadata"] = cell["metadata"] if isinstance(cell.get("metadata"), dict) else {}
    return notebook


def write(notebook):
    """The bytes of a notebook as Jupyter writes them."""
    for cell in notebook["cells"]:
        if isinstance(cell["source"], str):
            cell["source"] = cell["source"].splitlines(True)
    text = json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True)
    return (text + "\n").encode(errors="replace")


def code(source, **metadata):
    """A code cell of a learner's own."""
    return {
        "cell_type": "code",
        "id": f"{zlib.crc32(source.encode()):08x}",
        "metadata": metadata,
        "source": source,
        "outputs": [],
        "execution_count": None,
    }


def nbgrader_of(cell):
    """Nbgrader's metadata of a cell, or an empty dict."""
    found = cell["metadata"].get("nbgrader") if isinstance(cell["metadata"], dict) else None
    return found if isinstance(found, dict) else {}


def exercises(notebook):
    """The indices of the cells in which code is graded by the checks below."""
    return [
        index
        for index, cell in enumerate(notebook["cells"])
        if nbgrader_of(cell).get("solution") and not nbgrader_of(cell).get("grade")
    ]


def checks(notebook):
    """The indices of the graded cells that come from the lesson."""
    return [
        index
        for index, cell in enumerate(notebook["cells"])
        if nbgrader_of(cell).get("grade") and not nbgrader_of(cell).get("solution")
    ]


def locked(notebook):
    """The indices of the locked cells that grade nothing."""
    return [
        index
        for index, cell in enumerate(notebook["cells"])
        if nbgrader_of(cell).get("locked") and not nbgrader_of(cell).get("grade")
    ]


def written(notebook):
    """The indices of the written answers."""
    return [
        index
        for index, cell in enumerate(notebook["cells"])
        if nbgrader_of(cell).get("solution") and nbgrader_of(cell).get("grade")
    ]


def graded(notebook):
    """The indices of all cells that nbgrader knows."""
    return [index for index, cell in enumerate(notebook["cells"]) if nbgrader_of(cell).get("grade_id")]


def stub_of(source):
    """An exercise's source as it was released: everything below the docstring, or the answer, gone."""
    if source.startswith("def "):
        head = re.match(r'def [^\n]*\n(?:    """.*?"""\n)?', source, re.S)[0]
        return f"{head}    # YOUR CODE HERE"
    return source.split("\n")[0] + "\n# YOUR CODE HERE"


# The file


@damage()
def stored_as_utf_16(content):
    return content.decode("utf-8", "replace").encode("utf-16")


@damage()
def stored_as_utf_16_big_endian_without_mark(content):
    return content.decode("utf-8", "replace").encode("utf-16-be")


@damage()
def stored_with_a_byte_order_mark(content):
    return b"\xef\xbb\xbf" + content


@damage()
def stored_as_latin_1(content):
    return content.decode("utf-8", "replace").encode("latin-1", "replace")


@damage()
def stored_as_korean_windows(content):
    return content.decode("utf-8", "replace").encode("cp949", "replace")


@damage()
def some_bytes_flipped_in_text(content):
    return content.replace("기".encode(), b"\xea\xb8\x00"[:2])


@damage()
def lines_end_as_on_windows(content):
    return content.replace(b"\n", b"\r\n")


@damage(keeps_points=False)
def cut_in_the_middle(content):
    return content[: len(content) // 2]


@damage(keeps_points=False)
def cut_anywhere(content):
    return content[: random.Random(content).randrange(len(content))]


@damage()
def cut_after_the_last_cell(content):
    return content[: content.rfind(b'"metadata"')] if content.rfind(b'"metadata"') > 0 else content


@damage(keeps_points=False)
def a_block_of_zeros(content):
    start = random.Random(content).randrange(len(content))
    return content[:start] + b"\0" * 512 + content[start + 512 :]


@damage()
def marks_of_a_merge_between_cells(content):
    return content.replace(b"\n  {\n", b"\n<<<<<<< HEAD\n=======\n>>>>>>> mine\n  {\n", 3)


@damage()
def not_a_number_in_an_output(content):
    data = b'{"output_type": "display_data", "metadata": {}, "data": {"application/json": [NaN, 1e999]}}'
    return content.replace(b'"outputs": []', b'"outputs": [' + data + b"]")


@damage()
def an_endless_integer_in_an_output(content):
    return content.replace(b'"outputs": []', b'"outputs": [' + b"9" * 6000 + b"]", 1)


@damage()
def deep_json_in_an_output(content):
    return content.replace(b'"outputs": []', b'"outputs": [' + b"[" * 20_000 + b"]" * 20_000 + b"]", 1)


@damage()
def keys_twice(content):
    return content.replace(b'"cell_type": "code"', b'"cell_type": "raw", "source": 7, "cell_type": "code"')


@damage()
def tabs_in_strings(content):
    return content.replace(b"return ", b"return\t")


# Formats and editors


@damage()
def old_format_3(content):
    notebook = read(content)
    if notebook is None:
        return content
    try:
        old = nbformat.convert(nbformat.from_dict(notebook), 3)
        return nbformat.writes(old, version=3).encode()
    except Exception:  # an earlier damage may have made of it what nbformat does not take
        return content


@on_notebook()
def without_ids(notebook, rng):
    notebook["nbformat_minor"] = 4
    for cell in notebook["cells"]:
        cell.pop("id", None)


@on_notebook()
def through_colab(notebook, rng):
    without_all = {"colab": {"provenance": [], "toc_visible": True}, "kernelspec": {"name": "python3"}}
    notebook |= {"nbformat_minor": 0, "metadata": without_all}
    for cell in notebook["cells"]:
        cell["metadata"] = dict(cell["metadata"]) | {"id": cell.pop("id", "x"), "outputId": "6e0f"}


@on_notebook()
def through_vs_code(notebook, rng):
    notebook["metadata"] = {
        "kernelspec": {"display_name": ".venv (3.12.1)", "language": "python", "name": "python3"},
        "language_info": {"name": "python", "version": "3.12.1", "codemirror_mode": {"name": "ipython"}},
    }
    for cell in notebook["cells"]:
        cell["metadata"]["vscode"] = {"languageId": "python"}


@on_notebook()
def through_kaggle(notebook, rng):
    for cell in notebook["cells"]:
        cell["metadata"] |= {
            "_uuid": "8f2839f25d086af736a60e9eeb907d3b93b6e0e5",
            "execution": {"iopub.status.busy": "2026-03-01T10:00:00.0Z"},
            "trusted": True,
        }


@on_notebook()
def of_another_language(notebook, rng):
    notebook["metadata"] = {"kernelspec": {"display_name": "R", "language": "R", "name": "ir"}}


@on_notebook()
def without_notebook_metadata(notebook, rng):
    notebook["metadata"] = "gone"
    notebook.pop("nbformat", None)
    notebook.pop("nbformat_minor", None)


@on_notebook()
def megabytes_of_outputs(notebook, rng):
    text = {"output_type": "stream", "name": "stdout", "text": ["epoch [1/9], {loss}\n"] * 20_000}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = [text]


@on_notebook()
def sources_as_strings_with_carriage_returns(notebook, rng):
    for cell in notebook["cells"]:
        cell["source"] = [cell["source"].replace("\n", "\r\n")]


@on_notebook()
def lines_without_ends(notebook, rng):
    for cell in notebook["cells"]:
        cell["source"] = cell["source"].split("\n")


@on_notebook(keeps_points=False)
def a_source_of_the_wrong_type(notebook, rng):
    rng.choice(notebook["cells"])["source"] = rng.choice([None, 7, {"a": 1}, [1, 2], True])


@damage()
def things_that_are_no_cells(content):
    return content.replace(b'"cells": [', b'"cells": [null, 7, "text", [], {}, {"cell_type": []},', 1)


@damage()
def a_broken_emoji(content):
    return content.replace(
        b'"cells": [', b'"cells": [{"cell_type": "markdown", "source": "\\ud83d \\udc00"},', 1
    )


@on_notebook()
def metadata_that_breaks_the_format(notebook, rng):
    own = code("1 + 1", tags=["a,b", 7, "a", "a"], name="", collapsed="yes", jupyter=3)
    notebook["cells"].insert(1, own | {"id": "not an id!", "extra": 1})
    notebook["cells"].insert(1, code("2 + 2", huge="x" * 10**6))
    notebook["cells"].insert(1, code("3 + 3", nbgrader="text"))


@on_notebook()
def attachments_of_any_shape(notebook, rng):
    picture = {"image/png": "iVBORw0KGgo="}
    for index in written(notebook):
        notebook["cells"][index]["attachments"] = {"a.png": picture, "bad": 7, "worse": {"image/png": 3}}
    for index in exercises(notebook):
        notebook["cells"][index]["attachments"] = {"a.png": picture}


@on_notebook()
def a_megabyte_of_source(notebook, rng):
    notebook["cells"].append(code("# " + "x" * 900_000))
    notebook["cells"].append(code("y" * 2_000_000))


# Cells


def _copy(cell, **changed):
    return json.loads(json.dumps(cell)) | {"id": f"{cell.get('id', 'x')}-copy"} | changed


@on_notebook()
def solutions_twice(notebook, rng):
    for index in reversed(exercises(notebook)):
        notebook["cells"].insert(index, _copy(notebook["cells"][index]))


@on_notebook()
def an_old_attempt_above(notebook, rng):
    for index in reversed(exercises(notebook)):
        cell = notebook["cells"][index]
        name = nbgrader_of(cell)["grade_id"]
        attempt = (
            f"{name} = 17" if " = " in cell["source"].split("\n")[0] else f"def {name}(*_):\n    return 17"
        )
        notebook["cells"].insert(index, _copy(cell, source=attempt))


@on_notebook()
def an_untouched_copy_below(notebook, rng):
    for index in reversed(exercises(notebook)):
        cell = notebook["cells"][index]
        notebook["cells"].insert(index + 1, _copy(cell, source=stub_of(cell["source"])))


@on_notebook()
def an_empty_copy_below(notebook, rng):
    for index in reversed(exercises(notebook) + written(notebook)):
        notebook["cells"].insert(index + 1, _copy(notebook["cells"][index], source=""))


@on_notebook()
def whole_notebook_twice(notebook, rng):
    notebook["cells"] += [_copy(cell) for cell in notebook["cells"]]


@on_notebook()
def checks_twice(notebook, rng):
    for index in reversed(checks(notebook)):
        notebook["cells"].insert(index, _copy(notebook["cells"][index]))


@on_notebook()
def checks_deleted(notebook, rng):
    for index in reversed(checks(notebook)):
        del notebook["cells"][index]


@on_notebook()
def locked_cells_deleted(notebook, rng):
    for index in reversed(locked(notebook)):
        del notebook["cells"][index]


@on_notebook(keeps_points=False)
def an_exercise_deleted(notebook, rng):
    if found := exercises(notebook):
        del notebook["cells"][rng.choice(found)]


@on_notebook()
def prose_deleted(notebook, rng):
    notebook["cells"] = [
        cell for cell in notebook["cells"] if cell["cell_type"] == "code" or nbgrader_of(cell).get("grade_id")
    ]


@on_notebook(keeps_points=False)
def a_cell_deleted(notebook, rng):
    if len(notebook["cells"]) > 1:
        del notebook["cells"][rng.randrange(len(notebook["cells"]))]


@on_notebook()
def exercises_in_another_order(notebook, rng):
    """The exercises change places, each with its checks, below everything that they may need."""
    cells, starts = notebook["cells"], exercises(notebook)
    groups, rest, position = [], [], 0
    for start in starts:
        end = next((index + 1 for index in checks(notebook) if index > start), None)
        if end is None or start < position:
            return
        rest += cells[position:start]
        groups.append(cells[start:end])
        position = end
    rng.shuffle(groups)
    notebook["cells"] = rest + [cell for group in groups for cell in group] + cells[position:]


@on_notebook(keeps_points=False)
def all_cells_shuffled(notebook, rng):
    rng.shuffle(notebook["cells"])


@on_notebook()
def checks_at_the_top(notebook, rng):
    found = checks(notebook)
    notebook["cells"] = [notebook["cells"][index] for index in found] + [
        cell for index, cell in enumerate(notebook["cells"]) if index not in found
    ]


@on_notebook()
def locked_cells_at_the_end(notebook, rng):
    found = locked(notebook)
    notebook["cells"] = [cell for index, cell in enumerate(notebook["cells"]) if index not in found] + [
        notebook["cells"][index] for index in found
    ]


def _merge(notebook, first, keep):
    """Merge a cell with the one below; `keep` says whose settings stay."""
    cells = notebook["cells"]
    if first + 1 < len(cells):
        source = f"{cells[first]['source']}\n\n{cells[first + 1]['source']}"
        cells[first : first + 2] = [
            _copy(cells[first + keep], source=source, id=cells[first + keep].get("id", "x"))
        ]


@on_notebook()
def exercises_merged_with_checks(notebook, rng):
    for index in reversed(exercises(notebook)):
        if index + 1 in checks(notebook):
            _merge(notebook, index, keep=0)


@on_notebook()
def checks_merged_with_exercises(notebook, rng):
    for index in reversed(exercises(notebook)):
        if index + 1 in checks(notebook):
            _merge(notebook, index, keep=1)


@on_notebook()
def neighbours_in_code_merged(notebook, rng):
    cells = notebook["cells"]
    for index in reversed(range(len(cells) - 1)):
        if cells[index]["cell_type"] == cells[index + 1]["cell_type"] == "code" and index + 1 not in locked(
            notebook
        ):
            _merge(notebook, index, keep=0)


@on_notebook()
def all_code_in_one_cell(notebook, rng):
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    others = [cell for cell in notebook["cells"] if cell["cell_type"] != "code"]
    notebook["cells"] = [code("\n\n".join(cell["source"] for cell in cells)), *others]


@on_notebook()
def answers_merged_with_prose(notebook, rng):
    for index in reversed(written(notebook)):
        if index and notebook["cells"][index - 1]["cell_type"] == "markdown":
            _merge(notebook, index - 1, keep=0)


@on_notebook()
def exercises_split_in_the_middle(notebook, rng):
    for index in reversed(exercises(notebook)):
        cell = notebook["cells"][index]
        lines = cell["source"].split("\n")
        if len(lines) > 1 and lines[-1].startswith((" ", "\t")):
            notebook["cells"][index : index + 1] = [
                _copy(cell, source="\n".join(lines[:-1])),
                _copy(cell, source=lines[-1]),
            ]


@on_notebook()
def exercises_split_and_the_half_unlabelled(notebook, rng):
    for index in reversed(exercises(notebook)):
        cell = notebook["cells"][index]
        lines = cell["source"].split("\n")
        if len(lines) > 1 and lines[-1].startswith((" ", "\t")):
            halves = [_copy(cell, source="\n".join(lines[:-1])), code(lines[-1])]
            notebook["cells"][index : index + 1] = halves


def _become(notebook, indices, kind):
    for index in indices:
        cell = notebook["cells"][index]
        cell["cell_type"] = kind
        if kind == "code":
            cell |= {"outputs": [], "execution_count": None}
        else:
            cell.pop("outputs", None)
            cell.pop("execution_count", None)


@on_notebook()
def exercises_become_markdown(notebook, rng):
    _become(notebook, exercises(notebook), "markdown")


@on_notebook()
def exercises_become_raw(notebook, rng):
    _become(notebook, exercises(notebook), "raw")


@on_notebook()
def checks_become_markdown(notebook, rng):
    _become(notebook, checks(notebook), "markdown")


@on_notebook()
def everything_graded_becomes_raw(notebook, rng):
    _become(notebook, graded(notebook), "raw")


@on_notebook()
def answers_become_code(notebook, rng):
    _become(notebook, written(notebook), "code")


# Metadata


@on_notebook()
def settings_stripped(notebook, rng):
    for cell in notebook["cells"]:
        cell["metadata"] = {}


@on_notebook()
def settings_and_ids_stripped(notebook, rng):
    for cell in notebook["cells"]:
        cell["metadata"] = {}
        cell.pop("id", None)


@on_notebook()
def settings_gone_altogether(notebook, rng):
    for cell in notebook["cells"]:
        cell.pop("metadata")
    for cell in notebook["cells"]:
        cell["metadata"] = rng.choice([None, [], "x", {}])


def _edit(notebook, indices, **changed):
    for index in indices:
        nbgrader_of(notebook["cells"][index]).update(changed)


@on_notebook()
def points_raised(notebook, rng):
    _edit(notebook, checks(notebook), points=1000)


@on_notebook()
def points_of_all_kinds(notebook, rng):
    for index in graded(notebook):
        _edit(notebook, [index], points=rng.choice([None, -3, "many", [], {}, float("nan"), 1e308, True]))


@on_notebook()
def grading_switched_off(notebook, rng):
    _edit(notebook, graded(notebook), grade=False, locked=False)


@on_notebook()
def everything_a_solution(notebook, rng):
    _edit(notebook, graded(notebook), solution=True, grade=True, locked=False, task=True)


@on_notebook()
def schema_versions_of_all_kinds(notebook, rng):
    for index in graded(notebook):
        _edit(notebook, [index], schema_version=rng.choice([0, 1, 2, 99, "3", None, []]), cell_type="heading")


@on_notebook()
def exercises_and_checks_swap_names(notebook, rng):
    cells = notebook["cells"]
    for index in exercises(notebook):
        if index + 1 in checks(notebook):
            one, other = nbgrader_of(cells[index]), nbgrader_of(cells[index + 1])
            one["grade_id"], other["grade_id"] = other["grade_id"], one["grade_id"]


@on_notebook()
def exercises_swap_settings(notebook, rng):
    found = exercises(notebook)
    swapped = [notebook["cells"][index]["metadata"] for index in found]
    for index, metadata in zip(found, swapped[1:] + swapped[:1], strict=True):
        notebook["cells"][index]["metadata"] = metadata


@on_notebook()
def names_edited(notebook, rng):
    for index in graded(notebook):
        name = nbgrader_of(notebook["cells"][index])["grade_id"]
        _edit(notebook, [index], grade_id=rng.choice([f"{name}x", "", None, 7, "../../x", "name\nname"]))


@on_notebook()
def all_names_the_same(notebook, rng):
    _edit(notebook, graded(notebook), grade_id="double")


@on_notebook()
def tags_that_change_grading(notebook, rng):
    for index in graded(notebook):
        notebook["cells"][index]["metadata"]["tags"] = ["skip-execution", "raises-exception", "remove_cell"]


@on_notebook()
def checks_edited(notebook, rng):
    for index in checks(notebook):
        notebook["cells"][index]["source"] = "assert True"


@on_notebook()
def checks_edited_and_settings_stripped(notebook, rng):
    for index in checks(notebook):
        notebook["cells"][index]["source"] = "# nothing to see here"
    for cell in notebook["cells"]:
        cell["metadata"] = {}


@on_notebook()
def checks_emptied(notebook, rng):
    for index in checks(notebook):
        notebook["cells"][index]["source"] = ""


@on_notebook()
def locked_cells_emptied(notebook, rng):
    for index in locked(notebook):
        notebook["cells"][index]["source"] = ""


@on_notebook()
def imports_added_to_locked_cells(notebook, rng):
    """What is imported there is used by the first exercise."""
    for index in locked(notebook)[:1]:
        notebook["cells"][index]["source"] += "\nfrom math import prod"
    for index in exercises(notebook)[: len(locked(notebook))][:1]:
        notebook["cells"][index]["source"] = notebook["cells"][index]["source"].replace(
            "return ", "return prod([1]) * "
        )


def several(content, names):
    """One damage after another."""
    for name in names:
        content = DAMAGES[name](content)
    return content


def repaired(content, template, name):
    """The repair of a submission to a lesson whose quizzes have the course's usual names."""
    return repair_submission(content, template, name, {f"quiz_{number}" for number in range(1, 6)})
