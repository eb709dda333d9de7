"""The programs that only `make integration` needs, and the Debian packages that bring them.

``python -m tools.programs`` prints the packages of those that are missing on this machine; `.ci/run` installs them.
"""

from __future__ import annotations

import shutil

PACKAGES = {
    "firefox-esr": "firefox-esr",
    "WebKitWebDriver": "webkit2gtk-driver",
    "Xvfb": "xvfb",
}
"""Program -> package."""


def lacking(program: str) -> str:
    """A sentence that says how to get a program of PACKAGES, or "" if it is on this machine.

    >>> PACKAGES["no-such-program"] = "some-package"
    >>> lacking("no-such-program")
    'no-such-program is not on this machine; on Debian and Ubuntu: apt-get install some-package'
    >>> del PACKAGES["no-such-program"]
    """
    package = PACKAGES[program]
    return (
        ""
        if shutil.which(program)
        else f"{program} is not on this machine; on Debian and Ubuntu: apt-get install {package}"
    )


if __name__ == "__main__":
    print(*(package for program, package in PACKAGES.items() if lacking(program)))
