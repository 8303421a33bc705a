"""From the lines of ``config.yaml`` to ``Config``. Whatever is wrong is said at once, in the same shape as for flows."""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from bot.config.secret import secret_of
from bot.config.store import address_of, trouble_with
from bot.config.values import (
    SOURCE_LANGUAGE,
    Config,
    Keep,
    Limits,
    Organisation,
    Spoken,
    StoreAddress,
    Telegram,
    WebChat,
)
from bot.model import LANGUAGE_CODE, Language
from bot.source.errors import OperatorError
from bot.source.form import Form, Problems, mapping
from bot.source.names import hint
from bot.source.nodes import Node, Scalar
from bot.source.problem import report
from bot.source.reader import read as read_yaml
from bot.source.values import truth, whole, word


def read_file(path: Path, environment: Mapping[str, str]) -> Config:
    """Read the settings from a file. Relative paths in it start where it lies.

    OperatorError says what is wrong with it, or that it is not there.
    """
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        message = f"Die Einstellungen fehlen: {path} gibt es nicht.\n"
        raise OperatorError(
            message + "  = Hilfe: Starten Sie im Ordner des Projekts, oder legen Sie dort eine config.yaml an."
        ) from None
    except OSError as error:
        message = f"Die Einstellungen {path} lassen sich nicht lesen: {error.strerror}.\n"
        raise OperatorError(message + "  = Hilfe: Prüfen Sie die Rechte der Datei.") from None
    config = read(str(path), raw, environment)
    data, flows, locales = (_short(path.parent / each) for each in (config.data, config.flows, config.locales))
    return replace(config, data=data, flows=flows, locales=locales)


def read(name: str, raw: bytes, environment: Mapping[str, str]) -> Config:
    """Read the settings. ``name`` is what problems call the file; ``environment`` holds the secrets."""
    document = read_yaml(name, raw)
    problems = list(document.problems)
    root = None if document.root is None else mapping(document.root, "die Einstellungen", problems)
    config = None if root is None else _Settings(Form(root, "Einstellungen", problems), problems).config()
    errors = [problem for problem in problems if problem.severity == "error"]
    if config is None or errors:
        raise OperatorError(report(errors))
    token, secret = secret_of("TELEGRAM_TOKEN", environment), secret_of("TELEGRAM_SECRET", environment)
    return replace(
        config,
        store=address_of(config.store.url, secret_of("ELTERNLOTSE_STORE_PASSWORD", environment), environment),
        telegram=replace(config.telegram, token=token, secret=secret),
        master_key=secret_of("ELTERNLOTSE_MASTER_KEY", environment),
    )


