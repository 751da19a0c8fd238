"""The command that shows a store to people: serve."""

from __future__ import annotations

from typing import Annotated

import typer

from comity.cli.shared import DEFAULT_STORE, Refused, StorePath, command, complain


def register(app: typer.Typer) -> None:
    app.command("serve")(serve_command)


@command
def serve_command(
    store: StorePath = DEFAULT_STORE,
    host: Annotated[
        str, typer.Option(help="The address to listen at; another than this machine's own needs --token.")
    ] = ("127.0.0.1"),
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 takes a free one.")] = 8321,
    token: Annotated[
        str,
        typer.Option(
            envvar="COMITY_TOKEN", help="Who asks must bring this; programs may write with it.", show_default=False
        ),
    ] = "",
    allow_host: Annotated[
        list[str] | None, typer.Option("--allow-host", metavar="NAME", help="A further name of this server.")
    ] = None,
    read_only: Annotated[bool, typer.Option("--read-only", help="Take no corrections and no additions.")] = False,
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help="Add from private networks and this machine too.")
    ] = False,
) -> None:
    """Show a store as web pages and a JSON API.

    On this machine alone, unless you say otherwise. Ctrl+C ends it.

    Example: comity serve --store out/comity-demo.duckdb
    """
    check_binding(host, token)
    try:
        import uvicorn

        from comity.web.app import create_app
    except ImportError as error:
        raise Refused(f"the web pages need more packages: {error.name} (pip install 'comity[web]')") from error
    from comity.store import Store
    from comity.web.security import Gate, host_names, is_loopback

    with Store.open(store, read_only=True):
        pass
    gate = Gate(
        token=token or None,
        hosts=host_names([*(allow_host or ()), host]),
        any_address=not is_loopback(host),
        read_only=read_only,
    )
    server = uvicorn.Server(
        uvicorn.Config(
            create_app(store, gate=gate, private=allow_private),
            host=host,
            port=port,
            log_level="warning",
            access_log=False,
            server_header=False,
            limit_concurrency=200,
            timeout_keep_alive=10,
            timeout_graceful_shutdown=3,
            h11_max_incomplete_event_size=32_768,
        )
    )
    listening = server.config.bind_socket()
    number = listening.getsockname()[1]
    shown = f"[{host}]" if ":" in host else host
    complain(f"http://{shown}:{number}/ (Ctrl+C ends it)", "serving")
    server.run(sockets=[listening])


def check_binding(host: str, token: str) -> None:
    """Refuses to listen to others without a token, and a token that could be guessed."""
    from comity.web.security import is_loopback

    if not is_loopback(host) and not token:
        raise Refused(
            f"--host {host} lets others ask this server (give --token, a long random word, or leave --host out)"
        )
    if token and len(token) < 16:
        raise Refused("the token is too short to be safe (take 16 characters or more)")
