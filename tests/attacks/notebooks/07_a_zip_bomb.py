"""Tries: to hand in a zip that unpacks to a gibibyte of zeros, under the name of a notebook and its own.
Must: nothing is ever unpacked.
"""

import zipfile

ALONE, STATUSES = True, ("unreadable", "not a notebook", "unknown exercise")


def submission(folder):
    for name in ("m_1_e01.ipynb", "m_2.zip"):
        with (
            zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as packed,
            packed.open("e01_one_neuron.ipynb", "w", force_zip64=True) as file,
        ):
            for _ in range(32):
                file.write(bytes(1 << 25))
