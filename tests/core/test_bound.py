"""Where the house listens: what is in the way is named, the port or the host, with what to do."""

import errno
import socket

import pytest

from bot.app import serve
from bot.app.serve import _bound
from bot.config.values import Config, Organisation, Spoken
from bot.model import Language
from bot.source.errors import OperatorError


def config(host: str, port: int) -> Config:
    return Config(Organisation("Verein"), (Spoken(Language("de"), drafts=True),), host=host, port=port)


def refused(host: str, port: int) -> str:
    with pytest.raises(OperatorError) as caught:
        _bound(config(host, port))
    return str(caught.value)


@pytest.fixture
def failing(monkeypatch):
    """Let the system refuse in some way, with its long text."""

    def fail(number: int, text: str) -> None:
        def bind(host: str, port: int) -> socket.socket:
            raise OSError(number, f"{text} (while attempting to bind on address {(host, port)!r})")

        monkeypatch.setattr(serve, "bind", bind)

    return fail


def test_a_taken_port_is_the_ports_fault():
    """The help names the next port."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told = refused("127.0.0.1", port)
    assert told.startswith(f"Der Port {port} auf 127.0.0.1 ist nicht frei (")
    assert told.count("127.0.0.1") == 1, "the system's own words are kept short"
    assert "make run PORT=" in told


@pytest.mark.parametrize(
    ("port", "number", "other"),
    [(8080, errno.EADDRINUSE, 8081), (80, errno.EACCES, 8080), (65535, errno.EADDRINUSE, 8080)],
)
def test_the_port_that_the_help_names_can_be_taken(failing, port, number, other):
    """It exists, and is none that only administrators may take."""
    failing(number, "No")
    told = refused("127.0.0.1", port)
    assert told.splitlines() == [
        f"Der Port {port} auf 127.0.0.1 ist nicht frei (No).",
        f"  = Hilfe: Wählen Sie einen anderen, zum Beispiel: make run PORT={other}",
    ]


@pytest.mark.parametrize(
    ("host", "number", "text"),
    [
        ("nonsense.invalid", socket.EAI_NONAME, "Name or service not known"),
        ("1.2.3.4", errno.EADDRNOTAVAIL, "Cannot assign requested address"),
        ("::1", errno.EAFNOSUPPORT, "Address family not supported by protocol"),
    ],
)
def test_a_host_that_is_not_this_machines_is_the_hosts_fault(failing, host, number, text):
    """No word of the port: the setting ``host`` is named, with what it can be."""
    failing(number, text)
    told = refused(host, 8080)
    assert told.startswith(
        f"Unter »host: {host}« kann dieser Rechner nicht lauschen ({text}).\n  = Hilfe: Setzen Sie »host«"
    )
    assert "127.0.0.1" in told
    assert "8080" not in told
    assert "PORT" not in told


def test_an_address_of_somebody_else_is_refused():
    """As the system itself says it; the address belongs to documentation, and to no machine."""
    assert refused("192.0.2.1", 0).startswith("Unter »host: 192.0.2.1« kann dieser Rechner nicht lauschen (")
