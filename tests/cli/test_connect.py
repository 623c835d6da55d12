"""What `channel add` refuses: each mistake has its exit code and its sentence, and nothing is saved."""

import json
from pathlib import Path

import pytest

from stogly_tui.sandbox import ApiKey
from tests.cli.support import CommandLine, Ended


def nothing_is_saved(cli: CommandLine) -> bool:
    return cli("channel", "list", "--format", "json").data == []  # type: ignore[no-any-return]


def add(cli: CommandLine, url: str, *more: str, platform: str = "woocommerce") -> Ended:
    return cli(
        "channel", "add", platform, "Shop", "--url", url, "--credentials", cli.credentials(cli.shop), *more
    )


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("http://shop.example.com", "url: The address is not encrypted (http). Use https://"),
        ("ftp://shop.example.com", "url: "),
        ("", "url: is missing. Give the address"),
    ],
)
def test_an_address_of_the_wrong_form_is_refused(cli: CommandLine, url: str, sentence: str) -> None:
    done = add(cli, url)
    assert done.code == 2
    assert sentence in done.err
    assert nothing_is_saved(cli)


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/shop", "https://shop.invalid"])
def test_an_address_where_nothing_answers_may_be_tried_again(cli: CommandLine, url: str) -> None:
    done = add(cli, url)
    assert done.code == 3
    assert "cannot be reached" in done.err
    assert nothing_is_saved(cli)


def test_a_store_in_maintenance_may_be_tried_again(cli: CommandLine) -> None:
    cli.shop.maintenance = True
    assert add(cli, cli.shop.base_url).code == 3


def test_an_address_without_wordpress_is_wrong(cli: CommandLine) -> None:
    done = add(cli, f"{cli.sandbox.root}/nothing-here")
    assert done.code == 2
    assert "no WordPress REST API" in done.err


def test_plain_permalinks_are_named_with_the_way_out(cli: CommandLine) -> None:
    cli.shop.permalinks = "plain"
    done = add(cli, cli.shop.base_url)
    assert done.code == 2
    assert "Settings > Permalinks > Post name" in done.err
    assert nothing_is_saved(cli)


def test_a_wrong_key_is_named_and_never_shown(cli: CommandLine) -> None:
    keys = cli.credentials(cli.shop, consumer_key="ck_" + "0" * 40)
    done = cli("channel", "add", "woocommerce", "Shop", "--url", cli.shop.base_url, "--credentials", keys)
    assert done.code == 2
    assert "consumer_key: The store does not know this key" in done.err
    assert "0" * 40 not in done.err
    assert nothing_is_saved(cli)


def test_a_key_that_may_only_read_is_no_destination(cli: CommandLine) -> None:
    cli.main.keys = [ApiKey("ck_" + "1" * 40, "cs_" + "2" * 40, "read")]
    done = cli.add("Main", cli.main, "--role", "destination")
    assert done.code == 2
    assert "consumer_key: This key may only read" in done.err
    assert nothing_is_saved(cli)


def test_one_shop_is_not_connected_under_a_second_address(cli: CommandLine) -> None:
    assert cli.add("Shop", cli.shop).code == 0
    second = cli.add("Again", cli.shop, "--url", cli.shop.base_url.replace("127.0.0.1", "localhost"))
    assert second.code == 2
    assert "connected already, as Shop" in second.err
    assert len(cli("channel", "list", "--format", "json").data) == 1


def test_an_unknown_setting_names_the_nearest(cli: CommandLine) -> None:
    done = add(cli, cli.shop.base_url, "--set", "order_prefx=S-")
    assert done.code == 2
    assert "order_prefx: is not a setting of this platform. Did you mean order_prefix?" in done.err
    assert nothing_is_saved(cli)


def test_every_problem_is_told_at_once(cli: CommandLine) -> None:
    done = add(cli, cli.shop.base_url, "--set", "pull_interval=0", "--destination", "Nowhere")
    assert done.code == 2
    assert {line.partition(":")[0] for line in done.err.splitlines()} >= {"pull_interval", "destination"}


def test_an_unknown_platform_is_refused(cli: CommandLine) -> None:
    done = add(cli, cli.shop.base_url, platform="shopware")
    assert done.code == 2
    assert "platform: 'shopware' is not supported. Known are: woocommerce, shopify." in done.err


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('{"consumer_key": "ck_secretsecret"', "credentials: are not JSON (line 1, column "),
        ('["ck_secretsecret"]', "credentials: are not a JSON object."),
        ('{"consumer_key": 5, "consumer_secret": "cs_secretsecret"}', "consumer_key must be text"),
        ('{"consumer_key": "ck_secretsecret"}', "consumer_secret: is missing."),
        ('{"consumer_key": "ck_secretsecret", "consumer_secret": "cs_secretsecret", "x": "y"}', "x: is not known"),
        ("", "credentials: are not JSON"),
    ],
)  # fmt: skip
def test_malformed_credentials_are_named_and_never_shown(cli: CommandLine, text: str, sentence: str) -> None:
    done = cli(
        "channel", "add", "woocommerce", "Shop", "--url", cli.shop.base_url, "--credentials", "-", stdin=text
    )
    assert done.code == 2
    assert sentence in done.err
    assert "secretsecret" not in done.err
    assert nothing_is_saved(cli)


def test_credentials_come_from_a_file_or_standard_input(cli: CommandLine, tmp_path: Path) -> None:
    missing = cli(
        "channel",
        "add",
        "woocommerce",
        "S",
        "--url",
        "https://x.example",
        "--credentials",
        str(tmp_path / "no"),
    )
    assert missing.code == 2
    assert "cannot be read: No such file" in missing.err
    keys = json.dumps(cli.sandbox.credentials(cli.shop.slug))
    done = cli(
        "channel", "add", "woocommerce", "Shop", "--url", cli.shop.base_url, "--credentials", "-", stdin=keys
    )
    assert done.code == 0, done


def test_a_file_with_keys_that_others_can_read_is_warned_of(cli: CommandLine) -> None:
    path = Path(cli.credentials(cli.shop))
    path.chmod(0o644)
    done = add(cli, cli.shop.base_url)
    assert done.code == 0
    assert "can be read by others" in done.err


def test_new_keys_are_verified_before_they_are_kept(cli: CommandLine) -> None:
    cli.connect()
    wrong = cli.credentials(cli.main, "other.json")
    done = cli("channel", "set", "Shop", "--credentials", wrong)
    assert done.code == 2
    assert cli("channel", "test", "Shop").code == 0
    moved = cli("channel", "set", "Shop", "--url", "http://127.0.0.1:1/shop")
    assert moved.code == 3
    assert cli("channel", "set", "Shop", "--credentials", cli.credentials(cli.shop)).code == 0


def test_a_test_says_whether_trying_again_helps(cli: CommandLine) -> None:
    cli.connect()
    cli.shop.maintenance = True
    assert cli("channel", "test", "Shop").code == 3
    cli.shop.maintenance = False
    cli.fault("expired_key", cli.shop, times=None)
    assert cli("channel", "test", "Shop").code == 2
