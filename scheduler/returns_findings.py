"""What is found in a return: faults that refuse it, and notes on what was understood how."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: a sheet, its row (0 for none), a column letter and its header."""

    sheet: str = ""
    row: int = 0
    column: str = ""
    header: str = ""

    def __str__(self) -> str:
        """The place as a person reads it, such as ``Hours, row 3, column B (Opens)``."""
        parts = [self.sheet] if self.sheet else []
        if self.row:
            parts.append(f"row {self.row}")
        if self.column:
            parts.append(f"column {self.column}" + (f" ({self.header})" if self.header else ""))
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a return can't be accepted, and what to do; never holds anything of an identity.

    ``column`` is a letter, or "" for a whole row; ``row`` is 0 for a whole sheet, and ``sheet`` is
    "" for the whole file.
    """

    sheet: str
    row: int
    column: str
    problem: str
    remedy: str
    header: str = ""

    def __str__(self) -> str:
        """The fault as a sentence that begins with its place."""
        place = str(Place(self.sheet, self.row, self.column, self.header))
        return f"{place}: {self.problem}; {self.remedy}" if place else self._sentence()

    def _sentence(self) -> str:
        return f"{self.problem[:1].upper()}{self.problem[1:]}; {self.remedy}"


@dataclass(frozen=True, slots=True)
class Note:
    """How something untidy was understood; never holds anything of an identity but dates."""

    sheet: str
    row: int
    column: str
    understood: str
    header: str = ""

    def __str__(self) -> str:
        """The note as a sentence that begins with its place."""
        return f"{Place(self.sheet, self.row, self.column, self.header)}: {self.understood}"


@dataclass(slots=True)
class Findings:
    """The faults and notes of one return, gathered while it is read."""

    faults: list[Fault] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def fault(self, place: Place, problem: str, remedy: str) -> None:
        """Add a fault."""
        self.faults.append(
            Fault(place.sheet, place.row, place.column, problem, remedy, place.header)
        )

    def note(self, place: Place, understood: str) -> None:
        """Add a note."""
        self.notes.append(Note(place.sheet, place.row, place.column, understood, place.header))
