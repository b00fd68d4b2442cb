"""Tries: to hand in a zip whose members lie above the folder that it is unpacked in, and are links.
Must: nothing is ever unpacked.
"""

import zipfile

ALONE, STATUSES = True, ("not a notebook", "unknown exercise", "unreadable")


def submission(folder):
    with zipfile.ZipFile(folder / "m_1.zip", "w") as packed:
        for name in ("../marker/was-here", "/tmp/was-here", "../../was-here.ipynb"):
            packed.writestr(name, "x")
        link = zipfile.ZipInfo("e01.ipynb")
        link.external_attr = 0o120777 << 16
        packed.writestr(link, "/etc/passwd")
