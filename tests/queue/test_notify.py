"""People are told through apprise itself: a real webhook of this machine, and addresses that lead nowhere."""

from __future__ import annotations

import builtins
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from reconciler.current import Job
from reconciler.policy.model import Notify
from reconciler.queue.job import Told
from reconciler.queue.notify import notify, subject, wanted

TOLD = Told(("High School",), ("hill-27", "bay-27"), 2027, "overwrite", True, ("categories",), "d")
HERE = "RECONCILE_NOTIFY"
WISH = Notify((HERE,))
SECRET = "hunter2"  # noqa: S105 - nobody's


def job(status: str = "completed", told: Told = TOLD) -> Job:
    return Job(7, "t", status, 0, "t", "ada", None, None, None, None, 3, "Run 3: done.", told.text())


class Webhook(BaseHTTPRequestHandler):
    """Keeps what it is sent."""

    def do_POST(self) -> None:
        told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.heard.append((self.path, told))
        self.send_response(self.server.answer)
        self.end_headers()

    def log_message(self, *_words) -> None:
        """Keep quiet."""


@pytest.fixture
def webhook():
    """A server of this machine, on a port that is free."""
    server = HTTPServer(("127.0.0.1", 0), Webhook)
    server.heard, server.answer = [], 200
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def address(server: HTTPServer) -> str:
    return f"json://127.0.0.1:{server.server_port}/{SECRET}/"


def test_a_webhook_hears_how_a_job_ended(webhook):
    assert notify(WISH, job("failed"), "It is stale.", {HERE: address(webhook)}) == ()
    ((path, told),) = webhook.heard
    assert path.startswith(f"/{SECRET}")
    assert (told["title"], told["message"]) == ("Job 7 of ada: failed", "It is stale.")


def test_every_address_of_every_variable_is_told(webhook):
    wish = Notify((HERE, "CHAT"))
    two = f"{address(webhook)}, {address(webhook)}x"
    assert notify(wish, job(), "done", {HERE: two, "CHAT": address(webhook)}) == ()
    assert len(webhook.heard) == 3


@pytest.mark.parametrize(
    ("status", "on", "times"),
    [
        ("completed", ("done",), 1),
        ("completed", ("failed", "in_part"), 0),
        ("completed with failures", ("in_part",), 1),
        ("completed with failures", ("done",), 0),
        ("failed", ("failed",), 1),
        ("failed", Notify().on, 1),
        ("canceled", Notify().on, 0),
        ("queued", Notify().on, 0),
    ],
)
def test_only_the_ends_that_were_asked_for_are_told(webhook, status, on, times):
    wish = Notify((HERE,), on)
    assert notify(wish, job(status), "x", {HERE: address(webhook)}) == ()
    assert len(webhook.heard) == times
    assert wanted(wish, job(status)) == bool(times)


def test_nobody_to_tell_is_nothing_to_do():
    assert not wanted(Notify(), job())
    assert notify(Notify(), job(), "x", {}) == ()


def test_an_address_that_leads_nowhere_is_a_sentence_without_the_address(capsys):
    told = notify(WISH, job(), "x", {HERE: f"json://127.0.0.1:1/{SECRET}"})
    assert told == (f"No notification to {HERE}: it could not be delivered.",)
    assert SECRET not in "".join(capsys.readouterr())


def test_a_webhook_that_says_no_is_a_sentence(webhook):
    webhook.answer = 500
    assert "could not be delivered" in notify(WISH, job(), "x", {HERE: address(webhook)})[0]


@pytest.mark.parametrize("text", [f"nonsense://{SECRET}", SECRET, f"json://:{SECRET}"])
def test_an_address_that_is_none_is_a_sentence_without_it(text, capsys):
    (told,) = notify(WISH, job(), "x", {HERE: text})
    assert told == f"No notification to {HERE}: it holds no address that apprise understands."
    assert SECRET not in "".join(capsys.readouterr())


@pytest.mark.parametrize("environment", [{}, {HERE: ""}, {HERE: "  "}])
def test_a_variable_that_is_not_set_is_a_sentence(environment):
    assert notify(WISH, job(), "x", environment) == (
        f"No notification to {HERE}: the environment variable is not set.",
    )


def test_one_channel_that_fails_keeps_no_other_from_being_told(webhook):
    wish = Notify(("GONE", HERE))
    told = notify(wish, job(), "x", {HERE: address(webhook)})
    assert len(told) == len(webhook.heard) == 1
    assert "GONE" in told[0]


def test_without_the_extra_it_says_how_to_get_it(monkeypatch):
    real = builtins.__import__

    def without(name, *args, **more):
        if name == "apprise":
            raise ImportError(name)
        return real(name, *args, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    (told,) = notify(WISH, job(), "x", {HERE: "json://localhost"})
    assert "pip install 'reconciler[notify]'" in told


def test_a_service_that_breaks_is_a_sentence(monkeypatch):
    """A plug-in of apprise is somebody else's code."""
    import apprise

    def broken(self, *args, **more):
        raise RuntimeError(SECRET)

    monkeypatch.setattr(apprise.Apprise, "notify", broken)
    assert notify(WISH, job(), "x", {HERE: "json://localhost"}) == (
        f"No notification to {HERE}: RuntimeError.",
    )


def test_the_subject_names_catalog_mode_and_calendars():
    assert subject(job()) == "High School, overwrite, to hill-27, bay-27"
    courses = Told((), ("hill-27",), 2027, "from courses", True, (), "d")
    assert subject(job(told=courses)) == "courses, from courses, to hill-27"
