"""Texts that ask nothing: prose, machines, calendars, quotes, half-sentences, and traps.

Texts are parted by a line of three dashes. None may be read as a command that acts.
"""

PROSE = """
no problem I can accept the terms you mentioned but the price is too high
---
I can't accept
---
I can’t accept this one
---
I cannot accept this case right now
---
accept? no
---
accept?
---
Can I accept tomorrow?
---
Should I accept or bounce?
---
nehme ich nicht an
---
Ich nehme das nicht an, glaube ich
---
mache ich nicht
---
übernehme ich nicht
---
je n'accepte pas
---
je ne prends pas
---
no acepto
---
no lo acepto
---
no me encargo
---
I don't accept
---
I won't take it
---
not accepting
---
I will not accept
---
never accept
---
except
---
accent
---
ounce
---
Accepted: call with Northwind @ Mon 23 Nov 2026 10:00
---
Accepted: Invitation: Weekly sync
---
Accepted: call
---
Angenommen: Jour fixe
---
Accepté : Point hebdo
---
Aceptada: Reunión semanal
---
Declined: Weekly sync
---
Tentative: Weekly sync
---
Dana Winter has accepted this invitation.
---
Dana Winter has accepted your invitation to the following event
---
I am out of the office until Monday and will reply to your mail then.
---
Ich bin bis Montag nicht im Büro. In dringenden Fällen wenden Sie sich an Ana.
---
Je suis absente jusqu'au lundi 23 novembre. En cas d'urgence, contactez Ana.
---
Estoy fuera de la oficina hasta el lunes.
---
Thank you for your message. I am currently away.
---
Your message was accepted for delivery.
---
Automatische Antwort: Abwesend
---
Sounds good
---
Sounds good!
---
Great
---
Perfect, thanks
---
no problem
---
No worries
---
noted
---
Understood
---
Alles klar
---
Passt
---
Entendu
---
bien reçu
---
Entendido
---
Perfecto
---
I'll look into it
---
Looking into it
---
accept if Ana helps
---
accept unless it is billing
---
ok, but only if Ana helps
---
ok if Ana is fine with that
---
mine, I think
---
I accept, maybe
---
ok, will forward to Ana
---
Got it, I'll forward this to Ana
---
I accept the terms
---
Accept this invitation
---
We accept credit cards
---
Take care
---
Take it easy
---
Mine is broken too
---
yes and no
---
accept or bounce
---
Reply ACCEPT, BOUNCE or LATER
---
ACCEPT / BOUNCE / LATER
---
accept bounce
---
~~ACCEPT~~
---
Can you take this one, Dana?
---
The customer would accept a refund of 620 euros.
---
The customer says yes
---
Yes the customer wrote again, look at the thread
---
ok lets discuss
---
Bounce rates are up this week
---
Later dude
---
See you later
---
duplicate charges on my account
---
note that I am away
---
Done?
---
not resolved
---
Resolve this quickly or I will cancel
---
close to the deadline
---
sent from my iPhone
---
Best regards
Dana
---
Thanks!
---
Hi Dana,
---
👍

Dana Winter reacted via Gmail
---
❤️
---
Dana reacted to your message: 👍
---
> ACCEPT
---
> Reply ACCEPT, BOUNCE or LATER
> Can you take this one, Dana?
---
On Fri, 20 Nov 2026 at 10:14, Deskless <deskless@acme.example> wrote:
> ACCEPT
---
Am 20.11.2026 um 10:14 schrieb Deskless:
> ACCEPT
---
Le ven. 20 nov. 2026 à 10:14, Deskless a écrit :
---
-----Original Message-----
From: Deskless
ACCEPT
---
From: Deskless <deskless@acme.example>
Subject: yours?
---
Who decides this?
---
What does the customer want?
---
Why me?
---
The refund was approved last week, see the ledger of the bank
---
Go to the bank
---
Stop sending me this
---
live music tonight
---
join us on Friday for drinks
---
right, about that invoice
---
wrong again
---
code
---
Abgelehnt: Jour fixe
---
Refusé : Point hebdo
---
Rechazada: Reunión
---
No, sounds good
---
no, great idea
---
Undo it? I would rather not
---
Help yourself
---
Send me the invoice
---
status quo
---
Ich nehme an, dass der Kunde wartet
---
Je prends note
---
Je prends le train
---
si puedes, mira esto
---
Vale la pena mirar esto
---
Ja aber erst morgen
---
nein ja
---
oui mais non
---
I take it you have seen the invoice
---
Take Ana
---
give it to Ana
---
I would accept that
---
who accepted this
---
accept my apologies
---
Accept our thanks
"""

TEXTS = [one.strip("\n") for one in PROSE.split("\n---\n")]
