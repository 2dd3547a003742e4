"""What the PDF of an invoice says, read back from its own glyphs."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from preau.invoices import make_pdf
from tests.invoices.facts import facts, line, seller
from tests.support.pdf import pages, text

CREDITED = {"number": "F-2026-00001", "issued_on": "2026-11-20"}


def said(**changed: object) -> str:
    return text(make_pdf(facts(**changed)))


@pytest.mark.parametrize(
    "particular",
    [
        "Facture F-2026-00042",
        "Date d’émission 21 novembre 2026",
        "Commande 2026-000042",
        "Date de la prestation à partir du 21 novembre 2026",
        "Garage École SAS SAS au capital de 10 000 € 3 rue du Pont 69003 Lyon France",
        "SIRET : 732 829 320 00074",
        "TVA : FR44732829320",
        "RCS Lyon 732 829 320",
        "Élodie Martin 4 quai Perrache Lyon",
        "Diagnostic électronique automobile 1 1 241,67 € 20 % 1 241,67 € 1 490,00 €",
        "Total HT 1 241,67 €",
        "TVA 20 % sur 1 241,67 € 248,33 €",
        "Total TTC 1 490,00 €",
        "Facture acquittée le 21 novembre 2026 par carte bancaire",
        "Nature de l’opération : prestation de services.",
        "Page 1 sur 1",
    ],
)
def test_an_invoice_has_the_particulars_the_law_asks_for(particular: str) -> None:
    assert particular in said()


def test_the_same_row_gives_the_same_bytes() -> None:
    with ThreadPoolExecutor(4) as threads:
        made = set(threads.map(make_pdf, [facts()] * 8))
    assert len(made) == 1


def test_another_row_gives_other_bytes() -> None:
    assert make_pdf(facts()) != make_pdf(facts(number="F-2026-00043"))


def test_it_is_pdf_a_with_its_fonts_and_its_language() -> None:
    pdf = make_pdf(facts())
    assert b"<pdfaid:part>2</pdfaid:part>" in pdf
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in pdf
    assert len(re.findall(rb"/FontFile[23]? ", pdf)) == len(re.findall(rb"/FontDescriptor \d", pdf))
    assert b"/Lang(fr-FR)" in pdf


def test_forty_lines_run_over_pages_that_repeat_the_heading() -> None:
    found = pages(make_pdf(facts(lines=[line(title=f"Cours n° {n}") for n in range(1, 41)])))
    assert len(found) == 2
    for number, page in enumerate(found, 1):
        assert "Désignation Qté" in page
        assert f"Page {number} sur 2" in page
    assert [f"Cours n° {n} 1" in " ".join(found) for n in range(1, 41)] == [True] * 40
    assert "Total TTC 1 490,00 €" in found[1]


@pytest.mark.parametrize(
    "name",
    [
        '#panic("x") $x$ *a* _b_ `c` @d <e> \\ [f] {g}',
        "= Titre",
        '"}, "total": "0,00 €',
        "Œdipe Ÿ Łukasz Nguyễn Ωμέγα Дмитрий",
    ],
)
def test_a_name_is_data_and_never_markup(name: str) -> None:
    assert name in said(buyer={"name": name})


def test_arabic_names_have_their_letters() -> None:
    shown = said(buyer={"name": "محمد"})
    assert set("محمد") <= set(shown)
    assert "□" not in shown


@pytest.mark.parametrize(("name", "shown"), [("中文 Li", "□□ Li"), ("Zoé 🎓", "Zoé □")])
def test_what_no_font_has_is_a_box_and_no_failure(name: str, shown: str) -> None:
    assert shown in said(buyer={"name": name})


@pytest.mark.parametrize("name", ["a\x00b\x07c", "a\u202ebc", "a\ufeff\u200bbc"])
def test_characters_nobody_sees_are_left_out(name: str) -> None:
    assert " abc " in said(buyer={"name": name})


def test_a_long_name_and_a_long_title_stay_on_the_page() -> None:
    long = "Établissement " * 12
    shown = said(buyer={"name": long}, lines=[line(title="parcours " * 22)])
    assert shown.count("Établissement") == 12
    assert shown.count("parcours") == 22


def test_a_placeholder_seller_makes_a_specimen() -> None:
    assert "SPÉCIMEN" in said(seller=seller(is_placeholder=True))
    assert "SPÉCIMEN" not in said()


def test_a_credit_note_names_its_invoice_and_when_the_money_went_back() -> None:
    payment = {"order_reference": "2026-000042", "refunded_at": "2026-12-31T23:30:00+00:00"}
    shown = said(kind="credit_note", number="A-2026-00007", credited=CREDITED, payment=payment)
    assert "Avoir A-2026-00007" in shown
    assert "Facture rectifiée F-2026-00001 du 20 novembre 2026" in shown
    assert "Total à votre crédit 1 490,00 €" in shown
    assert "Remboursé le 1er janvier 2027" in shown
    assert "acquittée" not in shown


def test_a_part_names_the_whole_and_a_discount_its_amount() -> None:
    part = line(amount=49000, discount_amount=1000)
    shown = said(lines=[part])
    assert "Remise : 10,00 € TTC" in shown
    assert "Part facturée : 490,00 € sur 1 490,00 € TTC" in shown


def test_two_rates_are_told_apart() -> None:
    taxes = [
        {"rate": 20.0, "net_amount": 10000, "tax_amount": 2000},
        {"rate": 5.5, "net_amount": 20000, "tax_amount": 1100},
    ]
    shown = said(taxes=taxes, net_amount=30000, tax_amount=3100, total_amount=33100)
    assert "TVA 20 % sur 100,00 € 20,00 €" in shown
    assert "TVA 5,5 % sur 200,00 € 11,00 €" in shown


def test_dinars_have_three_decimals_and_the_tunisian_number() -> None:
    shown = said(
        currency="TND",
        timezone="Africa/Tunis",
        seller={"legal_name": "Nexus", "country": "TN", "tax_id": "1234567/A/M/000"},
    )
    assert "Total TTC 149,000 TND" in shown
    assert "Identifiant fiscal : 1234567/A/M/000" in shown


def test_dates_of_the_training_come_before_the_day_it_was_paid() -> None:
    payment = {
        "order_reference": "x",
        "paid_at": "2026-11-20T12:00:00+00:00",
        "supplied_from": "2027-01-12",
        "supplied_until": "2027-03-12",
    }
    assert "du 12 janvier 2027 au 12 mars 2027" in said(payment=payment)