def _short(path: Path) -> Path:
    """Return a path as messages show it: what lies below the current folder is named from there."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


_URL = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~-]+)*/?")
_BOT = re.compile(r"[A-Za-z][A-Za-z0-9_]{4,31}")
_ORIGIN = re.compile(r"https?://(?:\*\.)?[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*(?::[0-9]{1,5})?")
_HOST = re.compile(r"[0-9A-Za-z.:_-]+")
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_SECRET_WORDS = re.compile(r"token|secret|password|passwort|key")
_LOCAL = ("localhost", "127.0.0.1", "::1")


_WORDS = (
    "organisation", "timezone", "host", "port", "public_url", "data", "flows", "locales", "store", "languages",
    "channels", "limits", "keep",
)  # fmt: skip


class _Settings:
    """The file's words, one after the other; what is wrong is noted and replaced by the default."""

    def __init__(self, form: Form, problems: Problems) -> None:
        self._form = form
        self._problems = problems

    def config(self) -> Config:
        """Return the settings."""
        form = self._form
        self._only(form, _WORDS)
        form.need("organisation", "languages")
        usual = Config(self._organisation(), self._languages())
        return replace(
            usual,
            timezone=self._timezone(usual.timezone),
            host=self._matching(form, "host", _HOST, usual.host, "Schreiben Sie zum Beispiel 127.0.0.1."),
            port=self._number(form, "port", usual.port, range(65536)),
            public_url=self._public_url(),
            data=Path(self._text(form, "data", str(usual.data))),
            flows=Path(self._text(form, "flows", str(usual.flows))),
            locales=Path(self._text(form, "locales", str(usual.locales))),
            store=self._store(usual.store),
            webchat=self._webchat(),
            telegram=self._telegram(usual.telegram),
            limits=self._limits(usual.limits),
            keep=self._keep(usual.keep),
        )

    def _organisation(self) -> Organisation:
        lines = self._form.mapping("organisation")
        if lines is None:
            return Organisation("")
        form = Form(lines, "organisation", self._problems)
        self._only(form, tuple(Organisation.__slots__))
        form.need("name")
        return Organisation(
            name=self._text(form, "name", ""),
            address=tuple(line.text.strip() for line in self._filled(form, "address")),
            represented_by=self._optional(form, "represented_by"),
            mail=self._matching(form, "mail", _MAIL, "", "Schreiben Sie zum Beispiel info@example.org."),
            phone=self._optional(form, "phone"),
            website=self._url(form, "website", ""),
            register=self._optional(form, "register"),
            responsible=self._optional(form, "responsible"),
            privacy_contact=self._optional(form, "privacy_contact"),
            source_url=self._url(form, "source_url", ""),
        )

    def _languages(self) -> tuple[Spoken, ...]:
        lines = self._form.mapping("languages")
        found: list[Spoken] = []
        for key, node in lines or ():
            if not LANGUAGE_CODE.fullmatch(key.text):
                self._wrong(key, "kein Kürzel einer Sprache", "Schreiben Sie ein Kürzel wie de, tr oder sr_Latn.")
            found.append(self._spoken(key.text, node))
        if lines is not None and SOURCE_LANGUAGE not in (spoken.code for spoken in found):
            message = "Deutsch fehlt unter »languages«: Alle Abläufe sind auf Deutsch geschrieben."
            self._problems.append(
                self._form.key("languages").problem("E112", message, "Ergänzen Sie eine Zeile »de:«.")
            )
        return tuple(found)

    def _spoken(self, code: str, node: Node) -> Spoken:
        usual = Spoken(Language(code), drafts=True)
        if isinstance(node, Scalar) and not node.text.strip():
            return usual
        lines = mapping(node, f"»{code}«", self._problems)
        if lines is None:
            return usual
        form = Form(lines, f"languages, {code}", self._problems)
        self._only(form, ("drafts", "complete"))
        drafts = truth(form.text("drafts"), self._problems) if "drafts" in form else usual.drafts
        return replace(usual, drafts=drafts, complete=truth(form.text("complete"), self._problems))

    def _timezone(self, usual: ZoneInfo) -> ZoneInfo:
        scalar = self._form.text("timezone")
        if scalar is None:
            return usual
        zones = available_timezones()
        if scalar.text not in zones:
            self._wrong(scalar, "keine Zeitzone", hint(scalar.text, sorted(zones)))
            return usual
        return ZoneInfo(scalar.text)

    def _public_url(self) -> str:
        url = self._url(self._form, "public_url", "")
        split = urlsplit(url)
        if split.scheme == "http" and split.hostname not in _LOCAL:
            place = self._form.key("public_url")
            message = "Die öffentliche Adresse ist nicht verschlüsselt."
            self._problems.append(
                place.problem("E114", message, "Schreiben Sie eine Adresse, die mit https:// beginnt.")
            )
        return url

    def _store(self, usual: StoreAddress) -> StoreAddress:
        scalar = self._form.text("store") if self._form.filled("store") else None
        if scalar is None:
            return usual
        trouble = trouble_with(scalar.text)
        if trouble is not None:
            problem = scalar.place.problem("E114", f"»store« {trouble.what}", trouble.help)
            self._problems.append(replace(problem, written="store: …", column=1))
        return StoreAddress(scalar.text)

    def _webchat(self) -> WebChat:
        channels = self._channels()
        form = self._part(channels, "webchat", ("frame_ancestors",)) if channels else None
        scalars = self._filled(form, "frame_ancestors") if form else ()
        for scalar in scalars:
            if not _ORIGIN.fullmatch(scalar.text):
                help_ = "Schreiben Sie nur Anfang und Rechner der Adresse, zum Beispiel https://www.example.org."
                self._wrong(scalar, "keine Herkunft einer Seite", help_)
        return WebChat(tuple(scalar.text for scalar in scalars))

    def _telegram(self, usual: Telegram) -> Telegram:
        channels = self._channels()
        known = ("name", "api_url", "mode", "messages_per_second", "messages_per_chat_second")
        form = self._part(channels, "telegram", known) if channels else None
        if form is None:
            return usual
        mode = form.text("mode")
        return replace(
            usual,
            name=self._matching(form, "name", _BOT, "", "Schreiben Sie den Namen ohne @, zum Beispiel lotse_nrw_bot."),
            api_url=self._url(form, "api_url", usual.api_url),
            mode=usual.mode if mode is None else word(mode, ("auto", "polling", "webhook"), self._problems),
            messages_per_second=self._number(form, known[3], usual.messages_per_second, range(1, 100_001)),
            messages_per_chat_second=self._number(form, known[4], usual.messages_per_chat_second, range(1, 10_001)),
        )

    def _channels(self) -> Form | None:
        return self._part(self._form, "channels", ("webchat", "telegram"))

    def _limits(self, usual: Limits) -> Limits:
        form = self._part(self._form, "limits", tuple(Limits.__slots__))
        if form is None:
            return usual
        return Limits(
            flood_messages=self._number(form, "flood_messages", usual.flood_messages, range(1, 1001)),
            flood_seconds=self._number(form, "flood_seconds", usual.flood_seconds, range(1, 3601)),
            unsure_seconds=self._number(form, "unsure_seconds", usual.unsure_seconds, range(1, 3601)),
        )

    def _keep(self, usual: Keep) -> Keep:
        form = self._part(self._form, "keep", tuple(Keep.__slots__))
        if form is None:
            return usual
        return Keep(
            received_days=self._number(form, "received_days", usual.received_days, range(1, 31)),
            ids_days=self._number(form, "ids_days", usual.ids_days, range(31, 3651)),
            sent_days=self._number(form, "sent_days", usual.sent_days, range(1, 3651)),
            unseen_days=self._number(form, "unseen_days", usual.unseen_days, range(1, 3651)),
            questions_days=self._number(form, "questions_days", usual.questions_days, range(8, 3651)),
            idle_days=self._number(form, "idle_days", usual.idle_days, range(8, 3651)),
            newcomers_hours=self._number(form, "newcomers_hours", usual.newcomers_hours, range(1, 721)),
        )

    def _part(self, form: Form, name: str, known: tuple[str, ...]) -> Form | None:
        """Return a group of settings, or None where it is not there or stands empty."""
        lines = form.mapping(name) if form.filled(name) else None
        if lines is None:
            return None
        part = Form(lines, name, self._problems)
        self._only(part, known)
        return part

    def _only(self, form: Form, known: tuple[str, ...]) -> None:
        """Note unknown words. One that looks like a secret is told where it belongs, and is not shown."""
        for key, _ in form.node:
            if key.text not in known and _SECRET_WORDS.search(key.text.lower()):
                message = f"»{key.text}« steht nicht in dieser Datei: Geheimnisse gehören in die Umgebung."
                help_ = (
                    "Löschen Sie die Zeile und setzen Sie TELEGRAM_TOKEN, TELEGRAM_SECRET, ELTERNLOTSE_STORE_PASSWORD "
                    "oder ELTERNLOTSE_MASTER_KEY."
                )
                self._problems.append(
                    replace(key.place.problem("E111", message, help_), written=f"{key.text}: …", column=1)
                )
        form.only((*known, *(key.text for key, _ in form.node if _SECRET_WORDS.search(key.text.lower()))))

    def _text(self, form: Form, name: str, usual: str) -> str:
        scalar = form.text(name)
        return usual if scalar is None else scalar.text.strip()

    def _optional(self, form: Form, name: str) -> str:
        """Return a text that may be missing or stand empty."""
        return self._text(form, name, "") if form.filled(name) else ""

    def _filled(self, form: Form, name: str) -> tuple[Scalar, ...]:
        """Return a list of texts that may be missing or stand empty."""
        return form.texts(name) if form.filled(name) else ()

    def _number(self, form: Form, name: str, usual: int, allowed: range) -> int:
        scalar = form.text(name)
        number = None if scalar is None else whole(scalar, self._problems)
        if scalar is None or number is None:
            return usual
        if number not in allowed:
            self._wrong(
                scalar, "außerhalb des Bereichs", f"Schreiben Sie eine Zahl von {allowed[0]} bis {allowed[-1]}."
            )
        return number

    def _matching(self, form: Form, name: str, pattern: re.Pattern[str], usual: str, help_: str) -> str:
        scalar = form.text(name) if form.filled(name) else None
        if scalar is None:
            return usual
        if not pattern.fullmatch(scalar.text):
            self._wrong(scalar, "hier nicht möglich", help_)
        return scalar.text

    def _url(self, form: Form, name: str, usual: str) -> str:
        """Return a web address without the slash at its end."""
        return self._matching(
            form, name, _URL, usual, "Schreiben Sie eine Adresse wie https://chat.example.org."
        ).rstrip("/")

    def _wrong(self, scalar: Scalar, what: str, help_: str) -> None:
        self._problems.append(scalar.place.problem("E114", f"»{scalar.text}« ist {what}.", help_))
