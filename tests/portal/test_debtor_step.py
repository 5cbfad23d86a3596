"""Who has to pay: what is known of it is offered, never taken over unasked; telephone, person, complaint are kept."""

from __future__ import annotations

from recovery.store.database import reading
from recovery.store.portal_tables import ClaimDraft
from tests.casework import routed
from tests.portal.conftest import form_token
from tests.portal.people import member, worker
from tests.portal.test_several_invoices import begun, cases, paper, seen


def draft_of(place):
    with reading() as session:
        return session.get(ClaimDraft, place.split("/")[3])


def filed(client, number, **typed):
    place, token = begun(client, paper(number))
    debtor = place.replace("/invoice", "/debtor")
    assert client.post(debtor, data={"csrf": token, "go": "on", **typed}).status_code == 303
    client.post(place.replace("/invoice", "/mandate"), data={"csrf": token, "mandate": "yes", "formal_notice": "ask"})
    return cases()[-1]


def test_a_debtor_of_an_earlier_claim_is_offered_by_its_number_and_taken_when_asked(caller):
    client = caller(member())
    more = {
        "debtor_phone": "+31 20 123 45 67",
        "debtor_contact": "mevrouw De Vries",
        "debtor_email": "b@bakker.example",
    }
    filed(client, "1", debtor_street="Nieuwe Weg 12", **more)
    place, token = begun(client, paper("2"))
    debtor = place.replace("/invoice", "/debtor")
    shown = client.get(debtor).text
    assert "You have filed against a debtor with this number before:" in shown
    assert "Nieuwe Weg 12" in shown
    assert draft_of(place).typed["debtor_street"] == "Weg 1", "nothing is taken over unasked"
    assert client.post(debtor, data={"csrf": token, "go": "known"}).headers["location"] == debtor
    found = draft_of(place).typed
    assert {name: found[name] for name in more} == more
    assert found["debtor_street"] == "Nieuwe Weg 12"
    assert "You have filed against" not in client.get(debtor).text


def test_the_claims_of_another_member_are_nobody_elses_business(caller):
    filed(caller(member()), "1", debtor_street="Nieuwe Weg 12")
    other = caller(member("ander@voorbeeld.example"))
    place, _ = begun(other, paper("2"))
    assert "Nieuwe Weg 12" not in other.get(place.replace("/invoice", "/debtor")).text


def test_without_a_number_the_name_in_the_country_tells_it(caller):
    client = caller(member())
    filed(client, "1", debtor_street="Nieuwe Weg 12")
    place, _ = begun(client, paper("2", buyer="Slager BV"))
    debtor = place.replace("/invoice", "/debtor")
    assert "You have filed against" not in client.get(debtor).text
    place, token = begun(client, paper("3"))
    client.post(debtor := place.replace("/invoice", "/debtor"), data={"csrf": token, "debtor_vat": "", "go": "stay"})
    assert "You have filed against a debtor with this name before:" in client.get(debtor).text


def test_telephone_person_and_complaint_reach_the_team_before_it_writes_to_anybody(caller):
    client = caller(member())
    place, token = begun(client, paper("1"))
    debtor = place.replace("/invoice", "/debtor")
    bad = client.post(debtor, data={"csrf": token, "go": "on", "debtor_phone": "call me"})
    assert (bad.status_code, 'href="#debtor_phone"' in bad.text) == (422, True)
    typed = {"debtor_phone": "020-1234567", "debtor_contact": "mevrouw De Vries"}
    said = "Zegt dat de tweede levering te laat kwam."
    client.post(debtor, data={"csrf": token, "go": "on", "debtor_complaint": said, **typed})
    assert said in client.get(place.replace("/invoice", "/preview")).text
    client.post(place.replace("/invoice", "/mandate"), data={"csrf": token, "mandate": "yes", "formal_notice": "ask"})
    case = seen(cases()[0])
    party = case.party("debtor")
    assert (party.phone, party.address.lines) == ("020-1234567", ("mevrouw De Vries", "Weg 1", "4811 AA Breda"))
    assert [one.note for one in case.events if one.kind == "complaint_known"] == [said]
    page = caller(worker(country="NL")).get(f"/team/cases/{case.reference}").text
    assert said in page
    assert "the debtor has complained before" in page


def test_the_team_works_open_cases_of_a_debtor_together_and_no_member_is_told(caller):
    first, second = routed(), routed(number="2")
    team = caller(worker(country="NL"))
    shown = team.get(f"/team/cases/{second}").text
    assert f"/team/cases/{second}/do/join" in shown
    form = team.get(f"/team/cases/{second}/do/join").text
    assert f'value="{first}"' in form
    done = team.post(f"/team/cases/{second}/do/join", data={"csrf": form_token(form), "case": first})
    assert done.status_code == 303
    for name in (first, second):
        shown = team.get(f"/team/cases/{name}").text
        assert "worked together" in shown
    assert "worked together" not in caller(member()).get(f"/claims/{second}").text


def test_what_a_court_would_ask_for_is_told_before_filing(caller):
    client = caller(member())
    place, token = begun(client, paper("1"))
    evidence, preview = (place.replace("/invoice", step) for step in ("/evidence", "/preview"))
    assert "What a court would ask for with this claim" in client.get(evidence).text
    assert "The delivery note" in client.get(preview).text
    files = {"file": ("pakbon.heic", b"\0\0\0\x18ftypheic" + b"\0" * 40, "application/octet-stream")}
    assert client.post(evidence, data={"csrf": token, "go": "stay"}, files=files).status_code == 303
    assert "The delivery note" not in client.get(preview).text
    program = {"file": ("pakbon.pdf", b"MZ" + b"\0" * 60, "application/pdf")}
    refused = client.post(evidence, data={"csrf": token, "go": "stay"}, files=program)
    assert (refused.status_code, 'href="#file"' in refused.text) == (422, True)
