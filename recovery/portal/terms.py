"""The words that come from the domain: states, deadlines, papers and the like, for people who read pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache

from recovery.portal.term_events import ACTIONS, EVENTS, GROUNDS
from recovery.portal.texts import N_, SOURCE
from recovery.registry import adapter_of, countries

STATES = {
    "draft": N_("Draft"),
    "filed": N_("Filed"),
    "awaiting_information": N_("Waiting for information from the member"),
    "awaiting_acceptance": N_("Waiting for the recovery service"),
    "refused": N_("Not taken up"),
    "amicable": N_("Amicable phase"),
    "formal_notice": N_("Formal notice"),
    "disputed": N_("Disputed"),
    "instalment_plan": N_("Instalment plan"),
    "judicial": N_("Court phase"),
    "enforcement": N_("Enforcement"),
    "suspended": N_("Suspended"),
    "closed": N_("Closed"),
}
REASONS = {
    "refused": N_("Not taken up"),
    "paid": N_("Paid in full"),
    "settled": N_("Settled"),
    "partly_recovered": N_("Recovered in part"),
    "uncollectable": N_("Cannot be collected"),
    "insolvent": N_("Debtor insolvent"),
    "time_barred": N_("Claim time-barred"),
    "withdrawn": N_("Withdrawn"),
    "transferred": N_("Handed to a body outside this service"),
}
# What is waited for: a deadline's kind, and a step's name alone.
DEADLINES = {
    "amicable": N_("Amicable phase"),
    "formal_notice": N_("Formal notice"),
    "step:formal_notice": N_("Formal notice"),
    "court": N_("Court phase"),
    "step:court": N_("Court phase"),
    "accept": N_("Accept the case or say why not"),
    "choose_route": N_("Choose the way to court"),
    "dispute_answer": N_("Decide the dispute"),
    "dispute_statement": N_("Your view of the dispute"),
    "suspension_review": N_("Look again at the suspension"),
    "enforcement_review": N_("Look again at the enforcement"),
    "court_reply": N_("Ask the court how it stands"),
    "refund": N_("Pay back what was paid too much"),
    "decide_money": N_("Decide where held money goes"),
    "work": N_("Work the case"),
    "member_paid": N_("Book what the member says was paid, or refuse it"),
    "debtor_answer": N_("Read what the debtor says, and answer"),
    "act_before_limitation": N_("Act before limitation runs out"),
    "lodge_claim": N_("Lodge the claim in the insolvency proceedings"),
    "information": N_("Information the team asked for"),
    "consent": N_("The member’s consent to the next step"),
    "consent:formal_notice": N_("Consent to the formal notice"),
    "consent:court": N_("Consent to going to court"),
    "consent:settlement": N_("Decision on the settlement"),
    "task": N_("A question to the member"),
    "draft": N_("Complete the draft"),
    "refused_review": N_("Correct the claim or withdraw it"),
    "route": N_("Send the claim to the recovery service"),
    "limitation": N_("Limitation comes near"),
    "capitalise": N_("Interest of a full year is added to the debt"),
    "rectify": N_("Complete or correct the application to the court"),
    "answer_proposal": N_("Answer the court’s proposal"),
    "comment_answer": N_("Comment on the debtor’s answer"),
    "hearing": N_("Hearing before the court"),
    "opposition_end": N_("The debtor’s time to oppose ends"),
    "settlement": N_("Last day to pay the settlement"),
    "instalment": N_("Instalment due"),
    "instalment:rest": N_("Rest after the last instalment"),
    "instalment_reminder": N_("Remind the debtor of an instalment"),
    "step": N_("Next step of the procedure"),
    "reminder": N_("Reminder"),
    "step:reminder": N_("Reminder"),
}
ROUTES = {
    "european_payment_order": N_("European order for payment"),
    "european_small_claims": N_("European small claims procedure"),
    "national_payment_order": N_("National order for payment"),
    "national_court": N_("Ordinary court proceedings"),
    "uncontested_bailiff": N_("Recovery by a bailiff, without a court"),
}
# What a document is: a paper that came in, or one that the service wrote.
PAPERS = {
    "letter:formal_notice": N_("Formal notice"),
    "letter:instalment_plan": N_("Instalment plan"),
    "letter:reminder": N_("Reminder"),
    "invoice": N_("Invoice"),
    "credit_note": N_("Credit note"),
    "evidence": N_("Evidence"),
    "debtor_statement": N_("Statement of the debtor"),
    "court_document": N_("Document of the court"),
    "insolvency_document": N_("Document of the insolvency proceedings"),
    "register_answer": N_("Answer of the register of VAT numbers"),
    "other": N_("Other paper"),
    "attachment": N_("Attachment to a message"),
    "court_pack": N_("Papers for the court"),
    "insolvency_claim": N_("Claim for the insolvency proceedings"),
    "remittance": N_("Payment order to the bank"),
    "news": N_("Note of an event"),
    "letter": N_("Letter"),
    "letter:payment_receipt": N_("Receipt for a payment"),
    "letter:instalment_reminder": N_("Reminder of an instalment"),
    "letter:plan_ended": N_("Letter ending the instalment plan"),
    "letter:dispute_received": N_("Confirmation that the dispute was received"),
    "letter:settlement_offer": N_("Settlement offer"),
    "letter:settlement_confirmed": N_("Confirmation of the settlement"),
    "letter:information": N_("Letter with information"),
}
CHANNELS = {
    "email": N_("E-mail"),
    "post": N_("Post"),
    "registered": N_("Registered post"),
    "webhook": N_("The team’s own system"),
    "by_hand": N_("By hand"),
    "phone": N_("Telephone"),
}
SHIPMENTS = {
    "waiting": N_("Waits to be sent"),
    "sent": N_("Sent"),
    "by_hand": N_("To be handed over by the team"),
    "returned": N_("Came back"),
    "bounced": N_("Not delivered"),
    "failed": N_("Could not be sent"),
}
ENTRIES = {
    "principal": N_("Unpaid invoice"),
    "interest": N_("Interest"),
    "cost": N_("Costs"),
    "payment": N_("Payment"),
    "waiver": N_("Waiver"),
    "credit_note": N_("Credit note"),
    "correction": N_("Correction"),
    "exchange": N_("Exchange between currencies"),
    "written_off": N_("Written off"),
    "refund_due": N_("To be paid back to the debtor"),
    "refund": N_("Refund to the debtor"),
}
ROLES = {
    "member": N_("Member"),
    "worker": N_("Caseworker"),
    "lead": N_("Team lead"),
    "manager": N_("Manager"),
    "administrator": N_("System administrator"),
    "auditor": N_("Auditor (reads only)"),
}
# Who acts, or is to act.
SIDES = {
    "member": N_("Member"),
    "team": N_("Recovery team"),
    "debtor": N_("Debtor"),
    "creditor": N_("Creditor"),
    "system": N_("Done by the service itself"),
    "bank": N_("Bank"),
    "court": N_("Court"),
    "fund": N_("Guarantee fund"),
}
BANK = {
    "booked": N_("Booked"),
    "proposed": N_("Proposed for a case"),
    "unmatched": N_("No case found"),
    "outgoing": N_("Money paid out"),
    "taken_back": N_("Taken back by the bank"),
    "returned": N_("Taken back, payment undone"),
    "partly": N_("Assigned in part"),
    "sent_back": N_("Goes back to the payer"),
    "to_partner": N_("Goes on to another service"),
    "ignored": N_("Left out of account"),
    "told_apart": N_("Told apart into its payments"),
}
# What points from a bank entry to a case.
SIGNS = {
    "invoice": N_("invoice number"),
    "iban": N_("account of the debtor"),
    "name": N_("name of the payer"),
    "amount": N_("amount that is owed"),
    "text": N_("name in the text"),
}
# What a debtor is, and what was sold.
KINDS = {
    "business": N_("Business"),
    "consumer": N_("Consumer"),
    "public": N_("Public authority"),
    "services": N_("Services"),
    "goods": N_("Goods"),
    "professional_fee": N_("A professional’s fee"),
    "utilities": N_("Utilities"),
    "rent": N_("Rent"),
    "carriage": N_("Carriage"),
    "other": N_("Other"),
}
# Why a case does not allow something now, word for word as the domain says it.
GUARDS = {
    text: text
    for text in (
        N_("the member has not consented to a formal notice"),
        N_("the member has not consented to court"),
        N_("limitation has run out: record a person's decision first (action decide_barred)"),
        N_("no formal notice was given: give it first, or record why it cannot wait (action decide_urgent)"),
        N_("the member has said of no payment that waits to be booked"),
        N_("a court already has the case: finish or withdraw it there first"),
        N_("no court has the case: choose a route"),
        N_("no formal notice was given"),
        N_("nothing stands to go back to: accept the case"),
        N_("the case goes on where it stood: take it up"),
        N_("no route is chosen"),
        N_("route %(route)s is not open for this case"),
        N_("money is still owed"),
        N_("nothing is owed any more: close the case as paid"),
        N_("the case has no reference yet"),
        N_("nothing was recovered: choose another reason"),
        N_("the member has not consented to the settlement"),
        N_("no state is noted to go back to"),
        N_("there is no title yet: the friendly phase begins anew"),
        N_("a title exists: its enforcement goes on"),
        N_("the case is not suspended for insolvency"),
        N_("no such letter in this case"),
        N_("the member is asked nothing"),
        N_("no task of the team is open that a person ends"),
        N_("nobody asked for consent"),
        N_("the debtor has proposed no instalments that wait for an answer"),
        N_("no proceedings are pending"),
        N_("proceedings are pending: they go on"),
        N_("no money of the case is held"),
        N_("it was withdrawn: the member opens it again"),
        N_("it was not withdrawn: the team opens it again"),
        N_("the invoice is claimed again in case %(case)s; close that one first"),
        N_("not while the case is in this state"),
    )
}
NOT_OPEN = N_("route %(route)s is not open for this case")
CLAIMED_AGAIN = N_("the invoice is claimed again in case %(case)s; close that one first")
NOT_NOW = N_("not while the case is in this state")
GROUPS = {
    "STATES": STATES,
    "REASONS": REASONS,
    "EVENTS": EVENTS,
    "ACTIONS": ACTIONS,
    "DEADLINES": DEADLINES,
    "ROUTES": ROUTES,
    "PAPERS": PAPERS,
    "CHANNELS": CHANNELS,
    "SHIPMENTS": SHIPMENTS,
    "ENTRIES": ENTRIES,
    "ROLES": ROLES,
    "SIDES": SIDES,
    "BANK": BANK,
    "SIGNS": SIGNS,
    "KINDS": KINDS,
    "GROUNDS": GROUNDS,
    "GUARDS": GUARDS,
}


def term(group: str, code: str, gettext: Callable[[str], str]) -> str:
    """Return a code's word in the reader's language; a code without one stands as it is, blanks for underscores."""
    if group == "GUARDS":
        return guard_text(code, gettext) or _plain(code)
    texts = texts_of(group)
    if code in texts:
        return gettext(texts[code])
    head, _, rest = code.partition(":")
    return f"{gettext(texts[head])} ({_plain(rest)})" if rest and head in texts else _plain(code)


@cache
def texts_of(group: str) -> dict[str, str]:
    """Return the English words of a group's codes: the service's own, and what countries bring for codes of theirs."""
    return {code: text for words in (*brought(group), GROUPS[group]) for code, text in words.items()}


def brought(group: str) -> list[Mapping[str, str]]:
    """Return the English words of each country's own codes."""
    return [adapter_of(country).words.get(SOURCE, {}).get(group, {}) for country in countries()]


def guard_text(why: str, gettext: Callable[[str], str]) -> str | None:
    """Return why a case does not allow something, with or without the action named before it; None if not known."""
    action, _, rest = why.partition(": ")
    said = rest if re.fullmatch(r"[a-z_]+", action) and rest else why
    if said in GUARDS:
        return gettext(GUARDS[said])
    if found := re.fullmatch(r"route (\w+) is not open for this case", said):
        return gettext(NOT_OPEN) % {"route": term("ROUTES", found[1], gettext)}
    if found := re.fullmatch(r"the invoice is claimed again in case (\S+); close that one first", said):
        return gettext(CLAIMED_AGAIN) % {"case": found[1]}
    if re.match(r"\w+ is not possible while the case is ", said):
        return gettext(NOT_NOW)
    return None


def _plain(code: str) -> str:
    """Return a code as it can be read; an address is one already."""
    return code if "@" in code else code.replace("_", " ")
