"""Drawing a paper with Typst: parts in many forms, put together by chance."""

from __future__ import annotations

import typst

from tests.intake.paper.drawn.paper import WORDS, Paper, literal
from tests.intake.paper.drawn.people import Person

FONTS = ("DejaVu Sans", "Libertinus Serif", "DejaVu Sans Mono", "New Computer Modern", "DejaVu Serif")

PERSONS = {"nl": "T.a.v. M. de Wit", "de": "z. Hd. Frau Berger", "fr": "À l'attention de M. Petit"}
CREDIT_NUMBER = {
    "nl": "Creditnotanummer",
    "fr": "Note de crédit n°",
    "de": "Gutschrift-Nr.",
    "it": "Nota di credito n.",
    "es": "Nº de abono",
    "sv": "Kreditfakturanr",
    "en": "Credit note no.",
}
ORIGINAL = {
    "nl": "Betreft factuur",
    "fr": "Facture d'origine",
    "de": "Zu Rechnung",
    "it": "Rif. fattura",
    "es": "Factura rectificada",
    "sv": "Avser faktura",
    "en": "Original invoice",
}


def text(content: str, bold: bool = False, size: float | None = None) -> str:
    options = (['weight: "bold"'] if bold else []) + ([f"size: {size}pt"] if size else [])
    return f"text({', '.join([*options, literal(content)])})" if options else f"text({literal(content)})"


def stack(lines: list[str], align: str = "left", gap: float = 4.0) -> str:
    return f"align({align}, stack(spacing: {gap}pt, {', '.join(lines)}))"


def drawn(paper: Paper) -> tuple[bytes, dict[str, object]]:
    """Return the PDF of a paper and its truth."""
    rng = paper.rng
    heads = {"two_columns": "two_columns", "window": "window", "footer_seller": "footer"}
    head = next((form for trap, form in heads.items() if trap in paper.traps), None) or rng.choice(
        ["left_right", "left_right", "right_left", "window", "footer", "two_columns", "boxed", "stacked"]
    )
    meta = rng.choice(["pairs", "grid", "colon", "sentence", "beside_title"])
    totals = rng.choice(["right", "right", "left", "across", "rates"])
    if paper.retained or paper.prepaid or paper.old:
        totals = rng.choice(["right", "left"])
    paper.layout = f"{head}/{meta}/{totals}"
    footer = _footer(paper) if head == "footer" or rng.random() < 0.3 else None
    base = rng.choice([8, 9, 9.5, 10])
    page = f'#set page(paper: "a4", margin: (x: {rng.choice([1.5, 2, 2.5])}cm, y: 2cm)'
    page += f", footer: {stack(footer, 'center', 3)}" if footer else ""
    parts = [
        page + ")",
        f"#set text(font: {literal(rng.choice(FONTS))}, size: {base}pt, hyphenate: false)",
        *(f"#{part}" for part in _head(paper, head, footer is not None)),
        f"#v({rng.choice([6, 10, 16])}pt)",
        *(f"#{part}" for part in _meta(paper, meta)),
        f"#v({rng.choice([8, 14])}pt)",
        f"#{_items(paper)}",
        f"#v({rng.choice([4, 10])}pt)",
        *(f"#{part}" for part in _totals(paper, totals)),
        f"#v({rng.choice([8, 14])}pt)",
        *(f"#{part}" for part in _foot(paper, footer is not None)),
    ]
    made = typst.compile("\n".join(parts).encode(), format="pdf", ignore_system_fonts=True)
    return bytes(made[0] if isinstance(made, list) else made), paper.facts()


def _own(paper: Paper, one: Person, bold: bool, numbers: bool) -> list[str]:
    lines = [text(one.name, bold), text(one.street), text(one.city)]
    if paper.land(one):
        lines.append(text(paper.land(one)))
    if numbers:
        lines.append(text(f"{paper.word('vat_no')}{paper.rng.choice([' ', ': '])}{paper.vat(one.vat)}"))
        if paper.rng.random() < 0.5:
            lines.append(text(one.registration))
    if paper.rng.random() < 0.5:
        lines.append(text(f"Tel. {one.phone}"))
    if paper.rng.random() < 0.5:
        lines.append(text(one.email))
    return lines


