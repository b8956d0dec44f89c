"""`course.toml`: what it may say, and what is said of a slip in it."""

import pytest
from traitlets.config import Config

from course.grading.nbgrader_settings import configure
from course.plugins import imported, read_plugin
from course.settings import Lint, Settings, read_settings
from helpers.errors import CourseError


def read(root, text):
    (root / "course.toml").write_text(text, encoding="utf-8")
    return read_settings(root)


def test_defaults_hold_without_a_file(tmp_path):
    assert read_settings(tmp_path) == Settings()


def test_a_key_replaces_its_default_alone(tmp_path):
    settings = read(tmp_path, 'id = "mine"\n[lint]\nleast_wrong = 7\noff = ["a", "b"]')
    assert settings == Settings(id="mine", lint=Lint(least_wrong=7, off=("a", "b")))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id = 3", "course.toml: id is a text, not 3"),
        ("lint = 3", "course.toml: lint is a table, not 3"),
        ("[lint]\nleast_wrong = true", "course.toml, [lint]: least_wrong is a whole number, not True"),
        ("[lint]\noff = 'all'", "course.toml, [lint]: off is a list of texts, not 'all'"),
        ("[lint]\noff = [1]", "course.toml, [lint]: off is a list of texts, not [1]"),
        ("name = 'x'", "course.toml: there is no 'name'; there are id, title"),
        ("[lint]\nmost = 3", "course.toml, [lint]: there is no 'most'; there are house_rules, off"),
        ("id = ", "course.toml is not TOML: Invalid value (at "),
    ],
)
def test_a_slip_is_one_line_with_its_place(tmp_path, text, said):
    with pytest.raises(CourseError) as caught:
        read(tmp_path, text)
    assert str(caught.value).startswith(said)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_no_text_is_one_line(tmp_path):
    (tmp_path / "course.toml").write_bytes(b"\xff")
    with pytest.raises(CourseError, match=r"^course\.toml cannot be read"):
        read_settings(tmp_path)


def test_nbgrader_files_grades_under_the_id_of_the_course(tmp_path):
    (tmp_path / "course.toml").write_text('id = "mine"', encoding="utf-8")
    config = Config()
    configure(config, tmp_path)
    assert config.CourseDirectory.course_id == "mine"


def test_a_plugin_stays_the_same_module_however_many_are_imported(tmp_path):
    (tmp_path / "rules.py").write_text("RULES = ()", encoding="utf-8")
    first = read_plugin(tmp_path, "rules.py", ["RULES"])
    for number in range(40):
        imported(f"other{number}.py", "", ())
    assert read_plugin(tmp_path, "rules.py", ["RULES"]) is first
