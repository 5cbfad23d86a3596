"""Sample letterheads and accounts: said until an installation sets its own."""

from __future__ import annotations

from recovery import registry
from recovery.registry import adapter_of, countries
from tests.portal.people import worker


def test_samples_are_said_until_an_installation_sets_its_own(local, caller, tmp_path, monkeypatch):
    administrator = worker("admin@dienst.example", None, "administrator")
    warning = "Letterheads and accounts are samples still"
    assert warning in caller(administrator).get("/administrator").text
    for code in countries():
        (tmp_path / f"{code.lower()}.toml").write_text('iban = "DE89370400440532013000"\n')
    monkeypatch.setenv("RECOVERY_SERVICE_DIR", str(tmp_path))
    registry._adapter.cache_clear()
    try:
        assert adapter_of("BE").service["iban"] == "DE89370400440532013000"
        assert adapter_of("BE").service["name"]
        assert warning not in caller(administrator).get("/administrator").text
    finally:
        registry._adapter.cache_clear()
