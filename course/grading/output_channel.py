"""The connection by which a kernel shows what its cells say and draw, and a new one when it ends.

ZeroMQ ends a connection at a message that is larger than its limit, for good. So such a message costs itself,
and what is sent until there is a new connection, and nothing else.
"""

from __future__ import annotations

import time
from queue import Empty
from typing import TYPE_CHECKING, Any

import zmq

if TYPE_CHECKING:
    from jupyter_client.channels import AsyncZMQSocketChannel

# How long after its last message a connection that is there again may be silent, until no more is waited for.
_RECONNECTION_SECONDS = 1
_LOOK_SECONDS = 0.5


class OutputChannel:
    """What a kernel shows, message by message.

    has_lost: whether the connection has ended in the present cell. A message was larger than any may be, or
    the kernel has ended: from here the two look alike.
    last_heard: when the last message came, by `time.monotonic`.
    """

    def __init__(self, channel: AsyncZMQSocketChannel) -> None:
        """Take the channel (iopub) of a client that is connected."""
        self.has_lost = False
        self.last_heard = 0.0
        self._channel = channel
        self._must_reconnect = False
        self._is_connected = True

    async def watch(self) -> None:
        """Notice each end of the connection. To be run as a task of its own."""
        monitor = self._channel.socket.get_monitor_socket(zmq.EVENT_DISCONNECTED)
        while True:
            await monitor.recv_multipart()
            self.has_lost = self._must_reconnect = True

    def next_cell(self) -> None:
        """Take what comes from now on for another cell's."""
        self.has_lost = False

    async def next(self) -> dict[str, Any]:
        """Return the next message when it has come; connect anew when there is no other way to one."""
        while True:
            try:
                message = await self._channel.get_msg(timeout=_LOOK_SECONDS)
            except Empty:
                self._reconnect_if_lost()
                continue
            self.last_heard = time.monotonic()
            self._is_connected |= message["msg_type"] == "iopub_welcome"
            return message

    def _reconnect_if_lost(self) -> None:
        socket = self._channel.socket
        # libzmq aborts this process when a connection ends within a message that it has begun to read, and it
        # begins when it is asked whether there is one.
        if self._must_reconnect and not int(socket.getsockopt(zmq.EVENTS)) & zmq.POLLIN:
            # Without this the socket takes itself for connected.
            endpoint = socket.getsockopt_string(zmq.LAST_ENDPOINT)
            socket.disconnect(endpoint)
            socket.connect(endpoint)
            self._must_reconnect, self._is_connected = False, False

    def silence(self) -> float:
        """Return for how many seconds nothing has come."""
        return time.monotonic() - self.last_heard

    def the_end_is_lost(self) -> bool:
        """Return whether the word that a cell is done was lost with a connection.

        So it is when another stands, and is silent.
        """
        is_listening = self._is_connected and not self._must_reconnect
        return self.has_lost and is_listening and self.silence() > _RECONNECTION_SECONDS
