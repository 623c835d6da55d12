"""The return of a sign-in over real HTTP: a small page, no secret in it, and never more often than a person would."""

from collections.abc import Iterator

import pytest

from stogly_tui.domain.states import ChannelState
from stogly_tui.operations import channels, sign_in, workplace
from stogly_tui.platforms import registry
from tests.operations.test_sign_in import KEYS, add_draft, comes_back
from tests.support import redirecting
from tests.support.trade import ADA, Trade
from tests.worker.receiving import CLIENT, Listening, listen

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def listening(trade: Trade, monkeypatch: pytest.MonkeyPatch) -> Iterator[Listening]:
    """A receiver, and a draft of a platform that is signed in to by redirect."""
    monkeypatch.setitem(registry._FOLDERS, "redirecting", "tests.support.redirecting")
    monkeypatch.setattr(redirecting, "PLATFORM", redirecting.Redirecting())
    redirecting.PLATFORM.accounts.grant("code-1", "account <b>1</b>")
    made = listen(trade)
    monkeypatch.setattr(workplace, "_context", made.context)
    add_draft("Fresh")
    yield made
    made.receiver.stop(5)


def query(begun: sign_in.SignInBegun, **changes: str) -> str:
    return comes_back(begun, **changes).partition("?")[2]


def test_a_browser_that_comes_back_finds_its_channel_connected(listening: Listening) -> None:
    begun = sign_in.begin(ADA, "Fresh")
    assert begun.redirect_uri == "https://hooks.example.test/hooks/callback"

    reply = CLIENT.get(f"{listening.url}/callback?{query(begun)}")

    assert (reply.status_code, "Fresh is connected: you can close this page." in reply.text) == (200, True)
    assert channels.named("Fresh").state is ChannelState.READ_ONLY
    assert reply.headers["cache-control"] == "no-store"
    assert reply.headers["referrer-policy"] == "no-referrer"
    assert reply.headers["content-security-policy"].startswith("default-src 'none'")
    assert not any(secret in reply.text for secret in ("code-1", "token of", *KEYS.values()))


def test_what_is_wrong_is_said_without_markup_from_outside(listening: Listening) -> None:
    sign_in.begin(ADA, "Fresh")

    told = [
        CLIENT.get(f"{listening.url}/callback?{asked}")
        for asked in (
            "",
            "state=<script>alert(1)</script>&code=x",
            "error=access_denied",
            "state=%ff%00&code=1",
        )
    ]

    assert {reply.status_code for reply in told} == {400}
    assert all(
        "Begin the sign-in again" in reply.text or "Paste" in reply.text or "address" in reply.text
        for reply in told
    )
    assert not any("<script" in reply.text for reply in told)
    assert channels.named("Fresh").state is ChannelState.DRAFT


def test_guessing_is_slow(listening: Listening) -> None:
    answers = [CLIENT.get(f"{listening.url}/callback?state=guess{n}&code=x").status_code for n in range(40)]

    assert answers.count(400) < 15
    assert set(answers) == {400, 429}


def test_it_is_asked_by_get_only(listening: Listening) -> None:
    assert CLIENT.post(f"{listening.url}/callback?{query(sign_in.begin(ADA, 'Fresh'))}").status_code == 405
    assert channels.named("Fresh").state is ChannelState.DRAFT
