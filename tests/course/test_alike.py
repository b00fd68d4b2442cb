"""Answers that look alike: copies are found whatever their names, honest answers and released code are not."""

import json
import re
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop_lab import exercises
from backprop_lab.course import alike, similar, similar_page
from backprop_lab.course.alike import Released, TooLong, matches
from backprop_lab.grading import notebook
from backprop_lab.grading.submissions import Submission
from backprop_lab.grading.tokens import LONGEST, plain, tokens

MASTERS = Path(__file__).parents[2] / "solutions"
WORDS = re.findall(
    r"\w+",
    "def return for in if else import lambda not and or is None True False np range len class self raise while elif as "
    "from sum max min abs zip tuple list dict float int with try except",
)


def released(exercise_id):
    return Released(similar._released(exercises.load(exercise_id).notebook))


def solutions(exercise_id):
    """The cells of each right solution, each in its own style: the master's, and the others without the master's."""
    master = notebook.parse((MASTERS / exercises.load(exercise_id).notebook).read_bytes())
    styles = {name: [source for _, source in cells] for name, cells in notebook.right_solutions(master).items()}
    return {name: cells if name == "the master" else cells[-1:] for name, cells in styles.items()}


def disguised(cells, given):
    """The same answer with other names and comments, its functions in another order, in one cell."""
    code = "\n".join(source for source in cells if plain(source) not in given.cells)
    names = sorted(set(re.findall(r"(?<![.\w])[a-z_]\w*", code)) - set(WORDS))
    code = re.sub(r"#.*", "# what comes now", code)
    for number, name in enumerate(names):
        code = re.sub(rf"(?<![.\w'\"]){name}\b", f"mine_{number}", code)
    return ["\n\n\n".join(reversed(re.split(r"\n(?=def |class |@)", code)))]


def found(given, *answers, **options):
    return matches([given.answer(f"s{n}", cells) for n, cells in enumerate(answers)], **options)


@pytest.mark.parametrize("exercise_id", exercises.names())
def test_right_solutions_in_their_styles_are_not_listed_and_a_disguised_copy_is(exercise_id):
    given_code = released(exercise_id)
    styles = list(solutions(exercise_id).values())
    assert found(given_code, *styles) == []
    for cells in styles:
        answer = given_code.answer("ada", cells)
        copied = found(given_code, cells, disguised(cells, given_code))
        # Of a copy with less own code than the limit nothing is said.
        assert bool(copied) == (answer.own >= alike.LEAST_TOKENS)


@pytest.mark.parametrize("exercise_id", exercises.names())
def test_what_was_released_is_nobody_s_own_also_where_an_editor_made_one_cell_of_it(exercise_id):
    given_code = released(exercise_id)
    stub = similar._released(exercises.load(exercise_id).notebook)
    without = [source for source in stub if not notebook.is_check(source)]
    for cells in (stub, without, stub[::-1], ["\n".join(stub)], ["\n".join(without)]):
        assert given_code.answer("ada", cells).own == 0


def test_without_the_released_code_the_stubs_would_be_listed():
    stub = similar._released(exercises.load("e13").notebook)
    (match,) = found(Released([]), stub, stub)
    assert match.identical
    assert found(released("e13"), stub, stub) == []


def test_code_that_was_given_counts_for_nobody_inside_a_cell_of_one_s_own():
    given_code = released("e13")
    stub = "\n".join(similar._released(exercises.load("e13").notebook))
    one, two = (
        given_code.answer(s, [stub, f"def {s}(a):\n    return a{sign}1"]) for s, sign in (("f", "+"), ("g", "**"))
    )
    assert max(one.own, two.own) < alike.LEAST_TOKENS
    assert matches([one, two]) == []


def test_the_same_but_for_names_comments_spaces_and_order_is_one_group():
    given_code = released("e05")
    cells = solutions("e05")["the master"]
    renamed = [re.sub(r"\bdelta1\b", "back", re.sub(r"\n", "  # so\n", s)) if "delta1" in s else s for s in cells]
    (match,) = found(
        given_code,
        cells,
        renamed,
        cells[::-1],
        disguised(cells, given_code),
        solutions("e05")["loops over units and weights"],
    )
    assert (match.students, match.others, match.identical) == (("s0", "s1", "s2", "s3"), (), True)
    assert match.shares == (1.0, 1.0)
    assert match.common == match.answers[0].own
    assert list(match.pairs) == list(combinations(("s0", "s1", "s2", "s3"), 2))


