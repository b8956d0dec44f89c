"""From what a class handed in to its grades.

Knows lessons as the last build left them, students and nbgrader's gradebook. Knows nothing of how a lesson
is made.
"""
