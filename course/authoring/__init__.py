"""From a lesson's source to its notebooks, and the proof that its checks work.

Knows sources, solutions and the bank of answers. Knows nothing of students and of their grades.
"""
