"""Redirect sign-in: what comes back counts once, in time, for its own channel and account, and leaves no trace else."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from pydantic import SecretStr

from stogly_tui.domain.people import Actor, NotAllowed, Role
from stogly_tui.domain.problems import InvalidInput
from stogly_tui.domain.states import ChannelHealth, ChannelRole, ChannelState
from stogly_tui.model import database as db
from stogly_tui.model.queries import channels as queries
from stogly_tui.model.queries import work
from stogly_tui.model.queries.base import one, rows
from stogly_tui.model.transitions import channels as transitions
from stogly_tui.operations import channels, pulls, sign_in, workplace
from stogly_tui.platforms import registry
from stogly_tui.sync import intake, keyring
from stogly_tui.sync import sign_in as sync
from stogly_tui.sync.context import Context, Door
from tests.support import redirecting
from tests.support.trade import ADA, Trade

KEYS = {"client_id": "app", "client_secret": redirecting.APP_SECRET}
OPE = Actor("ope", Role.OPERATOR)


@pytest.fixture
def accounts(monkeypatch: pytest.MonkeyPatch) -> redirecting.Accounts:
    """The platform's own books, with one grant that a person can give."""
    monkeypatch.setitem(registry._FOLDERS, "redirecting", "tests.support.redirecting")
    monkeypatch.setattr(redirecting, "PLATFORM", redirecting.Redirecting())
    made: redirecting.Accounts = redirecting.PLATFORM.accounts
    made.grant("code-1", "account 1")
    return made


@pytest.fixture
def draft(empty: Trade, accounts: redirecting.Accounts) -> queries.ChannelRow:
    """A source that nobody has signed in to yet."""
    return add_draft("Fresh")


def add_draft(name: str, **more: Any) -> queries.ChannelRow:
    return channels.add_draft(
        ADA, channels.ChannelDraft("redirecting", name, f"{name.lower()}.example/", KEYS, **more)
    )


def comes_back(begun: sign_in.SignInBegun, code: str = "code-1", **changes: str) -> str:
    """The address that the platform sends the browser to."""
    state = dict(parse_qsl(urlsplit(begun.url).query))["state"]
    returned = {"code": code, "state": state, "shop": "fresh.example"} | changes
    secret = {name: SecretStr(value) for name, value in KEYS.items()}
    signed = returned | {"hmac": changes.get("hmac", redirecting.sign(returned, secret))}
    return f"{begun.redirect_uri}?{urlencode(signed)}"


def stored(name: str) -> dict[str, str]:
    found = keyring.read(workplace.context().vault, channels.named(name).id)
    return {key: value.get_secret_value() for key, value in found.items()}


def refusal(name: str, pasted: str) -> str:
    """Why a sign-in is refused; the channel is as it was."""
    before, keys = channels.named(name), stored(name)
    found = sign_in.finish(ADA, name, pasted)
    assert found.account is None
    assert (channels.named(name), stored(name)) == (before, keys)
    return " ".join(str(one) for one in found.problems)


def test_a_draft_is_kept_and_nothing_of_it_is_read(draft: queries.ChannelRow) -> None:
    assert (draft.state, draft.url, draft.account_id) == (ChannelState.DRAFT, "https://fresh.example", "")
    with db.read():
        assert rows("SELECT * FROM flows") == []
        assert work.due_flows(db.now(), timedelta(days=9)) == []
        assert work.channels_with_intake(db.now()) == []
    assert pulls.pull_now(ADA) == 0
    assert stored("Fresh") == KEYS


def test_a_sign_in_makes_a_draft_read_only_with_its_flows_and_keeps_the_app(
    draft: queries.ChannelRow,
) -> None:
    begun = sign_in.begin(ADA, "Fresh")
    assert begun.redirect_uri == "http://127.0.0.1:8711/callback"
    assert not begun.comes_back_by_itself
    assert "scope=read" in begun.url

    found = sign_in.finish(ADA, "Fresh", f"  {comes_back(begun)}\n")

    assert found.account is not None
    channel = channels.named("Fresh")
    assert (channel.state, channel.account_id, channel.currency) == (
        ChannelState.READ_ONLY,
        "account 1",
        "EUR",
    )
    assert stored("Fresh") == {**KEYS, "access_token": "token of code-1"}
    with db.read():
        assert rows("SELECT type FROM flows") == [("orders",)]
        told = rows("SELECT actor, verb FROM audit ORDER BY id")
        assert "code-1" not in str(rows("SELECT * FROM audit") + rows("SELECT * FROM sign_ins"))
    assert told[-2:] == [("ada", "begin_sign_in"), ("ada", "sign_in")]


