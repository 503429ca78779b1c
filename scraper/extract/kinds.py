"""The kinds of article an archive tells apart, and the kinds of page that are none, each in one sentence."""

from __future__ import annotations

ARTICLES = {
    "article": "A text under a headline: the ordinary case.",
    "gallery": "A series of pictures whose text is captions and a few words more.",
    "live": "A live blog or ticker: entries with times, the newest usually first.",
    "opinion": "A text that its site marks as opinion: column, leader, guest piece, letters.",
    "page": "A text that stands for itself: about us, terms, privacy; nobody signs it and no day is on it.",
    "stub": "The teaser of an article whose rest is for subscribers.",
    "video": "The few sentences that go with a video or a recording.",
}
"""What `Article.kind` may be."""

REFUSED = {
    "age": "Asks for the reader's age before it shows anything.",
    "binary": "Bytes that are no text: an image, a PDF, an archive.",
    "comments": "Readers' comments without the article they are about.",
    "consent": "Asks for consent to cookies or the use of data before it shows anything.",
    "data": "A feed, a sitemap or another format for machines.",
    "empty": "Next to no text: a frame of header and footer, a print dialog.",
    "error": "Says that the server failed or is being maintained, whatever its status.",
    "figures": "Figures without a text: live scores, a weather forecast, a price.",
    "front": "A home page or the front of a section: teasers of articles.",
    "list": "Entries that lead elsewhere: a tag, an author, an archive, jobs, notices, a directory, a feed as a page.",
    "login": "Asks to log in or to register.",
    "media": "A video, a recording or pictures without a text.",
    "missing": "Says that there is nothing at this address, or stands at another one than was asked for (soft 404).",
    "moved": "Only points to another address.",
    "parked": "A domain without a site: for sale, suspended, a server's default page.",
    "product": "Goods with a price and a basket.",
    "region": "Says that it is not shown where the reader is.",
    "script": "Shows nothing without JavaScript.",
    "search": "A search form with its results, or without.",
    "signup": "Offers newsletters or subscriptions.",
    "wall": "A check for robots, or a block.",
}
"""What `ExtractError.reason` may be."""
