"""Katib without a cluster: what is right in an Experiment's file, and the same file run on this machine."""