def test_a_pure_destination_is_active_at_once(empty: Trade, accounts: redirecting.Accounts) -> None:
    add_draft("Target", role=ChannelRole.DESTINATION)
    begun = sign_in.begin(ADA, "Target")
    assert "scope=write" in begun.url

    assert sign_in.finish(ADA, "Target", comes_back(begun)).account is not None

    assert channels.named("Target").state is ChannelState.ACTIVE
    with db.read():
        assert rows("SELECT type FROM flows") == [("push",)]


def test_only_what_is_behind_the_question_mark_is_enough(draft: queries.ChannelRow) -> None:
    pasted = comes_back(sign_in.begin(ADA, "Fresh")).partition("?")[2]

    assert sign_in.finish(ADA, "Fresh", pasted).account is not None


def test_a_state_counts_once(draft: queries.ChannelRow, accounts: redirecting.Accounts) -> None:
    pasted = comes_back(sign_in.begin(ADA, "Fresh"))
    assert sign_in.finish(ADA, "Fresh", pasted).account is not None
    accounts.grant("code-1", "account 1")

    assert "used already" in refusal("Fresh", pasted)


def test_a_state_counts_for_ten_minutes(empty: Trade, draft: queries.ChannelRow) -> None:
    pasted = comes_back(sign_in.begin(ADA, "Fresh"))
    empty.clock.advance(minutes=10, seconds=1)

    assert "older than ten minutes" in refusal("Fresh", pasted)


def test_a_state_counts_for_its_channel_only(draft: queries.ChannelRow) -> None:
    add_draft("Other")
    pasted = comes_back(sign_in.begin(ADA, "Fresh"))

    assert "not one that was begun here" in refusal("Other", pasted)


def test_a_later_sign_in_voids_the_earlier_one(draft: queries.ChannelRow) -> None:
    pasted = comes_back(sign_in.begin(ADA, "Fresh"))
    sign_in.begin(ADA, "Fresh")

    assert "not one that was begun here" in refusal("Fresh", pasted)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"state": "guessed"}, "not one that was begun here"), ({"hmac": "0" * 64}, "not signed by the platform"),
        ({"code": "another"}, "code is not known"), ({"shop": "x", "hmac": "0"}, "not signed"),
    ],
)  # fmt: skip
def test_what_is_forged_is_refused_in_a_sentence(
    draft: queries.ChannelRow, changes: dict[str, str], words: str
) -> None:
    pasted = comes_back(sign_in.begin(ADA, "Fresh"), **changes)

    assert words in refusal("Fresh", pasted)


@pytest.mark.parametrize(
    "pasted", ["", "https://fresh.example/", "hello", "?state=", "?a=1&state=x&state=y", "x" * 9000]
)
def test_what_is_no_returned_address_is_said_so(draft: queries.ChannelRow, pasted: str) -> None:
    assert "address" in refusal("Fresh", pasted)


def test_a_platform_that_is_down_refuses_and_a_new_sign_in_helps(
    draft: queries.ChannelRow, accounts: redirecting.Accounts
) -> None:
    pasted = comes_back(sign_in.begin(ADA, "Fresh"))
    accounts.is_down = True
    assert "does not answer" in refusal("Fresh", pasted)
    accounts.is_down = False

    assert "used already" in refusal("Fresh", pasted)
    assert sign_in.finish(ADA, "Fresh", comes_back(sign_in.begin(ADA, "Fresh"))).account is not None


def test_signing_in_again_heals_a_channel_and_refuses_another_account(
    draft: queries.ChannelRow, accounts: redirecting.Accounts
) -> None:
    sign_in.finish(ADA, "Fresh", comes_back(sign_in.begin(ADA, "Fresh")))
    with db.write(ADA) as tx:
        transitions.is_down(tx, draft.id, ChannelHealth.NEEDS_SIGN_IN, "revoked")
    accounts.grant("code-2", "account 2")
    accounts.grant("code-3", "account 1")

    assert "another account (The account 2)" in refusal(
        "Fresh", comes_back(sign_in.begin(ADA, "Fresh"), "code-2")
    )
    assert sign_in.finish(ADA, "Fresh", comes_back(sign_in.begin(ADA, "Fresh"), "code-3")).account is not None

    assert channels.named("Fresh").health is ChannelHealth.OK
    assert stored("Fresh")["access_token"] == "token of code-3"
    with db.read():
        assert one("SELECT count(*) FROM flows") == (1,)


