"""News as a person wants it: by mail, as feeds without signing in, and ended by one click."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from icalendar import Calendar
from lxml import etree
from sqlmodel import Session
from starlette.exceptions import HTTPException

from recovery.notices.digest import headline
from recovery.portal.pages import page
from recovery.portal.posting import Form, after_post
from recovery.portal.sign_in.steps import Settled, account_of
from recovery.portal.terms import term
from recovery.portal.texts import N_, translations
from recovery.settings import settings
from recovery.store.database import reading, unit_of_work
from recovery.store.portal_tables import Account, News
from recovery.store.tables import Member, TeamMember
from recovery.telling import news
from recovery.telling.calendar import member_calendar, person_calendar

router = APIRouter()
MOST_ITEMS = 50
TITLE = N_("News of your cases")
ATOM = "http://www.w3.org/2005/Atom"
# kind: what it is called, what it holds
KINDS = {
    "decisions": (N_("Questions and decisions"), N_("What you are asked, and until when you decide.")),
    "progress": (N_("Progress of cases"), N_("A case is taken up, notice is given, a court decides.")),
    "money": (N_("Payments and instalments"), N_("Money came in, instalments were agreed or not kept.")),
    "closing": (N_("Closed cases"), N_("A case is closed, and why.")),
    "messages": (N_("Messages of the team"), N_("The team wrote to you.")),
    "deadlines": (N_("Deadlines of your cases"), N_("Something falls due or is late.")),
    "team_messages": (N_("Messages of members"), N_("A member wrote to you.")),
}
CHOICES = {"now": N_("at once"), "daily": N_("once a day, in one mail"), "off": N_("not by mail")}


@router.get("/account/news")
def shown(request: Request, visit: Settled, done: str = "") -> Response:
    """Show how one gets news and where one's feeds are."""
    with reading() as session:
        account = account_of(session, visit)
        latest = news.latest(session, account, 10)
    chosen = {kind: news.choice_of(account, kind) for kind in news.kinds_of(account)}
    feed = f"{settings().portal_url}/news/{account.feed_token}"
    values: dict[str, Any] = {
        "chosen": chosen,
        "kinds": KINDS,
        "choices": CHOICES,
        "offered": news.offered,
        "feed": feed,
    }
    return page(request, "news/account.html", done=done, latest=latest, headline=headline, **values)


@router.post("/account/news")
def choose(visit: Settled, form: Form) -> Response:
    """Keep how one gets news."""
    with unit_of_work() as session:
        account = account_of(session, visit)
        news.choose(session, account, {kind: form.text(kind) for kind in news.kinds_of(account)})
    return after_post("/account/news?done=kept")


@router.post("/account/news/renew")
def renew(visit: Settled, form: Form) -> Response:
    """Give one's feeds new addresses; the former open nothing any more."""
    with unit_of_work() as session:
        news.renew_feed(session, account_of(session, visit))
    return after_post("/account/news?done=renewed")


@router.get("/news/unsubscribe/{token}/{kind}")
def ask(request: Request, token: str, kind: str, done: str = "") -> Response:
    """Show a button that ends a kind of news; opening the page changes nothing, as programs open links too."""
    with reading() as session:
        account = _account(session, token, kind)
    name = KINDS[kind][0] if kind in KINDS else ""
    values: dict[str, Any] = {
        "name": name,
        "needed": kind in news.NEEDED,
        "done": done == "yes",
        "action": request.url.path,
    }
    return page(request, "news/unsubscribe.html", language=account.language, **values)


@router.post("/news/unsubscribe/{token}/{kind}")
def end(token: str, kind: str) -> Response:
    """End a kind of news: the token is the permission, so that a mail program may ask for it too (RFC 8058)."""
    with unit_of_work() as session:
        news.unsubscribe(session, _account(session, token, kind), kind)
    return after_post(f"/news/unsubscribe/{token}/{kind}?done=yes")


def _account(session: Session, token: str, kind: str) -> Account:
    found = news.account_by_feed(session, token)
    if found is None or kind not in (*KINDS, news.DAILY):
        raise HTTPException(404)
    return found


@router.get("/news/{token}.rss")
def rss(token: str) -> Response:
    """Return what one was told last as RSS 2.0: case, what happened, where to look; nobody is named."""
    with reading() as session:
        account = _reader(session, token)
        latest = news.latest(session, account, MOST_ITEMS)
    return _feed(_rss(account, latest), "application/rss+xml; charset=utf-8")


@router.get("/news/{token}.ics")
def ics(token: str) -> Response:
    """Return what one is to do, and until when, as a calendar."""
    with reading() as session:
        content = _calendar(session, _reader(session, token), datetime.now(UTC))
    return _feed(content, "text/calendar; charset=utf-8")


def _reader(session: Session, token: str) -> Account:
    found = news.account_by_feed(session, token)
    if found is None or not found.active:
        raise HTTPException(404)
    return found


def _feed(content: bytes, media: str) -> Response:
    headers = {"Cache-Control": "private, max-age=600", "Referrer-Policy": "no-referrer"}
    return Response(content, media_type=media, headers=headers)


def _rss(account: Account, latest: list[tuple[News, str]]) -> bytes:
    said, here = translations(account.language).gettext, settings().portal_url
    root = etree.Element("rss", {"version": "2.0"}, nsmap={"atom": ATOM})
    channel = etree.SubElement(root, "channel")
    facts = {"title": f"Recovery: {said(TITLE)}", "link": f"{here}/account/news", "description": said(TITLE)}
    for name, text in (facts | {"ttl": "60"}).items():
        etree.SubElement(channel, name).text = text
    etree.SubElement(channel, "language").text = account.language
    own = {"href": f"{here}/news/{account.feed_token}.rss", "rel": "self", "type": "application/rss+xml"}
    etree.SubElement(channel, f"{{{ATOM}}}link", own)
    for row, name in latest:
        channel.append(_item(row, name, f"{here}/cases/{name}", account.language))
    return etree.tostring(root, xml_declaration=True, encoding="utf-8")


def _item(row: News, name: str, link: str, language: str) -> etree._Element:
    item = etree.Element("item")
    etree.SubElement(item, "title").text = f"{name}: {headline(row.kind, language)}"
    etree.SubElement(item, "link").text = link
    etree.SubElement(item, "guid", {"isPermaLink": "false"}).text = f"news-{row.id}"
    etree.SubElement(item, "pubDate").text = format_datetime(row.at)
    return item


def _calendar(session: Session, account: Account, now: datetime) -> bytes:
    """Return the deadlines of a member, of a person of a team, or of who is both."""
    say = _words(account.language)
    member = session.get(Member, account.member_id) if account.member_id else None
    person = session.get(TeamMember, account.team_member_id) if account.team_member_id else None
    parts = [member_calendar(session, member.email, now, say)] if member else []
    parts += [person_calendar(session, person.email, now, say)] if person and person.active else []
    if not parts:
        raise HTTPException(404)
    whole = Calendar.from_ical(parts[0])
    for more in parts[1:]:
        for event in Calendar.from_ical(more).walk("VEVENT"):
            whole.add_component(event)
    return bytes(whole.to_ical())


def _words(language: str) -> Callable[[str], str]:
    gettext = translations(language).gettext
    return lambda kind: term("DEADLINES", kind, gettext)
