"""Class lists as the platforms export them, and the rosters that they must become."""

from backprop_lab.course.roster import Enrolled

# As Canvas writes it: who posts by hand, the points, totals that are read only, staff's test student.
CANVAS = '''\
Student,ID,SIS User ID,SIS Login ID,Section,E1 One neuron (4711),Current Score,Final Grade
,,,,,Manual Posting,,
    Points Possible,,,,,15.00,(read only),(read only)
"Lovelace, Ada",12345,S001,ada,A and B,12.50,83.3,B
"O'Neil-Ünal, Zoë",67,S002,zoe@example.org,A,,,
"=""=cmd()""",68,,evil,A,,,
"Student, Test",99,,viewer,A,,,
"Teststudent",98,,0123456789abcdef0123456789abcdef01234567,A,,,
'''
FROM_CANVAS = (
    Enrolled("ada", "Ada Lovelace", canvas_id="12345", sis_user_id="S001", sis_login_id="ada", section="A and B"),
    Enrolled("zoe", "Zoë O'Neil-Ünal", canvas_id="67", sis_user_id="S002", sis_login_id="zoe@example.org", section="A"),
    Enrolled("evil", "=cmd()", canvas_id="68", sis_login_id="evil", section="A"),
)
MOODLE = """\
"First name",Surname,"ID number",Institution,Department,"Email address","Assignment: E1 (Real)","Last downloaded"
Ada,Lovelace,0012345,"Analytical Engines, Ltd",,ada@example.org,12.50,1790000000
Zoë,O'Neil-Ünal,,,,zoe@example.org,-,1790000000
"""
FROM_MOODLE = (
    Enrolled("ada", "Ada Lovelace", "ada@example.org", "0012345"),
    Enrolled("zoe", "Zoë O'Neil-Ünal", "zoe@example.org"),
)
PARTICIPANTS = "Vorname;Nachname;Anmeldename;E-Mail-Adresse;Gruppen\r\nZoë;Müller;zoe1;zoe@example.org;A\r\n"
WORKSHEET = """\
Identifier,"Full name","Email address",Status,Grade,"Maximum Grade"
"Participant 123456","Ada Lovelace",ada@example.org,"No submission",,15.00
"""
GRADESCOPE = """\
First Name,Last Name,SID,Email,Role,Section
Ada,Lovelace,0012345,ada@example.org,Student,A
Charles,Babbage,,babbage@example.org,Instructor,A
Grace,Hopper,,grace@example.org,Student,
"""
FROM_GRADESCOPE = (
    Enrolled("ada", "Ada Lovelace", "ada@example.org", "0012345", section="A"),
    Enrolled("grace", "Grace Hopper", "grace@example.org"),
)


def file(tmp_path, text, name="roster.csv"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path