def _client(paper: Paper, label: bool) -> list[str]:
    one, rng = paper.buyer, paper.rng
    lines = [text(paper.word("buyer") + rng.choice([":", ""]), rng.random() < 0.3)] if label else []
    lines += [text(one.name, rng.random() < 0.5)]
    if rng.random() < 0.25:
        lines.append(
            text(
                {"nl": "T.a.v. M. de Wit", "de": "z. Hd. Frau Berger", "fr": "À l'attention de M. Petit"}.get(
                    paper.language, "Att. M. Blanc"
                )
            )
        )
    lines += [text(one.street), text(one.city)]
    if paper.land(one):
        lines.append(text(paper.land(one)))
    if "no_buyer_vat" not in paper.traps:
        lines.append(text(f"{paper.word('buyer_vat')}{rng.choice([' ', ': '])}{paper.vat(one.vat)}"))
    return lines


def _head(paper: Paper, form: str, in_footer: bool) -> list[str]:
    rng = paper.rng
    title = text(paper.word("credit" if "credit" in paper.traps else "title"), True, rng.choice([14, 18, 22]))
    own = _own(paper, paper.seller, rng.random() < 0.6, not in_footer or rng.random() < 0.3)
    gap = rng.choice([3.0, 4.0, 5.0])
    ship = []
    if "ship" in paper.traps:
        other = rng.choice(["Magazijn Oost", "Depot 7", "Lager Nord"])
        ship = [stack([text(paper.word("ship")), text(other), text("Havenweg 3"), text(paper.buyer.city)], "left", gap)]
    if form == "left_right":
        client = stack(_client(paper, True), rng.choice(["left", "left", "right"]), gap)
        return [f"grid(columns: (1fr, 1fr), {stack(own, 'left', gap)}, {client})", *ship, "v(10pt)", title]
    if form == "right_left":
        client = stack(_client(paper, True), "left", gap)
        return [f"grid(columns: (1fr, 1fr), {client}, {stack(own, 'right', gap)})", *ship, "v(10pt)", title]
    if form == "window":
        sender = text(f"{paper.seller.name} · {paper.seller.street} · {paper.seller.city}", False, 6.5)
        client = stack([sender, "v(3pt)", *_client(paper, False)], "left", gap)
        return [stack(own, "right", gap), "v(14pt)", client, *ship, "v(14pt)", title]
    if form == "footer":
        mark = literal(paper.seller.name.split()[0].upper())
        logo = f'box(fill: navy, inset: 8pt, text(fill: white, weight: "bold", size: 13pt, {mark}))'
        return [
            f"grid(columns: (1fr, auto), {logo}, {title})",
            "v(14pt)",
            stack(_client(paper, rng.random() < 0.7), "left", gap),
            *ship,
        ]
    if form == "two_columns":
        left = stack([text(paper.word("seller") + ":", True), *own], "left", gap)
        return [
            title,
            "v(8pt)",
            f"grid(columns: (1fr, 1fr), {left}, {stack(_client(paper, True), 'left', gap)})",
            *ship,
        ]
    if form == "boxed":
        left = f"rect(width: 100%, {stack(own, 'left', gap)})"
        right = f"rect(width: 100%, {stack(_client(paper, True), 'left', gap)})"
        return [
            title,
            "v(8pt)",
            f"grid(columns: (1fr, 1fr), gutter: 8pt, {left}, {right})",
            *ship,
        ]
    return [
        stack(own, rng.choice(["left", "center"]), gap),
        "v(12pt)",
        title,
        "v(8pt)",
        stack(_client(paper, True), "left", gap),
        *ship,
    ]


def _meta(paper: Paper, form: str) -> list[str]:
    rng = paper.rng
    pairs = [(paper.word("number"), paper.number), (paper.word("issued"), paper.day(paper.issued))]
    if "credit" in paper.traps:
        pairs[0] = (CREDIT_NUMBER[paper.language], paper.number)
        pairs.append((ORIGINAL[paper.language], f"X-{rng.randint(100, 999)}"))
    if rng.random() < 0.5:
        pairs.append((paper.word("customer"), f"{rng.randint(10000, 99999)}"))
    if rng.random() < 0.4:
        pairs.append((paper.word("order"), f"PO-{rng.randint(10000, 99999)}"))
    if rng.random() < 0.4:
        pairs.append((paper.word("delivered"), paper.day(paper.delivered)))
    if paper.due and paper.due_way in ("date", "both"):
        pairs.append((paper.word("due"), paper.day(paper.due)))
    if rng.random() < 0.5:
        rng.shuffle(pairs)
    if form == "grid":
        cells = [text(name, False, 7) for name, _ in pairs] + [text(value, True) for _, value in pairs]
        return [f"grid(columns: {len(pairs)}, column-gutter: 14pt, row-gutter: 4pt, {', '.join(cells)})"]
    if form == "sentence":
        title = WORDS[paper.language]["credit" if "credit" in paper.traps else "title"][0]
        joined = [
            f"{title} {paper.number}"
            if value == paper.number and len(pairs[0][0]) > 8 and "credit" not in paper.traps
            else f"{name}: {value}"
            for name, value in pairs
        ]
        return [text("   ".join(joined))] if len(joined) < 4 else [text(one) + "\n#linebreak()" for one in joined]
    if form == "beside_title":
        cells = [
            cell
            for name, value in pairs
            for cell in (f"align(right, {text(name)})", f"align(right, {text(value, True)})")
        ]
        return [f"align(right, grid(columns: 2, column-gutter: 10pt, row-gutter: 4pt, {', '.join(cells)}))"]
    mark = ":" if form == "colon" else ""
    cells = [cell for name, value in pairs for cell in (text(name + mark), text(value))]
    return [f"grid(columns: 2, column-gutter: {rng.choice([10, 24])}pt, row-gutter: 4pt, {', '.join(cells)})"]