def test_one_account_is_connected_once(draft: queries.ChannelRow, accounts: redirecting.Accounts) -> None:
    sign_in.finish(ADA, "Fresh", comes_back(sign_in.begin(ADA, "Fresh")))
    add_draft("Twin")
    accounts.grant("code-2", "account 1")

    assert "connected already, as Fresh" in refusal("Twin", comes_back(sign_in.begin(ADA, "Twin"), "code-2"))


def test_keys_that_were_changed_meanwhile_are_not_overwritten(
    draft: queries.ChannelRow, accounts: redirecting.Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    pasted = comes_back(sign_in.begin(ADA, "Fresh"))
    real = redirecting.PLATFORM.check

    def meanwhile(*given: Any, **more: Any) -> Any:
        channels.change(ADA, "Fresh", settings={}, credentials={**KEYS, "client_id": "new app"})
        return real(*given, **more)

    monkeypatch.setattr(redirecting.PLATFORM, "check", meanwhile)

    found = sign_in.finish(ADA, "Fresh", pasted)

    assert "while you signed in" in str(found.problems[0])
    assert stored("Fresh")["client_id"] == "new app"
    assert channels.named("Fresh").state is ChannelState.DRAFT


def test_only_an_admin_signs_in(draft: queries.ChannelRow) -> None:
    for call in (
        lambda: sign_in.begin(OPE, "Fresh"), lambda: sign_in.finish(OPE, "Fresh", "?state=x"),
        lambda: channels.add_draft(OPE, channels.ChannelDraft("redirecting", "X", "x.example", KEYS)),
    ):  # fmt: skip
        with pytest.raises(NotAllowed):
            call()


def test_what_cannot_be_a_draft_is_told_by_field_and_not_kept(
    empty: Trade, accounts: redirecting.Accounts
) -> None:
    wrong = channels.ChannelDraft("redirecting", "", "nothing", {"client_id": "x"})
    with pytest.raises(InvalidInput) as caught:
        channels.add_draft(ADA, wrong)
    assert {problem.field for problem in caught.value.problems} == {"name", "url", "client_secret"}

    keys = empty.sandbox.credentials(empty.shop.slug)
    with pytest.raises(InvalidInput, match="no sign-in by redirect"):
        channels.add_draft(ADA, channels.ChannelDraft("woocommerce", "Woo", empty.shop.base_url, keys))
    with db.read():
        assert queries.overview() == []


def test_a_channel_of_keys_has_no_sign_in_and_a_draft_does_not_go_live_or_drain(
    trade: Trade, accounts: redirecting.Accounts
) -> None:
    with pytest.raises(InvalidInput, match="no sign-in by redirect"):
        sign_in.begin(ADA, "Shop")
    made = add_draft("Fresh")
    assert intake.drain(trade.context, made.id) == []
    with pytest.raises(InvalidInput):
        channels.pause(ADA, "Fresh")
    channels.change(ADA, "Fresh", settings={"pull_interval": 5}, url="moved.example")
    assert channels.named("Fresh").url == "https://moved.example"
    channels.remove(ADA, "Fresh")


def test_where_the_receiver_is_public_the_browser_comes_back_by_itself(
    draft: queries.ChannelRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    public = replace(workplace.context(), door=Door(True, public_url="https://hooks.example/in"))
    monkeypatch.setattr(workplace, "_context", public)

    begun = sign_in.begin(ADA, "Fresh")

    assert (begun.redirect_uri, begun.comes_back_by_itself) == ("https://hooks.example/in/callback", True)
    returned = sync.come_back(public, f"?{comes_back(begun).partition('?')[2]}")
    assert (returned.channel, returned.account is not None) == ("Fresh", True)
    with db.read():
        assert one("SELECT actor FROM audit WHERE verb = 'sign_in'") == ("ada",)


def test_a_returning_browser_has_ninety_seconds_and_a_person_ten_minutes(
    draft: queries.ChannelRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[timedelta] = []
    real = redirecting.PLATFORM.sign_in.finish

    def noted(*values: Any, **more: Any) -> Any:
        given.append(more["longest"])
        return real(*values, **more)

    monkeypatch.setattr(redirecting.PLATFORM.sign_in, "finish", noted)
    context: Context = workplace.context()

    sync.come_back(context, comes_back(sign_in.begin(ADA, "Fresh"), "none"))
    sign_in.finish(ADA, "Fresh", comes_back(sign_in.begin(ADA, "Fresh")))

    assert given == [timedelta(seconds=90), timedelta(minutes=10)]
