"""A sandbox around processes that nobody trusts: what they see, what they may do, and when they are ended.

Knows Linux. Knows nothing of notebooks, kernels and grades.
"""
