"""The centres of the practice world by their manner: how each answers, and what is said there.

The lines are for a trainer who plays the analyst: they are read from the trainer's page.
"""

import random
from dataclasses import dataclass

from scheduler.practice.behaviour import BehaviourError, CentreAnswers, Outcome, Unanswered

Span = tuple[int, int]  # whole seconds, both ends possible


@dataclass(frozen=True, slots=True)
class Persona:
    """A manner of centres; times are spans of seconds from which each dial takes its own."""

    name: str
    words: str
    lines: tuple[str, ...]
    answer_after: Span = (3, 6)
    menu: Span = (0, 0)
    queue: Span = (0, 5)
    talk: Span = (240, 600)
    person: bool = True

    def answers(self, chance: random.Random) -> CentreAnswers:
        """How one dial is answered."""
        return CentreAnswers(
            answer_after=chance.randint(*self.answer_after),
            menu=chance.randint(*self.menu),
            queue=chance.randint(*self.queue),
            talk=chance.randint(*self.talk),
            person=self.person,
            persona=self.name,
        )

    def typical(self) -> CentreAnswers:
        """How it answers in the middle of its spans."""
        return CentreAnswers(
            answer_after=sum(self.answer_after) / 2,
            menu=sum(self.menu) / 2,
            queue=sum(self.queue) / 2,
            talk=sum(self.talk) / 2,
            person=self.person,
            persona=self.name,
        )


FAST = Persona(
    "fast",
    "Answers at once and knows the product.",
    (
        "Good morning, support desk, you are speaking with the second line. What can I do for you?",
        "Before I look: may I have your account number and your code?",
        "Thank you. Tell me what you see on the screen at this moment.",
        "Now you try it, and tell me what has changed.",
        "Your reference is four one seven. Is there anything else?",
    ),
)
SLOW = Persona(
    "slow",
    "Lets it ring for long, types slowly and puts you on hold.",
    (
        "Support, yes? … One moment, my machine is still starting.",
        "I need your account number. … And the code. … Could you say that once more?",
        "I have to ask a colleague. Please hold.",
        "Are you still there? It takes a little longer.",
        "I think it was in the settings. Somewhere on the left.",
    ),
    answer_after=(15, 30),
    queue=(5, 25),
    talk=(480, 720),
)
QUEUE = Persona(
    "queue",
    "Music, and a person after one to three minutes.",
    (
        "Thank you for waiting. It is busy this morning. How can I help?",
        "May I have your account number and your code?",
        "I can solve that with you now. Do you have the page open?",
        "Is it solved for you?",
    ),
    menu=(6, 10),
    queue=(60, 180),
)
MENU = Persona(
    "menu",
    "A menu of two steps before anybody comes on.",
    (
        "For support, press 1. For invoices, press 2.",
        "For a calendar or mail, press 1. For anything else, hold the line.",
        "Support, good morning. Which account is it about?",
        "And the code, please?",
    ),
    menu=(18, 30),
    queue=(0, 20),
)
CLOSED = Persona(
    "closed",
    "Announces that it is closed, and hangs up.",
    (
        "Our desk is closed today. We are here again tomorrow from nine. Goodbye.",
        "(Hang up after the announcement.)",
    ),
    menu=(8, 12),
    person=False,
)
RUDE = Persona(
    "rude",
    "Curt, interrupts and sighs; never abusive.",
    (
        "Yes?",
        "Account number. … No, the whole of it.",
        "That's in the manual, you know.",
        "I can't look at that now. Try it yourself and call again.",
        "Was that all?",
    ),
    talk=(120, 300),
)
SUSPICIOUS = Persona(
    "suspicious",
    "Helps, and asks in between whether this is a test.",
    (
        "Support desk. Account number and code, please.",
        "You sound as if you were reading. Is this a test?",
        "I ask again, since we are told to expect them: is this a test call?",
        "(At the second asking the assessor says yes and ends the call.)",
        "All right. Then tell me what happens when you press Save.",
    ),
)
PERSONAS = {each.name: each for each in (FAST, SLOW, QUEUE, MENU, CLOSED, RUDE, SUSPICIOUS)}
NOBODY = {"busy": Unanswered("busy"), "no_answer": Unanswered("no_answer")}


def outcome_called(how: str) -> Outcome:
    """What a name stands for: busy, no_answer, or a persona; raise ``BehaviourError`` else."""
    if how in NOBODY:
        return NOBODY[how]
    if how not in PERSONAS:
        known = ", ".join((*NOBODY, *PERSONAS))
        raise BehaviourError(f"how: {how!r} is not one of {known}")
    return PERSONAS[how].typical()


def name_of(outcome: Outcome | None) -> str:
    """The name that stands for an outcome, "" for none."""
    match outcome:
        case Unanswered(how):
            return how
        case CentreAnswers(persona=name):
            return name
    return ""
