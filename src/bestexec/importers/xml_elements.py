"""A prescribed XML file, element by element: each in its place, each text of its type, and nothing from outside the file.

A document type declaration is refused before anything in it is looked at, so there are no entities to expand and no files to fetch.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any
from xml.parsers import expat

from bestexec.errors import Problem
from bestexec.importers.archives import Damaged
from bestexec.importers.base import Reject
from bestexec.importers.xml_types import read_text
from bestexec.market.rule606 import Part

PIECE = 1 << 16
LONGEST_TEXT = 1 << 20
_SCHEMA_INSTANCE = {"xsi:noNamespaceSchemaLocation", "xsi:schemaLocation"}
_STRUCTURE = "structure"

Fault = tuple[int, str, str, str, str, str]
"""Line, element, rule, what it says, the text, what to do."""


@dataclass
class Element:
    """An element with parts: where it begins, the values of its leaves, the elements below it, and the faults in it.

    `is_lost`: something in it could not be read, or stands where it does not belong.
    """

    part: Part
    line: int
    parent: Element | None
    values: dict[str, Any] = field(default_factory=dict)
    below: list[Element] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    is_lost: bool = False
    is_repeated: bool = False
    place: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    named: dict[tuple[int, tuple[Any, ...]], int] = field(default_factory=dict)

    @property
    def is_usable(self) -> bool:
        """Whether nothing in it was lost, and nothing that it stands in has a name that stood before."""
        up = self.parent
        while up is not None and not up.is_repeated:
            up = up.parent
        return not self.is_lost and up is None

    def above(self, name: str) -> Any:
        """The value of the leaf `name` of the nearest element above that has one."""
        up = self.parent
        while up is not None:
            if name in up.values:
                return up.values[name]
            up = up.parent
        return None

    def ancestor(self, names: dict[str, Any]) -> Any:
        """What `names` gives for the nearest element above that is among them."""
        up = self.parent
        while up is not None and up.part.name not in names:
            up = up.parent
        return names[up.part.name] if up is not None else None


class Reader:
    """Reads one file. `closed` are the records whose end was reached since they were last taken; `outside` the faults in no record."""

    def __init__(self, root: Part, name: str) -> None:
        self.root, self.name = root, name
        self.closed: list[Element] = []
        self.outside: list[Fault] = []
        self.broken_off: Reject | None = None
        self._open: list[Element] = []
        self._leaf: tuple[Part, int] | None = None
        self._text: list[str] = []
        self._length = 0
        self._unknown = 0
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.StartDoctypeDeclHandler = self._doctype

    def read(self, stream: IO[bytes]) -> Iterator[list[Element]]:
        """The records of the file, as many at a time as a piece of it holds. What breaks off is told in `broken_off`."""
        try:
            while piece := stream.read(PIECE):
                self._parser.Parse(piece, False)
                yield self._taken()
            self._parser.Parse(b"", True)
        except expat.ExpatError as error:
            self.broken_off = Reject(error.lineno, f"not well-formed XML: {expat.ErrorString(error.code)}")
        except (LookupError, ValueError) as error:
            self.broken_off = Reject(self._parser.CurrentLineNumber, f"not in an encoding that can be read: {error}")
        except Damaged as damage:
            self.broken_off = Reject(self._parser.CurrentLineNumber, damage.what)
        yield self._taken()

    def _taken(self) -> list[Element]:
        taken, self.closed = self.closed, []
        return taken

    def _doctype(self, *_declared: object) -> None:
        raise Problem(
            "the file declares a document type, which could make it read other files or swell", where=self.name,
            do="ask for it without <!DOCTYPE …>; the SEC's schema needs none",
        )  # fmt: skip

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        line = self._parser.CurrentLineNumber
        if self._unknown or self._leaf:
            self._unknown += 1
            if self._unknown == 1 and self._leaf:
                self._fault(line, name, _STRUCTURE, f"an element within <{self._leaf[0].name}>", "", "leave it out", lost=True)
            return
        part = self._placed(name, line)
        if part is None:
            self._unknown = 1
            return
        strange = [attribute for attribute in attributes if attribute not in _SCHEMA_INSTANCE and not attribute.startswith("xmlns:")]
        if part.kind:
            self._leaf, self._text, self._length = (part, line), [], 0
        else:
            self._open.append(Element(part, line, self._open[-1] if self._open else None))
        if strange:
            self._fault(
                line, name, _STRUCTURE, f"attributes that the schema does not have: {', '.join(strange)}", "", "leave them out", lost="xmlns" in strange
            )

    def _placed(self, name: str, line: int) -> Part | None:
        """The part that an element is in its place; None, and told, when it does not belong there."""
        if not self._open:
            if name == self.root.name:
                return self.root
            self._fault(line, name, _STRUCTURE, f"not <{self.root.name}>", "", "see the schema oh-20191231", lost=True)
            return None
        inside = self._open[-1]
        names = [part.name for part in inside.part.parts]
        if name not in names:
            self._fault(line, name, _STRUCTURE, f"no element of <{inside.part.name}>", "", f"its elements are {', '.join(names)}", lost=True)
            return None
        place = names.index(name)
        part = inside.part.parts[place]
        inside.counts[name] += 1
        if place < inside.place:
            self._fault(line, name, _STRUCTURE, f"after <{names[inside.place]}>, and it belongs before it", "", f"the order is {', '.join(names)}", lost=True)
        inside.place = max(place, inside.place)
        if part.most is not None and inside.counts[name] > part.most:
            self._fault(line, name, _STRUCTURE, f"more than {part.most} in <{inside.part.name}>", "", "leave the others out", lost=True)
        return part

    def _characters(self, text: str) -> None:
        if self._leaf and not self._unknown:
            self._length += len(text)
            if self._length <= LONGEST_TEXT:
                self._text.append(text)
        elif text.strip(" \t\r\n") and not self._unknown and self._open:
            line = self._parser.CurrentLineNumber - text.lstrip().count("\n")
            self._fault(line, self._open[-1].part.name, _STRUCTURE, "text between elements", text.strip(), "leave it out", lost=True)

    def _end(self, name: str) -> None:
        if self._unknown:
            self._unknown -= 1
        elif self._leaf:
            self._end_leaf(*self._leaf)
        elif self._open:
            self._end_element(self._open[-1])

    def _end_leaf(self, part: Part, line: int) -> None:
        text, self._leaf = "".join(self._text), None
        found = read_text(part.kind, text)
        if found.rule:
            self._fault(line, part.name, found.rule, found.says, text.strip(), f"write {part.name} as the schema oh-20191231 has it", lost=found.is_lost)
        self._open[-1].values[part.name] = found.value
        self._named(part.name)
        if self._length > LONGEST_TEXT:
            self._fault(line, part.name, "format", f"longer than {LONGEST_TEXT} characters; the rest was left out", "", "shorten it", lost=False)

    def _end_element(self, element: Element) -> None:
        lacking = [part.name for part in element.part.parts if element.counts[part.name] < part.least]
        for name in lacking:
            self._fault(element.line, name, "missing", f"<{element.part.name}> has no <{name}>", "", "add it", lost=True)
        if element.part.one_of and not any(element.counts[name] for name in element.part.one_of):
            self._fault(element.line, element.part.name, "missing", f"neither {' nor '.join(element.part.one_of)}", "", "name the venue", lost=True)
        self._open.pop()
        if element.part.is_record:
            self.closed.append(element)
        elif element.parent is not None:
            element.parent.below.append(element)

    def _named(self, leaf: str) -> None:
        """Whether the leaf that has just been read completes a name that an element before had."""
        element = self._open[-1]
        up = element.parent
        for place, (child, leaves) in enumerate(up.part.unique if up else ()):
            if up and child == element.part.name and leaf == leaves[-1] and all(name in element.values for name in leaves):
                first = up.named.setdefault((place, tuple(element.values[name] for name in leaves)), element.line)
                if first != element.line:
                    says = f"the same {' and '.join(leaves)} as in the <{child}> of line {first}"
                    self._fault(element.line, child, "named-twice", says, str(element.values[leaf] or ""), "leave one of the two out", lost=True)
                    element.is_lost = element.is_repeated = True

    def _fault(self, line: int, name: str, rule: str, says: str, text: str, do: str, *, lost: bool) -> None:
        fault = (line, name, rule, says, text, do)
        record = next((element for element in reversed(self._open) if element.part.is_record), None)
        if record is None:
            self.outside.append(fault)
        else:
            record.faults.append(fault)
            record.is_lost |= lost