def test_an_exchange_of_two_names_is_alike_and_not_the_same():
    cells = solutions("e05")["the master"]
    other = [source.replace("delta2 @ cache", "delta1 @ cache") for source in cells]
    assert cells != other
    (match,) = found(released("e05"), cells, other)
    assert not match.identical
    assert match.shares == (1.0, 1.0)


def test_part_of_an_answer_is_a_share_of_each_and_both_sides_are_marked():
    given_code = released("e07")
    cells = [s for s in solutions("e07")["the master"] if plain(s) not in given_code.cells]
    more = [*cells, solutions("e07")["loops over units and weights"][0]]
    (match,) = found(given_code, cells, more)
    assert match.shares[0] == 1.0
    assert match.shares[1] < 0.8
    left, right = alike.marked(match)
    for answer, places in zip(match.answers, (left, right), strict=True):
        assert all(0 <= a < b <= len(answer.code) for a, b in places)
        assert places == sorted(places)
    # What is marked on the left begins and ends with whole tokens of the code.
    starts = {a for a, _ in match.answers[0].spans}
    assert all(a in starts for a, _ in left)
    marked = sum(b - a for a, b in left)
    assert marked > 0.8 * len(match.answers[0].code.replace(" ", "")) - 200


def test_what_is_written_twice_is_still_one_s_own():
    """copydetect's own boilerplate would take it out."""
    twice = ["def f(a, b):\n" + "    a = a * b + a * b + a * b + a * b\n" * 12 + "    return a"]
    answer = Released(["x = 1"]).answer("ada", twice)
    assert answer.own == len(list(tokens(plain(twice[0]))))


def test_the_quick_look_leaves_no_pair_out(monkeypatch):
    given_code = released("e14")
    answers = [given_code.answer(n, cells) for n, cells in solutions("e14").items()]
    for least in (1, 20, 50):
        quick = matches(answers, least)
        with monkeypatch.context() as without:
            without.setattr(alike, "_may_be", lambda one, two, least: True)
            assert quick == matches(answers, least)
            assert quick


def test_answers_come_the_same_first_then_by_the_larger_share():
    answers = list(solutions("e14").values())
    got = found(released("e14"), *answers, answers[0], least=10)
    assert got[0].identical
    shares = [max(match.shares) for match in got[1:]]
    assert shares == sorted(shares, reverse=True)
    assert len(shares) > 3


