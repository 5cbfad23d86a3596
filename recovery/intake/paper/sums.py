"""The amounts at the foot of an invoice: which of them agree with each other."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import combinations

from recovery.intake.paper.found import EARLIER_BALANCE, Found, Note
from recovery.intake.paper.labels import AMOUNTS, plain
from recovery.intake.paper.sheet import Placed, Region, Sheet
from recovery.intake.paper.values import CURRENCIES, Amount, amounts_in

_MOST_PARTS = 6  # of one kind are combined with each other
_ROUNDING = Decimal("0.02")  # lines rounded one by one make so much
_NO_WORDS = re.compile(
    r"\b(?:eur|euro|euros|sek|kr|incl|excl|inkl|exkl|over|von|auf|di|su|sobre|sur|van|de|op|of|pa|av|the|on|at)\b"
)


@dataclass(frozen=True, slots=True)
class Item:
    """An amount with the label it stands behind; `loose` where other words stand between them."""

    kinds: frozenset[str]
    amount: Amount
    region: Region
    loose: bool

    @property
    def number(self) -> Decimal:
        """The amount without its sign, by which deductions are written now and then."""
        return abs(self.amount.number)


@dataclass(frozen=True, slots=True)
class Sums:
    """What an invoice comes to: the total with VAT, what is left to pay, and whether the parts agree."""

    total: Found | None
    payable: Found | None
    currency: str | None
    agree: bool
    told: bool = False  # the currency stands on the paper
    warnings: tuple[Note, ...] = field(default=())


def items_of(sheet: Sheet) -> list[Item]:
    """Return the amounts that stand behind a label of an amount, from top to bottom."""
    found = []
    for placed in sheet.labelled(*AMOUNTS):
        kinds = placed.label.kinds & AMOUNTS
        beside = sheet.beside(placed, across=True)
        place = _last_amount(sheet, beside) if beside else None
        if place is None and not (beside and re.search(r"\d", sheet.text(beside))):
            place = next((one for region in sheet.below(placed)[:1] if (one := _last_amount(sheet, region))), None)
        if place:
            amount, region = place
            found.append(Item(kinds, amount, region, _loose(sheet, placed, region)))
    return found


def _last_amount(sheet: Sheet, region: Region) -> tuple[Amount, Region] | None:
    amounts = [one for one in amounts_in(sheet.text(region), sheet.comma) if not one.bracketed]
    if not amounts:
        return None
    last = amounts[-1]
    return last, Region(region.row, region.start + last.start, region.start + last.end, region.near)


def _loose(sheet: Sheet, placed: Placed, region: Region) -> bool:
    """Tell whether words stand between a label and its amount, as in a line of the table."""
    if region.row != placed.row:
        return False
    between = sheet.rows[placed.row].text[placed.label.end : region.start]
    bare = _NO_WORDS.sub("", plain(between))
    return len(re.findall(r"[^\W\d]", bare)) > 4 or len(amounts_in(between, sheet.comma)) > 2


def sums_of(sheet: Sheet, fallback_currency: str | None) -> Sums:
    """Return the total and what is payable, chosen so that net and VAT make the total where they can."""
    items = items_of(sheet)
    currency, told = _currency(sheet, items, fallback_currency)
    parts = _Parts(items)
    total, agree = _total(sheet, parts)
    if total is None:
        found = _unlabelled(sheet)
        return Sums(found, found, currency, False, told)
    tight = [item for item in parts.of("total", "payable") if item.number == total.number and not item.loose]
    sure = agree and bool(tight)
    whole = _found(sheet, total, total.number, sure, _rivals(sheet, parts, total))
    return replace(_with_payable(sheet, parts, total, whole, currency, agree), told=told)


class _Parts:
    """The amounts by what they stand for; the same amount of a kind, printed twice, counts once but for VAT."""

    def __init__(self, items: Sequence[Item]) -> None:
        self.items = list(items)

    def of(self, *kinds: str) -> list[Item]:
        """Return the items of some kinds, those close to their label first."""
        found: dict[tuple[Decimal, int], Item] = {}
        for item in self.items:
            if not item.kinds.isdisjoint(kinds):
                row = item.region.row if "vat" in kinds else 0
                found.setdefault((item.number, row), item)
        return sorted(found.values(), key=lambda item: item.loose)

    def numbers(self, *kinds: str) -> list[Decimal]:
        """Return the amounts of some kinds."""
        return [item.number for item in self.of(*kinds)][:_MOST_PARTS]


def _total(sheet: Sheet, parts: _Parts) -> tuple[Item | None, bool]:
    """Return the total with VAT, and whether the other amounts agree with it."""
    totals = [item for item in parts.of("total") if item.number]
    payables = [item for item in parts.of("payable") if item.number]
    reach = set(_made(parts))
    retained = sum(parts.numbers("retention")[:1], Decimal(0))
    for item in [*_by_size(totals), *_by_size(payables)]:
        if any(abs(item.number - made) <= _ROUNDING for made in reach):
            return item, True
    lines = _lines_sum(sheet)
    for item in [*_by_size(totals), *_by_size(payables)]:
        if lines and abs(item.number - lines) <= _ROUNDING and not parts.of("vat"):
            return item, True
        if retained and any(abs(item.number + retained - made) <= _ROUNDING for made in reach):
            return _gross(item, retained), True
    tight = [item for item in totals if not item.loose] or [item for item in payables if not item.loose]
    return next(iter(_by_size(tight or totals or payables)), None), False


def _gross(item: Item, retained: Decimal) -> Item:
    amount = item.amount
    gross = Amount(item.number + retained, amount.start, amount.end, amount.currency, False, amount.written)
    return Item(item.kinds, gross, item.region, item.loose)


def _by_size(items: Sequence[Item]) -> list[Item]:
    return sorted(items, key=lambda item: (item.loose, -item.number))


def _made(parts: _Parts) -> Iterator[Decimal]:
    """Yield every total that the parts can make: what is net, VAT of all its rates, and what is put on or taken off."""
    nets, vats = parts.numbers("net"), parts.numbers("vat")
    some_nets = {*nets, sum(nets, Decimal(0))} if nets else set()
    taxes = {sum(chosen, Decimal(0)) for count in range(len(vats) + 1) for chosen in combinations(vats, count)}
    if vats:
        taxes.discard(Decimal(0)) if all(vats) else None
    added = parts.numbers("contribution", "surcharge")
    signed = [*((number, 1) for number in added), *((n, -1) for n in parts.numbers("discount"))]
    signed += [(n, s) for n in parts.numbers("rounding") for s in (1, -1)]
    shifts = {Decimal(0)}
    for number, sign in signed[:_MOST_PARTS]:
        shifts |= {shift + sign * number for shift in shifts}
    for net in some_nets:
        for tax in taxes or {Decimal(0)}:
            yield from (net + tax + shift for shift in shifts)


def _lines_sum(sheet: Sheet) -> Decimal | None:
    """Return the sum of the last amounts of the lines of the table, None where there is no table."""
    head = next((at for at, labels in enumerate(sheet.labels) if sum(one.of("table") for one in labels) >= 2), None)
    if head is None:
        return None
    lines = []
    for at in range(head + 1, len(sheet.rows)):
        if any(label.of(*AMOUNTS) for label in sheet.labels[at]):
            break
        amounts = amounts_in(sheet.rows[at].text, sheet.comma)
        if amounts:
            lines.append(amounts[-1].number)
    return sum(lines, Decimal(0)) if lines else None


def _rivals(sheet: Sheet, parts: _Parts, total: Item) -> tuple[Found, ...]:
    others = [item for item in parts.of("total", "payable", "net") if item.number != total.number and item.number]
    return tuple(_found(sheet, item, item.number, False) for item in others[:4])


def _found(sheet: Sheet, item: Item, number: Decimal, sure: bool, rivals: tuple[Found, ...] = ()) -> Found:
    row = sheet.rows[item.region.row]
    certain = all(word.certain for word in row.words_at(item.region.start, item.region.end))
    return Found(number, row.page, sheet.box(item.region), sure and certain, 1.0, rivals)


def _with_payable(sheet: Sheet, parts: _Parts, total: Item, whole: Found, currency: str | None, agree: bool) -> Sums:
    """Return the sums with what is left to pay, which what was paid and kept back must explain."""
    payables = [item for item in parts.of("payable") if not item.loose] or parts.of("payable")
    off = [*parts.numbers("retention"), *parts.numbers("prepaid"), *parts.numbers("tax_reduction")]
    expected = {total.number - sum(chosen, Decimal(0)) for n in range(len(off) + 1) for chosen in combinations(off, n)}
    least = total.number - sum(off, Decimal(0))
    rounding = {Decimal(0), *parts.numbers("rounding"), *(-one for one in parts.numbers("rounding"))}
    for item in sorted(payables, key=lambda one: abs(one.number - least)):
        explained = any(abs(item.number - made - extra) <= _ROUNDING for made in expected for extra in rounding)
        if explained and item.number and (not off or abs(item.number - least) <= 1 or len(off) > 1):
            sure = whole.sure
            return Sums(whole, _found(sheet, item, item.number, sure, whole.rivals), currency, agree)
    old = parts.of("old")
    if old and any(not item.kinds.isdisjoint({"payable", "with_old"}) for item in parts.items):
        own = replace(whole.checked(), value=least) if Decimal(0) < least < total.number else whole.checked()
        return Sums(whole if agree else whole.checked(), own, currency, agree, warnings=(EARLIER_BALANCE,))
    if payables and not off:
        item = min(payables, key=lambda one: abs(one.number - total.number))
        if item.number < total.number:
            return Sums(whole.checked(), _found(sheet, item, item.number, False, (whole,)), currency, False)
        return Sums(whole.checked(), whole.checked(), currency, False)
    if not off:
        return Sums(whole, whole, currency, agree)
    gross_only = Found(least, whole.page, whole.box, False, 1.0, (whole,))
    same = next((item for item in parts.of("total") if item.number == least), None)
    if same:
        return Sums(whole, _found(sheet, same, least, False, (whole,)), currency, agree)
    return Sums(whole, gross_only if least > 0 else whole.checked(), currency, agree)


def _currency(sheet: Sheet, items: Sequence[Item], fallback: str | None) -> tuple[str | None, bool]:
    """Return the currency of the amounts, and whether the paper tells it."""
    of_sums = Counter(item.amount.currency for item in items if item.amount.currency)
    if of_sums:
        return of_sums.most_common(1)[0][0], len(of_sums) == 1
    words: Counter[str] = Counter()
    for row in sheet.rows:
        words.update(one.currency for one in amounts_in(row.text, sheet.comma) if one.currency)
        for match in re.finditer(r"€|\b(?:EUR|SEK|CHF|GBP|USD|DKK|NOK|PLN|[Ee]uro)\b", row.text):
            words[CURRENCIES[match[0].casefold()]] += 1
    if words:
        return words.most_common(1)[0][0], len(words) == 1
    return fallback, False


def _unlabelled(sheet: Sheet) -> Found | None:
    """Return the largest amount of the last page where no label tells the total."""
    best: Found | None = None
    for at, row in enumerate(sheet.rows):
        for one in amounts_in(row.text, sheet.comma):
            if best is None or one.number > best.value:
                best = Found(one.number, row.page, sheet.box(Region(at, one.start, one.end)), False, 0.2)
    return best
