"""The rooms of the console by name, and the bindings of every screen for the keymap and for help."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from textual.binding import BindingType
from textual.screen import Screen


def _orders() -> Screen[Any]:
    from stogly_tui.console.screens.orders import OrdersScreen

    return OrdersScreen()


def _channels() -> Screen[Any]:
    from stogly_tui.console.screens.channels import ChannelsScreen

    return ChannelsScreen()


def _log() -> Screen[Any]:
    from stogly_tui.console.screens.sync_log import SyncLogScreen

    return SyncLogScreen()


def _overview() -> Screen[Any]:
    from stogly_tui.console.screens.overview import OverviewScreen

    return OverviewScreen()


MODES: dict[str, Callable[[], Screen[Any]]] = {
    "orders": _orders,
    "channels": _channels,
    "log": _log,
    "overview": _overview,
}


def scopes(everywhere: Iterable[BindingType]) -> Mapping[str, list[BindingType]]:
    """Bindings per screen, those of its widgets included; ``everywhere`` are the app's own."""
    from stogly_tui.console.screens.activity import ActivityScreen
    from stogly_tui.console.screens.base import Dialog
    from stogly_tui.console.screens.channel_deeds import ChannelDeeds
    from stogly_tui.console.screens.channel_form_deeds import ChannelFormDeeds
    from stogly_tui.console.screens.channels import ChannelsScreen
    from stogly_tui.console.screens.columns import ColumnsDialog
    from stogly_tui.console.screens.dialogs import Ask, FilterDialog, Sure
    from stogly_tui.console.screens.fields import FieldKeys
    from stogly_tui.console.screens.form import FormScreen
    from stogly_tui.console.screens.go_live import GoLiveScreen
    from stogly_tui.console.screens.order_detail import OrderScreen
    from stogly_tui.console.screens.orders import OrdersScreen
    from stogly_tui.console.screens.overview import OverviewScreen
    from stogly_tui.console.screens.overview_deeds import OverviewDeeds
    from stogly_tui.console.screens.palette import Finder
    from stogly_tui.console.screens.progress import ProgressDialog
    from stogly_tui.console.screens.results import ResultScreen
    from stogly_tui.console.screens.send_plan import SendPlanScreen
    from stogly_tui.console.screens.sign_in import SignInScreen
    from stogly_tui.console.screens.sync_log import SyncLogScreen
    from stogly_tui.console.screens.text import TextScreen
    from stogly_tui.console.screens.tool_deeds import ToolPage
    from stogly_tui.console.screens.users import UsersScreen
    from stogly_tui.console.screens.views import ViewsDialog
    from stogly_tui.console.widgets.filter_input import FilterInput
    from stogly_tui.console.widgets.inputs import Button, Choice
    from stogly_tui.console.widgets.line_list import LineList
    from stogly_tui.console.widgets.long_text import LongText
    from stogly_tui.console.widgets.panel import Pages
    from stogly_tui.console.widgets.search_line import SearchLine

    return {
        "everywhere": [*everywhere],
        "orders": [*bindings_of(OrdersScreen), *LineList.BINDINGS],
        "orders filter": [*FilterInput.BINDINGS],
        "views": [*ViewsDialog.BINDINGS, *LineList.BINDINGS],
        "columns": [*ColumnsDialog.BINDINGS, *LineList.BINDINGS],
        "order": [*bindings_of(OrderScreen), *Pages.BINDINGS],
        "channels": [*ChannelsScreen.BINDINGS, *ChannelDeeds.BINDINGS, *LineList.BINDINGS],
        "channel form": [*ChannelFormDeeds.BINDINGS, *FormScreen.BINDINGS, *FieldKeys.BINDINGS],
        "tools": [*ToolPage.BINDINGS, *Pages.BINDINGS],
        "sign in": [*SignInScreen.BINDINGS, *FieldKeys.BINDINGS],
        "people": [*UsersScreen.BINDINGS, *LineList.BINDINGS],
        "sync log": [*bindings_of(SyncLogScreen), *LineList.BINDINGS],
        "overview": [*OverviewScreen.BINDINGS, *OverviewDeeds.BINDINGS, *LineList.BINDINGS],
        "send plan": [*SendPlanScreen.BINDINGS],
        "progress": [*ProgressDialog.BINDINGS],
        "activity": [*ActivityScreen.BINDINGS, *LineList.BINDINGS],
        "results": [*ResultScreen.BINDINGS, *LineList.BINDINGS],
        "text": [*TextScreen.BINDINGS, *Pages.BINDINGS],
        "long text": [*LongText.BINDINGS, *Pages.BINDINGS],
        "go live": [*GoLiveScreen.BINDINGS],
        "find": [*Finder.BINDINGS, *Dialog.BINDINGS],
        "search": [*SearchLine.BINDINGS],
        "question": [*Sure.BINDINGS],
        "answers": [*Ask.BINDINGS, *FieldKeys.BINDINGS],
        "filter": [*FilterDialog.BINDINGS],
        "fields": [*Choice.BINDINGS],
        "buttons": [*Button.BINDINGS],
    }


def bindings_of(screen: type[Screen[Any]]) -> list[BindingType]:
    """The bindings of a screen and of those it is made from."""
    return [
        binding for kind in screen.__mro__ if kind is not Screen for binding in vars(kind).get("BINDINGS", ())
    ]
