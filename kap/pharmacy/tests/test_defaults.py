from __future__ import annotations

from decimal import Decimal

import pytest

from kap.pharmacy.defaults import PRODUCTS, install_products
from kap.pharmacy.models import Product

pytestmark = pytest.mark.django_db


def test_products_are_there_after_migrate_and_are_not_added_twice(now):
    install_products(now)

    assert Product.objects.count() == len(PRODUCTS)


def test_product_of_100_mg_per_ml_needs_dilution_for_iv():
    strong = Product.objects.get(code="ket_100")

    assert (strong.needs_dilution_for_iv, strong.package_mg) == (True, Decimal(500))


def test_product_that_a_clinic_changed_is_left_alone(now):
    Product.objects.filter(code="ket_50").update(name="Ours")

    install_products(now)

    assert Product.objects.get(code="ket_50").name == "Ours"
