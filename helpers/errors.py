"""The one exception that a person is meant to read: a single line that says what to do."""


class CourseError(Exception):
    """Something outside the code is wrong: a file, a source, an argument.

    The message is one line that names the file (and cell) and the remedy. The `course` command
    prints it and exits with 1; nothing has been written when it is raised.
    """
