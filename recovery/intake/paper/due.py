"""The day by which an invoice asks to be paid: written, or reckoned from its terms."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from recovery.intake.paper.found import Found, best
from recovery.intake.paper.heads import days_of
from recovery.intake.paper.labels import plain
from recovery.intake.paper.sheet import Placed, Region, Sheet
from recovery.intake.paper.values import dates_in
from recovery.intake.terms import says_at_once, term_of

_END_OF_MONTH = re.compile(
    r"einde (?:van de )?maand|eind(?:e)? (?:v/d )?maand|fin (?:de|du) mois|monatsende|ende des monats|fine mese|"
    r"\bf\.?\s?m\b\.?|\bd\.?\s?f\.?\s?f?\.?\s?m\b\.?|fin de mes|final(?:es)? de mes|end of (?:the )?month|\beom\b|"
    r"\bmonth end\b|"
    r"manadens slut|slutet av manaden|fdm\b|ultimo"
)
_DAYS = re.compile(
    r"(?<![\d.,/])(\d{1,3})\s*(?:\(\w+\)\s*)?(?:calendar |kalender)?"
    r"(?:days?|d\b|dgn|dagen|dagar|dager|jours|jrs|tagen?|tg|giorni|gg\b|dias|dies)"
)
_PAY = re.compile(
    r"betal|betaa|voldo|over te maken|overma|pay|paiement|payer|payable|regl|zahl|uberweis|begleich|fallig|"
    r"pag[ao]|pagament|abonar|net|"
    r"term|vencim|scaden|vervaldag|echeance|saldo|bonifico|transfer|\bdue\b|kredit|villkor|rimessa|condi|fattura|"
    r"\brb\b|ri\.ba|bonif|skonto|abzug|korting|escompte|"
    r"sconto|descuento|rabatt|discount"
)
_DISCOUNT = re.compile(r"%|skonto|discount|escompte|korting|sconto|descuento|pronto pago|rabatt|kredietbeperking")
_BY = re.compile(
    r"\bbis\b|\bzum\b|spatestens|until|\bby\b|before|later than|uiterlijk|\bvoor\b|ten laatste|avant|"
    r"au plus tard|pour le|"
    r"entro|oltre|antes|hasta|mas tardar|senast|tillhanda|\btegen\b|\bil\b|\bam\b|\bop\b|\bden\b|\bel\b|\ble\b"
)
_NO_DISCOUNT = re.compile(
    r"(?:ohne|without|sans|zonder|senza|sin|utan|kein|no)\s+(?:\w+\s+)?"
    r"(?:abzug|skonto|discount|escompte|korting|sconto|descuento|rabatt)"
)
_OTHER = re.compile(
    r"klacht|re[ck]lam|beanstand|mangel|complain|contest|garant|warrant|retour|return|ritardo|interess|mora\b|verzug|"
    r"drojsmal|retard|late\b|overdue|te laat|vertraging|rente\b|zins|interet|interes|mahn|rappel|sollecit|reminder|"
    r"herinner|aanmaning|paminn|recordatorio|liefer|lever|livraison|delivery|consegna|entrega|gultig|geldig|valid|"
    r"valable|giltig|widerruf|bezwaar|protest|nach ablauf|klagomal|anmark|einspruch|dispute"
)


@dataclass(frozen=True, slots=True)
class Terms:
    """What the words say of the day to pay by: days, the end of the month after them, or at once."""

    days: int | None
    month_end: bool
    at_once: bool
    region: Region
    plain: bool


def due_of(sheet: Sheet, issued: Found | None, doubtful: bool) -> tuple[Found | None, int | None]:
    """Return the day to pay by, and the days of the term where it was reckoned from them."""
    dated = [one for one in _dated(sheet, doubtful) if not issued or one.value >= issued.value]
    if not dated:
        dated = [one for one in _asked_by(sheet, doubtful) if not issued or one.value >= issued.value]
    written = best(dated)
    terms = list(_terms(sheet))
    reckoned = [found for term in terms if (found := _reckoned(sheet, term, issued))]
    if written:
        against = [one for one in reckoned if one.value != written.value]
        return (
            written.checked() if against and len(reckoned) == 1 and not _near(written, against[0]) else written
        ), None
    chosen = best(reckoned)
    days = {term.days for term in terms if term.days is not None and not term.month_end}
    return chosen, days.pop() if chosen and len(days) == 1 else None


def _near(written: Found, other: Found) -> bool:
    """Tell whether two days differ by little: a term that ends on a day of rest, or counts from another day."""
    return bool(abs((written.value - other.value).days) <= 4)


def _dated(sheet: Sheet, doubtful: bool) -> Iterator[Found]:
    for day in days_of(sheet, "due"):
        row = sheet.rows[day.region.row]
        if _with_discount(_clause(row.text, day.region.start)):
            continue
        certain = all(word.certain for word in row.words_at(day.region.start, day.region.end))
        yield Found(day.found.value, row.page, sheet.box(day.region), certain and not doubtful, day.rank)


def _asked_by(sheet: Sheet, doubtful: bool) -> Iterator[Found]:
    """Yield the dates that a sentence asks to be paid by."""
    for region, texts in _passages(sheet):
        text = texts[0]
        for day in dates_in(text, bool(sheet.american)):
            bare = plain(text)
            before = plain(text[max(day.start - 45, 0) : day.start])
            if not (_BY.search(before) and _PAY.search(bare)) or _OTHER.search(bare) or _with_discount(bare):
                continue
            row = sheet.rows[region.row]
            place = Region(region.row, region.start + day.start, region.start + day.end)
            certain = all(word.certain for word in row.words_at(place.start, place.end))
            yield Found(day.value, row.page, sheet.box(place), certain and not doubtful, 0.75)


def _clause(text: str, at: int) -> str:
    """Return the clause of a text that a place is in."""
    start = max(text.rfind(mark, 0, at) + len(mark) for mark in ("\t", "; ", ", ", ". ")) if at else 0
    start = max(start, 0)
    ends = [end for mark in ("\t", "; ", ", ", ". ") if (end := text.find(mark, at)) >= 0]
    return text[start : min(ends, default=len(text))]


def _with_discount(clause: str) -> bool:
    bare = _NO_DISCOUNT.sub("", plain(clause))
    return bool(_DISCOUNT.search(bare))


def _passages(sheet: Sheet) -> Iterator[tuple[Region, list[str]]]:
    """Yield the cells that may state a term, each alone and with the row below it, over which a sentence may run."""
    for at, row in enumerate(sheet.rows):
        for start, end in row.cells():
            text = row.text[start:end]
            if len(row.cells()) > 4 or not text.strip():
                continue
            region = Region(at, start, end)
            label = next((one for one in sheet.labels[at] if start <= one.start < end and one.of("terms", "due")), None)
            following = sheet.below(Placed(at, label)) if label and label.end >= end - 2 else []
            if label and label.end >= end - 2:
                across = row.text.find("\t", end)
                beside = row.text[end + 1 :].split("\t")[0] if across == end else ""
                more = beside or (sheet.text(following[0]) if following else "")
                yield region, [f"{text}: {more}"]
                continue
            texts = [text]
            if text.rstrip()[-1:].isalpha() or text.rstrip()[-1:] in ",-":
                more = _next_line(sheet, at, start, end)
                texts += [f"{text} {more}"] if more else []
            yield region, texts


def _next_line(sheet: Sheet, at: int, start: int, end: int) -> str:
    """Return the line below a cell where it goes on: at the same margin, close below."""
    if at + 1 >= len(sheet.rows):
        return ""
    here, other = sheet.rows[at], sheet.rows[at + 1]
    box = here.box(start, end)
    for low, high in other.cells():
        below = other.box(low, high)
        if other.page == here.page and abs(below.x0 - box.x0) < here.size / 2 and below.y0 - box.y1 < here.size:
            return other.text[low:high]
    return ""


def _terms(sheet: Sheet) -> Iterator[Terms]:
    seen = set()
    for region, texts in _passages(sheet):
        term = next((found for text in texts if (found := _term(region, text, plain(text)))), None)
        if term and (key := (term.days, term.month_end, term.at_once)) not in seen:
            seen.add(key)
            yield term


def _term(region: Region, text: str, bare: str) -> Terms | None:
    """Return the term that a passage states, None where it states none or it is not plain which."""
    if not (_PAY.search(bare) and (_DAYS.search(bare) or _END_OF_MONTH.search(bare) or says_at_once(text))):
        return None
    clauses = [one for one in re.split(r"[;,]\s|\.\s|\t| / ", bare) if not _OTHER.search(one)]
    kept = [one for one in clauses if not _with_discount(one)]
    month_end = any(_END_OF_MONTH.search(one) for one in kept)
    days = {int(match[1]) for one in kept for match in _DAYS.finditer(one)}
    if month_end and len(days) <= 1:
        return Terms(next(iter(days), 0), True, False, region, False)
    known = term_of(text).days
    if known is not None:
        return Terms(known, False, False, region, len(days) <= 1)
    if len(days) == 1:
        return Terms(next(iter(days)), False, False, region, False)
    if days:
        return None
    return Terms(None, False, True, region, False) if says_at_once(text) and kept else None


def _reckoned(sheet: Sheet, term: Terms, issued: Found | None) -> Found | None:
    if issued is None:
        return None
    if term.at_once:
        due, rank = issued.value, 0.3
    else:
        due, rank = issued.value + timedelta(days=term.days or 0), 0.9 if term.plain else 0.6
        if term.month_end:
            due, rank = _month_end(due), 0.8
    row = sheet.rows[term.region.row]
    certain = all(word.certain for word in row.words_at(term.region.start, term.region.end))
    return Found(due, row.page, sheet.box(term.region), term.plain and issued.sure and certain, rank)


def _month_end(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])
