"""Why a sandbox ended before whoever stands outside was done with it."""

from enum import StrEnum


class EndReason(StrEnum):
    """The limit that was met, or what else ended a sandbox."""

    MEMORY = "memory"
    PROCESSES = "processes"
    SOCKETS = "sockets"
    CPU_TIME = "CPU time"
    WALL_TIME = "wall time"
    HIDDEN = "hidden"  # a process could not be watched
    MESSAGES = "messages"  # what comes out fills the process outside
    LOST = "lost"  # it ended by itself
