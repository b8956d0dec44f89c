"""Jupyter kernels that are forked from a warm process, in a sandbox if one is given.

Knows how a kernel starts and ends. Knows nothing of what runs in it, and of grades.
"""
