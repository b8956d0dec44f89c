"""Messages of a student's kernel, taken for what they are: bytes that somebody else has chosen.

Jupyter trusts its kernels. Here a message is passed on only when it has the form that a kernel gives it, so
that whoever reads outputs later (nbclient, the judge, nbconvert) meets no other types than these.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import nbformat
from jupyter_client.session import Session
from nbformat import NotebookNode
from traitlets import Integer

from course.grading.ingest.json_size import holds_more

if TYPE_CHECKING:
    import zmq

_MAX_DEPTH = 100
# Whoever reads a message holds up the event loop and the watch of the sandbox meanwhile: 0.3 s for so many.
_MAX_CONTAINERS = _MAX_STRINGS = 500_000
_JSON_PARTS = 5  # of a message: signature, header, parent's header, metadata, content; then come buffers
# Beside what counts as output, a message has headers, and one without any output costs time all the same.
# Output beyond its limit is left out, so an honest loop may say much more than is shown.
_RAW_PER_OUTPUT = 40
# As nbformat has it.
_JSON = re.compile(r"application/(.*\+)?json")


class NotAMessage(Exception):
    """What came is no message of a kernel; the text says what it is instead."""


class TooManyMessages(Exception):
    """More bytes came than any amount of output that is allowed could need."""


class SuspiciousSession(Session):
    """A session that raises NotAMessage for what is none, and counts the bytes of all that come."""

    # A trait: Jupyter copies sessions trait by trait.
    output_bytes = Integer()
    _raw_bytes = 0

    def feed_identities(
        self, msg_list: list[bytes] | list[zmq.Message], copy: bool = True
    ) -> tuple[list[bytes], list[bytes] | list[zmq.Message]]:
        """Split the senders from the message. Raises NotAMessage where nothing divides them."""
        try:
            return super().feed_identities(msg_list, copy)
        except ValueError:
            raise NotAMessage("no delimiter") from None

    def deserialize(
        self, msg_list: list[bytes] | list[zmq.Message], content: bool = True, copy: bool = True
    ) -> dict[str, Any]:
        """Return the message in these bytes.

        Raises NotAMessage for anything else, and TooManyMessages when too much has come.
        """
        self._raw_bytes += sum(map(len, msg_list))
        if self._raw_bytes > self.output_bytes * _RAW_PER_OUTPUT:
            raise TooManyMessages
        for part in msg_list[:_JSON_PARTS]:
            data = part if isinstance(part, bytes) else part.bytes
            if holds_more(data.decode(errors="replace"), _MAX_CONTAINERS, _MAX_STRINGS):
                raise NotAMessage("it holds too much data")
        try:
            message = super().deserialize(msg_list, content, copy)
            is_one = _has_form(message, _MESSAGE) and is_flat(message["content"]) and _is_well_formed(message)
        except Exception as error:
            # A wrong signature, no JSON, JSON that is too deep, a number that is no list, ...
            raise NotAMessage(type(error).__name__) from None
        if not is_one:
            raise NotAMessage("it has another form")
        return message


_Form = Mapping[str, type]  # the type of what must be there, by its key

_MESSAGE: _Form = {
    "msg_id": str,
    "msg_type": str,
    "header": dict,
    "parent_header": dict,
    "metadata": dict,
    "content": dict,
}
_OUTPUT: _Form = {"data": dict, "metadata": dict}
# What each kind must have. Other kinds are looked at by nobody.
_CONTENT: dict[str, _Form] = {
    "stream": {"name": str, "text": str},
    "display_data": _OUTPUT,
    "update_display_data": _OUTPUT,
    "execute_result": _OUTPUT,
    "error": {"ename": str, "evalue": str, "traceback": list},
    "status": {"execution_state": str},
    "execute_input": {"execution_count": int},
    "execute_reply": {"status": str},
    "comm_open": {"comm_id": str, "data": dict},
    "comm_msg": {"comm_id": str, "data": dict},
    "comm_close": {"comm_id": str},
}


def _has_form(content: Mapping[str, object], form: _Form) -> bool:
    return all(isinstance(content.get(key), kind) for key, kind in form.items())


def _is_well_formed(message: dict[str, Any]) -> bool:
    content = message["content"]
    transient = content.get("transient") or {}
    form = _CONTENT.get(message["msg_type"], {})
    if message["msg_type"] == "execute_reply" and content.get("status") == "error":
        form = {**form, **_CONTENT["error"]}
    return (
        _has_form(content, form)
        and content.get("name", "stdout") in ("stdout", "stderr")
        and _is_count(content.get("execution_count"))
        and isinstance(transient, dict)
        and isinstance(transient.get("display_id", ""), str | None)
        and all(isinstance(line, str) for line in content.get("traceback", ()))
        and isinstance(content.get("payload", []), list)
        and all(isinstance(entry, dict) for entry in content.get("payload", ()))
        and (message["msg_type"] not in _CONTENT or _is_bundle(content))
    )


def _is_count(number: object) -> bool:
    return number is None or (type(number) is int and number >= 0)


def _is_bundle(content: dict[str, Any]) -> bool:
    """Return whether data by MIME type is text, or JSON where its type says so.

    There is a dict of metadata for each, or nothing.
    """
    if not ("data" in content and "metadata" in content):
        return True
    return all(
        isinstance(data, str) or _JSON.fullmatch(mime) for mime, data in content["data"].items()
    ) and all(isinstance(content["metadata"].get(mime, {}), dict) for mime in content["data"])


def is_flat(content: dict[str, Any]) -> bool:
    """Return whether nothing in it is nested deeper than anybody's recursion can follow."""
    level: list[dict[Any, Any] | list[Any]] = [content]
    for _ in range(_MAX_DEPTH):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return True
    return False


def printable(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return a notebook, or a part of one, as plain data that every reader of JSON in UTF-8 can read.

    Half of a character becomes a question mark, and a number that JSON has no word for becomes null.
    """
    text = json.dumps(content, ensure_ascii=False).encode("utf-8", "replace")
    data: dict[str, Any] = json.loads(text, parse_constant=lambda name: None)
    return data


def as_notebook(data: Mapping[str, Any]) -> NotebookNode:
    """Return plain data as the notebook, or the part of one, that it describes."""
    node: NotebookNode = nbformat.from_dict(data)
    return node
