"""Who sells and who buys: names, countries, VAT numbers and accounts, and which of them belong to whom."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from recovery.intake.paper.found import ADDRESSED, Found, Note
from recovery.intake.paper.labels import plain
from recovery.intake.paper.numbers import Number, accounts_of, numbers_of
from recovery.intake.paper.segments import (
    Line,
    Segment,
    country_in,
    is_contact,
    is_whole_address,
    name_line,
    segments_of,
)
from recovery.intake.paper.sheet import Region, Sheet

_BUYERS_ACCOUNT = re.compile(
    r"domicili|incasso|lastschrift|mandaat|mandat|adeudo|autogiro|uw (?:iban|rekening)|ihr(?:e)? (?:iban|konto)|"
    r"votre (?:iban|compte)|"
    r"your (?:iban|account)|su (?:iban|cuenta)|ert konto|vostro (?:iban|conto)|direct debit|addebito"
)


@dataclass(frozen=True, slots=True)
class Member:
    """What is known of the member who has the paper read: the seller, unless the paper says otherwise."""

    names: tuple[str, ...] = ()
    vats: tuple[str, ...] = ()
    ibans: tuple[str, ...] = ()

    def known(self) -> bool:
        """Tell whether anything is known."""
        return bool(self.names or self.vats or self.ibans)


@dataclass(frozen=True, slots=True)
class Side:
    """One party as found."""

    name: Found | None = None
    country: Found | None = None
    vat: Found | None = None
    iban: Found | None = None
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Parties:
    """Both parties, and what is odd about them."""

    seller: Side
    buyer: Side
    warnings: tuple[Note, ...] = field(default=())


def same(one: str, other: str) -> bool:
    """Tell whether two texts are one name or number but for case, accents, blanks and signs."""
    return _bare(one) == _bare(other) != ""


def _bare(text: str) -> str:
    return re.sub(r"[\W_]", "", plain(text))


class _Finder:
    """Assigns what a sheet shows to the two parties."""

    def __init__(self, sheet: Sheet, member: Member, languages: set[str]) -> None:
        self.sheet, self.member = sheet, member
        self.segments = segments_of(sheet)
        self.languages = languages
        self.numbers = list(numbers_of(sheet, languages))
        self.accounts = list(accounts_of(sheet))

    def found(self, text: str | object, region: Region, sure: bool, rank: float = 1.0) -> Found:
        """Return a value at a place."""
        row = self.sheet.rows[region.row]
        certain = all(word.certain for word in row.words_at(region.start, region.end))
        return Found(text, row.page, self.sheet.box(region), sure and certain, rank)

    def is_members(self, part: Segment) -> bool:
        """Tell whether a segment shows the member's number, account or name."""
        text = _bare(" ".join(line.text for line in part.lines))
        marks = [_bare(mark) for mark in (*self.member.vats, *self.member.ibans)]
        digits = [mark[2:] for mark in map(_bare, self.member.vats)]
        names = [_bare(name) for name in self.member.names]
        return any(len(mark) > 5 and mark in text for mark in (*marks, *digits)) or any(
            len(name) > 3 and any(name in _bare(line.text) for line in part.lines) for name in names
        )

    def buyer(self) -> tuple[Segment | None, bool]:
        """Return the buyer's segment, and whether a label says so."""
        labelled = [one for one in self.segments if one.role == "buyer" and name_line(self.sheet, one)]
        with_address = [one for one in labelled if one.address_at is not None]
        with_number = [
            one for one in with_address if any(one.covers(n.region) for n in self.numbers if n.whose == "buyer")
        ]
        for group in (with_number, with_address, labelled):
            if group:
                chosen = group[0]
                return chosen, not self.is_members(chosen) or not self.member.known()
        free = [one for one in self._addresses() if not self._of_seller(one)]
        marked = [one for one in free if any(one.covers(n.region) and n.whose == "buyer" for n in self.numbers)]
        if marked:
            return marked[0], True
        return (free[0], False) if free else (None, False)

    def _addresses(self) -> list[Segment]:
        return [
            one
            for one in self.segments
            if one.role is None and one.address_at is not None and name_line(self.sheet, one)
        ]

    def _of_seller(self, part: Segment) -> bool:
        """Tell whether an address without a label is the seller's: it shows the member, an account or contacts."""
        if self.member.known() and any(self.is_members(one) for one in self._addresses()):
            return self.is_members(part)
        own = self._evidence(part)
        others = [self._evidence(one) for one in self._addresses() if one is not part]
        return (own > 0 and own >= max(others, default=0)) or (own == 0 and not others and not self._footer_seller())

    def _evidence(self, part: Segment) -> int:
        rows = {line.region.row for line in part.lines}
        score = sum(2 for number in self.numbers if part.covers(number.region) and number.whose != "buyer")
        score += sum(3 for _, region, _ in self.accounts if part.covers(region))
        score += sum(1 for line in part.lines if is_contact(line.text))
        for row in rows:
            kinds = [label for label in self.sheet.labels[row] if label.of("registration", "bic", "giro")]
            score += sum(
                any(line.region.row == row and line.region.start <= one.start < line.region.end for line in part.lines)
                for one in kinds
            )
        return score + (4 if self._is_single_line(part) else 0)

    def _is_single_line(self, part: Segment) -> bool:
        """Tell whether a whole address stands in one line: how senders write their own."""
        return part.address_at is not None and is_whole_address(part.lines[part.address_at].text)

    def _footer_seller(self) -> bool:
        return any(self._evidence(one) > 1 for one in self.segments if one.role is None)

    def seller(self, buyer: Segment | None) -> tuple[Segment | None, bool]:
        """Return the seller's segment, and whether a label, the member or a number of its own says so."""
        free = [one for one in self.segments if one is not buyer and one.role != "ship_to"]
        if self.member.known():
            members = [
                one for one in free if self.is_members(one) and one.role != "buyer" and name_line(self.sheet, one)
            ]
            if members:
                return max(members, key=lambda one: (one.address_at is not None, -self.segments.index(one))), True
        labelled = [one for one in free if one.role == "seller" and name_line(self.sheet, one)]
        if labelled:
            return max(labelled, key=lambda one: one.address_at is not None), True
        blank = [one for one in free if one.role in (None, "sender") and name_line(self.sheet, one)]
        addressed = [one for one in blank if one.address_at is not None]
        with_marks = [one for one in addressed if self._evidence(one) > 0]
        if with_marks:
            chosen = min(with_marks, key=lambda one: (self._is_single_line(one), -self._evidence(one)))
            return chosen, self._evidence(chosen) >= 2
        if addressed:
            return addressed[0], False
        return None, False


