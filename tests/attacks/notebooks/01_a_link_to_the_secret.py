"""Tries: to hand in a symbolic link to the class's secret and to a neighbour's work, and a folder that is a link.
Must: links are not followed, and told so.
"""

ALONE, STATUSES = True, ("unreadable",)


def submission(folder):
    (folder / "m_1_e01.ipynb").symlink_to(folder.parent / "secret")
    (folder / "m_2_e01.ipynb").symlink_to(folder / "aaa_honest.ipynb")
    (folder / "m_3_e01").symlink_to(folder)
    (folder / "m_4").mkdir()
    (folder / "m_4" / "e01_one_neuron.ipynb").symlink_to("/dev/zero")
