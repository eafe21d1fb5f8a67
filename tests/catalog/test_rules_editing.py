from catalog.rules.definition import Field, Raise, Roles, Rule, RuleKind
from catalog.rules.editing import replaced, with_fields
from catalog.rules.marks import Piece, marked
from tests.factories.catalog import item_content


def test_a_renamed_item_is_followed_by_what_names_it() -> None:
    content = item_content(
        rules=[{"kind": "not_future", "field": "DAY"}, {"kind": "one_of", "fields": ["NO", "DAY"]}],
        raises=[{"source": "S", "field": "NO", "words": ["x"], "begins": "DAY", "ends": "DAY", "ground": "NO"}],
    )
    fields = replaced(content.fields, "DAY", Field(code="JDRQ", name="决定日期", required={}))
    after = with_fields(content, fields, {"DAY": "JDRQ"})
    assert [f.code for f in after.fields] == ["NAME", "USCC", "NO", "JDRQ"]
    assert after.rules == (
        Rule(kind=RuleKind.NOT_FUTURE, field="JDRQ"),
        Rule(kind=RuleKind.ONE_OF, fields=("NO", "JDRQ")),
    )
    assert after.roles == Roles(name="NAME", uscc="USCC", document_no="NO", decided_on="JDRQ")
    assert after.raises == (Raise(source="S", field="NO", words=("x",), begins="JDRQ", ends="JDRQ", ground="NO"),)


def test_a_key_of_several_items_follows_too_and_what_is_gone_stays_named() -> None:
    content = item_content(roles={"name": "NAME", "uscc": "USCC", "document_no": "NO+DAY", "decided_on": "DAY"})
    after = with_fields(content, content.fields[:3], {"NO": "YEAR"})
    assert after.roles.document_no == "YEAR+DAY" and after.roles.decided_on == "DAY"
    assert with_fields(content, content.fields[:1], {}).roles == content.roles


def test_changed_words_are_marked_on_both_sides() -> None:
    before, after = marked("《行政处罚法》第四十八条，2017年", "《行政处罚法》第四十九条，2021年")
    assert [p.text for p in before if p.changed] == ["八", "2017年"]
    assert [p.text for p in after if p.changed] == ["九", "2021年"]
    assert "".join(p.text for p in before) == "《行政处罚法》第四十八条，2017年"


def test_little_in_common_is_whole() -> None:
    assert marked("甲乙丙", "完全不同的话") == ((Piece("甲乙丙", True),), (Piece("完全不同的话", True),))
    assert marked("", "新") == ((), (Piece("新", True),))
    assert marked("字" * 5000, "字" * 5001)[0] == (Piece("字" * 5000, True),)
