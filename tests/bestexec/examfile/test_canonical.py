"""JSON has one text (RFC 8785), and a list of leaves one root (RFC 6962)."""

from __future__ import annotations

import hashlib
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bestexec.examfile.verify import canonical, leads_to, leaf_hash, tree

# RFC 8785, Appendix B: a double by its bits, and its text.
NUMBERS = {
    "0000000000000000": "0",
    "8000000000000000": "0",
    "0000000000000001": "5e-324",
    "8000000000000001": "-5e-324",
    "7fefffffffffffff": "1.7976931348623157e+308",
    "4340000000000000": "9007199254740992",
    "4430000000000000": "295147905179352830000",
    "44b52d02c7e14af5": "9.999999999999997e+22",
    "44b52d02c7e14af6": "1e+23",
    "44b52d02c7e14af7": "1.0000000000000001e+23",
    "444b1ae4d6e2ef4e": "999999999999999700000",
    "444b1ae4d6e2ef4f": "999999999999999900000",
    "444b1ae4d6e2ef50": "1e+21",
    "3eb0c6f7a0b5ed8c": "9.999999999999997e-7",
    "3eb0c6f7a0b5ed8d": "0.000001",
    "41b3de4355555553": "333333333.3333332",
    "41b3de4355555554": "333333333.33333325",
    "41b3de4355555555": "333333333.3333333",
    "becbf647612f3696": "-0.0000033333333333333333",
    "43143ff3c1cb0959": "1424953923781206.2",
}


@pytest.mark.parametrize("bits", NUMBERS)
def test_a_number_is_written_as_the_rfc_writes_it(bits: str) -> None:
    assert canonical(struct.unpack(">d", bytes.fromhex(bits))[0]) == NUMBERS[bits]


def test_names_are_sorted_by_their_utf_16_units() -> None:
    """RFC 8785, 3.2.3."""
    given = {
        "€": "Euro Sign",
        "\r": "Carriage Return",
        "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "1": "One",
        "😀": "Emoji: Grinning Face",
        "\x80": "Control",
        "ö": "o",
    }
    assert canonical(given) == (
        '{"\\r":"Carriage Return","1":"One","\x80":"Control","ö":"o","€":"Euro Sign","😀":"Emoji: Grinning Face","\ufb33":"Hebrew Letter Dalet With Dagesh"}'
    )


def test_text_escapes_what_it_must_and_no_more() -> None:
    """RFC 8785, 3.2.2."""
    given = {"numbers": [1e30, 4.50, 2e-3, 1e-27], "string": '€$\x0f\nA\'B"\\\\"/', "literals": [None, True, False]}
    assert canonical(given) == '{"literals":[null,true,false],"numbers":[1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**53, -(2**53), "\ud800"])
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(ValueError):
        canonical([value])


LEAVES = [bytes.fromhex(leaf) for leaf in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")]
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c", "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)  # fmt: skip
"""The test vectors of Certificate Transparency: the roots of the first one to eight leaves."""


@pytest.mark.parametrize("count", range(1, 9))
def test_the_root_is_that_of_certificate_transparency(count: int) -> None:
    assert tree([leaf_hash(leaf) for leaf in LEAVES[:count]])[0].hex() == ROOTS[count - 1]


def test_the_path_is_that_of_certificate_transparency() -> None:
    _, paths = tree([leaf_hash(leaf) for leaf in LEAVES])
    assert [step.hex() for step in paths[0]] == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]


def test_a_leaf_is_no_node() -> None:
    """Without the prefixes two leaves joined would pass for one."""
    assert leaf_hash(b"ab") == hashlib.sha256(b"\x00ab").digest()
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert tree([left, right])[0] == hashlib.sha256(b"\x01" + left + right).digest() != leaf_hash(left + right)


@given(st.integers(1, 70), st.data())
def test_every_path_leads_to_the_root_from_its_own_place_alone(count: int, data: st.DataObject) -> None:
    leaves = [leaf_hash(bytes([number])) for number in range(count)]
    root, paths = tree(leaves)
    place, other = data.draw(st.integers(0, count - 1)), data.draw(st.integers(0, count - 1))
    assert leads_to(leaves[place], place, count, paths[place]) == root
    if other != place:
        assert leads_to(leaves[place], other, count, paths[place]) != root
        assert leads_to(leaves[other], place, count, paths[place]) != root
    assert leads_to(leaves[place], place, count, [*paths[place], root]) is None
    assert leads_to(leaves[place], place + count, count, paths[place]) is None
