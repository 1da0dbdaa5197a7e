"""Why an act was refused, in words for the person who tried it."""


class TransitionRefused(Exception):
    """The act cannot be done now; nothing was written. `code` says which sort of refusal."""

    def __init__(self, message: str, *, code: str = "wrong_state") -> None:
        super().__init__(message)
        self.code = code
