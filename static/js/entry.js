/* The scoring sheet: each answer saves by itself through the outbox, conflicts are put side by side, Enter goes on.
   Comfort only: without this file a section is one form with the same guarantees. */
(() => {
  "use strict";
  const sheet = document.querySelector("[data-sheet]");
  if (!sheet) return;
  const $ = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const on = (type, handler, options) => document.addEventListener(type, handler, options);
  const tell = (type, detail = {}) => { document.dispatchEvent(new CustomEvent(`outbox:${type}`, { detail })); return detail; };
  const say = (text) => { const live = $("[data-live]"); if (live) live.textContent = text; };
  const { sheet: evaluation, rowsUrl, rowPage, label } = sheet.dataset;
  const TYPED = "input:not([type=radio], [type=checkbox], [type=hidden], [type=file])";

  /* One row: its inputs as a form would send them, and back. */
  const rowOf = (node) => node.closest?.("[data-row]");
  const id = (row) => row.dataset.row;
  const keyOf = (row) => `${evaluation}:${id(row)}`;
  const rowBy = (key) => { const [of, number] = key.split(":"); return of === evaluation ? $(`#c${number}`) : null; };
  const inputs = (row) => all(".criterion-input [name], textarea[name]", row);
  const bodyOf = (row) => {
    const form = new URLSearchParams();
    for (const field of inputs(row)) {
      if (/^(radio|checkbox)$/.test(field.type)) { if (field.checked) form.append(field.name, field.value); }
      else form.append(field.name, "proposed" in field.dataset ? field.defaultValue : field.value);
    }
    return form.toString();
  };
  const fill = (row, values) => inputs(row).forEach((field) => {
    const given = [values[field.name] ?? []].flat().map(String);
    if (/^(radio|checkbox)$/.test(field.type)) field.checked = given.includes(field.value);
    else field.value = given[0] ?? "";
    if (field.value && field.matches("textarea")) field.closest("details").open = true;
  });
  const valuesIn = (body) => {
    const found = {};
    for (const [name, value] of new URLSearchParams(body)) (found[name] ||= []).push(value);
    return found;
  };
  const versionOf = (row) => $(`#c${id(row)}-version`);
  const itemOf = (row) => tell("ask").items.find((item) => item.key === keyOf(row));
  const put = (row, { isHeld = false, isChosen = false, ...changes } = {}) => {
    const known = itemOf(row);
    const body = bodyOf(row);
    if (known && known.body === body && !isChosen && !["held", ""].includes(known.state)) return;
    const item = { path: `${rowsUrl}${id(row)}/`, name: `c${id(row)}-version`, body, label: `${label}, dòng ${row.dataset.code}`, page: `${rowPage}#c${id(row)}` };
    if (!known) item.version = Number(versionOf(row).value);
    if (isHeld) item.state = "held";
    tell("put", { key: keyOf(row), isHeld, isChosen, item: { ...item, ...changes } });
  };

  /* When a row is sent: at once for a choice, on leaving for figures, after a pause for words. */
  const timers = new Map();
  const stop = (row) => { clearTimeout(timers.get(row)); timers.delete(row); };
  const soon = (row, wait) => { stop(row); timers.set(row, setTimeout(flush, wait, row)); };
  const flush = (row) => { if (timers.has(row)) { stop(row); put(row); } };
  const flushAll = () => [...timers.keys()].forEach(flush);
  const isOfRow = (field) => field.name && field.matches(".criterion-input [name], .criterion textarea");
  on("input", ({ target, isComposing }) => {
    const row = rowOf(target);
    if (!row || !isOfRow(target)) return;
    delete target.dataset.proposed;
    put(row, { isHeld: true });
    soon(row, isComposing || target.matches(TYPED) ? 4000 : 1500);
    note(row, "chưa lưu…");
  });
  on("change", ({ target }) => {
    const row = rowOf(target);
    if (!row || !isOfRow(target)) return;
    if (target.matches('[name$="-happened"][value=yes]')) all(".criterion-input details", row).forEach((more) => { more.open = true; });
    put(row, { isHeld: true });
    soon(row, target.matches(TYPED) && isInside(row) ? 4000 : 250);
  });
  /* Whether somebody is still at the figures of a row: what is missing there is not called wrong yet. */
  const isInside = (row) => document.activeElement?.matches?.(TYPED) && $(".criterion-input", row).contains(document.activeElement);
  const unshown = new Map();
  on("focusout", ({ target, relatedTarget }) => {
    const row = rowOf(target);
    if (!row || !target.matches(`${TYPED}, textarea`)) return;
    const isStill = relatedTarget?.matches?.(TYPED) && target.closest(".criterion-input")?.contains(relatedTarget);
    if (isStill) return;
    setTimeout(() => { flush(row); if (unshown.has(row)) { unshown.get(row)(); unshown.delete(row); } meet(); }, 0);
  });
  window.addEventListener("pagehide", () => { flushAll(); tell("send"); });

  /* What the server made of it. */
  const note = (row, text, state = "") => { const spot = $("[data-row-saved]", row); spot.textContent = text; spot.dataset.state = state; };
  const titleOf = (fold) => $("summary", fold).textContent.slice(0, 5);
  const keepFolds = (old, fresh) => all("details", fresh).forEach((fold) => {
    const before = all("details", old).find((one) => titleOf(one) === titleOf(fold));
    if (before) fold.open = before.open;
  });
  const swap = (old, html) => { if (old && html) { const page = new DOMParser().parseFromString(html, "text/html"); const fresh = page.body.firstElementChild; if (fresh) { keepFolds(old, fresh); old.replaceWith(document.adoptNode(fresh)); } } };
  const mark = (row, errors) => inputs(row).forEach((field) => {
    const isWrong = Object.keys(errors).some((name) => field.name === `c${id(row)}-${name}`);
    isWrong ? field.setAttribute("aria-invalid", "true") : field.removeAttribute("aria-invalid");
    if (isWrong && field.closest("details")) field.closest("details").open = true;
  });
  const settled = (row, data) => {
    versionOf(row).value = data.version;
    if ($("[data-conflict]", row)) closePanel(row);
    swap($(`#c${id(row)}-state`), data.row);
    swap($("#ket-qua"), data.running);
    mark(row, {});
    row.classList.remove("has-error");
    note(row, `đã lưu ${data.at}`, "saved");
    lastSaved = `đã lưu ${data.at}`;
  };
  const wrong = (row, data) => {
    const show = () => { swap($(`#c${id(row)}-state`), data.row); mark(row, data.errors || {}); row.classList.add("has-error"); };
    note(row, "chưa lưu: cần sửa", "failed");
    isInside(row) ? unshown.set(row, show) : show();
  };
  on("outbox:answer", ({ detail: { key, status, data, isLast } }) => {
    const row = rowBy(key);
    if (!row) return;
    if (key.endsWith(":noi")) { papers(row, status, data); return; }
    if (status < 300) { if (isLast) settled(row, data); else versionOf(row).value = data.version; }
    else if (status === 409 && data.code === "stale") dispute(row, data);
    else if (!isLast) return;
    else if (status === 400 || status === 422) wrong(row, data);
    else { note(row, data.message || "không ghi được", "failed"); say(`Dòng ${row.dataset.code}: ${data.message || "không ghi được"}`); }
  });
  let lastSaved = "";
  const showState = () => {
    const { unsent, isSignedOut, items } = tell("ask");
    const words = isSignedOut ? "Phiên đã hết" : unsent.length ? `Chưa gửi ${unsent.length} mục` : items.length ? "đang lưu…" : lastSaved;
    const short = $("#ket-qua")?.dataset.short;
    all("[data-save-state]").forEach((spot) => {
      const said = "withResult" in spot.dataset ? [short, words].filter(Boolean).join(" · ") : words;
      if (spot.textContent !== said) spot.textContent = said;
      spot.dataset.state = isSignedOut || unsent.length ? "failed" : items.length || !lastSaved ? "" : "saved";
    });
    unsent.forEach((item) => { const row = rowBy(item.key); if (row && !item.state) note(row, "chưa gửi, còn giữ trên máy này", "failed"); });
  };
  on("outbox:changed", showState);

  /* Two people, one row: both texts at the row, one key each. */
  const theirs = new Map();
  const closePanel = (row) => { $("[data-conflict]", row)?.remove(); theirs.delete(row); row.classList.remove("in-conflict"); };
  const toMeet = new Set();
  const meet = () => {
    if (document.activeElement?.matches?.(`${TYPED}, textarea`) && !rowOf(document.activeElement)?.matches(".in-conflict")) return;
    const row = [...toMeet][0];
    toMeet.clear();
    if (row) $("[data-conflict]", row)?.focus();
  };
  const dispute = (row, data) => {
    closePanel(row);
    theirs.set(row, data);
    row.insertAdjacentHTML("beforeend", data.panel);
    row.classList.add("in-conflict");
    note(row, "hai bản khác nhau: cần chọn", "failed");
    say(`Dòng ${row.dataset.code}: ${data.who} đã lưu một bản khác lúc ${data.at}. Của bạn: ${data.mine.text}. Bản kia: ${data.theirs.text}.`);
    toMeet.add(row);
    meet();
  };
  const first = (row) => $(".criterion-input :checked, .criterion-input input:not([type=hidden])", row);
  const keepMine = (row, version, changes = {}) => {
    closePanel(row);
    versionOf(row).value = version;
    put(row, { isChosen: true, sent: null, version, ...changes });
  };
  const takeTheirs = async (row, { theirs: other, version }) => {
    tell("drop", { key: keyOf(row) });
    if (!other) { location.assign(`${rowPage}#c${id(row)}`); return; }
    fill(row, other.fields);
    versionOf(row).value = version;
    closePanel(row);
    note(row, "đã lấy bản kia", "saved");
    first(row)?.focus();
    const answer = await fetch(rowPage, { credentials: "same-origin" }).catch(() => null);
    if (!answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    [`#c${id(row)}-state`, "#ket-qua"].forEach((spot) => swap($(spot), $(spot, page)?.outerHTML));
  };
  const later = (row, version) => {
    closePanel(row);
    put(row, { isHeld: true, isChosen: true, sent: null, state: "later", theirs: version });
    remind(row);
    first(row)?.focus();
  };
  const remind = (row) => {
    note(row, "hai bản, hỏi sau: của bạn giữ trên máy này ", "failed");
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "button compact quiet", textContent: "Xem hai bản" });
    button.addEventListener("click", () => put(row, { isChosen: true }));
    $("[data-row-saved]", row).append(button);
  };
  const choose = (row, choice) => {
    const panel = $("[data-conflict]", row);
    const version = Number($('[name$="-seen"]', panel).value);
    if (choice === "mine") keepMine(row, version);
    else if (choice === "theirs") takeTheirs(row, theirs.get(row) || {});
    else if (choice === "later") later(row, version);
    else {
      versionOf(row).value = version;
      put(row, { isHeld: true, isChosen: true, sent: null, version, state: "held" });
      all("button", panel).forEach((button) => button.remove());
      first(row)?.focus();
    }
    if (choice === "mine") first(row)?.focus();
  };
  on("click", (event) => {
    const button = event.target.closest?.('[data-conflict] button[name$="-chon"]');
    if (!button) return;
    event.preventDefault();
    choose(rowOf(button), button.value);
  });

  /* Keys: Alt+1 to Alt+4 in a conflict, Alt+L for last year's words, Enter down the sheet. */
  const isComposing = (event) => event.isComposing || event.keyCode === 229;
  const isStop = (field, row) => {
    if (field.disabled || !field.checkVisibility?.() && field.offsetParent === null) return false;
    if (field.type === "radio") return field.checked || !$(`[name="${field.name}"]:checked`, row) && field === $(`[name="${field.name}"]`, row);
    const happened = $('[name$="-happened"]', row);
    if (happened && field.matches(TYPED)) return $('[name$="-happened"][value=yes]', row).checked;
    return !field.name.endsWith("-points") || $('[name$="-level"][value=le]', row)?.checked;
  };
  const stops = () => all("[data-row]", sheet).flatMap((row) => all(".criterion-input input:not([type=hidden])", row).filter((field) => isStop(field, row)));
  const step = (field, by) => {
    const list = stops();
    let at = list.indexOf(field);
    if (at < 0) at = list.findIndex((one) => one.compareDocumentPosition(field) & Node.DOCUMENT_POSITION_PRECEDING) - (by > 0 ? 1 : 0);
    const next = list[at + by];
    if (!next) return;
    next.focus();
    next.select?.();
    next.scrollIntoView({ block: "nearest" });
  };
  on("keydown", (event) => {
    const row = rowOf(event.target);
    if (isComposing(event)) return;
    const digit = event.altKey && /^Digit[1-4]$/.test(event.code) && Number(event.code.slice(5));
    const disputed = digit && (row?.matches(".in-conflict") ? row : $(".in-conflict", sheet));
    if (disputed && $('[data-conflict] button', disputed)) {
      event.preventDefault();
      choose(disputed, ["mine", "theirs", "edit", "later"][digit - 1]);
    } else if (row && event.altKey && event.code === "KeyL") {
      event.preventDefault();
      $("[data-copy-last]", row)?.click();
    } else if (row && event.key === "Enter" && !event.altKey && !event.metaKey) {
      const isWords = event.target.matches("textarea");
      if (isWords ? !event.ctrlKey : event.ctrlKey || !event.target.matches(".criterion-input input")) return;
      event.preventDefault();
      flush(row);
      step(event.target, event.shiftKey ? -1 : 1);
    }
  });

  /* Last year's words become a marked proposal: they are not sent before somebody edits or confirms them. */
  on("click", (event) => {
    const copy = event.target.closest?.("[data-copy-last]");
    const confirm = event.target.closest?.("[data-confirm-last]");
    if (!copy && !confirm) return;
    event.preventDefault();
    const row = rowOf(event.target);
    const words = $("textarea", row);
    if (confirm) {
      delete words.dataset.proposed;
      $("[data-proposal]", row).remove();
      put(row);
      words.focus();
      return;
    }
    if (words.value.trim() && !("proposed" in words.dataset)) { say("Dòng này đã có giải trình, không chép đè."); words.closest("details").open = true; words.focus(); return; }
    words.value = $("[data-last-note]", row).textContent.trim();
    words.dataset.proposed = "";
    words.closest("details").open = true;
    if (!$("[data-proposal]", row)) words.parentElement.after($("[data-proposal-mark]").content.cloneNode(true));
    words.focus();
    say("Đã lấy giải trình năm trước làm đề xuất, chưa lưu.");
  });
  on("input", ({ target }) => { if (target.matches(".criterion textarea")) $("[data-proposal]", rowOf(target))?.remove(); });

  /* Where a paper is kept: written at once, or as soon as there is a line. */
  const PAPER = '[name$="-kept_at"], [name$="-number"], [name$="-on"]';
  const paperBody = (row) => {
    const form = new URLSearchParams({ viec: "luu-tai", "luu-tai": id(row) });
    all(PAPER, row).forEach((field) => { if (field.value.trim()) form.set(field.name, field.value); });
    return form.toString();
  };
  const putPaper = (row, isHeld) => {
    const item = { path: $("form", sheet).getAttribute("action"), name: "", isPart: true, body: paperBody(row), label: `${label}, nơi lưu dòng ${row.dataset.code}`, page: `${rowPage}#c${id(row)}` };
    tell("put", { key: `${keyOf(row)}:noi`, isHeld, isChosen: true, item: isHeld ? { ...item, state: "held" } : item });
  };
  /* Half a reference is kept on the machine; it is written when somebody presses the button. */
  on("input", ({ target }) => { if (target.matches(`.criterion :is(${PAPER})`)) putPaper(rowOf(target), true); });
  const restorePaper = (row, item) => {
    const values = valuesIn(item.body);
    const typed = all(PAPER, row).filter((field) => values[field.name]);
    const isThere = typed.length && typed.every((field) => field.value || $(`#c${id(row)}-papers`).textContent.includes(values[field.name][0]));
    if (!["held", "invalid"].includes(item.state) || isThere) { if (isThere) tell("drop", { key: item.key }); return; }
    typed.forEach((field) => { [field.value] = values[field.name]; field.closest("details").open = true; });
  };
  const papers = (row, status, data) => {
    if (data.html && (status < 300 || status === 422)) swap($(`#c${id(row)}-papers`), data.html);
    if (status < 300) all(PAPER, row).forEach((field) => { field.value = ""; });
  };
  on("click", (event) => {
    const button = event.target.closest?.("[name=luu-tai]");
    const row = button && rowOf(button);
    if (!row) return;
    event.preventDefault();
    button.disabled = true;
    putPaper(row, false);
    setTimeout(() => { button.disabled = false; }, 3000);
  });

  /* A button or a link waits for what is being saved, but not for ever; without a line nobody is led into nothing. */
  let isLetGo = false;
  const isBusy = () => { flushAll(); return !isLetGo && tell("ask").items.some((item) => item.key.startsWith(`${evaluation}:`) && !item.tried && ["", "held"].includes(item.state)); };
  const whenSaved = async (go) => {
    const { running } = tell("ask");
    await Promise.race([running, new Promise((done) => { setTimeout(done, 5000); })]);
    isLetGo = true;
    go();
    isLetGo = false;
  };
  on("submit", (event) => {
    if (event.target.matches("[data-sign-out]") || !isBusy()) return;
    event.preventDefault();
    event.stopPropagation();
    const { target, submitter } = event;
    whenSaved(() => {
      if (sheet.contains(target) && tell("ask").unsent.some((item) => !item.state)) say("Chưa gửi được: mọi điều đã nhập còn giữ trên máy này.");
      else target.requestSubmit(submitter);
    });
  }, true);
  on("click", (event) => {
    const link = event.target.closest?.("a[href]:not([data-confirm], [data-dialog-close])");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || link.getAttribute("href").startsWith("#") || !isBusy()) return;
    event.preventDefault();
    whenSaved(() => { location.href = link.href; });
  });

  /* What was left here before: put back as it was typed, and sent. */
  on("DOMContentLoaded", () => {
    for (const item of tell("ask").items) {
      const row = rowBy(item.key);
      if (row && item.key.endsWith(":noi")) restorePaper(row, item);
      if (!row || item.key.endsWith(":noi")) continue;
      fill(row, valuesIn(item.body));
      if (item.state === "later") { row.classList.remove("in-conflict"); remind(row); continue; }
      if (item.state !== "refused") tell("put", { key: item.key, isChosen: true, item: {} });
      note(row, item.message && item.state ? item.message : "đang gửi lại…", "failed");
    }
    all("[data-conflict]", sheet).forEach((panel) => { const row = rowOf(panel); row.classList.add("in-conflict"); if (!itemOf(row)) put(row, { isHeld: true, state: "conflict" }); });
    showState();
  });
})();
