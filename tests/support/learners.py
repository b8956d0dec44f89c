"""Fixtures: what a learner has."""

import mini
import pytest

from helpers.checks import cell_session


@pytest.fixture
def lesson(tmp_path, monkeypatch):
    """A learner's folder: the release of the tiny lesson, without private checks."""
    mini.built_course(tmp_path)
    folder = tmp_path / "notebooks" / mini.NAME
    monkeypatch.chdir(folder)
    cell_session.forget()
    return folder
