"""What tests of pages share: addresses, and counting questions to the database."""

from urllib.parse import urlencode

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse


def address(name, *args, **query):
    """The address of a page of evaluations, with its query."""
    found = reverse(f"evaluations:{name}", args=args)
    return f"{found}?{urlencode(query, doseq=True)}" if query else found


def queries_of(client, url):
    """How often a page asks the database."""
    with CaptureQueriesContext(connection) as caught:
        answer = client.get(url)
    assert answer.status_code == 200, answer.status_code
    return len(caught)


def words(answer):
    return answer.content.decode()
