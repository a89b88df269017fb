"""What can go wrong in a way that a person can mend."""


class DriverError(Exception):
    """A build that cannot go on.

    ``message`` (str) says what is wrong; ``remedy`` (str, may be empty) says what to do about it.
    """

    def __init__(self, message, remedy=""):
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self):
        return self.message + ("\n" + self.remedy if self.remedy else "")


class Interrupted(BaseException):
    """SIGINT, SIGTERM or SIGHUP arrived.

    Not an Exception: nothing that handles ordinary failures may swallow it.
    """

    def __init__(self, signum):
        super().__init__(signum)
        self.signum = signum
