"""From a platform's archive to its grades and pages: are they the same students?"""

import csv
import io
import json
import zipfile

import mini
import pytest
from class_here import gradebook, write_small_class
from handing_in import RIGHT, write_submission
from rich.console import Console

from course.grading.collect import collect
from course.grading.hand_back import hand_back
from helpers.errors import CourseError

N = f"{mini.NAME}.ipynb"
DATE = "2026-11-24-10-00-00"
# Names in the archive for ann and ben, and the class list as the platform exports it.
FORMS = {
    "Moodle": (
        [f"김 민준_1041_assignsubmission_file/{N}", f"김 민준_1042_assignsubmission_file/{N}"],
        "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Last modified (submission),"
        "Last modified (grade),Feedback comments\n"
        "Participant 1041,김 민준,ann,Submitted,,6.00,-,-,\n"
        "Participant 1042,김 민준,ben,Submitted,,6.00,-,-,\n"
        'Participant 1043,"=cmd|x",dae,No submission,,6.00,-,-,\n',
        ["ann", "ben", "dae"],
        "utf-8-sig",
    ),
    "Canvas": (
        [f"kimminjun_LATE_1041_77_{mini.NAME}-1.ipynb", f"kimminjun_1042_78_{N}"],
        f"Student,ID,SIS User ID,SIS Login ID,Section,{mini.NAME} (901),Other (902)\n"
        "    Points Possible,,,,,6,3\n"
        '"Kim, Minjun",1041,s1,a,1,,2\n"Kim, Minjun",1042,s2,b,1,,2\n"=cmd, x",1043,s3,c,1,,2\n',
        ["1041", "1042", "1043"],
        "utf-8",
    ),
    "Blackboard": (
        [
            f"Lesson_90_min_jun_attempt_2026-11-23-10-00-00_{N}",
            f"Lesson_90_min_jun_attempt_{DATE}_{N}",
            f"Lesson_90_jun_attempt_{DATE}_{N}",
            f"Lesson_90_jun_attempt_{DATE}.txt",
        ],
        f"Last Name\tFirst Name\tUsername\tStudent ID\t{mini.NAME} [Total Pts: 6 Score] |901\n"
        "Kim\tMinjun\tmin_jun\t1\t\nLee\tJun\tjun\t2\t\n=cmd|x\tDae\tdae\t3\t\n",
        ["min_jun", "jun", "dae"],
        "utf-16",
    ),
}
KEYS = {"Moodle": "Identifier", "Canvas": "ID", "Blackboard": "Username"}


@pytest.fixture
def course(tmp_path, monkeypatch):
    root = tmp_path / "course"
    mini.built_course(root)
    monkeypatch.chdir(root)
    return root


def archive(root, contents):
    path = root / "all.zip"
    with zipfile.ZipFile(path, "w") as file:
        for name, content in contents.items():
            file.writestr(name, content)
    return path


def class_list(root, text, encoding="utf-8"):
    path = root / "class.csv"
    path.write_bytes(text.encode(encoding))
    return path


def run(command, *arguments):
    console = Console(file=io.StringIO(), width=200)
    code = command(console, mini.NAME, *arguments)
    return code, console.file.getvalue()


def handed_in(root, student):
    return root / "submitted" / student / mini.NAME


@pytest.mark.parametrize("platform", FORMS)
def test_grades_and_pages_go_back_to_whom_the_archive_named(course, platform):
    names, listed, ids, encoding = FORMS[platform]
    code, said = run(
        collect,
        archive(course, {name: name for name in names}),
        class_list(course, listed, encoding),
    )
    assert (code, f"{platform}: 2 students collected" in said) == (0, True), said
    assert f"1 on the class list, but not in the archive: {ids[2]}" in said
    assert ("late, says Canvas: 1041" in said) == (platform == "Canvas")
    for student, name in zip(ids[:2], names[-2:] if platform != "Blackboard" else names[1:3], strict=True):
        [path] = handed_in(course, student).glob("*.ipynb")
        assert path.read_text() == name
        assert (path.parent / "timestamp.txt").is_file() == (platform == "Blackboard")
    with gradebook(course) as book:
        assert {student.id for student in book.students} == set(ids)
    # The first waits for a person, the second is graded.
    write_grades(course, ids)
    code, said = run(hand_back, None)
    assert (code, "1 without a grade" in said, f"a person: {ids[0]}" in said) == (0, True, True), said
    target = course / "grading" / f"{mini.NAME}-hand-back"
    rows = list(csv.DictReader(io.StringIO((target / "grades.csv").read_text(encoding="utf-8"))))
    column = "Grade" if platform == "Moodle" else next(name for name in rows[0] if name.startswith(mini.NAME))
    points = {row[KEYS[platform]]: row[column] for row in rows if row[KEYS[platform]]}
    assert list(points.values()) == ["", "4", ""]
    if platform == "Canvas":
        assert rows[0][column] == "6"
    assert not any(value.startswith("=") for row in rows for value in row.values())
    with zipfile.ZipFile(target / "feedback.zip") as file:
        pages = {name: file.read(name).decode() for name in file.namelist()}
    expected = {
        "Moodle": [name.replace(".ipynb", ".html") for name in names],
        "Canvas": [name.replace("-1.ipynb", "-1.html").replace(".ipynb", ".html") for name in names],
        "Blackboard": [f"{student}/{mini.NAME}.html" for student in ids[:2]],
    }[platform]
    assert pages == {name: f"page of {student}" for name, student in zip(expected, ids, strict=False)}


