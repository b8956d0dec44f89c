"""What a notebook shows: is it bounded, in one piece, and never in the way of what was observed?"""

import json
import time

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_output
from timing import least_cpu_seconds

from course.grading.messages import NotAMessage
from course.grading.outputs import OutputBudget, in_one_piece, observations
from helpers.checks import OBSERVATION_MIME


def stream(text, name="stdout"):
    return new_output("stream", name=name, text=text)


def message(kind, **content):
    return {"msg_type": kind, "content": content}


def budget(most_bytes):
    result = OutputBudget(most_bytes)
    result.next_cell()
    return result


def test_is_text_of_one_stream_joined_in_its_order():
    picture = new_output("display_data", {"text/plain": "a picture"})
    outputs = [stream("1"), stream("2\n"), stream("!", "stderr"), picture, stream("3"), stream("4")]
    shown = in_one_piece(outputs)
    assert [output.get("text", "a picture") for output in shown] == ["12\n", "!", "a picture", "34"]
    assert [output.get("name") for output in shown] == ["stdout", "stderr", None, "stdout"]


def test_does_a_progress_bar_leave_its_last_line():
    steps = [stream(f"\r{percent}%|#####", "stderr") for percent in range(101)]
    [shown] = in_one_piece([*steps, stream("\n", "stderr"), stream("done\r\nand on", "stderr")])
    assert shown.text == "100%|#####\ndone\nand on"


def test_are_a_hundred_thousand_pieces_joined_in_linear_time():
    def seconds(number):
        outputs = [NotebookNode(output_type="stream", name="stdout", text="x" * 50) for _ in range(number)]
        return least_cpu_seconds(lambda: in_one_piece(outputs))

    few = seconds(4_000)
    assert seconds(40_000) < 40 * few  # where time grows with the square it is 100


def test_is_what_is_beyond_the_limit_left_out_and_nothing_in_its_place():
    notebook = budget(200_000)
    assert notebook.has_room_for(message("stream", name="stdout", text="x" * 150_000))
    assert not notebook.is_cut
    assert not notebook.has_room_for(message("stream", name="stdout", text="x" * 60_000))
    assert not notebook.has_room_for(message("stream", name="stdout", text="small"))
    assert notebook.is_cut
    assert notebook.has_room_for(message("status", execution_state="idle"))
    assert notebook.has_room_for(message("execute_input", execution_count=3, code="x" * 10_000_000))


def test_has_a_later_cell_room_whatever_came_before_it():
    notebook = budget(200_000)
    assert not notebook.has_room_for(message("display_data", data={"text/html": "x" * 300_000}, metadata={}))
    notebook.next_cell()
    assert not notebook.is_cut
    assert notebook.has_room_for(message("stream", name="stdout", text="x" * 199_000))
    notebook.next_cell()
    assert notebook.has_room_for(message("stream", name="stdout", text="x" * 99_000))
    assert not notebook.has_room_for(message("stream", name="stdout", text="x" * 2_000))


def test_do_many_small_displays_count_for_what_a_page_needs():
    notebook = budget(1_000_000)
    display = message("display_data", data={"text/plain": "1"}, metadata={})
    assert 1_500 < sum(notebook.has_room_for(display) for _ in range(10_000)) < 2_000
    assert notebook.is_cut


def reply(*texts, **more):
    entries = [{"source": OBSERVATION_MIME, "text": text} for text in texts]
    return message("execute_reply", status="ok", payload=[{"source": "page", "data": {}}, *entries], **more)


def test_are_observations_taken_out_of_a_reply():
    contents = [{"label": "one", "data": 1}, {"label": "two", "data": [1, 2], "message": "한"}]
    outputs = observations(reply(*map(json.dumps, contents)))
    assert [output.data[OBSERVATION_MIME] for output in outputs] == contents
    assert observations(message("execute_reply", status="aborted")) == []


@pytest.mark.parametrize(
    "text", [None, 3, "", "{", "[]", "3", "[" * 100_000, '{"data": ' + "[" * 500 + "]" * 500 + "}"]
)
def test_is_an_observation_that_is_none_refused(text):
    with pytest.raises(NotAMessage):
        observations(reply(text))


def test_are_more_observations_refused_than_any_cell_has():
    assert len(observations(reply(*["{}"] * 1_000))) == 1_000
    with pytest.raises(NotAMessage):
        observations(reply(*["{}"] * 1_001))


def test_is_an_observation_of_too_much_data_refused_before_it_is_read():
    before = time.thread_time()
    with pytest.raises(NotAMessage, match="too much data"):
        observations(reply('{"data": [' + "[]," * 9_000_000 + "0]}"))
    assert time.thread_time() - before < 2  # to read it takes 5
