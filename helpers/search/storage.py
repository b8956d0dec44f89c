"""Where trials are kept: a journal file or a database, and one line for what cannot be reached or read."""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers.search.budget import RECORD
from helpers.search.space import Space

if TYPE_CHECKING:
    import optuna

OWNER = "owner"
# Of an address behind its scheme: with a second @, or a ? before one, nothing says where a password ends.
_ADDRESS = re.compile(r"((?P<user>[^:/?@]*)(:[^?@]*)?@)?(?P<place>[^?@]*)(\?[^@]*)?")
# Where a database lies. What stands behind a colon and is no port may be a password without its @.
_PLACE = re.compile(r"(\[[^\]]*\]|[^:]*)(:\d*)?(/.*)?")
_WRITING_SECONDS = 0.5  # that another worker may take to write one line
# What a search writes down of a trial that has ended.
_RECORD_TYPES = {
    "seed": int,
    "val_losses": list,
    "val_accuracies": list,
    "state": str,
    "error": str,
    "seconds": int | float,
}
# What Optuna raises while it replays a journal with a line in it that no search has written.
_REPLAY_ERRORS = (AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


class DamagedStorage(Exception):
    """Raised for what no search has written; `storage_errors` says it in one line."""


class CutOffStorage(DamagedStorage):
    """Raised for a journal that ends within a line; `storage_errors` says in one line what to do."""


@contextmanager
def storage_errors(storage: str | os.PathLike | None) -> Iterator[None]:
    """Turn what a storage raises when it cannot be reached or read into OSError, one line that names it."""
    if storage is None:
        yield
        return
    import sqlalchemy.exc
    from optuna.exceptions import StorageInternalError

    where = _without_password(storage)
    try:
        yield
    except (sqlalchemy.exc.SQLAlchemyError, StorageInternalError) as error:
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()
        raise OSError(f"storage {where} cannot be reached: {reason[0] if reason else error}") from None
    except CutOffStorage:
        raise OSError(
            f"storage {where} is damaged: its last line is cut off, as when a machine stops while it writes. "
            "Delete that line; the search then goes on with all trials that had ended before."
        ) from None
    except (DamagedStorage, json.JSONDecodeError, UnicodeDecodeError):
        raise OSError(f"storage {where} is damaged: it holds a line that no search wrote.") from None
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError, PermissionError) as error:
        raise OSError(f"storage {where} cannot be reached: {error.strerror}.") from None


def open_storage(storage: str | os.PathLike) -> optuna.storages.BaseStorage:
    """Return Optuna's storage at a path or an address postgresql://user@host/database.

    Raises ValueError for another kind of address, and inside `storage_errors` OSError for a journal that no
    search has written.
    """
    import optuna
    from optuna.storages.journal import JournalFileBackend, JournalFileOpenLock

    text = os.fspath(storage)
    if "://" not in text:
        path = os.path.expanduser(text)  # that of Path raises where there is no such person
        _require_journal(Path(path))
        # Optuna's own lock is a symbolic link, which an ordinary user of Windows may not make.
        journal = JournalFileBackend(path, JournalFileOpenLock(path) if sys.platform == "win32" else None)
        try:
            return optuna.storages.JournalStorage(journal)  # reads all that is there
        except _REPLAY_ERRORS as error:
            raise DamagedStorage from error
    scheme, rest = text.split("://", 1)
    if scheme not in ("postgresql", "postgresql+psycopg2"):
        raise ValueError(
            f"storage must be the path of a journal file or an address postgresql://user@host/database, "
            f"not {_without_password(text)}."
        )
    parts = _ADDRESS.fullmatch(rest)
    if not parts:
        raise ValueError(
            f"storage {scheme}://...: in a user's name, a password or a query write %40 for @ and %3F for ?."
        )
    if not _PLACE.fullmatch(parts["place"]):
        raise ValueError(
            f"storage {scheme}://...: write user:password@host:port/database, the port in digits."
        )
    # SQLAlchemy 2.1 takes plain postgresql:// for psycopg 3; a search must not wait for minutes either.
    return optuna.storages.RDBStorage(
        f"postgresql+psycopg2://{rest}",
        engine_kwargs={"connect_args": {"connect_timeout": 10}, "pool_pre_ping": True},
    )


def require_own_trials(study: optuna.Study, space: Space) -> None:
    """Raise DamagedStorage, inside `storage_errors`, for trials that are not as `run_search` leaves them."""
    for trial in study.get_trials(deepcopy=False):
        if not isinstance(trial.user_attrs.get(OWNER, ""), str):
            raise DamagedStorage
        if not trial.state.is_finished() or RECORD not in trial.user_attrs:
            continue
        complete = trial.datetime_complete is not None and set(space) <= set(trial.params)
        if not (complete and _is_record(trial.user_attrs[RECORD])):
            raise DamagedStorage


def _is_record(record: Any) -> bool:
    """Return whether a search has written this of a trial that has ended."""
    return (
        isinstance(record, dict)
        and record.keys() == _RECORD_TYPES.keys()
        and all(isinstance(record[name], kind) for name, kind in _RECORD_TYPES.items())
        and all(isinstance(value, int | float) for value in record["val_losses"] + record["val_accuracies"])
        and len(record["val_losses"]) == len(record["val_accuracies"])
    )


_BEGINS = b'{"op_code"'  # each line of a journal of Optuna's


def _require_journal(path: Path) -> None:
    """Raise DamagedStorage for a file that is no journal, before Optuna writes to it.

    Optuna writes before it reads.
    """
    if not path.exists():
        return
    deadline = time.monotonic() + _WRITING_SECONDS
    while not (is_whole := _ends_with_a_line(path)) and time.monotonic() < deadline:
        time.sleep(0.05)  # another worker may be in the middle of writing it
    with path.open("rb") as file:
        first = file.readline()
    if not first:
        return
    if not is_whole and (b"op_code" in first or _BEGINS.startswith(first)):
        raise CutOffStorage
    if b"op_code" not in first or not isinstance(json.loads(first), dict):
        raise DamagedStorage


def _ends_with_a_line(path: Path) -> bool:
    """Return whether a file is empty, or its last line has an end."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(size - 1, 0))
        return file.read() in (b"", b"\n")


def _without_password(storage: str | os.PathLike) -> str:
    """Return a path or address as a message may show it."""
    text = os.fspath(storage)
    if "://" not in text:
        return text
    scheme, rest = text.split("://", 1)
    parts = _ADDRESS.fullmatch(rest)
    if not (parts and _PLACE.fullmatch(parts["place"])):
        return f"{scheme}://..."
    return f"{scheme}://{parts['user'] + '@' if parts['user'] else ''}{parts['place']}"