def parties_of(sheet: Sheet, member: Member, languages: set[str]) -> Parties:
    """Return both parties; with one of them not told apart, both are left to be checked."""
    finder = _Finder(sheet, member, languages)
    buyer_part, buyer_told = finder.buyer()
    seller_part, seller_told = finder.seller(buyer_part)
    warnings: list[Note] = []
    if buyer_part and member.known() and finder.is_members(buyer_part):
        warnings.append(ADDRESSED)
        buyer_told = seller_told = False
    told = bool(buyer_part and seller_part and buyer_told and (seller_told or _repeated(finder, seller_part)))
    buyer = _side(finder, buyer_part, told)
    seller = _side(finder, seller_part, told)
    seller, buyer = _with_numbers(finder, seller, buyer, seller_part, buyer_part, told)
    seller = replace(seller, iban=_iban(finder, buyer_part))
    seller = _countries(seller, seller_part)
    home = seller.country.value if seller.country else None
    buyer = _countries(buyer, buyer_part, home)  # an address without a country is at home
    if seller.name and buyer.name and same(seller.name.value, buyer.name.value):
        seller = replace(seller, name=seller.name.checked())
        buyer = replace(buyer, name=buyer.name.checked())
    return Parties(seller, buyer, tuple(warnings))


def _repeated(finder: _Finder, part: Segment | None) -> bool:
    """Tell whether the seller's name stands in another place too, beside a number or an account."""
    name = name_line(finder.sheet, part) if part else None
    if name is None or part is None:
        return False
    others = [one for one in finder.segments if one is not part and finder._evidence(one) > 0 and one.role is None]
    return any(_bare(name.text) in _bare(line.text) for one in others for line in one.lines)


def _side(finder: _Finder, part: Segment | None, told: bool) -> Side:
    if part is None:
        return Side()
    line = name_line(finder.sheet, part)
    sure = told and part.address_at is not None
    name = finder.found(line.text.strip(" ,;:"), line.region, sure) if line else None
    return Side(name=name, lines=tuple(part.lines))


