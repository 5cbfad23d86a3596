"""What is wrong with what was typed, and what to do, in plain words for the person in front of the page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from recovery.errors import Faults, RecoveryError
from recovery.portal.terms import guard_text
from recovery.portal.texts import N_


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong.

    `field` is the input at fault, "" where it is none of the page's; `lang` is the text's language where it departs
    from the page's; `detail` holds the facts behind it, in English.
    """

    field: str
    text: str
    lang: str = ""
    detail: str = ""


# By the error's code, or by code and field.
FAULTS: dict[str | tuple[str, str], str] = {
    "missing": N_("Fill this in."),
    ("missing", "number"): N_("Enter the number of the invoice."),
    ("missing", "issued"): N_("Enter the date of the invoice."),
    ("missing", "currency"): N_("Enter the currency in three letters, for example EUR."),
    ("missing", "debtor_name"): N_("Enter the debtor’s name."),
    ("missing", "debtor_kind"): N_("Say whether the debtor is a business, a private person or an authority."),
    ("missing", "debtor_country"): N_("Choose the country of the debtor."),
    ("missing", "debtor_street"): N_("Enter the debtor’s street and number."),
    ("missing", "debtor_city"): N_("Enter the debtor’s town."),
    ("missing", "more_number"): N_("Enter the number of the invoice or credit note."),
    ("missing", "more_issued"): N_("Enter the date of the invoice or credit note."),
    ("missing", "more_amount"): N_("Enter the amount of the invoice or credit note."),
    ("missing", "paid_on"): N_("Enter the day on which the payment came."),
    ("missing", "paid_amount"): N_("Enter how much was paid."),
    ("missing", "reminded_on"): N_("Enter the day on which the reminder was sent."),
    ("missing", "note"): N_("Say in a few words why, or what was said."),
    ("missing", "amount"): N_("Give the amount."),
    ("missing", "file"): N_("Choose a file."),
    ("missing", "iban"): N_("Give an account number (IBAN): what is recovered is sent there."),
    ("missing", "mandate"): N_("Give the mandate: without it nobody may act for you."),
    ("missing", "text"): N_("Write what you want to say."),
    ("missing", "until"): N_("Give the day that the court has set."),
    ("missing", "address"): N_("Give the new address."),
    ("missing", "document"): N_("No step with a letter is left."),
    "letterhead_incomplete": N_("No letter goes out yet: the administrator must complete the service’s letterhead."),
    "portal_not_public": N_("No letter goes out yet: the administrator must set the public address of these pages."),
    "waiting_paper": N_("A file still waits: look at what it says and add it, or take it out."),
    "unseen": N_("This was read from the page. Look at it, and go on from here."),
    "bad_amount": N_("Write the amount as 1234.50, not more than is possible here."),
    "ambiguous_amount": N_(
        "This may be a thousand or a decimal part. Write the amount without separators: 1250 or 1.25."
    ),
    "too_many_decimals": N_("Write the amount as 1234.50, not more than is possible here."),
    "bad_date": N_("Give a date that exists and fits."),
    ("bad_date", "issued"): N_("The invoice date is no date. Write it as day, month and year."),
    ("bad_date", "due"): N_("The due date is no date. Write it as day, month and year, or leave it empty."),
    ("bad_date", "contract_date"): N_("The date of the contract is no date. Write it as day, month and year."),
    ("bad_amount", "open"): N_("Write what is unpaid as 1234.50, more than nothing."),
    ("bad_amount", "paid_amount"): N_("Write what was paid as 1234.50, more than nothing."),
    ("bad_identifier", "debtor_vat"): N_("The debtor’s number is not right: check it digit by digit, or leave it out."),
    ("bad_identifier", "seller_vat"): N_("Your own number is not right: check it digit by digit, or leave it out."),
    ("bad_size", "debtor_complaint"): N_("Say it in 2000 characters at most, and add longer texts as papers."),
    ("bad_date", "until"): N_("Give a day that is still to come."),
    ("bad_date", "opened"): N_("The opening comes first, then the publication; neither may lie ahead."),
    "future_day": N_("Give today or an earlier day."),
    "bad_time": N_("Write the time as 14:30."),
    "bad_choice": N_("Choose one of what is offered."),
    ("bad_choice", "country"): N_("Choose another country: one that is served, and not the present one."),
    ("bad_choice", "task"): N_("Say which question is answered."),
    ("bad_choice", "stand_in"): N_("Choose somebody who works for the same country."),
    ("bad_choice", "amount"): N_("An amount reduces the claim: decide for the creditor with it, or leave it out."),
    "stand_in_loop": N_("In the end this person would stand in for itself: choose somebody else."),
    "not_allowed": N_("This cannot be done now."),
    ("not_allowed", "on"): N_("This cannot be done on that day."),
    ("not_allowed", "route"): N_("This way to court is not open for the case."),
    ("not_allowed", "what"): N_("Nobody asked for this consent."),
    "version_conflict": N_("Somebody else has changed the case meanwhile. Look at it again, then decide."),
    "unknown_action": N_("This action does not exist."),
    "not_found": N_("This was not found. Check what you typed."),
    ("not_found", "to"): N_("Nobody of the team has this address."),
    ("not_found", "stand_in"): N_("Nobody of the team has this address."),
    ("not_found", "letter"): N_("The case has no such letter."),
    ("not_found", "case"): N_("This is no open case of the same debtor."),
    "already_joined": N_("These cases are worked together already."),
    "letter_not_found": N_("The case has no such letter."),
    ("not_found", "amount"): N_("The case has no payment of this amount."),
    ("not_found", "entry"): N_("This bank entry does not wait for a decision any more."),
    "case_not_found": N_("There is no case with this number."),
    "draft_changed": N_(
        "You changed this in another window. Below is what you typed here: send it again if it is to count."
    ),
    "draft_not_found": N_("This draft does not exist any more."),
    "bad_plan": N_("This plan does not work: choose fewer or more instalments, or a later first day."),
    "bad_tracking": N_("Write the tracking number as the receipt shows it."),
    "country_not_served": N_("There is no recovery service for this country yet."),
    "unknown_country": N_("Choose the country."),
    "duplicate_claim": N_("This invoice is claimed already. Withdraw the other claim first."),
    "duplicate_elsewhere": N_(
        "Another member has claimed this invoice already in your name. Ask your team which claim stands."
    ),
    "duplicate_invoice": N_("This paper is in the claim already. Leave one of the two out."),
    "kept_back": N_("Kept back: a credit note of this debtor cannot be read. Correct it, and send the file again."),
    "other_debtor": N_("This paper is of another debtor. File it as a claim of its own."),
    "other_creditor": N_("This paper is of another creditor. File it as a claim of its own."),
    "other_currency": N_("This paper is in another currency. File it as a claim of its own."),
    ("unknown_invoice", "more"): N_("Say which invoice of the claim the credit note is for, or leave it out."),
    ("unknown_invoice", "paid"): N_("Say which invoice of the claim was paid, or leave it open."),
    ("more_than_invoiced", "more"): N_("The credit notes take off more than the invoice is for. Check them."),
    ("more_than_invoiced", "paid"): N_("More was paid than the invoice is for. Check the amount and the invoice."),
    ("already_paid", "more"): N_("After the credit notes nothing is left to claim."),
    ("already_paid", "paid"): N_("According to these payments nothing is open any more. Claim only what is unpaid."),
    "credit_note": N_("This is a credit note, which nobody owes. Send the invoice it belongs to."),
    "already_paid": N_("According to the invoice nothing is open any more. Claim only what is unpaid."),
    "more_than_invoiced": N_("What is unpaid cannot be more than the invoice."),
    "issued_in_future": N_("The invoice date lies in the future. Check it."),
    "due_before_issue": N_("The due date lies before the invoice date. Correct the dates."),
    "not_due": N_("The invoice is not due yet. You can file the claim from the day after."),
    "bad_identifier": N_("This number is not right: check it digit by digit."),
    "bad_phone": N_("Write the telephone number with digits, for example +31 20 123 45 67."),
    "bad_email": N_("Write the address as name@example.org."),
    "bad_iban": N_("This account number (IBAN) is not right: check it digit by digit."),
    "bad_rate": N_("Write the yearly rate in percent, for example 8.5."),
    "unknown_currency": N_("Write the currency in three letters, for example EUR."),
    "currency_mismatch": N_("All amounts of a claim must be in one currency."),
    "duplicate_member": N_("Somebody has this address already."),
    "empty_file": N_("The file is empty. Choose another."),
    "file_too_large": N_("The file is too large. Send it without attachments, or in parts."),
    ("bad_size", "file"): N_("Send files that are not empty, of at most 10 megabytes each, and not too many at once."),
    "bad_size": N_("This is too long. Write less, or add a longer text as a file."),
    "too_many_files": N_("These are too many files. Send fewer."),
    "bad_file_kind": N_("This file is a program. Send a document, a picture or an e-invoice."),
    "bad_name": N_("The name of the file cannot be used. Rename the file."),
    "unreadable_xml": N_("The file cannot be read. Export it again from the program that made it."),
    "unreadable_pdf": N_("The file cannot be read. Export it again from the program that made it."),
    "unreadable_p7m": N_("The file cannot be read. Export it again from the program that made it."),
    "unreadable_csv": N_("The file cannot be read. Export it again from the program that made it."),
    "unreadable_file": N_("The file cannot be read. Export it again from the program that made it."),
    "other_account": N_("This statement is of another service’s account. Its own team takes it in."),
    "not_a_statement": N_("The file cannot be read. Export it again from the program that made it."),
    "no_file": N_("The file cannot be read. Export it again from the program that made it."),
    "unsafe_xml": N_("The file cannot be read. Export it again from the program that made it."),
    "bad_direction": N_("The bank’s file holds an entry that cannot be read. Ask the bank for the file again."),
    ("missing", "Amt"): N_("The bank’s file holds an entry that cannot be read. Ask the bank for the file again."),
    ("bad_amount", "Amt"): N_("The bank’s file holds an entry that cannot be read. Ask the bank for the file again."),
    ("bad_amount", "Ccy"): N_("The bank’s file holds an entry that cannot be read. Ask the bank for the file again."),
    ("unknown_currency", "Ccy"): N_(
        "The bank’s file holds an entry that cannot be read. Ask the bank for the file again."
    ),
    "pdf_without_xml": N_("The PDF holds no invoice data. Send the e-invoice (XML), or type the claim in."),
    "unknown_format": N_("This is no invoice format known here. Send the e-invoice (XML) or a CSV file."),
    "missing_column": N_("Columns are missing in the file."),
    "bad_number": N_("This number is not right. Use digits, and letters where they belong to it."),
    "invalid_claim": N_("Something in the claim is missing or not right."),
    ("missing", ""): N_("Something in the claim is missing or not right."),
    "form_a": N_("The papers for the court cannot be made yet: something is missing in the case."),
    "court_sheet": N_("The papers for the court cannot be made yet: something is missing in the case."),
    "lodging": N_("The papers for the court cannot be made yet: something is missing in the case."),
    "rule_not_known": N_(
        "A rule or rate that is needed here is not known for this day. The recovery team must look at it."
    ),
    "law": N_("A rule or rate that is needed here is not known for this day. The recovery team must look at it."),
    "as_of_before_invoice": N_(
        "A rule or rate that is needed here is not known for this day. The recovery team must look at it."
    ),
    "rate_not_known": N_(
        "A rule or rate that is needed here is not known for this day. The recovery team must look at it."
    ),
    "rate_too_old": N_(
        "A rule or rate that is needed here is not known for this day. The recovery team must look at it."
    ),
    "prefect_away": N_("Prefect’s server does not answer. It is started again by itself: try again in a minute."),
    "database_busy": N_("Another system does not answer at the moment. Try again in a few minutes."),
    "outcome_unknown": N_("It is not known whether the change was written. Look before you try again."),
    "written_twice": N_("Another system does not answer at the moment. Try again in a few minutes."),
    "gateway": N_("Another system does not answer at the moment. Try again in a few minutes."),
    "mail_unavailable": N_("Another system does not answer at the moment. Try again in a few minutes."),
    "post_unavailable": N_("Another system does not answer at the moment. Try again in a few minutes."),
    "webhook_unavailable": N_("Another system does not answer at the moment. Try again in a few minutes."),
    "rate_unavailable": N_("Another system does not answer at the moment. Try again in a few minutes."),
    "rate_not_plausible": N_("Another system does not answer at the moment. Try again in a few minutes."),
    "register_unavailable": N_("Another system does not answer at the moment. Try again in a few minutes."),
    "oidc": N_("Another system does not answer at the moment. Try again in a few minutes."),
    "oidc_refused": N_("Signing in with your organisation did not work. Try again."),
    "recipient_refused": N_("The recipient’s side does not take this. Correct the address or use post."),
    "document_missing": N_("The stored file is not there or was changed. Tell whoever runs the service."),
    "document_changed": N_("The stored file is not there or was changed. Tell whoever runs the service."),
    "not_translatable": N_("This letter can only be shown as it was written."),
    "password_length": N_("The password is too short or too long."),
    "password_common": N_("The password is too easily guessed. Choose another."),
    "password_address": N_("The password is too easily guessed. Choose another."),
    "wrong_password": N_("This is not your present password, or a wrong one was entered too often"),
    "sign_in_again": N_("Sign out and in again first: it must be sure that it is you."),
    "bad_key": N_("The installation’s key does not fit. Tell whoever runs the service."),
    "wrong_key": N_("The installation’s key does not fit. Tell whoever runs the service."),
    "too_often": N_("You have already sent several answers today. Try again tomorrow, or write to us."),
}
WHY = N_("This cannot be done now: %(why)s.")
# Names that an error gives and no page has an input for.
NO_INPUT = ("action", "reference")
# Codes of which the domain's own message holds facts worth reading: amounts, days, numbers, places in a file.
DETAILED = frozenset(
    (
        *("letterhead_incomplete", "portal_not_public"),
        *("bad_amount", "too_many_decimals", "bad_plan", "not_allowed", "country_not_served", "duplicate_claim"),
        *("more_than_invoiced", "not_due", "issued_in_future", "due_before_issue", "bad_identifier", "bad_iban"),
        *("bad_number", "bad_size", "bad_direction", "too_many_files", "unreadable_xml", "unreadable_pdf"),
        *("unreadable_p7m", "unreadable_csv", "unreadable_file", "unsafe_xml", "not_a_statement", "unknown_format"),
        *("missing_column", "file_too_large", "invalid_claim", "currency_mismatch", "form_a", "court_sheet"),
        *(
            "lodging",
            "rule_not_known",
            "law",
            "as_of_before_invoice",
            "rate_not_known",
            "rate_too_old",
            "password_length",
        ),
        *("duplicate_invoice", "other_debtor", "other_creditor", "other_currency", "unknown_invoice", "future_day"),
        *("document_missing", "document_changed", "recipient_refused"),
    )
)


def fault_of(error: RecoveryError, gettext: Callable[[str], str]) -> list[Fault]:
    """Return what is wrong, one fault or several, in the reader's language where the words are known."""
    if isinstance(error, Faults):
        return [fault for one in error.faults for fault in fault_of(one, gettext)]
    named = error.field or ""
    field = "" if named in NO_INPUT else named
    why = guard_text(error.message, gettext) if error.code == "not_allowed" else None
    if why:
        return [Fault(field, gettext(WHY) % {"why": why})]
    text = FAULTS.get((error.code, named)) or FAULTS.get(error.code)
    if text is None:
        return [Fault(field, error.message, "en")]
    return [Fault(field, gettext(text), detail=error.message if _tells_more(error.code, named) else "")]


def _tells_more(code: str, field: str) -> bool:
    return code in DETAILED or (code, field) == ("missing", "")
