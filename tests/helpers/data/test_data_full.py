"""The whole Fashion-MNIST: is it found, downloaded once, and done without where there is no network?"""

import functools
import gzip
import http.server
import inspect
import pwd
import threading
from pathlib import Path

import numpy as np
import pytest

from helpers.data import fashion_mnist, images, originals

DEBIAN = Path("/usr/share/datasets/fashion-mnist")
needs_originals = pytest.mark.usefixtures("debians_images")


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """A machine without the originals, whose Keras folder is empty; returns that folder."""
    monkeypatch.setattr(originals, "DEBIAN", tmp_path / "nothing")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    wait_for(20.0, monkeypatch)  # a busy machine's answer is an answer
    images._full.cache_clear()
    yield tmp_path / "keras" / "datasets" / "fashion-mnist"
    images._full.cache_clear()


def wait_for(seconds, monkeypatch):
    monkeypatch.setattr(originals.find_or_download, "__defaults__", (seconds,))


@pytest.fixture
def serve(monkeypatch):
    """Start a server on this machine that answers with a handler, instead of the one on the network."""
    servers = []

    def start(handler):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setattr(originals, "ADDRESS", f"http://127.0.0.1:{server.server_port}/")

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


class Files(http.server.SimpleHTTPRequestHandler):
    requests: list = []  # noqa: RUF012, the class is what the server is given

    def log_message(self, *arguments):
        self.requests.append(self.path)


@needs_originals
def test_does_the_whole_set_start_with_the_packaged_rows():
    whole, packaged = fashion_mnist(full=True), fashion_mnist(num_train=5000)
    assert [len(array) for array in whole] == [59000, 59000, 1000, 1000, 10000, 10000]
    np.testing.assert_array_equal(whole.x_train[:5000], packaged.x_train)
    np.testing.assert_array_equal(whole.y_train[:5000], packaged.y_train)
    assert np.bincount(whole.y_train[:40000]).tolist() == [4000] * 10
    assert np.bincount(whole.y_test).tolist() == [1000] * 10
    assert whole.x_train.dtype == np.float32


@needs_originals
def test_is_the_whole_set_downloaded_once(elsewhere, serve, capsys):
    Files.requests.clear()
    serve(functools.partial(Files, directory=DEBIAN))
    assert len(fashion_mnist(num_train=20, num_val=20, full=True).x_test) == 10000
    assert sorted(path.name for path in elsewhere.iterdir()) == sorted(originals.FILES)
    assert len(Files.requests) == 4
    images._full.cache_clear()
    assert len(fashion_mnist(num_train=20, num_val=20, full=True).x_test) == 10000
    assert len(Files.requests) == 4
    assert capsys.readouterr().out == ""


def _assert_packaged_with_one_line(capsys, *reasons):
    data = fashion_mnist(num_train=20_000, full=True)
    assert [len(array) for array in data[::2]] == [5000, 1000, 2000]
    said = capsys.readouterr()
    assert said.err == ""
    assert said.out.count("\n") == 1
    assert "packaged 6000 + 2000" in said.out
    assert any(reason in said.out for reason in reasons), said.out


@pytest.fixture
def nobody(elsewhere, monkeypatch):
    """A user whom the machine does not know, as in a container."""

    def unknown(number):
        raise KeyError(number)

    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.setattr(pwd, "getpwuid", unknown)
    return elsewhere


def test_is_a_home_that_nobody_has_not_asked_for_where_keras_has_a_folder(nobody):
    nobody.mkdir(parents=True)
    for name in originals.FILES:
        (nobody / name).touch()
    assert originals.find_or_download() == nobody


def test_is_no_home_at_all_done_without(nobody, monkeypatch, tmp_path, capsys):
    monkeypatch.delenv("KERAS_HOME")
    monkeypatch.chdir(tmp_path)
    _assert_packaged_with_one_line(capsys, "set KERAS_HOME to a folder")
    assert list(tmp_path.iterdir()) == []


def test_is_a_network_that_refuses_done_without(elsewhere, monkeypatch, capsys):
    monkeypatch.setattr(originals, "ADDRESS", "http://127.0.0.1:9/")
    _assert_packaged_with_one_line(capsys, "refused")
    assert not list(elsewhere.iterdir())


def test_is_a_network_that_never_answers_done_without(elsewhere, serve, monkeypatch, capsys):
    silence, heard, asked = threading.Event(), threading.Event(), []

    class Silent(Files):
        def do_GET(self):
            asked.append(self.path)
            heard.set()
            silence.wait()

    serve(Silent)
    wait_for(0.3, monkeypatch)
    try:
        # By itself the connection gives up after the same time: who is first says it.
        _assert_packaged_with_one_line(capsys, "timed out", "did not answer within 0.3 s")
        assert heard.wait(20)
        assert asked == [f"/{next(iter(originals.FILES))}"]
    finally:
        silence.set()


def test_is_a_name_that_is_looked_up_for_ever_done_without(elsewhere, monkeypatch, capsys):
    # A resolver has no timeout of its own: nothing but another thread can leave it.
    answer = threading.Event()
    monkeypatch.setattr(originals.urllib.request, "urlopen", lambda *_, **__: answer.wait())
    wait_for(0.3, monkeypatch)
    try:
        _assert_packaged_with_one_line(capsys, "did not answer within 0.3 s")
    finally:
        answer.set()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<html>Please log in to this network</html>", "cannot be read"),
        (gzip.compress(b"a" * 1000)[:-20], "cannot be read"),
        (gzip.compress(b"another set of images"), "not the published file"),
    ],
    ids=["a page", "cut off", "another"],
)
def test_is_what_comes_in_place_of_the_file_refused(elsewhere, serve, tmp_path, capsys, content, reason):
    (tmp_path / "portal").mkdir()
    for name in originals.FILES:
        (tmp_path / "portal" / name).write_bytes(content)
    serve(functools.partial(Files, directory=tmp_path / "portal"))
    _assert_packaged_with_one_line(capsys, reason)
    assert not list(elsewhere.iterdir())


def test_is_the_limit_five_seconds():
    assert inspect.signature(originals.find_or_download).parameters["patience"].default == 5
