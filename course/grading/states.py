"""How a submission can end, and what its student and its instructor are told.

Every submission ends in exactly one of these states. A student's sentence stands at the top of the feedback;
an instructor's in the table and in the report.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """The end of a submission, in the words of the report."""

    GRADED = "graded"
    REPAIRED = "graded after repair"
    TIMED_OUT = "timed out"
    OUT_OF_MEMORY = "out of memory"
    TOO_MANY_PROCESSES = "too many processes"
    KERNEL_DIED = "kernel died"
    OUTPUT_TOO_LARGE = "output too large"
    NOT_A_NOTEBOOK = "not a notebook"
    WRONG_LESSON = "wrong lesson"
    MISSING_NOTEBOOK = "missing notebook"
    MISSING_FILE = "missing file"
    NOT_READ = "could not be read"
    NOT_JUDGED = "could not be judged"
    NOT_SHOWN = "could not be shown"
    MESSAGES_LOST = "messages lost"
    NO_SUBMISSION = "no submission"
    GRADER_FAULT = "grader fault"  # nothing is written, and an old grade stands


class Answered(StrEnum):
    """How an exercise was answered, where no known mistake's sentence says it."""

    SOLVED = "solved"
    NOT_AT_ALL = "not answered"
    OTHERWISE = "wrong in another way"


@dataclass(frozen=True)
class End:
    """One state with what is particular to this submission.

    where: the cell in which it ended, in words ("in the cell 'while True:'"), or empty.
    detail: one line more, for example which limit was reached.
    went_on: whether the cells after it were run all the same.
    is_own: False for a cell that is the lesson's, and ends in time without what the student wrote.
    repairs: what was repaired, a sentence each.
    choice: which of several notebooks was graded, in a sentence.
    notes: how it was read (a file of another name), a sentence each.
    remarks: what an inspector says to the instructor alone, a sentence each.
    """

    state: State
    where: str = ""
    detail: str = ""
    went_on: bool = False
    is_own: bool = True
    repairs: tuple[str, ...] = ()
    choice: str = ""
    notes: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def for_student(self) -> str:
        """What the student reads; empty when everything went as it should."""
        return " ".join([self._sentence(_STUDENT, _STUDENT_WENT_ON), *self.notes]).strip()

    @property
    def for_instructor(self) -> str:
        """What the instructor reads; the notes stand apart, or they would fill a table."""
        return self._sentence(_INSTRUCTOR, _INSTRUCTOR_WENT_ON)

    def _sentence(self, sentences: Mapping[State, str], went_on: Mapping[State, str]) -> str:
        sentence = (self.went_on and went_on.get(self.state)) or sentences[self.state]
        hint = _LOOK_HERE if self.is_own else _LOOK_BEFORE
        said = sentence.format(where=self.where, detail=self.detail.removesuffix("."), hint=hint)
        repaired = ["Repaired:", *self.repairs] if self.repairs else []
        return " ".join(" ".join([said, *repaired, self.choice]).split())


_KEPT = "Checks that had passed keep their points; later cells were not run."

_TOO_MUCH_MEMORY = """Your notebook asked for too much memory {where}: {detail}. Look for an array that is
    larger than you meant, or a list that grows without end."""

_LOOK_HERE = "Look for a loop that does not end, in this cell or in what it calls."
_LOOK_BEFORE = """Without your code that cell ends in time: look for what makes it slow in the code that it
    calls, or that ran before."""

_NOT_GRADED_YET = """Your submission has not been graded yet: the grader failed. This costs you nothing,
    and your instructor knows."""

_STUDENT = {
    State.GRADED: "",
    State.REPAIRED: """Your notebook did not have the form of the present lesson, and was put into this
        form before it was graded.""",
    State.TIMED_OUT: f"Your notebook was stopped {{where}}: {{detail}}. {{hint}} {_KEPT}",
    State.OUT_OF_MEMORY: f"{_TOO_MUCH_MEMORY} {_KEPT}",
    State.TOO_MANY_PROCESSES: f"""Your notebook started too many processes {{where}}: {{detail}}. Give a pool
        fewer processes, or look for a process that starts others without end. {_KEPT}""",
    State.KERNEL_DIED: f"""The process that ran your notebook ended {{where}}: {{detail}}. {_KEPT}""",
    State.OUTPUT_TOO_LARGE: f"""Your notebook printed or drew too much {{where}}: {{detail}}. Look for a print
        in a long loop. {_KEPT}""",
    State.NOT_A_NOTEBOOK: """What you handed in could not be read: {detail}. Save the lesson in JupyterLab and
        hand in that file.""",
    State.WRONG_LESSON: "You handed in a notebook of another lesson: {detail}.",
    State.MISSING_NOTEBOOK: "Your submission holds no notebook of this lesson: {detail}.",
    State.MISSING_FILE: """{detail}: put it into the notebook's folder and hand in both. Cells that are graded
        by this file have no points yet.""",
    State.NOT_READ: """Your notebook could not be read: that took {detail}. No cell was run. Clear all
        outputs, delete what is not part of your answer, save, and hand it in again.""",
    State.NOT_JUDGED: """Your notebook was run, but what its cells showed could not be judged: that took
        {detail}. Show less in your cells, and hand it in again.""",
    State.NO_SUBMISSION: "No notebook of yours was collected for this lesson.",
    State.MESSAGES_LOST: """Outputs of your cells were lost {where}: {detail}.
        All cells were run, and all checks count.""",
    State.GRADER_FAULT: _NOT_GRADED_YET,
}

_STUDENT_WENT_ON = {
    State.OUT_OF_MEMORY: f"{_TOO_MUCH_MEMORY} Checks that did not need it keep their points.",
    State.TIMED_OUT: """Your notebook was interrupted {where}: {detail}. {hint} Later cells were run, and
        their checks count.""",
    State.OUTPUT_TOO_LARGE: """Your notebook printed or drew more than this page can show {where}: {detail}.
        Only the output beyond that is left out: all cells were run, and all checks count.""",
}

_INSTRUCTOR = {
    State.GRADED: "",
    State.REPAIRED: "",
    State.TIMED_OUT: "Stopped {where}: {detail}.",
    State.OUT_OF_MEMORY: "Out of memory {where}: {detail}.",
    State.TOO_MANY_PROCESSES: "Too many processes {where}: {detail}.",
    State.KERNEL_DIED: "The kernel died {where}: {detail}.",
    State.OUTPUT_TOO_LARGE: "Stopped {where}: {detail}.",
    State.NOT_A_NOTEBOOK: "Not a notebook: {detail}.",
    State.WRONG_LESSON: "Wrong lesson: {detail}.",
    State.MISSING_NOTEBOOK: "No notebook: {detail}.",
    State.MISSING_FILE: "A file is missing: {detail}.",
    State.NOT_READ: """Reading took {detail}, so nothing was run. To raise the limits, use --regrade with
        --step-seconds or --memory-gigabytes.""",
    State.NOT_JUDGED: """Judging took {detail}, so no check counts. To raise the limits, use --regrade with
        --step-seconds or --memory-gigabytes.""",
    State.MESSAGES_LOST: "Outputs were lost {where}, twice: {detail}; all cells were run, all checks count.",
    State.NO_SUBMISSION: "Nothing to grade: {detail}.",
    State.GRADER_FAULT: "The grader failed, and nothing was written for this student: {detail}.",
}

_INSTRUCTOR_WENT_ON = {
    State.TIMED_OUT: "Interrupted {where}: {detail}; the cells after it were run.",
    State.OUTPUT_TOO_LARGE: "Output left out {where}: {detail}; all cells were run.",
}
