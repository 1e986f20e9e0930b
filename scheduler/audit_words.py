"""An audit in plain words, the same on the page and on the command line."""

from math import isinf

from scheduler.audit import LEVEL, Audit, Finding, Kind, Question

NAMES = {
    Kind.WEEKDAY: "By weekday",
    Kind.HOUR: "By hour",
    Kind.GAPS: "Gaps between calls",
    Kind.ECHO: "Gap after gap",
    Kind.MONTHS: "Calls a month",
}
STATISTICS = {
    Kind.WEEKDAY: "χ²",
    Kind.HOUR: "χ²",
    Kind.GAPS: "√n · distance",
    Kind.ECHO: "correlation",
    Kind.MONTHS: "variance ÷ mean",
}
OF = {
    Kind.WEEKDAY: ("call", "calls"),
    Kind.HOUR: ("call", "calls"),
    Kind.GAPS: ("gap", "gaps"),
    Kind.ECHO: ("gap", "gaps"),
    Kind.MONTHS: ("month of a centre", "months of a centre"),
}
NO_PROOF = (
    "No value proves that a plan was fair: a departure smaller than those named may well stay "
    "unseen. Whether the calls are the ones drawn from the sealed seed is what plan prove tells."
)


def views(audit: Audit) -> tuple[tuple[str, Question], ...]:
    """The questions of an audit, each with its name."""
    found = [("as drawn", audit.drawn), ("as made", audit.made), ("missed", audit.missed)]
    return tuple((name, each) for name, each in found if each)


def verdict(name: str, question: Question) -> str:
    """What the findings of a question come to, in a sentence."""
    calls = f"{question.calls} {'call' if question.calls == 1 else 'calls'} {name}"
    if not question.findings:
        return f"The {calls} are too few to hold against anything."
    far = [each for each in question.findings if departs(each)]
    if not far:
        return f"The {calls} lie no further from the design than chance alone takes them."
    named = ", ".join(f"{NAMES[each.kind].lower()} (p = {each.holm:.3f})" for each in far)
    return (
        f"The {calls} depart from the design: {named}. One fair plan in "
        f"{1 / LEVEL:.0f} looks so by chance."
    )


def departs(finding: Finding) -> bool:
    """Whether a finding lies further out than chance takes it."""
    return finding.holm <= LEVEL


def of_what(finding: Finding) -> str:
    """Of how many things a finding is made."""
    return f"{finding.of} {OF[finding.kind][finding.of != 1]}"


def decimal(value: float) -> str:
    """A figure with two decimals, as people write it."""
    return f"{value:.2f}".replace("-", "\N{MINUS SIGN}")


def power(finding: Finding) -> str:
    """The departure that would be found in four of five plans."""
    low, high = finding.power[0], finding.power[-1]
    match finding.kind:
        case Kind.WEEKDAY | Kind.HOUR:
            if isinf(high):
                return f"none of a single {finding.kind}: too few calls"
            return f"the busiest {finding.kind} {high:.2f} times as often, or more"
        case Kind.GAPS:
            return f"{100 * min(high, 1):.0f} % of the gaps too short, or too long"
        case Kind.ECHO:
            return f"a correlation below {low:.2f} or above {high:.2f}".replace(
                "-", "\N{MINUS SIGN}"
            )
        case Kind.MONTHS:
            return f"{low:.2f} times the design's or less, {high:.2f} times or more"