def _items(paper: Paper) -> str:
    heads = WORDS[paper.language]["head"]
    cells = [text(head, True) for head in heads]
    for name, count, price, amount in paper.lines:
        cells += [
            text(name),
            text(str(count)),
            text(paper.money(price, True)),
            text(paper.money(amount, paper.rng.random() < 0.5)),
        ]
    stroke = paper.rng.choice(["none", "0.4pt", "(bottom: 0.4pt)"])
    columns = "columns: (1fr, auto, auto, auto), align: (left, right, right, right)"
    return f"table({columns}, stroke: {stroke}, {', '.join(cells)})"


def _totals(paper: Paper, form: str) -> list[str]:
    rate = f" {paper.percent}%"
    sign = -1 if "credit" in paper.traps and paper.rng.random() < 0.5 else 1
    rows = [
        (paper.word("net"), sign * paper.net),
        (paper.word("vat") + rate, sign * paper.tax),
        (paper.word("total"), sign * paper.total),
    ]
    if paper.retained:
        rows.append((paper.word("retention"), -paper.retained))
    if paper.prepaid:
        rows.append((paper.word("prepaid"), -paper.prepaid))
    if paper.old:
        rows.append((paper.word("old"), paper.old))
        rows.append((paper.word("with_old"), paper.payable + paper.old))
    elif paper.payable != paper.total or paper.rng.random() < 0.4:
        rows.append((paper.word("payable"), sign * paper.payable))
    if form in ("across", "rates"):
        if form == "rates":
            rows[1] = (paper.word("vat"), rows[1][1])
        cells = [text(name, True) for name, _ in rows] + [text(paper.money(value)) for _, value in rows]
        return [f"align(right, table(columns: {len(rows)}, stroke: 0.4pt, align: right, {', '.join(cells)}))"]
    cells = [cell for name, value in rows for cell in (text(name), f"align(right, {text(paper.money(value))})")]
    side = "right" if form == "right" else "left"
    return [f"align({side}, grid(columns: 2, column-gutter: 20pt, row-gutter: 5pt, {', '.join(cells)}))"]


def _foot(paper: Paper, in_footer: bool) -> list[str]:
    rng, words = paper.rng, WORDS[paper.language]
    lines = []
    key = {"terms": "terms", "both": "terms", "discount": "discount", "eom": "eom", "by": "by"}.get(paper.due_way)
    if key and "credit" not in paper.traps:
        lines.append(rng.choice(words[key]).format(n=paper.n, date=paper.day(paper.due) if paper.due else ""))
    if paper.percent == 0:
        lines.append(words["reverse"][0])
    if "claims" in paper.traps:
        lines += words["claims"]
    if not in_footer or rng.random() < 0.5:
        lines.append(f"IBAN{rng.choice([' ', ': '])}{paper.iban(paper.seller.iban)}")
        lines.append("BIC TESTXX22")
    if paper.second_iban:
        lines.append(f"IBAN {paper.iban(paper.second_iban)}")
    return [f"stack(spacing: 5pt, {', '.join(text(one) for one in lines)},)"] if lines else []


def _footer(paper: Paper) -> list[str]:
    one = paper.seller
    return [
        text(
            " · ".join(
                (one.name, one.street, one.city, f"{paper.word('vat_no')} {paper.vat(one.vat)}", one.registration)
            ),
            False,
            6.5,
        ),
        text(f"IBAN: {paper.iban(one.iban)} · BIC: TESTXX22 · {one.email}", False, 6.5),
    ]
