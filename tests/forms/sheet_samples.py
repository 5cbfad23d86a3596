"""One sample per country, route and language: what each field of its sheet must say, reckoned by hand."""

from __future__ import annotations

REGISTERED = {
    "creditor_more": {"enterprise_number": "0203201340"},
    "debtor_more": {"enterprise_number": "0403019261"},
}

# creditor, debtor, route, language, more of the claim, field id -> expected text
BELGIAN = {
    "court": "Ondernemingsrechtbank van de woonplaats of zetel van de schuldenaar (Brussel)",
    "competence": "woonplaats of zetel van de schuldenaar",
    "creditor_name": "Muster & Söhne",
    "creditor_address": "Voorbeeldkade 2, 1019 AB Amsterdam, NL",
    "creditor_number": "0403.019.261",
    "representative": "Recovery Example",
    "mandate": "Recovery Example treedt op krachtens volmacht van 2 maart 2026; de vordering is niet overgedragen",
    "debtor_name": "Ñandú Caffè",
    "debtor_address": "Voorbeeldstraat 1, 1000 Brussel, BE",
    "principal": "10 januari 2026 9 februari 2026 € 1.000,00",
    "interest": "10/02/2026 30/06/2026 141 € 1.000,00 10,15 % Nederlands Burgerlijk Wetboek (BW), art. 6:119a",
    "interest_from": "8 procentpunten boven de ECB-basisrente per jaar over € 1.000,00, vanaf 5 oktober 2026",
    "costs": "Nederlands Burgerlijk Wetboek (BW), art. 6:96(2)(c), (4);",
    "total": "€ 1.216,56",
    "value": "€ 1.066,56",
    "fee": "€ 189,00",
    "facts": "De vordering steunt op een overeenkomst: levering van diensten.",
    "law": "Nederland (Rome I-verordening, art. 4(1)(b), 12)",
    "notices": "10 maart 2026, ontvangen op 12 maart 2026",
    "defence": "Er is geen verweer van de schuldenaar bekend.",
    "evidence": "factuur-1.pdf",
    "request": "Gevorderd wordt Ñandú Caffè te veroordelen om aan Muster & Söhne € 1.216,56 te betalen",
    "place_date": "Brussel, 5 oktober 2026",
}
SAMPLES = [
    ("NL", "BE", "national_court", "nl", {}, BELGIAN),
    (
        *("NL", "BE", "national_payment_order", "fr", {}),
        {
            "court": "Tribunal de l'entreprise du domicile ou du siège du débiteur (Brussel)",
            "total": "1 216,56 €",
            "notices": "10 mars 2026, reçu le 12 mars 2026",
            "request": "Il est demandé d'ordonner à Ñandú Caffè de payer à Muster & Söhne 1 216,56 €",
        },
    ),
    (
        *("BE", "BE", "uncontested_bailiff", "de", REGISTERED),
        {
            "court": "Gerichtsvollzieher, auf Antrag eines Rechtsanwalts",
            "creditor_number": "0403.019.261",
            "debtor_number": "12345678",
            "total": "1.108,46 €",
            "claimable": "1.108,46 €",
            "answer": "Die Aufforderung wird mit einem Antwortformular zugestellt",
        },
    ),
    (
        *("NL", "IT", "national_payment_order", "it", {}),
        {
            "court": "Giudice di pace della residenza o sede del debitore (Milano)",
            "creditor_address": "Voorbeeldkade 2, 1019 AB Amsterdam, NL",
            "debtor_address": "Via Esempio 3, 20121 Milano, IT",
            "interest_from": "8 punti percentuali oltre il tasso base della BCE annui su 1.000,00 €, dal 5 ottobre",
            "value_court": "1.066,56 €",
            "value": "1.000,00 €",
            "facts": "La fattura 1 del 10 gennaio 2026 di 1.000,00 € è scaduta il 9 febbraio 2026.",
            "request": "Si chiede di ingiungere a Ñandú Caffè di pagare a Muster & Söhne la somma di 1.216,56 €",
        },
    ),
    ("NL", "IT", "national_court", "it", {}, {"warning": "Invito a costituirsi almeno settanta giorni prima"}),
    (
        *("NL", "IT", "national_payment_order", "de", {"debtor_more": {"region": "IT-BZ"}}),
        {"court": "Friedensgericht am Wohnsitz oder Sitz des Schuldners (Milano)", "total": "1.216,56"},
    ),
    (
        *("IT", "ES", "national_payment_order", "es", {}),
        {
            "court": "Tribunal de Instancia, Sección Civil (o Civil y de Instrucción) del domicilio del deudor",
            "competence": "competencia exclusiva del domicilio o residencia del deudor",
            "debtor_address": "Calle Ejemplo 6, 28001 Madrid, ES",
            "negotiation": "10 de marzo de 2026, recibido el 12 de marzo de 2026",
            "law": "Italia (Reglamento Roma I, art. 4(1)(b), 12)",
            "fee": "0,00 € (Ley 10/2012, art. 4.1.c)",
            "request": "Se pide que se requiera a Ñandú Caffè para que en el plazo de 20 días pague",
        },
    ),
    (
        *("IT", "ES", "national_court", "ca", {"debtor_more": {"region": "ES-CT"}}),
        {
            "court": "Tribunal d'Instància, Secció Civil (o Civil i d'Instrucció) del domicili del deutor (Madrid)",
            "request": "Es demana que es condemni Ñandú Caffè a pagar a Muster & Söhne",
        },
    ),
    (
        *("NL", "AT", "national_payment_order", "de", {}),
        {
            "court": "Bezirksgericht am Wohnsitz oder Sitz des Schuldners (Wien)",
            "creditor_name": "Muster & Söhne",
            "debtor_name": "Ñandú Caffè",
            "account": "Third-party account Recovery Example, NL91ABNA0417164300, ABNANL2A",
            "value": "€ 1.000,00",
            "fee": "€ 140,00 (TP 1 GGG)",
            "request": "Es wird die Erlassung eines bedingten Zahlungsbefehls beantragt",
            "declaration": "Die Forderung ist fällig",
        },
    ),
    ("NL", "AT", "national_court", "de", {}, {"request": "Es wird das Urteil beantragt"}),
    (
        *("NL", "AT", "national_court", "de", {"debtor_more": {"region": "AT-9"}}),
        {"court": "Bezirksgericht für Handelssachen Wien, Marxergasse 1a, 1030 Wien"},
    ),
    (
        *("NL", "SE", "national_payment_order", "sv", {}),
        {
            "court": "Kronofogdemyndigheten",
            "principal": "10 januari 2026 9 februari 2026",
            "notices": "10 mars 2026, mottaget 12 mars 2026",
            "defence": "Någon invändning från gäldenären är inte känd.",
            "fee": "300,00 kr",
            "request": "Det begärs att Ñandú Caffè föreläggs att till Muster & Söhne betala",
        },
    ),
    ("NL", "SE", "national_court", "sv", {}, {"court": "Tingsrätten där gäldenären har sitt hemvist"}),
    (
        *("BE", "NL", "national_court", "nl", {}),
        {
            "court": "Kantonrechter van de woonplaats of zetel van de schuldenaar (Amsterdam)",
            "costs": "Forfaitaire vergoeding",
            "interest_from": "10,50 % per jaar over € 1.000,00, vanaf 6 oktober 2026 tot de dag van betaling",
            "defence": "Er is geen verweer van de schuldenaar bekend.",
            "fee": "€ 350,00",
            "request": "De eiser vordert dat de gedaagde Ñandú Caffè bij vonnis",
        },
    ),
]
