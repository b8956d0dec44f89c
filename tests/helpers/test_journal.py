"""The file of events: what was written is there, what was cut off is not, and each fault is one line."""

import errno
import json
import os
import resource
import signal
import subprocess
import sys

import pytest

from helpers.errors import CourseError
from helpers.journal import Journal

BEGINS = b'{"'
EVENTS = [{"event": "begin", "n": 1}, {"event": "더", "losses": [0.1, float("inf")]}]


def written(path, events=EVENTS):
    with Journal(path, "log of a test", BEGINS) as journal:
        journal.open()
        for event in events:
            journal.write(event)
    return path


def read(path):
    with Journal(path, "log of a test", BEGINS) as journal:
        return journal.open()


def refused(path):
    """The one line that says why a file cannot be opened; the file is as before."""
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(CourseError) as caught, Journal(path, "log of a test", BEGINS) as journal:
        journal.open()
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)
    if before is not None:
        assert path.read_bytes() == before
    return str(caught.value)


def test_are_events_one_json_object_a_line_in_a_folder_that_is_made(tmp_path):
    path = written(tmp_path / "a" / "b" / "log.jsonl")
    assert [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] == EVENTS
    assert read(path) == EVENTS


def test_is_another_run_added_behind_what_is_there(tmp_path):
    path = written(tmp_path / "log")
    before = path.read_bytes()
    written(path, [{"event": "more"}])
    assert path.read_bytes().startswith(before)
    assert read(path) == [*EVENTS, {"event": "more"}]


@pytest.mark.parametrize(
    "rest", [b'{"event": "cut', b"{", b"\xed\x95"], ids=["words", "brace", "half a letter"]
)
@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"], ids=["LF", "CRLF"])
def test_is_a_last_line_that_was_cut_off_removed_and_nothing_else(tmp_path, rest, line_end):
    path = written(tmp_path / "log")
    whole = path.read_bytes().replace(b"\n", line_end)
    path.write_bytes(whole + rest)
    assert read(path) == EVENTS
    assert path.read_bytes() == whole
    written(path, [{"event": "more"}])
    assert read(path) == [*EVENTS, {"event": "more"}]


@pytest.mark.parametrize("end", [b"", b"\n\n", b"\r\n", b"\n\n\r\n", b'\n\n{"event": "cut'])
def test_does_an_end_as_editors_leave_it_lose_no_event(tmp_path, end):
    path = written(tmp_path / "log")
    path.write_bytes(path.read_bytes().rstrip(b"\n") + end)
    assert read(path) == EVENTS
    written(path, [{"event": "more"}])
    assert read(path) == [*EVENTS, {"event": "more"}]
    assert b"\n\n" not in path.read_bytes()


def test_is_a_file_that_an_editor_has_saved_still_the_log(tmp_path):
    path = written(tmp_path / "log")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert read(path) == EVENTS


