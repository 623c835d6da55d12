"""The keyring: renewed keys are kept, and never bring back what a person replaced."""

import threading

from pydantic import SecretStr

from stogly_tui.domain.people import MACHINE
from stogly_tui.model import database as db
from stogly_tui.model.queries.base import one
from stogly_tui.model.transitions import channels
from stogly_tui.platforms import registry
from stogly_tui.platforms.base import Keyring
from stogly_tui.sync import keyring
from tests.support.trade import ADA, Trade


def of_shop(trade: Trade) -> Keyring:
    found = trade.context.address(trade.channel("Shop")).keyring
    assert found is not None
    return found


def stored(trade: Trade) -> dict[str, str]:
    found = keyring.read(trade.context.vault, trade.channel("Shop").id)
    return {name: value.get_secret_value() for name, value in found.items()}


def enter(trade: Trade, **keys: str) -> None:
    """A person enters keys."""
    sealed = trade.context.vault.seal({name: SecretStr(value) for name, value in keys.items()})
    trade.clock.advance(seconds=1)
    with db.write(ADA) as tx:
        channels.set_credentials(tx, trade.channel("Shop").id, sealed)


def test_renewed_values_are_kept_sealed_beside_the_others(trade: Trade) -> None:
    before = stored(trade)
    entered = trade.channel("Shop").credentials_set_at

    of_shop(trade).renew({"access_token": SecretStr("fresh token")})

    assert stored(trade) == {**before, "access_token": "fresh token"}
    assert {name: key.get_secret_value() for name, key in of_shop(trade).read().items()} == stored(trade)
    assert (trade.channel("Shop").credentials_set_at, trade.channel("Shop").credentials_set_by) == (
        entered,
        "ada",
    )
    with db.read():
        sealed = one("SELECT credentials FROM channels WHERE name = 'Shop'")
    assert sealed is not None
    assert b"fresh token" not in bytes(sealed[0])


def test_a_renewal_does_not_overwrite_keys_that_a_person_entered_meanwhile(trade: Trade) -> None:
    begun = of_shop(trade)
    enter(trade, client_id="new", access_token="entered")

    begun.renew({"access_token": SecretStr("of the old keys")})

    assert stored(trade) == {"client_id": "new", "access_token": "entered"}
    begun.read()
    begun.renew({"access_token": SecretStr("of the new keys")})
    assert stored(trade)["access_token"] == "of the new keys"


def test_of_two_renewals_the_later_counts_and_none_loses_what_the_other_added(trade: Trade) -> None:
    one_process, another = of_shop(trade), of_shop(trade)
    one_process.renew({"access_token": SecretStr("first"), "refresh_token": SecretStr("r1")})
    keyring.webhook_secret(trade.context.vault, trade.channel("Shop").id, registry.platform("woocommerce"))
    another.renew({"access_token": SecretStr("second")})

    assert stored(trade)["access_token"] == "second"
    assert stored(trade)["refresh_token"] == "r1"
    assert stored(trade)["webhook_secret"]


def test_a_channel_that_was_removed_gets_no_keys_back(trade: Trade) -> None:
    begun, channel_id = of_shop(trade), trade.channel("Shop").id
    with db.write(MACHINE) as tx:
        channels.archive(tx, channel_id)

    begun.renew({"access_token": SecretStr("late")})

    with db.read():
        assert one("SELECT credentials FROM channels WHERE id = ?", [channel_id]) == (None,)


def test_several_at_once_make_one_webhook_secret(trade: Trade) -> None:
    platform, channel_id = registry.platform("woocommerce"), trade.channel("Shop").id
    made: list[tuple[str, bool]] = []
    together = threading.Barrier(6)

    def make() -> None:
        together.wait()
        secret, is_new = keyring.webhook_secret(trade.context.vault, channel_id, platform)
        made.append((secret.get_secret_value(), is_new))
        db.drop_connection()

    threads = [threading.Thread(target=make) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({secret for secret, _ in made}) == 1
    assert [is_new for _, is_new in made].count(True) == 1