def test_too_much_code_is_not_compared():
    for cell in ("x = 1\n" * (LONGEST // 5), "#" * 5 * LONGEST, " \n" * 10_000_000):
        with pytest.raises(TooLong):
            Released([]).answer("ada", [cell])


HOSTILE = {
    "nothing": "",
    "spaces": " \n" * 19_000,
    "one long line of spaces": "match" + " " * 39_000,
    "vertical tabs": "\x0b\n" * 19_000,
    "brackets": "(" * 39_000,
    "quotes": '"' * 39_000,
    "formats": 'f"{' * 13_000,
    "NUL": "a\0b" * 10_000,
    "half a character": "\ud800 = '\udfff'\n" * 2_000,
    "steering": "a = 1 # \x1b[2J\u202e\n" * 100,
    "backslashes": "\\\n" * 19_000,
    "markup": "a = '</pre><script>alert(1)</script>'\n" * 100,
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.timeout(60)
def test_hostile_code_takes_bounded_time_and_is_text_on_the_page(name):
    given_code = Released([])
    answers = [given_code.answer(student, [HOSTILE[name]]) for student in ("<b>ada", "bob")]
    one = similar.Compared("e01", "E1", 2, matches=matches(answers))
    page = similar_page.page([one], 80)
    assert "<script" not in page
    assert not set(page) & set("\0\x1b\u202e")
    assert not re.search("[\ud800-\udfff]", page)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300))
def test_any_text_has_tokens_that_stand_where_they_say(text):
    source = plain(text)
    last = 0
    for token in tokens(source):
        assert source[token.start : token.end] == token.text
        assert last <= token.start < token.end
        last = token.end


@given(st.text("ab<>&\"'\n\t\0\u202e", max_size=60), st.integers(0, 60), st.integers(0, 60))
def test_shown_code_is_the_code_escaped(code, a, b):
    from html import unescape

    a, b = sorted((min(a, len(code)), min(b, len(code))))
    page = str(similar_page.shown(code, [(a, b)]))
    assert set(re.findall("<[^>]*>", page)) <= {"<mark>", "</mark>"}
    assert unescape(re.sub("</?mark>", "", page)) == code.replace("\0", "�").replace("\u202e", "�")


def handed_in(folder, **files):
    for name, cells in files.items():
        code = [
            {"cell_type": "code", "source": s, "metadata": {}, "outputs": [], "execution_count": None} for s in cells
        ]
        book = {"cells": code, "metadata": {"backprop_lab": {"exercise": "e05"}}, "nbformat": 4, "nbformat_minor": 4}
        (folder / f"{name}.ipynb").write_text(json.dumps(book))
    return [Submission(path.stem, folder, path.name, 0) for path in sorted(folder.iterdir())]


def test_who_cannot_be_compared_is_told_with_the_reason(tmp_path):
    cells = solutions("e05")["the master"]
    own = handed_in(tmp_path, ada=cells, bob=cells, cyd=["x = 1"], dan=["y = 2\n" * LONGEST])
    (tmp_path / "eve.ipynb").write_text("{")
    (tmp_path / "fay.ipynb").symlink_to("ada.ipynb")
    own += [Submission(name, tmp_path, f"{name}.ipynb", 0) for name in ("eve", "fay")]
    steps = []
    one = similar.compared("e05", own, step=lambda: steps.append(1))
    assert (one.handed_in, one.compared, one.short, len(steps)) == (6, 2, ["cyd"], 6)
    assert [name for name, _ in one.left_out] == ["dan", "eve", "fay"]
    assert "40,000 characters" in one.left_out[0][1]
    assert "symbolic link" in one.left_out[2][1]
    (match,) = one.matches
    assert match.students == ("ada", "bob")


def test_a_group_that_handed_in_one_file_is_not_compared_with_itself(tmp_path):
    (submission,) = handed_in(tmp_path, ada=solutions("e05")["the master"])
    other = Submission("bob", tmp_path, submission.file, 0)
    one = similar.compared("e05", [submission, other])
    assert (one.compared, one.matches) == (1, [])
    (tmp_path / "cyd.ipynb").write_bytes((tmp_path / "ada.ipynb").read_bytes())
    (match,) = similar.compared("e05", [submission, other, Submission("cyd", tmp_path, "cyd.ipynb", 0)]).matches
    assert match.students == ("ada & bob", "cyd")


def test_the_table_holds_a_row_for_each_two_and_the_page_one_for_each_group():
    given_code = released("e05")
    cells = solutions("e05")["the master"]
    answers = [given_code.answer(s, cells) for s in ("=1+1", "bob", "cyd")]
    answers.append(given_code.answer("dan", [*cells, solutions("e05")["loops over units and weights"][0]]))
    one = similar.Compared("e05", "E5 Two layers", 4, 4, matches=matches(answers))
    head, *rows = similar.rows([one])
    assert head == similar.HEAD
    assert [row[1:3] for row in rows] == [
        ("'=1+1", "bob"), ("'=1+1", "cyd"), ("bob", "cyd"), ("'=1+1", "dan"), ("bob", "dan"), ("cyd", "dan"),
    ]  # fmt: skip
    assert [row[-1] for row in rows] == ["yes"] * 3 + ["no"] * 3
    assert rows[0][3:8] == (100, 100, answers[0].own, answers[0].own, answers[0].own)
    page = similar_page.page([one], 80)
    assert page.count('class="sides"') == 2
    assert "the same answer of 3" in page
    assert "Nothing here says that anybody copied." in page


def test_the_page_shows_the_nearest_and_says_how_many_more_there_are(monkeypatch):
    monkeypatch.setattr(similar_page, "SIDE_BY_SIDE", 2)
    answers = list(solutions("e14").values())
    one = similar.Compared("e14", "E14", 7, 7, matches=found(released("e14"), *answers, answers[0], least=10))
    page = similar_page.page([one], 10)
    assert page.count('class="sides"') == 2
    assert f"{len(one.matches) - 2} more are in similar.csv." in page


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "a&b", "{{ 7*7 }}"])
def test_names_reasons_and_code_are_escaped(name):
    cells = [f"def f(a):\n    '''{name}'''\n" + "    a = a + 1 * (a, 2)\n" * 20 + f"    return '{name}'"]
    given_code = Released([])
    one = similar.Compared(
        "e05", "E5", 2, 2, left_out=[(name, name)], matches=matches([given_code.answer(s, cells) for s in (name, "b")])
    )
    page = similar_page.page([one], 80)
    assert one.matches
    tags = set(re.findall(r"<([a-z0-9]+)", page))
    assert tags <= set(re.findall(r"\w+", "html head meta link style title body header main section h1 h2 h3 h4 p strong em table caption "
                       "thead tbody tr th td a bdi div pre mark details summary ul li"))  # fmt: skip
    assert not re.search(r"<[^>]*\son\w+=", page)
    assert "https:" not in page
    assert "http:" not in page