def _iban(finder: _Finder, buyer: Segment | None) -> Found | None:
    """Return the seller's account: the member's own where it is shown, else the first that is not the buyer's."""
    usable = [
        (number, region, holds)
        for number, region, holds in finder.accounts
        if not (buyer and buyer.covers(region))
        and not _BUYERS_ACCOUNT.search(plain(finder.sheet.rows[region.row].text))
    ]
    distinct = list(dict.fromkeys(number for number, _, holds in usable if holds))
    mine = [one for one in usable if any(same(one[0], known) for known in finder.member.ibans)]
    ranked = [*mine, *(one for one in usable if one[2]), *usable]
    if not ranked:
        return None
    number, region, holds = ranked[0]
    chosen = finder.found(number, region, holds and (bool(mine) or len(distinct) == 1))
    chosen = replace(
        chosen, sure=holds and (bool(mine) or len(distinct) == 1)
    )  # the check digits tell it was read right
    rivals = {one[0]: finder.found(one[0], one[1], False) for one in ranked if one[0] != number}
    return replace(chosen, rivals=tuple(rivals.values()))


def _with_numbers(
    finder: _Finder, seller: Side, buyer: Side, seller_part: Segment | None, buyer_part: Segment | None, told: bool
) -> tuple[Side, Side]:
    """Give each party its VAT number: by its label, by where it stands, by elimination last."""
    mine: list[tuple[Number, bool]] = []
    theirs: list[tuple[Number, bool]] = []
    loose: list[Number] = []
    for number in finder.numbers:
        members = any(same(reading, known) for reading in number.readings for known in finder.member.vats)
        if number.whose == "buyer" and not members:
            theirs.append((number, True))
        elif members or number.whose == "seller":
            mine.append((number, True))
        elif buyer_part and buyer_part.covers(number.region):
            theirs.append((number, told))
        elif seller_part and seller_part.covers(number.region):
            mine.append((number, told))
        else:
            loose.append(number)
    known = {reading for number, _ in (*mine, *theirs) for reading in number.readings}
    for number in loose:
        if known.isdisjoint(number.readings):
            (mine if _is_sellers(finder, number, bool(mine), bool(theirs)) else theirs).append(
                (number, bool(theirs) and told)
            )
    seller = replace(seller, vat=_vat(finder, mine, seller_part, {r for n, _ in theirs for r in n.readings}))
    return seller, replace(buyer, vat=_vat(finder, theirs, buyer_part, {r for n, _ in mine for r in n.readings}))


def _is_sellers(finder: _Finder, number: Number, has_seller: bool, has_buyer: bool) -> bool:
    """Tell whose number is that no label and no address claims: the one who has none, or the seller."""
    if has_seller and not has_buyer:
        page = finder.sheet.pages[0]
        return finder.sheet.box(number.region).y0 > 0.8 * page.height
    return True


def _vat(finder: _Finder, numbers: list[tuple[Number, bool]], part: Segment | None, others: set[str]) -> Found | None:
    if not numbers:
        return None
    number, told = max(numbers, key=lambda one: (one[0].checked, one[1]))
    country = country_in(part) if part else None
    fitting = [one for one in number.readings if country and one.startswith("EL" if country == "GR" else country)]
    value = (fitting or list(number.readings))[0]
    plain_enough = len(number.readings) == 1 or bool(fitting)
    distinct = {one.readings[0] for one, _ in numbers if one.checked}
    sure = told and number.checked and plain_enough and len(distinct) == 1 and value not in others
    found = replace(finder.found(value, number.region, sure), sure=sure)
    rivals = {reading: finder.found(reading, one.region, False) for one, _ in numbers for reading in one.readings}
    rivals.pop(value, None)
    return replace(found, rivals=tuple(rivals.values()))


def _by_postal_code(part: Segment) -> str | None:
    """Return the country whose postal codes have a form that no other's have."""
    for line in part.lines:
        if re.search(r"(?<!\d)\d{4} ?[A-Z]{2}\b", line.text):
            return "NL"
        if re.search(r"(?<!\d)\d{3} \d{2} [^\W\d]", line.text):
            return "SE"
    return None


def _countries(side: Side, part: Segment | None, other: str | None = None) -> Side:
    """Return a party with its country: as its address names it, else by its VAT number, else by its account."""
    stated = country_in(part) if part else None
    anchor = side.name or side.vat
    by_vat = {"EL": "GR"}.get(side.vat.value[:2], side.vat.value[:2]) if side.vat else None
    by_iban = side.iban.value[:2] if side.iban else None
    country = stated or by_vat or by_iban or (_by_postal_code(part) if part else None) or other
    if country is None or (anchor is None and side.iban is None):
        return side
    place = anchor or side.iban
    assert place is not None
    trusted = bool(side.name and side.name.sure) or bool(side.vat and side.vat.sure)
    agreeing = (stated is not None and by_vat in (None, stated)) or (stated is None and by_vat is not None)
    return replace(side, country=replace(place, value=country, sure=trusted and agreeing, rivals=()))
