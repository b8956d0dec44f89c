"""Inspectors: what outside of the sandbox looks at the files that lie beside a submission.

A graded cell with `inspected="..."` in a lesson's source gets its verdict here, and from nothing that its
notebook shows. Files are a stranger's bytes; an inspector runs in a process of its own, with limits.
"""
