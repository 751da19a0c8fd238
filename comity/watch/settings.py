"""Where alerts go, from a TOML file and the environment. Passwords and secrets are never on the command line.

[atom]
file = "alerts.atom"
[webhook]
url = "https://example.org/hook"
secret = "…"                      # or COMITY_WEBHOOK_SECRET
[mail]
host = "smtp.example.org"
port = 587
security = "starttls"             # or "tls", or "none"
user = "comity"
password = "…"                    # or COMITY_SMTP_PASSWORD
from = "comity@example.org"
to = ["desk@example.org"]
"""

from __future__ import annotations

import os
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from comity.errors import InputError

Security = Literal["starttls", "tls", "none"]
WEBHOOK_SECRET, SMTP_PASSWORD = "COMITY_WEBHOOK_SECRET", "COMITY_SMTP_PASSWORD"
PORTS: Mapping[str, int] = {"starttls": 587, "tls": 465, "none": 25}


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """An address that alerts are posted to, signed with `secret`."""

    url: str
    secret: str

    def __repr__(self) -> str:
        return f"Webhook(url={self.url!r})"  # a traceback is no place for a secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail server, and who writes to whom."""

    host: str
    port: int
    security: Security
    user: str | None
    password: str | None
    sender: str
    to: tuple[str, ...]

    def __repr__(self) -> str:
        return f"Mail(host={self.host!r}, to={self.to!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The channels besides the terminal; `warnings` is what the user should know of the file."""

    atom: Path | None = None
    webhook: Webhook | None = None
    mail: Mail | None = None
    warnings: tuple[str, ...] = ()


def load_settings(
    file: Path | None,
    *,
    atom: Path | None = None,
    webhook: str | None = None,
    environment: Mapping[str, str] = os.environ,
) -> Settings:
    """The settings of a file (None: of none), with what was named on the command line before it. Raises InputError with the
    name of the setting."""
    data: dict[str, Any] = {}
    warnings: list[str] = []
    place = str(file) if file else "settings"
    if file is not None:
        try:
            data = tomllib.loads(file.read_text(encoding="utf-8"))
            readable = stat.S_IMODE(file.stat().st_mode) & 0o077
        except OSError as error:
            raise InputError(place, f"cannot be opened: {error.strerror}", "check the path") from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise InputError(place, f"is no TOML: {error}", "see docs/watch.md for its form") from error
        secret = any("secret" in data.get(part, {}) or "password" in data.get(part, {}) for part in ("webhook", "mail")
                     if isinstance(data.get(part), dict))  # fmt: skip
        if secret and readable and os.name == "posix":
            warnings.append(f"{place}: others on this machine may read its secrets (chmod 600 {place})")
    tables = {"atom": {"file"}, "webhook": {"url", "secret"},
              "mail": {"host", "port", "security", "user", "password", "from", "to"}}  # fmt: skip
    for name, table in data.items():
        if name not in tables:
            raise InputError(place, f"[{name}] is no channel", f"there are {', '.join(tables)}")
        if not isinstance(table, dict):
            raise InputError(place, f"{name} is no table", f"write [{name}] on a line of its own")
        for key in table:
            if key not in tables[name]:
                raise InputError(place, f"{name}.{key} is no setting", f"there are {', '.join(sorted(tables[name]))}")
    return Settings(
        atom=atom or (Path(_text(data, "atom", "file", place)) if "atom" in data else None),
        webhook=_webhook(data, webhook, place, environment),
        mail=_mail(data, place, environment) if "mail" in data else None,
        warnings=tuple(warnings),
    )


def _webhook(data: Mapping[str, Any], named: str | None, place: str, environment: Mapping[str, str]) -> Webhook | None:
    if named is None and "webhook" not in data:
        return None
    url = named or _text(data, "webhook", "url", place)
    if not url.startswith(("http://", "https://")):
        raise InputError(place, f"webhook.url is no web address: {url[:100]}", "begin it with https://")
    secret = environment.get(WEBHOOK_SECRET) or data.get("webhook", {}).get("secret")
    if not isinstance(secret, str) or len(secret) < 16:
        raise InputError(
            place, "webhook.secret is missing or shorter than 16 letters", f"set it there, or as {WEBHOOK_SECRET}"
        )
    return Webhook(url=url, secret=secret)


def _mail(data: Mapping[str, Any], place: str, environment: Mapping[str, str]) -> Mail:
    table = data["mail"]
    security = table.get("security", "starttls")
    if security not in get_args(Security):
        raise InputError(place, f'mail.security "{security}" is none of {", ".join(get_args(Security))}', "choose one")
    port = table.get("port", PORTS[security])
    if not isinstance(port, int) or not 0 < port < 65536:
        raise InputError(place, f"mail.port is no port: {port!r}", "give a number from 1 to 65535")
    to = table.get("to")
    to = [to] if isinstance(to, str) else to
    if not isinstance(to, list) or not to or not all(isinstance(one, str) and "@" in one for one in to):
        raise InputError(place, "mail.to names nobody", 'write to = ["desk@example.org"]')
    password = environment.get(SMTP_PASSWORD) or table.get("password")
    user = table.get("user")
    if user and not password:
        raise InputError(place, "mail.user has no password", f"set mail.password, or {SMTP_PASSWORD}")
    if user and security == "none":
        raise InputError(place, "mail.security none would send the password for all to read", 'use "starttls" or "tls"')
    return Mail(
        host=_text(data, "mail", "host", place),
        port=port,
        security=security,
        user=user,
        password=password,
        sender=_text(data, "mail", "from", place),
        to=tuple(to),
    )


def _text(data: Mapping[str, Any], table: str, key: str, place: str) -> str:
    value = data.get(table, {}).get(key)
    if not isinstance(value, str) or not value.strip():
        raise InputError(place, f"{table}.{key} is missing", "see docs/watch.md")
    return value