def write_grades(root, ids):
    with gradebook(root) as book:
        book.add_assignment(mini.NAME)
        book.add_notebook(mini.NAME, mini.NAME)
        book.add_grade_cell("why", mini.NAME, mini.NAME, max_score=6, cell_type="markdown")
        for student in ids[:2]:
            book.add_submission(mini.NAME, student)
            grade = book.find_grade("why", mini.NAME, mini.NAME, student)
            grade.needs_manual_grade = student == ids[0]
            grade.manual_score = None if student == ids[0] else 4
        book.db.commit()
    for student in ids[:2]:
        folder = root / "feedback" / student / mini.NAME
        folder.mkdir(parents=True)
        (folder / f"{mini.NAME}.html").write_text(f"page of {student}")


def test_newer_archive_updates_and_keeps_what_a_person_put_there(course):
    name = f"Ann_7_assignsubmission_file/{N}"
    run(collect, archive(course, {name: "old", name.replace(N, "search.jsonl"): "log"}), None)
    folder = handed_in(course, "Ann")
    (folder / "timestamp.txt").write_text("2026-11-24 10:00:00")
    _, said = run(collect, archive(course, {name: "new"}), None)
    assert {path.name: path.read_text() for path in folder.iterdir()} == {
        N: "new",
        "timestamp.txt": "2026-11-24 10:00:00",
    }
    (folder / N).write_text("by hand")
    _, said = run(collect, archive(course, {name: "newest"}), None)
    assert (folder / N).read_text() == "by hand"
    assert f"submitted/Ann: {N} was added or changed by hand, and was kept" in said


def test_doubtful_students_are_named_and_stop_nobody(course):
    said_archive = archive(
        course,
        {
            f"김 민준_1_assignsubmission_file/{N}": "a",
            f"김 민준_2_assignsubmission_file/{N}": "b",
            "박서연_3_assignsubmission_file/homework.pdf": "c",
            f"Participant_4_assignsubmission_file/{N}": "d",
            "Eve_5_assignsubmission_file/my.zip": "no archive",
            f"Honest_6_assignsubmission_file/{N}": "e",
            "loose.txt": "f",
        },
    )
    code, said = run(collect, said_archive, None)
    assert code == 1
    for part in (
        "left out: 김 민준 (1): several students have this name: give Moodle's grading worksheet",
        "left out: 김 민준 (2)",
        "no notebook: 박서연 (homework.pdf)",
        "no notebook: Eve (my.zip)",
        "my.zip: left as it is",
        "file without a student: loose.txt",
    ):
        assert part in said
    assert {path.name for path in (course / "submitted").iterdir()} == {"Honest", "Participant 4"}


def test_another_assignments_worksheet_hands_nobody_in_for_another(course):
    listed = "Identifier,Full name,Grade,Last modified (grade)\nParticipant 1,Bob Roe,,-\n"
    code, said = run(
        collect, archive(course, {f"Ann Lee_1_assignsubmission_file/{N}": ""}), class_list(course, listed)
    )
    assert (code, "another name for this number" in said) == (1, True)
    assert not (course / "submitted").exists()


def test_archive_of_no_platform_is_one_clear_line(course):
    with pytest.raises(CourseError, match="has a name as Moodle, Canvas or Blackboard gives it"):
        run(collect, archive(course, {N: ""}), None)


def test_column_that_is_not_certain_is_asked_for(course):
    names, listed, ids, _ = FORMS["Canvas"]
    run(
        collect,
        archive(course, dict.fromkeys(names, "")),
        class_list(course, listed.replace(mini.NAME, "Homework")),
    )
    write_grades(course, ids)
    with pytest.raises(CourseError, match=r"--column; the columns are Homework \(901\); Other"):
        run(hand_back, None)
    assert run(hand_back, "Homework")[0] == 0


def test_points_are_those_of_the_gradebook(tmp_path, monkeypatch):
    root = write_small_class(tmp_path)
    monkeypatch.chdir(root)
    notebook = (write_submission(root, "ann", RIGHT, "Because of this.") / N).read_bytes()
    run(collect, archive(root, {f"ann_1_assignsubmission_file/{N}": notebook}), None)
    assert json.loads((root / "grading" / f"{mini.NAME}-platform.json").read_text())["platform"] == "Moodle"
    _, said = run(hand_back, None)
    assert "1 without a grade, because answers wait for a person: ann" in said
