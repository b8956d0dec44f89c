"""nbgrader on this course: its commands, run from this folder, find all they need.

`nbgrader generate_assignment LESSON`, `autograde`, `generate_feedback`, `export`: they work as ever. What
differs from nbgrader's defaults, and why, stands in `course/grading/nbgrader_settings.py`.
"""

from pathlib import Path

from course.grading.nbgrader_settings import configure

c = get_config()  # given by nbgrader
configure(c, Path(__file__).resolve().parent)
