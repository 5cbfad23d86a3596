"""Letters built for tests."""

from __future__ import annotations

from dataclasses import replace

from recovery.letters.letter import Address, Amount, Letter, Paragraph, PaymentDetails

SEGMENT = {
    "from": "2024-02-10",
    "to": "2024-06-30",
    "days": 142,
    "principal": "1000.00",
    "rate": "12.50",
    "amount": "48.50",
    "basis": "Act of 2 August 2002, art. 5: 12.50 % from 2024-01-01",
}
BASE = Letter(
    country="BE",
    language="en",
    document="formal_notice",
    reference="BE-2026-000123",
    dated="2026-03-02",
    sender=Address(
        "Invordering Coöperatief België", ("Wetstraat 1", "1000 Brussel"), "team@example.org", "+32 2 555 01 23"
    ),
    creditor=Address("Studio Bianchi S.r.l.", ("Via Roma 1", "20121 Milano", "Italia")),
    debtor=Address("Bakkerij De Gouden Korst BV", ("Kerkstraat 12", "2000 Antwerpen", "België")),
    subject="Formal notice: invoice 17 is unpaid",
    paragraphs=(
        Paragraph("Dear Sir or Madam,"),
        Paragraph(
            "Studio Bianchi S.r.l. has asked us to collect the invoices listed below. According to our records they "
            "have not been paid, although the last of them was due on 9 February 2024. You received a reminder on "
            "1 April 2024."
        ),
        Paragraph(
            "This letter concerns an amicable collection and not a judicial one. It is no summons before a court and "
            "no seizure.",
            True,
        ),
        Paragraph("Please pay the total within fourteen days of receiving this letter."),
    ),
    what_to_do=(
        Paragraph("If you do not agree, write to us and say why: we then stop until your objection is answered."),
        Paragraph("If you cannot pay at once, ask us for instalments."),
    ),
    footer=(
        Paragraph("Complaints: FPS Economy, Koning Albert II-laan 16, 1000 Brussels. Enterprise number 0123.456.749."),
        Paragraph("We keep your data for as long as the case needs them; you may see and correct them at any time."),
    ),
    invoices=({"number": "17", "issued": "2024-01-10", "due": "2024-02-09", "amount": "1000.00", "currency": "EUR"},),
    amounts=(
        Amount("principal", "1000.00", "EUR", "contract_and_invoices"),
        Amount("interest", "48.50", "EUR", "Act of 2 August 2002, art. 5"),
        Amount("flat_compensation", "40.00", "EUR", "Act of 2 August 2002, art. 6 par. 1"),
        Amount("payments", "-100.00", "EUR", "Civil Code art. 5.210"),
    ),
    total="988.50",
    currency="EUR",
    segments=(SEGMENT,),
    pay_by="2026-03-18",
    payment=PaymentDetails(
        "Invordering Coöperatief België", "BE71096123456769", "GKCCBEBB", "+++090/9337/55493+++", "988.50", "EUR"
    ),
)


def many() -> Letter:
    """Return a letter of several pages: long names, thirty invoices, twenty interest segments."""
    invoices = tuple(
        {**BASE.invoices[0], "number": f"2024/SERIE-A/{number:06d}", "amount": f"{number * 137}.45"}
        for number in range(1, 31)
    )
    segments = tuple({**SEGMENT, "from": f"20{year}-01-01", "to": f"20{year}-06-30"} for year in range(10, 30))
    long_name = "Gesellschaft für Landwirtschaftliche Maschinenvermietung und Reparaturdienstleistungen mbH & Co. KG"
    return replace(
        BASE,
        invoices=invoices,
        segments=segments,
        sender=replace(
            BASE.sender, name="Associazione Nazionale delle Cooperative per il Recupero Crediti Transfrontaliero"
        ),
        debtor=Address(
            long_name,
            ("z. Hd. Frau Dr. Annegret Müller-Lüdenscheidt", "Hintere Zollamtsstraße 2b/12", "1030 Wien", "Österreich"),
        ),
        creditor=Address(
            "Société coopérative des artisans et producteurs de la Haute-Normandie",
            ("12 rue de la République", "76000 Rouen", "France"),
        ),
        courtesy_copy=True,
    )


def swedish() -> Letter:
    """Return a letter in kronor."""
    return replace(
        BASE,
        country="SE",
        language="sv",
        subject="Inkassokrav: obetalda fakturor",
        currency="SEK",
        total="11250.00",
        amounts=(
            Amount("principal", "11000.00", "SEK", "contract_and_invoices"),
            Amount("demand_fee", "250.00", "SEK", "Lag (1981:739) 3 §"),
        ),
        segments=(),
        payment=PaymentDetails("Inkasso Ek. för.", "SE4550000000058398257466", None, "1234567897", "11250.00", "SEK"),
    )
