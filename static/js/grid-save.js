/* The grid by criterion: each changed cell saves by itself through the outbox, a conflict is settled under its row.
   Comfort only: without this file, or without the outbox, the grid is one form with a version per cell. */
(() => {
  "use strict";
  const form = document.querySelector("[data-grid-form]");
  const tell = (type, detail = {}) => { document.dispatchEvent(new CustomEvent(`outbox:${type}`, { detail })); return detail; };
  if (!form || !tell("ask").items) return;
  const $ = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const say = (text) => { const live = $("[data-live]"); if (live) live.textContent = text; };
  const IDLE = 4000;
  const CELL = /^u(\d+)c(\d+)-(.+)$/;
  form.classList.add("saves-itself");
  $("[type=submit]", form)?.remove();

  /* One answer: the inputs of one unit for one criterion, by its prefix; where its version stands. */
  const order = [...new Set(all("thead [data-c]", form).map((head) => head.dataset.c))];
  const heads = new Map(all("thead [data-c]", form).map((head) => [head.dataset.c, head]));
  const answers = new Map();
  all("[name]", form).forEach((input) => {
    const [, unit, criterion, name] = CELL.exec(input.name) || [];
    if (!name) return;
    const prefix = `u${unit}c${criterion}`;
    if (!answers.has(prefix)) answers.set(prefix, { prefix, unit, criterion, inputs: [], row: input.closest("tr"), seen: "" });
    answers.get(prefix).inputs.push(input);
  });
  const shown = (answer) => answer.inputs.filter((input) => input.type !== "hidden");
  const bodyOf = (answer) => new URLSearchParams(answer.inputs.map((input) => [input.name.replace(/^u\d+/, ""), input.value])).toString();
  answers.forEach((answer) => { answer.seen = bodyOf(answer); });
  const answerOf = (input) => { const [, unit, criterion] = CELL.exec(input.name || "") || []; return answers.get(`u${unit}c${criterion}`); };
  const versions = (answer) => $(`[name="u${answer.unit}-v"]`, answer.row);
  const versionOf = (answer) => Number(versions(answer).value.split(".")[order.indexOf(answer.criterion)]);
  const setVersion = (answer, version) => {
    const found = versions(answer).value.split(".");
    found[order.indexOf(answer.criterion)] = version;
    versions(answer).value = found.join(".");
  };
  const keyOf = (answer) => `luoi:${form.dataset.rows}:${answer.prefix}`;
  const byKey = (key) => answers.get(key.split(":").pop());
  const codeOf = (answer) => heads.get(answer.criterion).title.split(" ")[0];
  const nameOf = (answer) => `${$("th a", answer.row).textContent}, dòng ${codeOf(answer)}`;

  /* Figures that only make sense together wait for each other, kept on this PC meanwhile. */
  const isWhole = (answer) => ["numerator|denominator", "previous-\\d+", "counts-\\d+"].every((names) => {
    const together = shown(answer).filter((input) => new RegExp(`-(${names})$`).test(input.name));
    const filled = together.filter((input) => input.value.trim()).length;
    return names.startsWith("counts") && !shown(answer).some((input) => /-previous-/.test(input.name)) || filled === 0 || filled === together.length;
  });
  const mark = (answer, state, title = "") => shown(answer).forEach((input) => {
    const td = input.closest("td");
    state ? td.dataset.s = state : delete td.dataset.s;
    title ? td.title = title : td.removeAttribute("title");
    ["wrong", "conflict"].includes(state) ? input.setAttribute("aria-invalid", "true") : input.removeAttribute("aria-invalid");
  });
  const put = (answer, { isHeld = false, isChosen = false, isQuiet = false, ...changes } = {}) => {
    const body = bodyOf(answer);
    const isNew = answer.body === undefined;
    if (answer.body === body && !isChosen && !answer.isHeld) return;
    if (isNew && body === answer.seen && !isChosen) { mark(answer, ""); return; }
    const waits = isHeld || !isWhole(answer);
    answer.body = body;
    answer.isHeld = waits;
    const item = { path: `${form.dataset.rows}${answer.unit}/dong/${answer.criterion}/`, name: `c${answer.criterion}-version`, body, isShort: true, label: nameOf(answer), page: `${location.pathname}${location.search}#u${answer.unit}`, ...changes };
    if (isNew && !("version" in item)) item.version = versionOf(answer);
    answer.isLater = item.state === "later";
    if (waits) item.state ||= "held";
    mark(answer, waits && !isHeld ? "half" : "waits", waits && !isHeld ? "còn thiếu một số, chưa gửi" : "");
    tell("put", { key: keyOf(answer), isHeld: waits, isChosen, isQuiet, item });
  };
  const confirmProposal = (answer) => {
    if (!shown(answer)[0]?.closest("td").matches(".prop")) return;
    put(answer, { isChosen: true });
  };

  /* Typed: kept at once, sent on leaving the cell; chosen or filled: sent at once. Many at a time go in slices. */
  const toPut = new Set();
  let isPutting = false;
  const putSlice = () => {
    const until = performance.now() + 12;
    for (const answer of toPut) { toPut.delete(answer); put(answer, { isQuiet: true }); if (performance.now() > until) break; }
    isPutting = toPut.size > 0;
    if (isPutting) setTimeout(putSlice, 0); else tell("send");
  };
  const soon = (answer) => { toPut.add(answer); if (!isPutting) { isPutting = true; setTimeout(putSlice, 0); } };
  let pause = 0;
  form.addEventListener("input", ({ target, isTrusted }) => {
    const answer = answerOf(target);
    if (!answer) return;
    mark(answer, "waits");
    if (!isTrusted || target.tagName !== "INPUT") return;
    put(answer, { isHeld: true });
    clearTimeout(pause);
    pause = setTimeout(soon, IDLE, answer);
  });
  form.addEventListener("change", ({ target }) => { const answer = answerOf(target); if (answer) soon(answer); });
  form.addEventListener("grid:confirm", ({ target }) => { const answer = answerOf(target); if (answer) confirmProposal(answer); });
  const flush = () => { for (const answer of toPut) { toPut.delete(answer); put(answer, { isQuiet: true }); } };
  window.addEventListener("pagehide", () => { const answer = answerOf(document.activeElement || {}); if (answer && answer.isHeld && !answer.isLater) soon(answer); flush(); tell("send"); });
  form.addEventListener("submit", (event) => { event.preventDefault(); flush(); tell("send"); });

  /* What the server made of it. */
  const settled = (answer, data) => {
    setVersion(answer, data.version);
    answer.seen = answer.body ?? bodyOf(answer);
    answer.body = undefined;
    answer.isHeld = false;
    mark(answer, "saved", `đã lưu ${data.at}`);
    shown(answer).forEach((input) => { const td = input.closest("td"); td.classList.remove("prop"); $("small", td)?.remove(); });
    closePanel(answer);
    lastSaved = `đã lưu ${data.at}`;
  };
  document.addEventListener("outbox:answer", ({ detail: { key, status, data, isLast } }) => {
    const answer = byKey(key);
    if (!answer || !key.startsWith(`luoi:${form.dataset.rows}:`)) return;
    if (status < 300) { if (isLast) settled(answer, data); else setVersion(answer, data.version); return; }
    if (status === 409 && data.code === "stale") { dispute(answer, data); return; }
    if (!isLast) return;
    const words = Object.values(data.errors || {})[0] || data.message || "không ghi được";
    answer.isHeld = true;
    mark(answer, "wrong", words);
    say(`${nameOf(answer)}: ${words}`);
    tellRow(answer, words);
  });

  /* A line under the unit's row: what is wrong, or two versions with one key each. */
  const make = (tag, text = "", attributes = {}) => {
    const made = document.createElement(tag);
    made.textContent = text;
    Object.entries(attributes).forEach(([name, value]) => made.setAttribute(name, value));
    return made;
  };
  const closePanel = (answer) => { answer.panel?.remove(); answer.panel = null; };
  const open = (answer, ...parts) => {
    closePanel(answer);
    const cell = make("td", "", { colspan: answer.row.cells.length });
    const box = make("div", "", { class: "cell-talk" });
    box.append(make("strong", `${nameOf(answer)}: `), ...parts);
    cell.append(box);
    answer.panel = make("tr", "", { class: "wrong" });
    answer.panel.append(cell);
    answer.row.after(answer.panel);
  };
  const tellRow = (answer, words) => open(answer, make("span", words));
  const button = (words, act, kind = "") => {
    const made = make("button", words, { type: "button", class: `button compact ${kind}` });
    made.addEventListener("click", act);
    return made;
  };
  const remind = (answer) => {
    answer.isLater = true;
    mark(answer, "conflict", "hai bản, hỏi sau");
    open(answer, make("span", "hai bản, hỏi sau: của bạn giữ trên máy này. "), button("Xem hai bản", () => put(answer, { isChosen: true }), "quiet"));
  };
  const dispute = (answer, data) => {
    mark(answer, "conflict", `${data.who} đã lưu một bản khác`);
    const back = () => { shown(answer)[0].focus(); closePanel(answer); };
    const mine = () => { back(); setVersion(answer, data.version); put(answer, { isChosen: true, sent: null, version: data.version }); };
    const theirs = () => {
      tell("drop", { key: keyOf(answer) });
      answer.inputs.forEach((input) => { const value = data.theirs.fields[input.name.replace(/^u\d+/, "")]; input.value = value ?? ""; });
      setVersion(answer, data.version);
      answer.seen = bodyOf(answer);
      answer.body = undefined;
      answer.isHeld = false;
      mark(answer, "saved", "đã lấy bản kia");
      back();
    };
    const later = () => { put(answer, { isHeld: true, isChosen: true, sent: null, state: "later", theirs: data.version }); back(); remind(answer); };
    open(
      answer, make("span", `${data.who} đã lưu lúc ${data.at}: “${data.theirs.text || "để trống"}”. Của bạn: “${data.mine.text || "để trống"}”. `),
      button("Giữ của tôi", mine, "primary"), button("Lấy bản kia", theirs), button("Giữ cả hai, hỏi sau", later, "quiet"),
    );
    say(`${nameOf(answer)}: ${data.who} đã lưu một bản khác. Chọn ở dòng dưới đơn vị.`);
  };

  /* How much is saved, and what was left here before: put back as it was typed, and sent. */
  let lastSaved = "";
  const showState = () => {
    const { items, unsent } = tell("ask");
    const words = unsent.length ? `Chưa gửi ${unsent.length} mục` : items.some((item) => item.state !== "held") ? `đang lưu ${items.length} ô…` : lastSaved;
    all("[data-save-state]", form).forEach((spot) => { if (spot.textContent !== words) spot.textContent = words; spot.dataset.state = unsent.length ? "failed" : "saved"; });
  };
  let isShowing = false;
  document.addEventListener("outbox:changed", () => {
    if (isShowing) return;
    isShowing = true;
    setTimeout(() => { isShowing = false; showState(); }, 250);
  });
  document.addEventListener("DOMContentLoaded", () => {
    for (const item of tell("ask").items) {
      const answer = item.key.startsWith(`luoi:${form.dataset.rows}:`) && byKey(item.key);
      if (!answer) continue;
      const values = new URLSearchParams(item.body);
      answer.inputs.forEach((input) => { const name = input.name.replace(/^u\d+/, ""); if (values.has(name)) input.value = values.get(name); });
      answer.body = item.body;
      answer.isHeld = ["held", "later"].includes(item.state);
      if (item.state === "later") { remind(answer); continue; }
      mark(answer, item.state === "conflict" ? "conflict" : item.state === "held" ? "half" : "waits", item.message || "");
      if (item.state === "held" && isWhole(answer)) put(answer, { isChosen: true });
      if (item.state === "conflict") put(answer, { isChosen: true });
    }
    showState();
  });
})();
