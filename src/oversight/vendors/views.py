"""The pages of the vendor register: the list, one vendor's file, the chain behind it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from oversight import sheets
from oversight.access import actor_of, allow
from oversight.lifecycle import Refusal
from oversight.roles import STAFF
from oversight.vendors import actions, checklist, leave, listing, past, pilot, queries
from oversight.vendors.forms import DescribeForm, ProductForm, RegisterForm, ReleaseForm, SubVendorForm
from oversight.vendors.lifecycle import DECIDERS, KEEPERS, READERS, ROUTING, VENDOR
from oversight.vendors.models import Product, Vendor


@allow(*STAFF)
@require_GET
def vendors(request: HttpRequest) -> HttpResponse:
    """The register as it stands; with `?on=` as it stood at the end of that day."""
    on = day_in(request.GET.get("on", ""))
    table = listing.on_a_day(queries.as_of(on), on) if on else queries.sheet(queries.vendors())
    shown = {
        "on": on,
        "not_registered": queries.not_registered(),
        "without_leave": leave.without_leave(),
        "may_keep": _may(request, KEEPERS),
        "states": VENDOR.states,
    }
    return sheets.respond(request, "vendors/vendors.html", shown, table)


@allow(*STAFF)
@require_GET
def vendor(request: HttpRequest, pk: int) -> HttpResponse:
    """One vendor's file; with `?on=` it says in which state it was at the end of that day."""
    row = get_object_or_404(Vendor, pk=pk)
    facts = facts_of(row)
    on = day_in(request.GET.get("on", ""))
    shown = {
        **facts, "on": on, "state_then": VENDOR.state(stood).title if on and (stood := past.states_on(on).get(row.pk)) else "",
        "may_keep": _may(request, KEEPERS), "may_read": _may(request, READERS), "may_decide": _may(request, DECIDERS),
    }  # fmt: skip
    return sheets.respond(request, "vendors/vendor.html", shown, facts["arrangements"], *facts["sheets"])


def facts_of(row: Vendor) -> dict[str, Any]:
    """What the vendor's page shows, for it and for a page above that adds panels of its own: rows, tables and what stands before going live."""
    stays = queries.stays(row.pk)
    days = pilot.days(row, stays)
    arrangements = queries.arrangements(row)
    plans = list(row.exit_plans.select_related("fallback_vendor"))
    relied = [reliance for arrangement in arrangements for reliance in arrangement.reliances.all()]
    tables = {
        "arrangements": listing.arrangements(arrangements), "reliances": listing.reliances(sorted(relied, key=lambda each: each.quarter, reverse=True)),
        "products": listing.products(queries.products(row)), "tests": listing.tests(row.test_reports.select_related("report")),
        "controls": listing.controls(row.access_controls.select_related("evidence")), "plans": listing.plans(plans),
        "history": listing.history(stays), "pilot": pilot.sheet(row, days),
    }  # fmt: skip
    adoption = {
        "asked": past.why(*row.subject, "propose_adoption") if row.is_adoption_asked else "",
        "decided": past.why(*row.subject, "adopt") if row.state == "adopted" else "",
    }  # fmt: skip
    return {
        "row": row, "adoption": adoption, **tables, "sheets": tuple(tables.values()), "conditions": checklist.conditions(row),
        "stays": stays, "stay": stays[-1] if stays else None, "branches": queries.chain(row),
        "plan": next((plan for plan in plans if plan.state == "approved"), None),
        "in_force": [each for each in arrangements if each.standing == "in force"], "relied_on": [each for each in relied if each.is_relied_on],
        "had_pilot": any(stay.state == "pilot" for stay in stays), "days_above": [day for day in days if day.above],
        "accounts": list(queries.outside_accounts(row)), "pullers": queries.pullers(), "is_routing": row.state in ROUTING,
        "is_over": row.state in row.LIFECYCLE.ends, "routed": next((each for each in leave.without_leave() if each.vendor == row), None),
    }  # fmt: skip


