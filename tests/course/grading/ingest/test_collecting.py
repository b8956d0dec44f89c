"""Do the ways from a learning platform work as docs/grading-platforms.md says, with the real zip_collect?"""

import io
import re
import subprocess
import sys
import tarfile
import zipfile

import mini
import pytest
from class_here import grade
from machine import lacks

from course.configuration import open_course
from course.grading.archives import extract_archive
from course.grading.ingest.folder import MAX_SUBMISSION_BYTES, find_students, read_submission
from course.grading.roster import read_roster

FIRST, LAST = "2026-11-23-09-00-00", "2026-11-24-10-00-00"
N = f"{mini.NAME}.ipynb"
# Archives in the platforms' own forms: names in the archive, ids that come out, who handed in something else.
ARCHIVES = {
    "Moodle": (
        [
            f"김 민준_1042_assignsubmission_file/{N}",
            f"Nguyễn Thị Hoa_1043_assignsubmission_file_/{mini.NAME} (1).ipynb",
            f"Ana-María O'Neil_1044_assignsubmission_file_{N}",
            "박서연_1045_assignsubmission_file/homework.pdf",
            "__MACOSX/._x",
        ],
        {"김 민준", "Nguyễn Thị Hoa", "Ana-María O'Neil"},
        {"박서연": "homework.pdf"},
    ),
    "Canvas": (
        [
            f"김민준_20431_998877_{N}",
            f"hoanguyen_LATE_20432_998878_{mini.NAME}-1.ipynb",
            f"oneilana_20433_998879_my_2_{N}",
            "seoyeon_LATE_20434_998880_homework-2.pdf",
        ],
        {"20431", "20432", "20433"},
        {"20434": "seoyeon_LATE_20434_998880_homework-2.pdf"},
    ),
    "Blackboard": (
        [
            f"Lesson_90_min.jun_attempt_{FIRST}_{N}",
            f"Lesson_90_min.jun_attempt_{FIRST}.txt",
            f"Lesson_90_min.jun_attempt_{LAST}_{N}",
            f"Lesson_90_민준-2_attempt_{LAST}_my {N}",
            f"Lesson_90_seoyeon_attempt_{LAST}_homework.pdf",
            f"Lesson_90_seoyeon_attempt_{LAST}.txt",
        ],
        {"min.jun", "민준-2"},
        {"seoyeon": f"Lesson_90_seoyeon_attempt_{LAST}_homework.pdf"},
    ),
}


def expressions(top):
    said = (top / "docs" / "grading-platforms.md").read_text(encoding="utf-8")
    found = re.findall(r"^(\w+) \(\*.*?^(c\.FileNameCollectorPlugin\.named_regexp = .*?)$", said, re.S | re.M)
    return dict(found)


def course_for(platform, top, root):
    """The tiny course, set up for the archives of a platform as the documentation says."""
    mini.built_course(root)
    with open(root / "nbgrader_config.py", "a", encoding="utf-8") as config:
        config.write("\n" + expressions(top)[platform] + "\n")


