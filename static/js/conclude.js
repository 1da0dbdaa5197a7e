/* Appraisal: each conclusion saves by itself through the outbox; two versions are put side by side.
   Comfort only: without this file the file is one form with the same guarantees. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-conclude]");
  if (!form) return;
  const $ = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const on = (type, handler, options) => document.addEventListener(type, handler, options);
  const tell = (type, detail = {}) => { document.dispatchEvent(new CustomEvent(`outbox:${type}`, { detail })); return detail; };
  const say = (text) => { const live = $("[data-live]"); if (live) live.textContent = text; };
  const { conclude: file, rowsUrl, page, label } = form.dataset;
  const HOME = `tham-dinh.${file}:`;

  /* One row: its inputs as the form would send them, and back. */
  const rowOf = (node) => node.closest?.("[data-row]");
  const id = (row) => row.dataset.row;
  const keyOf = (row) => HOME + id(row);
  const rowBy = (key) => (key.startsWith(HOME) ? $(`#dong-d${key.slice(HOME.length)}[data-row]`) : null);
  const inputs = (row) => all(".row-inputs [name]", row);
  const isOfRow = (field) => field.name && field.matches(".row-inputs [name]");
  const bodyOf = (row) => new URLSearchParams(inputs(row).map((field) => [field.name, field.value])).toString();
  const fill = (row, values) => inputs(row).forEach((field) => { field.value = values[field.name] ?? ""; });
  const versionOf = (row) => $(`[name="d${id(row)}-version"]`, row);
  const ownItems = () => tell("ask").items.filter((item) => item.key.startsWith(HOME));
  const itemOf = (row) => ownItems().find((item) => item.key === keyOf(row));
  const put = (row, { isHeld = false, isChosen = false, ...changes } = {}) => {
    const item = { path: `${rowsUrl}${id(row)}/`, name: `d${id(row)}-version`, body: bodyOf(row), label: `${label}, dòng ${row.dataset.code}`, page: `${page}#dong-d${id(row)}`, isAlone: true };
    if (!itemOf(row)) item.version = Number(versionOf(row).value);
    if (isHeld) item.state = "held";
    tell("put", { key: keyOf(row), isHeld, isChosen, item: { ...item, ...changes } });
  };

  /* When a row is sent: on leaving it, or after a pause; what wants a reason waits until there is one. */
  const timers = new Map();
  const stop = (row) => { clearTimeout(timers.get(row)); timers.delete(row); };
  const flush = (row) => { if (timers.has(row)) { stop(row); put(row); } };
  const flushAll = () => [...timers.keys()].forEach(flush);
  const soon = (row, wait) => { stop(row); timers.set(row, setTimeout(flush, wait, row)); };
  const wantsReason = (row) => {
    const filled = inputs(row).filter((field) => field.value.trim());
    return filled.length > 0 && !filled.some((field) => field.name.endsWith("-note"));
  };
  const note = (row, text, state = "") => { const spot = $("[data-row-saved]", row); spot.textContent = text; spot.dataset.state = state; };
  const typed = ({ target, type }) => {
    const row = rowOf(target);
    if (!row || !isOfRow(target)) return;
    put(row, { isHeld: true });
    soon(row, wantsReason(row) ? 15000 : type === "change" ? 250 : 1500);
    note(row, "chưa lưu…");
  };
  on("input", typed);
  on("change", typed);
  on("focusout", ({ target, relatedTarget }) => {
    const row = rowOf(target);
    if (row && isOfRow(target) && !(relatedTarget && rowOf(relatedTarget) === row && isOfRow(relatedTarget))) setTimeout(flush, 0, row);
  });
  window.addEventListener("pagehide", () => { flushAll(); tell("send"); });

  /* What the server made of it. */
  const swap = (old, html) => {
    const fresh = html && new DOMParser().parseFromString(html, "text/html").body.firstElementChild;
    if (old && fresh) old.replaceWith(document.adoptNode(fresh));
  };
  const closePanel = (row) => { $("[data-conflict]", row)?.remove(); row.classList.remove("in-conflict"); };
  const mark = (row, errors) => inputs(row).forEach((field) => (field.name in errors ? field.setAttribute("aria-invalid", "true") : field.removeAttribute("aria-invalid")));
  let lastSaved = "";
  const settled = (row, data) => {
    closePanel(row);
    swap($(`#kq-d${id(row)}`), data.row);
    data.totals.forEach((html) => swap(document.getElementById(/id="([^"]+)"/.exec(html)[1]), html));
    mark(row, {});
    row.classList.toggle("diff", data.differs);
    lastSaved = `đã lưu ${data.at}`;
    note(row, lastSaved, "saved");
  };
  const wrong = (row, data) => {
    const { version } = itemOf(row) || {};
    swap($(`#kq-d${id(row)}`), data.row);
    if (version !== undefined) versionOf(row).value = version;
    mark(row, data.errors || {});
    note(row, "chưa lưu: cần sửa", "failed");
    say(`Dòng ${row.dataset.code}: ${Object.values(data.errors || {})[0] || "cần sửa"}`);
  };
  const theirs = new Map();
  const dispute = (row, data) => {
    closePanel(row);
    theirs.set(row, data);
    $("[data-row-saved]", row).insertAdjacentHTML("afterend", data.panel);
    row.classList.add("in-conflict");
    note(row, "hai bản khác nhau: cần chọn", "failed");
    say(`Dòng ${row.dataset.code}: ${data.who} đã lưu một bản khác lúc ${data.at}. Của bạn: ${data.mine.text}. Bản kia: ${data.theirs.text}.`);
    if (!rowOf(document.activeElement)) $("[data-conflict]", row).focus();
  };
  on("outbox:answer", ({ detail: { key, status, data, isLast } }) => {
    const row = rowBy(key);
    if (!row) return;
    if (status < 300) { if (isLast) settled(row, data); else versionOf(row).value = data.version; }
    else if (status === 409 && data.code === "stale") dispute(row, data);
    else if (!isLast) return;
    else if (status === 400 || status === 422) wrong(row, data);
    else { note(row, data.message || "không ghi được", "failed"); say(`Dòng ${row.dataset.code}: ${data.message || "không ghi được"}`); }
  });
  on("click", ({ target }) => {
    const button = target.closest?.("[data-conflict] [data-choice]");
    if (!button) return;
    const row = rowOf(button);
    const { version, theirs: other } = theirs.get(row);
    closePanel(row);
    versionOf(row).value = version;
    inputs(row)[0].focus();
    if (button.dataset.choice === "mine") { put(row, { isChosen: true, sent: null, version }); return; }
    stop(row);
    tell("drop", { key: keyOf(row) });
    fill(row, other.fields);
    mark(row, {});
    /* Nothing is written by this: it brings the row and the results as they stand. */
    put(row, { isChosen: true, sent: null, version });
  });
  const showState = () => {
    const { unsent, isSignedOut } = tell("ask");
    const waiting = unsent.filter((item) => item.key.startsWith(HOME));
    const words = isSignedOut ? "Phiên đã hết" : waiting.length ? `Chưa gửi ${waiting.length} mục` : ownItems().length ? "đang lưu…" : lastSaved;
    all("[data-save-state]", form).forEach((spot) => {
      if (spot.textContent !== words) spot.textContent = words;
      spot.dataset.state = isSignedOut || waiting.length ? "failed" : lastSaved ? "saved" : "";
    });
    waiting.forEach((item) => { const row = rowBy(item.key); if (row && !item.state) note(row, "chưa gửi, còn giữ trên máy này", "failed"); });
  };
  on("outbox:changed", showState);

  /* A button or a link waits for what is being saved; nobody confirms or returns over what is not stored. */
  let isLetGo = false;
  const whenSent = async (go) => {
    flushAll();
    const { running } = tell("ask");
    await Promise.race([running, new Promise((done) => { setTimeout(done, 5000); })]);
    isLetGo = true;
    go();
    isLetGo = false;
  };
  const refuse = (left) => {
    const row = rowBy(left[0].key);
    say(`Còn ${left.length} kết luận chưa lưu được; xem dòng ${row?.dataset.code || ""}.`);
    left.forEach((item) => { const one = rowBy(item.key); if (one && !item.message) note(one, "chưa gửi, còn giữ trên máy này", "failed"); });
    row?.scrollIntoView({ block: "center" });
    ($("[data-conflict]", row || form) || (row && inputs(row)[0]))?.focus();
  };
  on("submit", (event) => {
    const { target, submitter } = event;
    flushAll();
    if (isLetGo || target !== form || !ownItems().length) return;
    event.preventDefault();
    event.stopPropagation();
    whenSent(() => { const left = ownItems(); left.length ? refuse(left) : form.requestSubmit(submitter); });
  }, true);
  on("click", (event) => {
    const link = event.target.closest?.("a[href]:not([data-confirm], [data-dialog-close])");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || link.getAttribute("href").startsWith("#")) return;
    flushAll();
    if (isLetGo || !ownItems().some((item) => !item.tried && ["", "held"].includes(item.state))) return;
    event.preventDefault();
    whenSent(() => { location.href = link.href; });
  });

  /* What was left here before: put back as it was entered, and sent. */
  on("DOMContentLoaded", () => {
    for (const item of ownItems()) {
      const row = rowBy(item.key);
      if (!row) continue;
      fill(row, Object.fromEntries(new URLSearchParams(item.body)));
      note(row, item.message && item.state ? item.message : "đang gửi lại…", "failed");
      if (item.state !== "refused") tell("put", { key: item.key, isChosen: true, item: {} });
    }
    showState();
  });
})();
