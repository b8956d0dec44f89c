"""From the folder that a student handed in to a notebook that can be run and graded.

Knows the lesson's cells and the ways in which notebooks are damaged. Executes nothing, and knows nothing of
points.
"""
