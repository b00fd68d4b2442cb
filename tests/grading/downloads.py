"""Downloads of learning platforms and zips, as tests make them: whose each file is stands beside its name."""

import io
import zipfile

from backprop_lab.grading import lms

E01 = "e01_one_neuron.ipynb"
CANVAS = {
    f"lovelaceada_12345_67890_{E01}": "lovelaceada_12345",
    f"lovelaceada_LATE_54321_67891_{E01}": "lovelaceada_54321",
    "hopper_grace_7_8_e01_one_neuron-2.ipynb": "hopper_grace_7",
    f"学生_9_10_11_12_{E01}": "学生_9",
    "turingalan_13_text.html": "turingalan_13",
    f"anon_aB3xZ_14_{E01}": "anon_aB3xZ",
    f"LATE_anon_cD4yW_15_{E01}": "anon_cD4yW",
}
MOODLE = {
    f"Ada Lovelace_123456_assignsubmission_file_/{E01}": "Ada Lovelace_123456",
    f"Ada Lovelace_654321_assignsubmission_file_{E01}": "Ada Lovelace_654321",
    f"Grace Hopper_7_assignsubmission_file/deep/{E01}": "Grace Hopper_7",
    f"Default group_assignsubmission_file_/{E01}": "Default group",
    "Participant_8_assignsubmission_onlinetext_/onlinetext.html": "Participant_8",
    f"O'Neil-Ünal Zoë_9_assignsubmission_file_x_10_assignsubmission_file_{E01}": "O'Neil-Ünal Zoë_9",
}
METADATA = """---
submission_1:
  :submitters:
  - :name: Ada Lovelace
    :sid: '007'
    :email: ada@example.org
  :created_at: 2026-02-10 19:11:57.573389000 Z
  :score: 3.0
submission_2:
  :submitters:
  - :name: Ada Lovelace
    :sid:
    :email: other_ada@example.org
  - :name: Grace_Hopper
    :sid: 008
  :created_at: 2026-02-10 11:11:57.573389000 -08:00
submission_3:
  :submitters:
  - :name: Ada Lovelace
    :sid: '007'
  :created_at: 2026-02-11 19:11:57 Z
"""
GRADESCOPE = {f"submission_{n}/{E01}": b"n%d" % n for n in (1, 2, 3, 4)} | {lms.METADATA: METADATA.encode()}


def folder_of(path, contents):
    for name, content in contents.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(content)
    return path


def zip_of(path, contents, root=""):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in contents.items():
            made.writestr(name if isinstance(name, zipfile.ZipInfo) else root + name, content)
    return path


def zipped(contents):
    return zip_of(io.BytesIO(), contents).getvalue()