def test_may_a_text_hold_what_other_programs_take_for_an_end_of_line(tmp_path):
    path = tmp_path / "log"
    events = [{"event": "a\u2028b\x85c\x0bd"}]
    path.write_text(json.dumps(events[0], ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")
    assert read(path) == events


@pytest.mark.parametrize(
    "line",
    [b"", b"no json", b"[1]", b"7", b'{"a": 1} {"b": 2}', b"[" * 100_000, b'{"n": ' + b"9" * 5000 + b"}"],
)
def test_is_a_damaged_line_named_and_nothing_removed(tmp_path, line):
    path = written(tmp_path / "log")
    first, second = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(first + line + b"\n" + second + b"cut off")
    said = refused(path)
    assert "line 2 is damaged" in said
    assert "Remove it and what follows" in said


def test_is_a_file_that_is_no_text_said_to_be_none(tmp_path):
    path = tmp_path / "log"
    path.write_bytes(b"\x89PNG\xff\xfe\n\n")
    assert "this is no log of a test" in refused(path)


@pytest.mark.parametrize(
    "content",
    [
        b'{ "scores": [1, 2]}',
        b"import numpy\nprint(1)\n",
        b"a note",
        b" ",
        b"\n",
        b"[1, 2]",
        b'{\n "kind": 1}',
    ],
)
def test_is_a_file_of_another_program_refused_and_left_as_it_is(tmp_path, content):
    path = tmp_path / "mine"
    path.write_bytes(content)
    assert "this is no log of a test. Choose another file" in refused(path)


@pytest.mark.parametrize("begun", [b"", b"{", b'\xef\xbb\xbf{"', b"\xef\xbb\xbf"])
def test_is_a_log_that_was_cut_off_in_its_first_line_begun_anew(tmp_path, begun):
    path = tmp_path / "log"
    path.write_bytes(begun)
    written(path)
    assert read(path) == EVENTS


def test_is_a_home_folder_found_and_a_stranger_no_error(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert Journal("~/로그", "log", BEGINS).path == tmp_path / "로그"
    assert Journal("~nobody-at-all/log", "log", BEGINS).path.name == "log"


def test_is_a_name_that_no_file_can_have_told(tmp_path):
    with pytest.raises(CourseError, match=r"null byte\. Choose another file for the log"):
        Journal(f"{tmp_path}/a\0b", "log", b"{").open()


def test_is_a_folder_in_the_place_of_the_file_told(tmp_path):
    (tmp_path / "log").mkdir()
    assert "Choose another file" in refused(tmp_path / "log")


def test_does_a_second_process_wait_outside_and_come_in_afterwards(tmp_path):
    path = written(tmp_path / "log")
    program = (
        "import sys\nfrom helpers.journal import Journal\n"
        "with Journal(sys.argv[1], 'log', b'{') as journal:\n    journal.open()\n"
        "    print('open', flush=True)\n    input()\n"
    )
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", program, str(path)], **pipes) as other:
        assert other.stdout.readline() == "open\n"
        assert "another run is writing it" in refused(path)
        other.communicate("\n", timeout=20)
    assert other.returncode == 0
    assert read(path) == EVENTS


def test_is_a_file_system_without_locks_no_other_run(tmp_path, monkeypatch):
    fcntl = pytest.importorskip("fcntl")

    def no_locks(*_):
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", no_locks)
    assert read(written(tmp_path / "log")) == EVENTS


@pytest.mark.parametrize(
    ("content", "said"), [(b'{"no json\n', "line 1 is damaged"), (b"a note\n", "this is no log of a test")]
)
def test_is_the_file_free_again_after_an_error(tmp_path, content, said):
    path = tmp_path / "log"
    path.write_bytes(content)
    # Each of them stays, as in a notebook's cells: what is not let go of is let go of by nobody.
    journals = [Journal(path, "log of a test", BEGINS) for _ in range(2)]
    for journal in journals:
        with pytest.raises(CourseError, match=said):
            journal.open()


def test_is_a_full_disk_one_line_and_what_was_written_before_is_kept(tmp_path):
    """A limit for the size of files is as good as a full disk: the OS takes a part of a line, then none."""
    path = tmp_path / "log"
    program = (
        "import sys\nfrom helpers.errors import CourseError\nfrom helpers.journal import Journal\n"
        "try:\n    with Journal(sys.argv[1], 'log', b'{') as journal:\n        journal.open()\n"
        "        for number in range(100):\n            journal.write({'number': number})\n"
        "except CourseError as error:\n    print(error)\n"
    )

    def small_files():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

    command = [sys.executable, "-c", program, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, preexec_fn=small_files, timeout=30)
    assert done.stderr == ""
    [line] = done.stdout.splitlines()
    assert line.startswith(f"{path}: File too large.")
    assert "make room, and run again" in line
    assert path.stat().st_size == 100  # in the middle of a line
    kept = read(path)
    assert 0 < len(kept) < 100
    assert kept == [{"number": number} for number in range(len(kept))]
    written(path, [{"number": len(kept)}])
    assert read(path) == [*kept, {"number": len(kept)}]


def test_is_a_disk_without_any_room_one_line(tmp_path):
    with Journal(tmp_path / "log", "log of a test", BEGINS) as journal:
        journal.open()
        journal._file.close()
        with open("/dev/full", "ab") as full:
            journal._file = full
            with pytest.raises(
                CourseError, match=r"No space left on device\. What had ended before is in it"
            ):
                journal.write({"event": "one"})
            journal.close()
