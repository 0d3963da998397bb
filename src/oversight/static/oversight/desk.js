// Keys and small comforts; every page works without this file.
"use strict";
(() => {
  const typing = (target) => target.closest("input, textarea, select, [contenteditable]");
  const rows = () => [...document.querySelectorAll("main tbody tr")].filter((row) => row.querySelector("a") && row.offsetParent);
  const chosen = () => document.querySelector("tr[aria-selected='true']");
  const step = (by) => {
    const all = rows();
    if (!all.length) return;
    const at = all.indexOf(chosen());
    const next = all[Math.min(Math.max(at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by, 0), all.length - 1)];
    all.forEach((row) => row.removeAttribute("aria-selected"));
    next.setAttribute("aria-selected", "true");
    next.querySelector("a").focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  };
  const places = { t: "/", q: "/exceptions/", s: "/scorecard/", o: "/orders/" };
  document.querySelectorAll(".scroll.tall").forEach((region) => {
    const row = region.querySelector("tr[aria-selected='true']");
    if (row) region.scrollTop = row.getBoundingClientRect().top - region.getBoundingClientRect().top - region.clientHeight / 2;
  });
  let going = false;
  const open = (name) => {
    const move = document.querySelector(`details.move[data-move^="${name}"]`);
    if (!move) return;
    move.open = true;
    (move.querySelector("form select, form textarea, form input:not([type=hidden]), form button") || move).focus();
  };
  const acts = {
    "/": () => document.getElementById("find")?.focus(),
    "?": () => document.getElementById("keys")?.showModal(),
    j: () => step(1),
    k: () => step(-1),
    x: () => chosen()?.querySelector("input[type=checkbox]")?.click(),
    e: () => open("explain"),
    d: () => open("dismiss"),
    s: () => open("escalate"),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
    if (going) {
      going = false;
      if (places[event.key]) { event.preventDefault(); location.assign(places[event.key]); }
      return;
    }
    if (event.key === "g") { going = true; setTimeout(() => { going = false; }, 1500); return; }
    const act = acts[event.key];
    if (act) { event.preventDefault(); act(); }
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") document.querySelectorAll("details.move[open]").forEach((move) => { move.open = false; }); });
  const narrow = matchMedia("(max-width: 56rem)");
  const fold = () => { const menu = document.querySelector("details.menu"); if (menu) menu.open = !narrow.matches; };
  narrow.addEventListener("change", fold);
  fold();
  document.addEventListener("change", (event) => {
    const all = event.target.closest("[data-choose-all]");
    if (all) document.querySelectorAll(`input[name="${all.dataset.chooseAll}"]`).forEach((box) => { box.checked = all.checked; });
    if (event.target.closest("form[data-sends-itself]")) event.target.form.requestSubmit();
  });
})();