@allow(*KEEPERS)
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Put a vendor on the register; `?key=` names one that the data hold."""
    form = RegisterForm(request.POST if request.method == "POST" else None, initial={"key": request.GET.get("key", "")})
    if request.method == "POST" and form.is_valid() and (row := attempt(form, lambda: actions.register(actor_of(request), **form.cleaned_data))):
        messages.success(request, "Registered as a candidate. Next: its chain, an arrangement, due diligence.")
        return redirect(row.get_absolute_url())
    return form_page(request, form, "Register a vendor", reverse("vendors:vendors"), "Register it")


@allow(*KEEPERS)
@require_http_methods(["GET", "POST"])
def describe(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the words about a vendor."""
    row = get_object_or_404(Vendor, pk=pk)
    form = DescribeForm(request.POST if request.method == "POST" else None, instance=get_object_or_404(Vendor, pk=pk))
    if request.method == "POST" and form.is_valid() and attempt(form, lambda: actions.describe(actor_of(request), row, **form.cleaned_data)):
        messages.success(request, "Changed. The record keeps what stood here before.")
        return redirect(row.get_absolute_url())
    return form_page(request, form, f"Describe {row}", row.get_absolute_url(), "Change it")


@allow(*STAFF)
@require_GET
def chain(request: HttpRequest, pk: int) -> HttpResponse:
    """Products, sub-vendors and the chain behind them; `?ended=1` with those that ended."""
    row = get_object_or_404(Vendor, pk=pk)
    is_whole = request.GET.get("ended") == "1"
    branches = queries.chain(row, with_ended=is_whole)
    products = queries.products(row)
    table, of_products = listing.links(queries.flat(branches)), listing.products(products)
    shown = {"row": row, "branches": branches, "products": products, "product_sheet": of_products, "is_whole": is_whole, "may_keep": _may(request, KEEPERS)}
    return sheets.respond(request, "vendors/chain.html", shown, table, of_products)


@allow(*KEEPERS)
@require_http_methods(["GET", "POST"])
def add_product(request: HttpRequest, pk: int) -> HttpResponse:
    """A product that the firm uses."""
    row = get_object_or_404(Vendor, pk=pk)
    form = ProductForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and (made := attempt(form, lambda: actions.add_product(actor_of(request), row, **form.cleaned_data))):
        messages.success(request, f"Added: {made}.")
        return redirect(made.get_absolute_url())
    return form_page(request, form, f"A product of {row}", reverse("vendors:chain", args=[row.pk]), "Add it")


@allow(*KEEPERS)
@require_http_methods(["GET", "POST"])
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Another version of a product is in use."""
    row = get_object_or_404(Product.objects.select_related("vendor"), pk=pk)
    form = ReleaseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and attempt(form, lambda: actions.release(actor_of(request), row, **form.cleaned_data)):
        messages.success(request, f"In use: {row}. File the test report of this release.")
        return redirect(row.get_absolute_url())
    return form_page(request, form, f"Another version of {row.name}", row.get_absolute_url(), "Note it")


@allow(*KEEPERS)
@require_http_methods(["GET", "POST"])
def add_sub_vendor(request: HttpRequest, pk: int) -> HttpResponse:
    """A firm that the vendor rests on; `?behind=` says behind whom it stands."""
    row = get_object_or_404(Vendor, pk=pk)
    form = SubVendorForm(request.POST if request.method == "POST" else None, vendor=row, initial={"behind": request.GET.get("behind", "")})
    if request.method == "POST" and form.is_valid() and (made := attempt(form, lambda: actions.add_sub_vendor(actor_of(request), row, **form.cleaned_data))):
        messages.success(request, f"Added: {made}.")
        return redirect(made.get_absolute_url())
    return form_page(request, form, f"A firm behind {row}", reverse("vendors:chain", args=[row.pk]), "Add it")


def attempt(form: Any, act: Any) -> Any:
    """What the action gives; None where it refuses, its words then stand above the form. A refusal for the person's role is raised on."""
    try:
        with transaction.atomic():
            return act()
    except Refusal as refusal:
        if refusal.is_forbidden:
            raise
        form.add_error(None, refusal.words)
    return None


def form_page(request: HttpRequest, form: Form | Any, title: str, back: str, button: str, *, template: str = "vendors/form.html", **shown: Any) -> HttpResponse:
    """A form on a page of its own; 400 where it was sent and something in it is wrong."""
    context = {"form": form, "title": title, "back": back, "button": button, **shown}
    return render(request, template, context, status=400 if request.method == "POST" else 200)


def day_in(text: str) -> date | None:
    """The day that an address names; None for none, or for what is no day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _may(request: HttpRequest, roles: tuple[str, ...]) -> bool:
    return bool(actor_of(request).roles & set(roles))
