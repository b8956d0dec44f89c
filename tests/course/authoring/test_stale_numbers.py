"""Which numbers of the prose an author is shown after a lesson was executed anew."""

import mini
import nbformat.v4 as v4
import pytest

from course.authoring.build import build
from course.authoring.stale_numbers import stale_numbers


def executed(prose, *outputs):
    """A notebook of prose and of a cell for each output, whose source tells its place."""
    notebook = v4.new_notebook(cells=[v4.new_markdown_cell(prose)])
    for place, text in enumerate(outputs):
        cell = v4.new_code_cell(f"cell {place}")
        cell.outputs = [v4.new_output("stream", text=text)]
        notebook.cells.append(cell)
    return notebook


def found(prose, before, after):
    return [number for number, _ in stale_numbers(executed(prose, before), executed(prose, after))]


@pytest.mark.parametrize(
    ("prose", "before", "after", "wanted"),
    [
        ("It rose to 0.812.", "0.812", "0.809", ["0.812"]),
        ("It rose to 0.812.", "0.8123 of 1", "0.8093 of 1", ["0.812"]),
        ("It rose to 0.812.", "0.8123", "0.8119", []),
        ("It rose to 0.812.", "0.755", "0.760", []),
        ("A gain of 3.4 points.", "gain 0.0338", "gain 0.0313", ["3.4"]),
        ("A gain of 3.4 points.", "gain 0.0338", "gain 0.0341", []),
        ("In 82 % of all.", "0.8213", "0.8333", ["82"]),
        ("In 82 of all.", "0.8213", "0.8333", []),
        ("It let 25 epochs run.", "on average 24.9", "on average 23.4", ["25"]),
        ("After 1,280 images.", "1280 images", "1300 images", ["1,280"]),
        ("After 1,280 images.", "1280 images", "1,280 images", []),
        ("At 2 or 10 or 0.1.", "2, 10, 0.1", "3, 11, 0.2", []),  # such numbers stand everywhere
        ("Lesson v1.25 of x12.", "1.25, 12", "1.35, 13", []),  # no numbers
    ],
)
def test_is_a_number_found_where_outputs_show_it_no_more(prose, before, after, wanted):
    assert found(prose, before, after) == wanted


def test_is_a_number_looked_for_where_it_stood():
    before, after = executed("It is 0.51.", "0.51", "0.62"), executed("It is 0.51.", "0.53", "0.51")
    assert [number for number, _ in stale_numbers(before, after)] == ["0.51"]


def test_is_a_number_looked_for_in_all_cells_of_one_source():
    notebooks = [executed("It is 0.51.", first, "0.62") for first in ("0.51", "0.52")]
    for notebook in notebooks:
        notebook.cells[1].source = notebook.cells[2].source = "print(x)"
    assert list(stale_numbers(*notebooks)) == [("0.51", "It is 0.51.")]


def test_is_it_looked_for_everywhere_when_its_cell_has_changed():
    before, after = executed("It is 0.51.", "0.51", "0.62"), executed("It is 0.51.", "", "0.51")
    after.cells[1].source = "another"
    assert list(stale_numbers(before, after)) == []
    after.cells[2].outputs[0].text = "0.52"
    assert list(stale_numbers(before, after)) == [("0.51", "It is 0.51.")]


def test_is_what_a_cell_returns_looked_at_too():
    notebooks = [executed("It is 0.51.", ""), executed("It is 0.51.", "")]
    for notebook, value in zip(notebooks, ("0.51", "0.52"), strict=True):
        picture = v4.new_output("display_data", data={"image/png": "0.51"})
        notebook.cells[1].outputs = [picture, v4.new_output("execute_result", data={"text/plain": value})]
    assert list(stale_numbers(*notebooks)) == [("0.51", "It is 0.51.")]


def test_does_a_build_name_file_and_line(tmp_path):
    folder = mini.built_course(tmp_path)
    source = folder / f"{mini.NAME}.py"
    text = source.read_text().replace('print("an experiment")', "print(0.8123)")
    source.write_text(text.replace("# # 90 Mini", "# # 90 Mini\n#\n# It rose to 0.81 [here]."))
    assert build(folder, tmp_path / "notebooks") == "90-mini: executed"
    source.write_text(source.read_text().replace("print(0.8123)", "print(0.8423)"))
    line = 1 + source.read_text().splitlines().index("# It rose to 0.81 [here].")
    said = f"90-mini/90-mini.py:{line}: an output showed 0.81 before, and shows it no more"
    assert build(folder, tmp_path / "notebooks") == f"90-mini: executed\n  {said}"
    # The last build is what is compared with: nobody is told again.
    assert build(folder, tmp_path / "notebooks", execute=True) == "90-mini: executed"
