"""A batch over a real SFTP server: only to a host whose key is known, whole and once."""

from __future__ import annotations

import csv
import io

import pytest
from pypdf import PdfReader

from recovery.channels.post import post
from recovery.errors import GatewayError
from tests.channels.sftp_server import sftp
from tests.channels.test_post import DAY, batch, piece


@pytest.fixture
def home(tmp_path, monkeypatch):
    """An account with a file of known hosts, empty as yet."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    hosts = tmp_path / "home" / ".ssh" / "known_hosts"
    hosts.parent.mkdir(parents=True)
    hosts.write_text("")
    return hosts


def test_a_batch_reaches_the_mail_house_whole_and_once(channel, tmp_path, home):
    house = tmp_path / "house"
    house.mkdir()
    with sftp(house) as (port, known):
        home.write_text(known)
        channel(POST_URL=f"sftp://house:sample@127.0.0.1:{port}/in/letters")
        for _ in range(2):
            post(batch(piece(1, 2)))
    files = sorted((house / "in" / "letters").iterdir())
    assert [file.name for file in files] == [f"NL-{DAY}-1.csv", f"NL-{DAY}-1.pdf"]
    (row,) = csv.DictReader(io.StringIO(files[0].read_text("utf-8")))
    assert int(row["page_to"]) == len(PdfReader(files[1]).pages) == 3


def test_an_unknown_host_gets_nothing(channel, tmp_path, home):
    house = tmp_path / "house"
    house.mkdir()
    with sftp(house) as (port, _):
        channel(POST_URL=f"sftp://house:sample@127.0.0.1:{port}/in")
        with pytest.raises(GatewayError, match=r"sftp: .*SSHException"):
            post(batch(piece(1, 1)))
    assert list(house.iterdir()) == []


def test_a_wrong_password_is_tried_again(channel, tmp_path, home):
    with sftp(tmp_path) as (port, known):
        home.write_text(known)
        channel(POST_URL=f"sftp://house:other@127.0.0.1:{port}/in")
        with pytest.raises(GatewayError, match="AuthenticationException"):
            post(batch(piece(1, 1)))
