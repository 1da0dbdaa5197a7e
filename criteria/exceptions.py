"""Why an act was refused, in words for the person who tried it."""

from collections.abc import Sequence


class TransitionRefused(Exception):
    """The act cannot be done now; nothing was written. `code` says which sort of refusal."""

    def __init__(self, message: str, *, code: str = "wrong_state") -> None:
        super().__init__(message)
        self.code = code


class AuthorityUnknown(TransitionRefused):
    """No dated rule names who appraises and decides for that unit on that day."""

    def __init__(self, message: str) -> None:
        super().__init__(message, code="authority_unknown")


class CriteriaRefused(Exception):
    """Criteria files cannot be loaded; nothing was written. `problems` has one line a fault."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)
