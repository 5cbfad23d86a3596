"""Whose conformance is tested: every country that is registered, or those that --country names."""

from __future__ import annotations

import tomllib

import pytest

from recovery.registry import adapter_of, countries


def examples_of(code):
    return tomllib.loads(adapter_of(code).folder.joinpath("examples.toml").read_text("utf-8"), parse_float=str)[
        "example"
    ]


def pytest_generate_tests(metafunc):
    served = [code.upper() for code in metafunc.config.getoption("--country")] or countries()
    if "example" in metafunc.fixturenames:
        rows = [pytest.param(row, id=f"{code}-{row['title']}") for code in served for row in examples_of(code)]
        metafunc.parametrize("example", rows)
    if "adapter" in metafunc.fixturenames:
        metafunc.parametrize("adapter", served, indirect=True)


@pytest.fixture
def adapter(request):
    return adapter_of(request.param)
