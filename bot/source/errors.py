"""The two roots of everything we tell people to mend: their content, or their setup. Both say what to do, never how we failed."""

from collections.abc import Iterable

from bot.source.problem import Problem, report


class ContentError(Exception):
    """What an author wrote is not in order. The message says what, where, and what to do."""


class AuthorError(ContentError):
    """A file of the content is not in order. Mend the file; the problems say where and how."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(report(self.problems))


class OperatorError(Exception):
    """The setup is not in order: a setting, a folder, a secret. The message says what to do."""
