"""Settings are read from the environment: typed, told by the variable where they cannot be, secrets never shown."""

from __future__ import annotations

import ipaddress
from pathlib import Path

import pytest

from recovery.errors import CaseError
from recovery.settings import Oidc, settings


@pytest.fixture
def given(monkeypatch, tmp_path):
    """Read the settings with variables set and no other."""

    def read(**variables):
        monkeypatch.setenv("RECOVERY_DATA_DIR", str(tmp_path))
        for name, value in variables.items():
            monkeypatch.setenv(f"RECOVERY_{name}", value)
        settings.cache_clear()
        return settings()

    yield read
    settings.cache_clear()


def test_what_is_set_to_nothing_has_its_default(given, monkeypatch):
    monkeypatch.delenv("RECOVERY_DATABASE_URL", raising=False)
    found = given(PORT="", DATABASE_URL="", SMTP_HOST="", TRUSTED_PROXIES="", SCHEDULES_EVERY="0")
    assert (found.portal_port, found.portal_url) == (8000, "http://127.0.0.1:8000")
    assert found.database_url == f"sqlite:///{found.data_dir / 'recovery.db'}"
    assert (found.channels.smtp_host, found.trusted_proxies, found.schedules_every) == (None, (), 0)


def test_each_variable_reaches_its_setting(given, tmp_path):
    found = given(
        PORT="8123", SMTP_STARTTLS="0", SMTP_SECONDS="2.5", TRUSTED_PROXIES="10.0.0.7, 10.1.0.0/16",
        KEYS_DIR=str(tmp_path / "k"), OIDC_ISSUER="https://id.example/", OIDC_CLIENT_ID="recovery",
    )  # fmt: skip
    assert (found.portal_port, found.portal_url) == (8123, "http://127.0.0.1:8123")
    assert (found.channels.smtp_starttls, found.channels.smtp_seconds) == (False, 2.5)
    assert found.trusted_proxies == (ipaddress.ip_network("10.0.0.7/32"), ipaddress.ip_network("10.1.0.0/16"))
    assert found.keys_dir == Path(tmp_path / "k")
    assert found.oidc == Oidc("https://id.example", "recovery")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"), ("PORT", "70000"), ("PREFECT_PORT", "0"), ("SMTP_PORT", "-1"), ("SMTP_STARTTLS", "perhaps"),
        ("POST_SECONDS", "0"), ("READS_DAYS", "-5"), ("SCHEDULES_EVERY", "60"), ("TRUSTED_PROXIES", "10.0.0.300"),
    ],
)  # fmt: skip
def test_what_a_setting_cannot_hold_is_told_by_its_variable(given, name, value):
    with pytest.raises(CaseError) as caught:
        given(**{name: value})
    assert caught.value.code == "bad_setting"
    assert f"RECOVERY_{name}: " in caught.value.message


def test_no_secret_is_shown(given):
    found = given(
        SMTP_PASSWORD="pass-word-1", WEBHOOK_SECRET="web-hook-2", OIDC_CLIENT_SECRET="oidc-3",
        DATABASE_URL="postgresql://a:data-base-4@127.0.0.1/x", POST_URL="sftp://u:post-5@127.0.0.1/x",
    )  # fmt: skip
    shown = repr(found)
    assert "smtp_port=587" in shown
    assert not [
        secret for secret in ("pass-word-1", "web-hook-2", "oidc-3", "data-base-4", "post-5") if secret in shown
    ]
