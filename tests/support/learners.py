"""Fixtures: what a learner has."""

import mini
import pytest

from helpers import checks, running


@pytest.fixture
def lesson(tmp_path, monkeypatch):
    """A learner's folder: the release of the tiny lesson, without private checks."""
    mini.built_course(tmp_path)
    folder = tmp_path / "notebooks" / mini.NAME
    monkeypatch.setattr(checks, "_FOLDER", folder)
    running.forget()
    return folder
