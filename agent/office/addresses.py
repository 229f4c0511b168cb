"""Our own addresses: where briefs come from, and the tagged ones that answers come back to."""

import re
from dataclasses import dataclass

from deskless.mailbox.message import Message

TOKEN = re.compile(r"[a-z2-7]{26}")


@dataclass(frozen=True, slots=True)
class Addresses:
    """`agent` sends briefs, `inbox` is the shared one, `ours` are further names of the inbox.

    `plus` says whether the server delivers plus-addresses; where it does not, the token travels
    in the Message-ID that a reply refers to, and in nothing else.
    """

    agent: str
    inbox: str
    ours: tuple[str, ...] = ()
    plus: bool = True

    @property
    def plain(self) -> frozenset[str]:
        """Every address of ours without a tag."""
        return frozenset({self.agent, self.inbox, *self.ours})

    @property
    def domains(self) -> frozenset[str]:
        """The domains that we write from; one may be a provider's, that others share."""
        return frozenset(each.rpartition("@")[2] for each in self.plain)

    def reply(self, token: str) -> str:
        """The address that an answer carrying this token goes to (RFC 5233 sub-addressing)."""
        if not self.plus:
            return self.agent
        local, _, domain = self.agent.partition("@")
        return f"{local}{'.' if '+' in local else '+'}{token}@{domain}"

    def mine(self, email: str) -> bool:
        """Whether this bare address is one of ours."""
        return self.team_inbox(email) or self._is_agent(email)

    def team_inbox(self, email: str) -> bool:
        """Whether this is the shared inbox, with or without a tag that is not the agent's."""
        names = {self.inbox, *self.ours}
        return email in names or (untagged(email) in names and not self._is_agent(email))

    def for_agent(self, message: Message) -> bool:
        """Whether the mail is addressed to the agent rather than to the team."""
        return any(self._is_agent(target) for target in _targets(message))

    def tokens(self, message: Message) -> tuple[str, ...]:
        """The tokens in the addresses that a mail was sent to."""
        tags = (_tag(target, self.agent) for target in _targets(message))
        return tuple(dict.fromkeys(tag for tag in tags if tag and TOKEN.fullmatch(tag)))

    def _is_agent(self, email: str) -> bool:
        return email == self.agent or bool(_tag(email, self.agent))


def untagged(email: str) -> str:
    """The address without its plus-tag."""
    local, _, domain = email.partition("@")
    return f"{local.partition('+')[0]}@{domain}"


def _tag(email: str, agent: str) -> str:
    local, _, domain = agent.partition("@")
    head, _, rest = email.partition("@")
    opening = local + ("." if "+" in local else "+")
    return head.removeprefix(opening) if rest == domain and head.startswith(opening) else ""


def _targets(message: Message) -> tuple[str, ...]:
    named = (address.email for address in (*message.to, *message.cc))
    return tuple(dict.fromkeys((*named, *(email.lower() for email in message.delivered_to))))