def collect(root, *options):
    command = [sys.executable, "-m", "nbgrader", "zip_collect", mini.NAME, "--force", *options]
    done = subprocess.run(command, cwd=root, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stderr


def archive(root, names, **others):
    """The archive of a platform; each file's content is its name. others: name -> another content."""
    folder = root / "downloaded" / mini.NAME / "archive"
    folder.mkdir(parents=True)
    with zipfile.ZipFile(folder / "Download all (90).zip", "w") as files:
        for name, content in (dict(zip(names, names, strict=True)) | others).items():
            files.writestr(name, content)


def roster(root):
    return read_roster(open_course(root), mini.NAME, ["nobody"], find_students(root / "submitted", mini.NAME))


@pytest.mark.parametrize("platform", ARCHIVES)
def test_does_an_archive_of_a_platform_reach_the_table(top, tmp_path, platform):
    names, collected, left_out = ARCHIVES[platform]
    course_for(platform, top, tmp_path)
    archive(tmp_path, names)
    collect(tmp_path)
    assert set(find_students(tmp_path / "submitted", mini.NAME)) == collected
    for student in collected:
        submission = read_submission(tmp_path / "submitted", student, mini.NAME)
        assert submission.problem is None, student
        assert bool(submission.timestamp) == (platform == "Blackboard")
    if platform == "Blackboard":
        last = read_submission(tmp_path / "submitted", "min.jun", mini.NAME)
        assert (last.timestamp, LAST in last.notebook.decode()) == ("2026-11-24 10:00:00", True)
    found = roster(tmp_path)
    assert found.absent.keys() == {"nobody", *left_out}
    for student, name in left_out.items():
        assert (
            found.absent[student].for_instructor == f"Nothing to grade: zip_collect did not collect {name}."
        )
    assert found.strays == ()


@pytest.mark.parametrize("user", ["min_jun", "min.jun", "민준-2"])
def test_takes_the_other_expression_for_blackboard_a_user_name_whole(top, user):
    said = (top / "docs" / "grading-platforms.md").read_text(encoding="utf-8")
    [expression] = re.findall(r'`r"([^`]*/Lesson 01_.*?)"`', said)
    for rest in ("_01-learning-rate.ipynb", ".txt"):
        found = re.match(expression, f"downloaded/x/extracted/all/Lesson 01_{user}_attempt_{LAST}{rest}")
        assert found["student_id"] == user


# What an honest student's computer puts into an archive of the homework.
OWN = [f"01/{N}", f"01/__MACOSX/._{N}", f"01/.ipynb_checkpoints/{mini.NAME}-checkpoint.ipynb", "01/.DS_Store"]


@pytest.mark.parametrize("platform", ARCHIVES)
def test_is_an_archive_that_a_student_handed_in_collected(top, tmp_path, platform):
    hers, _ = NESTED[platform]
    course_for(platform, top, tmp_path)
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as files:
        for name in OWN:
            files.writestr(name, name)
    archive(tmp_path, ARCHIVES[platform][0], **{hers: inner.getvalue()})
    collect(tmp_path)
    [student] = set(find_students(tmp_path / "submitted", mini.NAME)) - ARCHIVES[platform][1]
    assert read_submission(tmp_path / "submitted", student, mini.NAME).notebook == OWN[0].encode()


# What Eve hands in, by the name that her platform has given it, and in it a name as Bob's would be.
NESTED = {
    "Moodle": ("Eve_1041_assignsubmission_file/more.zip", f"Bob_1_assignsubmission_file/{N}"),
    "Canvas": ("eve_20430_998877_more.zip", f"bob_1_2_{N}"),
    "Blackboard": (f"Lesson_90_eve_attempt_{FIRST}_more.zip", f"Lesson_90_Bob_attempt_{LAST}_{N}"),
}


@pytest.mark.parametrize("below", ["", f"downloaded/{mini.NAME}/extracted/x/"], ids=["plain", "below others"])
@pytest.mark.parametrize("platform", NESTED)
def test_hands_nobody_in_for_another_by_an_archive_in_the_archive(top, tmp_path, platform, below):
    hers, his = NESTED[platform]
    course_for(platform, top, tmp_path)
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as files:
        files.writestr(below + his, "forged")
    archive(tmp_path, ARCHIVES[platform][0], **{hers: inner.getvalue()})
    collect(tmp_path)
    assert list((tmp_path / "downloaded").rglob(his.rpartition("/")[2]))  # it was extracted
    forged = {path.parts[-3] for path in tmp_path.glob("submitted/*/*/*") if path.read_text() == "forged"}
    assert forged <= {"Eve", "eve", "20430"}


def zipped(*names, content=b"{}"):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as files:
        for name in names:
            files.writestr(name, content)
    return made.getvalue()


def tarred(*members):
    """members: (name, type, link name, mode, content)."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as files:
        for name, kind, linkname, mode, content in members:
            info = tarfile.TarInfo(name)
            info.type, info.linkname, info.mode, info.size = kind, linkname, mode, len(content)
            files.addfile(info, io.BytesIO(content))
    return made.getvalue()


def with_password():
    content = bytearray(zipped(N))
    for place in (content.index(b"PK\3\4") + 6, content.index(b"PK\1\2") + 8):
        content[place] |= 1  # the bit that says so
    return bytes(content)


def nested(depth):
    content = zipped(N)
    for _ in range(depth):
        content = zipped("again.zip", content=content)
    return content


# What a student hands in, by the file's name, and whether a notebook of theirs can be collected. What is
# large is made where it is needed.
HANDED_IN = {
    "links in a circle": (
        "hw.tar.gz",
        tarred(("a", tarfile.SYMTYPE, "b", 0o777, b""), ("b", tarfile.SYMTYPE, "a", 0o777, b"")),
        False,
    ),
    "a link out": (
        "hw.tar.gz",
        tarred((N, tarfile.SYMTYPE, "/etc/hostname", 0o777, b"")),
        False,
    ),
    "a text": ("my.zip", b"my homework", False),
    "a text that begins as a zip": ("my.zip", b"PK my homework", False),
    "cut off": ("my.zip", zipped(N, content=bytes(range(256)) * 9)[:-40], False),
    "cut off tar": ("my.tar.gz", tarred((N, tarfile.REGTYPE, "", 0o644, bytes(99999)))[:-40], False),
    "a password": ("my.zip", with_password(), False),
    "damaged": ("my.zip", zipped(N).replace(b"PK\3\4", b"PK\3\5", 1), False),
    "a backslash": ("my.zip", zipped(f"hw\\{N}"), True),
    "out of its folder": ("my.zip", zipped(f"../../../../{N}", f"/etc/{N}"), True),
    "no rights": (
        "my.tar.gz",
        tarred(("d", tarfile.DIRTYPE, "", 0, b""), (f"d/{N}", tarfile.REGTYPE, "", 0, b"{}")),
        True,
    ),
    "large": ("my.zip", lambda: zipped(N, content=bytes(MAX_SUBMISSION_BYTES + 1)), False),
    "large when unpacked": (
        "my.zip",
        lambda: zipped(*map("{}.ipynb".format, range(3)), content=bytes(9 << 23)),
        False,
    ),
    "large when unpacked twice": (
        "my.zip",
        lambda: zipped(*map("{}.zip".format, range(3)), content=zipped(N, content=bytes(9 << 23))),
        False,
    ),
    "many": ("my.zip", zipped(*map("{}.ipynb".format, range(2000))), False),
    "a zip in a zip": ("my.zip", nested(2), True),
    "a zip in many": ("my.zip", nested(9), False),
    "two of one name": ("my.zip", zipped(f"old/{N}", f"new/{N}"), True),
    "a program beside": ("my.ZIP", zipped("numpy.py", f"hw/{N}", f"__MACOSX/._{N}"), True),
    "a file and a folder": ("my.zip", zipped("hw", f"hw/{N}", "hw/x/y.jsonl"), True),
    "a long name": ("my.zip", zipped(f"{'가' * 300}.ipynb"), True),
}


def test_is_nobody_kept_from_collection_by_what_another_hands_in(top, tmp_path):
    course_for("Moodle", top, tmp_path)
    there = {
        f"{who}_7_assignsubmission_file/{name}": content() if callable(content) else content
        for who, (name, content, _) in HANDED_IN.items()
    }
    # Beside an archive lies the notebook that is in it as well.
    there[f"two of one name_7_assignsubmission_file/{N}"] = b"{}"
    archive(tmp_path, [f"honest_8_assignsubmission_file/{N}"], **there)
    said = collect(tmp_path)
    assert "Traceback" not in said
    assert set(find_students(tmp_path / "submitted", mini.NAME)) == {
        "honest",
        *(who for who, (*_, taken) in HANDED_IN.items() if taken),
    }
    rows = roster(tmp_path).absent
    for who, (name, _, taken) in HANDED_IN.items():
        assert (who in rows) != taken
        assert taken or f"zip_collect did not collect {name}" in rows[who].for_instructor
    two = tmp_path / "submitted" / "two of one name" / mini.NAME
    assert {path.name for path in two.iterdir()} == {N, f"{mini.NAME} (2).ipynb", f"{mini.NAME} (3).ipynb"}
    extracted = list((tmp_path / "downloaded" / mini.NAME / "extracted").rglob("*"))
    assert not any(path.is_symlink() for path in extracted)
    assert sum(path.stat().st_size for path in extracted) < MAX_SUBMISSION_BYTES
    collect(tmp_path)  # once more, as an instructor does who got another archive


def test_member_of_a_platforms_archive_that_cannot_be_extracted_has_an_empty_file(tmp_path):
    content = zipped("a", "a/b.ipynb", "c/damaged.ipynb", "d.ipynb")
    with zipfile.ZipFile(io.BytesIO(content)) as files:
        start = files.getinfo("c/damaged.ipynb").header_offset
    path = tmp_path / "all.zip"
    path.write_bytes(content[:start] + b"KP" + content[start + 2 :])
    problems = extract_archive(path, tmp_path, None)
    assert [problem.split(" ")[0] for problem in problems] == ["a/b.ipynb", "c/damaged.ipynb"]
    for name, size in {
        "a": 2,
        "b.ipynb.unreadable": 0,
        "c/damaged.ipynb.unreadable": 0,
        "d.ipynb": 2,
    }.items():
        assert (tmp_path / name).stat().st_size == size


def test_are_files_of_nobody_known_without_an_expression_in_the_configuration(top, tmp_path):
    mini.built_course(tmp_path)
    archive(tmp_path, [*ARCHIVES["Canvas"][0], "nobody knows.ipynb"])
    expression = expressions(top)["Canvas"].split('r"')[1].rstrip('"')
    said = collect(tmp_path, f"--FileNameCollectorPlugin.named_regexp={expression}")
    assert "nobody knows.ipynb" in said
    found = roster(tmp_path)
    assert [path.name for path in found.strays] == ["nobody knows.ipynb", ARCHIVES["Canvas"][0][-1]]
    assert found.absent.keys() == {"nobody"}


def test_is_a_course_without_archives_without_strays(tmp_path):
    mini.built_course(tmp_path)
    assert roster(tmp_path).strays == ()


def test_is_what_the_documented_ways_leave_ignored_by_git(top):
    folders = ("downloaded", "submitted", "autograded", "feedback", "grading", "exchange", "bundle")
    left = [*(f"{folder}/x" for folder in folders), "gradebook.db", "grades.csv", "students.csv"]
    done = subprocess.run(
        ["git", "check-ignore", *left, ".nbgrader.log"], cwd=top, capture_output=True, text=True, check=False
    )
    if done.returncode == 128:
        lacks(done.stderr.strip())
    assert done.stdout.split() == [*left, ".nbgrader.log"]


@pytest.mark.slow
def test_does_nbgraders_exchange_bring_work_in_and_feedback_out(tmp_path):
    """One person plays both: the exchange tells them apart by the folder they work in."""
    course, student, exchange = (tmp_path / name for name in ("course", "student", "exchange"))
    mini.built_course(course)
    for folder in (student, exchange):
        folder.mkdir()
    exchange.chmod(0o777)
    for folder in (course, student):
        with open(folder / "nbgrader_config.py", "a", encoding="utf-8") as config:
            config.write("" if folder == course else "c = get_config()\n")
            config.write(f'c.Exchange.root = "{exchange}"\nc.CourseDirectory.course_id = "hyperparameters"\n')

    def nbgrader(where, command):
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", command, mini.NAME],
            cwd=where,
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr

    nbgrader(course, "release_assignment")
    nbgrader(student, "fetch_assignment")
    assert {path.name for path in (student / mini.NAME).iterdir()} == {N, "checks.json"}
    nbgrader(student, "submit")
    nbgrader(course, "collect")
    [row] = grade(course).report.rows.values()
    assert (row.state, row.late_seconds) == ("graded", 0)
    nbgrader(course, "release_feedback")
    nbgrader(student, "fetch_feedback")
    [page] = (student / mini.NAME / "feedback").rglob("*.html")
    assert "Score: 0.0 / 6.0" in page.read_text(encoding="utf-8")
