/* Comfort only: every page works without this file. No inline handlers, no globals. */
(() => {
  "use strict";
  const $ = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const on = (type, handler, options) => document.addEventListener(type, handler, options);
  const say = (text) => { const live = $("[data-live]"); if (live) live.textContent = text; };
  const isTyping = (event) =>
    event.isComposing || event.keyCode === 229 || event.target.closest?.("input, select, textarea, [contenteditable]");
  document.documentElement.classList.add("js");

  /* "/" goes to search, but never from inside a field or while Telex or VNI composes. */
  on("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.altKey || event.metaKey || isTyping(event)) return;
    const search = $("main [data-search]") || $("[data-search]");
    if (!search) return;
    event.preventDefault();
    search.focus();
    search.select();
  });

  /* The key is named only where there is a keyboard: not on phones. */
  if (window.matchMedia?.("(hover: hover) and (pointer: fine) and (min-width: 48rem)").matches) all("[data-key-hint]").forEach((field) => { field.placeholder = field.dataset.keyHint; });

  /* Fold-out menus close on Escape and on a click elsewhere. */
  on("click", (event) => all("[data-menu][open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; }));
  on("keydown", (event) => {
    const menu = event.key === "Escape" && $("[data-menu][open]");
    if (!menu) return;
    menu.open = false;
    $("summary", menu).focus();
  });

  /* What an address points to inside a fold is unfolded. */
  const unfold = () => {
    const spot = document.getElementById(location.hash.slice(1));
    for (let fold = spot && spot.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    if (spot && spot.closest("details")) spot.scrollIntoView();
  };
  window.addEventListener("hashchange", unfold);

  /* Filters send themselves. */
  on("change", (event) => event.target.form?.matches("[data-auto-submit]") && event.target.form.requestSubmit());

  /* A form with unsaved changes asks before the page is left. */
  on("input", (event) => { const form = event.target.closest("[data-warn-unsaved]"); if (form) form.dataset.dirty = ""; });
  on("submit", (event) => delete event.target.dataset.dirty);
  window.addEventListener("beforeunload", (event) => {
    if ($("[data-warn-unsaved][data-dirty]")) event.preventDefault();
  });

  /* A form's key makes its click happen once. A page that came back from the browser's memory is
     another click and gets another key. */
  const newKey = () => window.crypto?.randomUUID?.() || "";
  window.addEventListener("pageshow", (event) => { if (event.persisted) all("input[name=lan]").forEach((field) => { field.value = newKey(); }); });

  /* Tick all, a range with Shift, and how many are ticked. */
  let lastTicked = null;
  const boxes = (scope) => all("[data-check]", scope);
  const recount = (scope) => {
    const ticked = boxes(scope).filter((box) => box.checked).length;
    all("[data-checked-count]", scope).forEach((spot) => { spot.textContent = ticked; });
    all("[data-needs-checked]", scope).forEach((button) => { button.disabled = ticked === 0; });
    const head = $("[data-check-all]", scope);
    if (head) { head.checked = ticked > 0 && ticked === boxes(scope).length; head.indeterminate = ticked > 0 && !head.checked; }
  };
  on("click", (event) => {
    const box = event.target;
    const scope = box.matches?.("[data-check], [data-check-all]") && (box.closest("form, [data-check-scope]") || document);
    if (!scope) return;
    const list = boxes(scope);
    if (box.matches("[data-check-all]")) list.forEach((each) => { each.checked = box.checked; });
    else if (event.shiftKey && list.includes(lastTicked)) {
      const [from, to] = [list.indexOf(lastTicked), list.indexOf(box)].sort((a, b) => a - b);
      list.slice(from, to + 1).forEach((each) => { each.checked = box.checked; });
    }
    lastTicked = box;
    recount(scope);
  });

  /* A link to a confirmation page opens it in a dialog; when that fails the page itself opens. */
  on("click", async (event) => {
    const link = event.target.closest?.("a[data-confirm]");
    const dialog = $("[data-dialog]");
    if (event.target.closest?.("[data-dialog] [data-dialog-close]")) { event.preventDefault(); dialog.close(); return; }
    if (!link || !dialog?.showModal || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    try {
      const answer = await fetch(link.href, { credentials: "same-origin" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const body = $("[data-confirm-body]", page);
      if (!answer.ok || !body) throw new Error("not a confirmation page");
      dialog.replaceChildren(document.adoptNode(body));
      dialog.showModal();
    } catch { location.href = link.href; }
  });

  /* The office PC is shared: who signs out leaves nothing behind, nor what version 0.1 kept here. */
  on("submit", (event) => {
    if (!event.target.matches("[data-sign-out]")) return;
    try { Object.keys(localStorage).filter((key) => key.startsWith("antq:")).forEach((key) => localStorage.removeItem(key)); } catch { /* storage is off */ }
  });

  const ready = () => {
    all("form, [data-check-scope]").filter((scope) => $("[data-check]", scope)).forEach(recount);
    all(".tabs").forEach((bar) => { const tab = $("[aria-current]", bar); if (tab) bar.scrollLeft = tab.getBoundingClientRect().left - bar.getBoundingClientRect().left - 16; });
    unfold();
    $("[data-focus]")?.focus();
  };
  document.readyState === "loading" ? on("DOMContentLoaded", ready) : ready();
  on("htmx:afterSwap", (event) => { const scope = event.target.closest?.("form, [data-check-scope]"); if (scope && $("[data-check]", scope)) recount(scope); });
})();
