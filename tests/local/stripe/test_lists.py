"""Pages of lists, and expansion."""

from __future__ import annotations

from typing import Any

import pytest
import stripe


@pytest.fixture(scope="module")
def product(standin: Any) -> str:
    """A product with seven prices, 100 to 700 cents."""
    client: stripe.StripeClient = standin.client()
    made = client.v1.products.create({"name": "Sept prix"}).id
    for amount in range(100, 800, 100):
        client.v1.prices.create({"product": made, "currency": "eur", "unit_amount": amount})
    return made


def amounts(prices: Any) -> list[int]:
    return [price.unit_amount for price in prices.data]


def test_the_newest_comes_first(client: stripe.StripeClient, product: str) -> None:
    page = client.v1.prices.list({"product": product, "limit": 3})
    assert (amounts(page), page.has_more, page.url) == ([700, 600, 500], True, "/v1/prices")


def test_a_cursor_goes_on_where_the_page_ended(client: stripe.StripeClient, product: str) -> None:
    first = client.v1.prices.list({"product": product, "limit": 5})
    after = first.data[-1].id
    rest = client.v1.prices.list({"product": product, "limit": 5, "starting_after": after})
    assert (amounts(rest), rest.has_more) == ([200, 100], False)


def test_a_cursor_goes_back(client: stripe.StripeClient, product: str) -> None:
    before = client.v1.prices.list({"product": product}).data[4].id
    page = client.v1.prices.list({"product": product, "limit": 3, "ending_before": before})
    assert (amounts(page), page.has_more) == ([600, 500, 400], True)


def test_the_library_walks_through_all_pages(client: stripe.StripeClient, product: str) -> None:
    pages = client.v1.prices.list({"product": product, "limit": 2})
    assert len(list(pages.auto_paging_iter())) == 7


def test_a_time_span_narrows_a_list(client: stripe.StripeClient, product: str) -> None:
    created = client.v1.prices.list({"product": product}).data[0].created
    later = client.v1.prices.list({"product": product, "created": {"gt": created + 1}})
    so_far = client.v1.prices.list({"product": product, "created": {"lte": created}})
    assert (len(later.data), len(so_far.data)) == (0, 7)


@pytest.mark.parametrize("limit", [0, 101])
def test_a_page_holds_one_to_a_hundred(client: stripe.StripeClient, limit: int) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.prices.list({"limit": limit})
    assert refused.value.param == "limit"


def test_an_unknown_cursor_is_refused(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.prices.list({"starting_after": "price_none"})
    assert (refused.value.http_status, refused.value.code) == (400, "resource_missing")


def test_a_list_expands_what_its_data_refer_to(client: stripe.StripeClient, product: str) -> None:
    page: Any = client.v1.prices.list({"product": product, "expand": ["data.product"]})
    assert {price.product.name for price in page.data} == {"Sept prix"}


def test_what_refers_to_nothing_is_not_expanded(client: stripe.StripeClient, product: str) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="cannot be expanded"):
        client.v1.products.retrieve(product, {"expand": ["name"]})


def test_a_list_says_that_data_comes_first(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError, match=r"'data\.product'"):
        client.v1.prices.list({"expand": ["product"]})
