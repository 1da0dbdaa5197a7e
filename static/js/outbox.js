/* What was typed and not yet answered for: kept on this PC for the one person, sent in order, wiped at sign-out.
   Pages speak to it by events: outbox:put, outbox:drop, outbox:ask, outbox:send; it tells outbox:answer, outbox:changed. */
(() => {
  "use strict";
  const user = document.body.dataset.user;
  const $ = (selector, from = document) => from.querySelector(selector);
  const on = (type, handler, options) => document.addEventListener(type, handler, options);
  const tell = (type, detail) => document.dispatchEvent(new CustomEvent(`outbox:${type}`, { detail }));
  const say = (text) => { const live = $("[data-live]"); if (live) live.textContent = text; };
  if (!user) return;
  const HOME = `antq.cho.${user}.`;
  const WAITS = ["conflict", "later", "invalid", "refused", "held"];
  const unstored = new Map();
  let isFull = false;
  let isLeaving = false;
  let isSignedOut = false;
  let isDown = false;

  const once = () => {
    if (crypto.randomUUID) return crypto.randomUUID();
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  };
  /* One item as it is kept now, whoever wrote it last: what is sent or changed goes by this, never by the copy. */
  const read = (key) => {
    if (unstored.has(key)) return unstored.get(key);
    try { return JSON.parse(localStorage.getItem(HOME + key)); } catch { return null; }
  };
  /* All of them, for counting and showing: read once, and again as soon as another tab has written. */
  let copy = null;
  const readAll = () => {
    let stored = [];
    try { stored = Object.keys(localStorage).filter((key) => key.startsWith(HOME)).map((key) => read(key.slice(HOME.length))); } catch { /* storage is off */ }
    const found = stored.filter((item) => item && !unstored.has(item.key));
    return new Map([...found, ...unstored.values()].sort((a, b) => a.order - b.order).map((item) => [item.key, item]));
  };
  const items = () => { copy ||= readAll(); return [...copy.values()]; };
  const fresh = () => { copy = null; return items(); };
  const keep = (item) => {
    if (isLeaving) return;
    try {
      localStorage.setItem(HOME + item.key, JSON.stringify(item));
      unstored.delete(item.key);
    } catch { unstored.set(item.key, item); }
    copy?.set(item.key, { ...item });
    isFull = unstored.size > 0;
  };
  const forget = (key) => {
    unstored.delete(key);
    try { localStorage.removeItem(HOME + key); } catch { /* storage is off */ }
    copy?.delete(key);
    isFull = unstored.size > 0;
  };
  const unsent = () => items().filter((item) => item.tried || (item.state && item.state !== "held") || isSignedOut || isDown);

  /* Sending: one at a time; the same key goes with every try of the same content, so that it is written once. */
  let token = JSON.parse(document.body.getAttribute("hx-headers") || "{}");
  const renewToken = async () => {
    const answer = await fetch("/", { credentials: "same-origin" }).catch(() => null);
    if (!answer || !answer.ok) return "no line";
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (page.body.dataset.user !== user) return "other person";
    token = JSON.parse(page.body.getAttribute("hx-headers") || "{}");
    return "";
  };
  const formOf = ({ name, sent, isShort }) => {
    const form = new URLSearchParams(sent.body);
    if (name) form.set(name, sent.version);
    form.set("lan", sent.lan);
    if (isShort) form.set("gon", "1");
    return form;
  };
  const submit = async (path, form, isPart = false) => {
    const headers = { ...token, Accept: "application/json", ...(isPart ? { "HX-Request": "true" } : {}) };
    const patience = AbortSignal.timeout ? { signal: AbortSignal.timeout(20000) } : {};
    /* A request that outlives its page may hold 64 KB at most. */
    const keepalive = form.toString().length < 50000;
    const answer = await fetch(path, { method: "POST", body: form, headers, credentials: "same-origin", keepalive, ...patience });
    const text = await answer.text();
    let data = {};
    try { data = JSON.parse(text); } catch { data = { html: text }; }
    if (answer.redirected && new URL(answer.url).pathname.startsWith("/dang-nhap/")) return { status: 401, data };
    return { status: answer.status, data };
  };
  const post = async (item) => {
    const { status, data } = await submit(item.path, formOf(item), item.isPart);
    /* Somebody between us and the portal may answer in its place: only its own words count as saved. */
    const isOurs = item.isPart ? /id="c\d+-papers"/.test(data.html || "") : "version" in data;
    if (status < 300 && !isOurs) throw new Error("not the portal's answer");
    return { status, data };
  };
  const answered = (item, status, data) => {
    const now = read(item.key);
    const isLast = !now || now.body === item.sent.body;
    if (status < 300 && isLast) forget(item.key);
    else if (now) {
      now.sent = null;
      now.tried = false;
      if (status < 300) now.version = data.version ?? now.version;
      else if (status === 409 && data.code === "stale") Object.assign(now, { state: "conflict", theirs: data.version, message: `${data.who} đã lưu một bản khác lúc ${data.at}` });
      else if (!isLast) now.state = "";
      else if (status === 400 || status === 422) Object.assign(now, { state: "invalid", message: Object.values(data.errors || {})[0] || "Có chỗ cần sửa" });
      else Object.assign(now, { state: "refused", message: data.message || (status === 404 ? "Không còn dòng này, hoặc hồ sơ không còn trong phạm vi của bạn" : "Không được phép ghi dòng này") });
      keep(now);
    }
    tell("answer", { key: item.key, status, data, isLast });
    return isLast || status === 409 ? "next" : "same";
  };
  const failed = (item, changes = {}) => { const now = read(item.key); if (now) keep({ ...now, tried: true, ...changes }); };
  const isBusy = (status, data) => status === 409 && !data.code || status === 429 || status >= 500;
  const ready = (key) => {
    const item = read(key);
    if (!item || WAITS.includes(item.state)) return null;
    if (!item.sent) { item.sent = { lan: once(), body: item.body, version: item.version }; keep(item); }
    return item;
  };
  const sendOne = async (key, hasRenewed = false) => {
    const item = ready(key);
    if (!item) return "next";
    let found;
    try { found = await post(item); } catch { failed(item); isDown = true; return "stop"; }
    isDown = false;
    if (found.status === 401) { failed(item); isSignedOut = true; return "stop"; }
    if (isBusy(found.status, found.data)) { failed(item); return "next"; }
    if (found.status === 403 && found.data.html && !hasRenewed) {
      const why = await renewToken();
      if (!why) return sendOne(key, true);
      failed(item);
      isSignedOut = why === "other person";
      return "stop";
    }
    isSignedOut = false;
    return answered(item, found.status, found.data);
  };

  /* More than a few rows go in one request. Without an answer they go again, each with the key it had;
     rows that the portal could not take together go one by one. */
  const ROW = /^(.*\/)(\d+)\/dong\/(\d+)\/$/;
  const FEW = 3;
  const MOST = 40;
  const LONGEST = 40000;
  let most = MOST;
  const bundleFrom = (list) => {
    const start = ROW.exec(list[0].path)?.[1];
    if (!start || list[0].isAlone || list[0].isPart) return [];
    const found = [];
    let length = 0;
    for (const item of list) {
      if (item.isAlone || item.isPart || ROW.exec(item.path)?.[1] !== start) continue;
      length += 2 * item.body.length + 200;
      if (found.length === most || length > LONGEST) break;
      found.push(item);
    }
    return found.length > FEW ? found : [];
  };
  const sendBundle = async (list, hasRenewed = false) => {
    const bundle = list.map(({ key }) => ready(key)).filter(Boolean);
    if (!bundle.length) return "next";
    const all = (changes) => bundle.forEach((item) => failed(item, changes));
    const form = new URLSearchParams(bundle.map((item) => { const [, , unit, criterion] = ROW.exec(item.path); return ["dong", `${unit}/${criterion}?${formOf(item)}`]; }));
    let found;
    try { found = await submit(`${ROW.exec(bundle[0].path)[1]}dong/`, form); } catch { all(); isDown = true; most = Math.max(FEW + 2, most >> 1); return "stop"; }
    const { status, data } = found;
    const isOurs = data.rows?.length === bundle.length;
    isDown = status < 300 && !isOurs;
    if (status === 401) { all(); isSignedOut = true; return "stop"; }
    if (status === 403 && data.html && !hasRenewed) {
      const why = await renewToken();
      if (!why) return sendBundle(bundle, true);
      all();
      isSignedOut = why === "other person";
      return "stop";
    }
    if (isDown || status === 429 || status > 500) { all(); return "stop"; }
    if (!isOurs) { all({ isAlone: true }); return "next"; }
    isSignedOut = false;
    most = MOST;
    bundle.forEach((item, place) => {
      const row = data.rows[place];
      if (isBusy(row.status, row.data)) failed(item);
      else if (answered(item, row.status, row.data) === "same") isWanted = true;
    });
    return "next";
  };
  let running = null;
  let isWanted = false;
  let pause = 4000;
  let timer = 0;
  const sendAll = async () => {
    let list = items().filter((item) => !WAITS.includes(item.state));
    while (list.length) {
      const bundle = bundleFrom(list);
      const done = bundle.length ? bundle : [list[0]];
      let next = "same";
      while (next === "same") next = bundle.length ? await sendBundle(bundle) : await sendOne(list[0].key);
      list = list.filter((item) => !done.includes(item));
      tell("changed");
      if (next === "stop") break;
    }
  };
  const alone = (work) => (navigator.locks ? navigator.locks.request(HOME, work) : work());
  const send = () => {
    isWanted = true;
    running ||= (async () => {
      while (isWanted && !isLeaving) { isWanted = false; await alone(sendAll); }
      running = null;
      clearTimeout(timer);
      const isLeft = items().some((item) => item.tried && !WAITS.includes(item.state));
      pause = isLeft ? Math.min(pause * 1.5, 30000) : 4000;
      if (isLeft && !isSignedOut) timer = setTimeout(send, pause);
      tell("changed");
    })();
    return running;
  };

  /* Many at once are put quietly, and told and sent with the last. */
  on("outbox:put", ({ detail }) => {
    const before = read(detail.key);
    const item = { version: 0, order: Date.now(), sent: null, tried: false, at: new Date().toISOString(), ...before, state: "", ...detail.item, key: detail.key };
    if (before && before.state === "conflict" && !detail.isChosen) item.state = "conflict";
    keep(item);
    if (detail.isQuiet) return;
    tell("changed");
    if (!detail.isHeld) send();
  });
  on("outbox:drop", ({ detail }) => { forget(detail.key); tell("changed"); });
  on("outbox:ask", ({ detail }) => { detail.items = items(); detail.unsent = unsent(); detail.isSignedOut = isSignedOut; detail.running = running; });
  on("outbox:send", () => send());

  /* "Chưa gửi n mục", on every page, and the list behind it. */
  const band = $("[data-unsent]");
  const loginUrl = () => `/dang-nhap/?next=${encodeURIComponent(location.pathname + location.search)}`;
  const show = () => {
    const waiting = unsent();
    if (!band) return;
    band.hidden = waiting.length === 0;
    const words = isSignedOut ? `Phiên đã hết: đăng nhập lại, ${waiting.length} mục còn giữ trên máy này`
      : isFull ? `Chưa gửi ${waiting.length} mục. Máy này không còn chỗ để giữ: đừng đóng trang trước khi gửi được`
      : `Chưa gửi ${waiting.length} mục, còn giữ trên máy này`;
    const text = $("[data-unsent-text]", band);
    if (text.textContent !== words) text.textContent = words;
    $("[data-unsent-login]", band).hidden = !isSignedOut;
    $("[data-unsent-login]", band).href = loginUrl();
    $("[data-unsent-send]", band).hidden = isSignedOut || !waiting.some((item) => !WAITS.includes(item.state));
  };
  const REASONS = { conflict: "có hai bản, cần chọn", later: "giữ cả hai, hỏi sau", invalid: "cần sửa", refused: "không ghi được" };
  const make = (tag, text = "", attributes = {}) => {
    const made = document.createElement(tag);
    made.textContent = text;
    Object.entries(attributes).forEach(([name, value]) => made.setAttribute(name, value));
    return made;
  };
  const line = (item) => {
    const made = make("li");
    const link = make("a", item.label, { href: item.page });
    const when = new Date(item.at).toLocaleString("vi", { hour: "2-digit", minute: "2-digit", day: "2-digit", month: "2-digit" });
    made.append(link, make("span", ` · gõ lúc ${when} · ${REASONS[item.state] || "chờ gửi"}${item.message && item.state ? `: ${item.message}` : ""} `, { class: "small" }));
    const words = [...new URLSearchParams(item.body)].filter(([name, value]) => /-(note|kept_at)$/.test(name) && value).map(([, value]) => value);
    if (words.length) made.append(make("p", `“${words.join("; ")}”`, { class: "small soft" }));
    if (["refused", "invalid", "later"].includes(item.state)) made.append(make("button", "Bỏ mục này", { type: "button", class: "button compact quiet", "data-unsent-drop": item.key }));
    return made;
  };
  const openDialog = (title, words, ...buttons) => {
    const dialog = $("[data-dialog]");
    const list = make("ul", "", { class: "plain unsent-list" });
    list.append(...unsent().map(line));
    const bar = make("div", "", { class: "action-bar" });
    bar.append(...buttons);
    dialog.replaceChildren(make("h1", title), make("p", words), list, bar);
    if (!dialog.open) dialog.showModal();
  };
  const openList = () => openDialog(`Chưa gửi ${unsent().length} mục`, "Giữ trên máy này cho riêng bạn, tự gửi khi có mạng; đăng xuất thì xóa.", make("button", "Đóng", { class: "button primary", type: "button", "data-dialog-close": "" }));
  on("click", (event) => {
    const target = event.target.closest?.("[data-unsent-list], [data-unsent-send], [data-unsent-drop]");
    if (!target) return;
    if (target.matches("[data-unsent-send]")) send();
    else if (target.matches("[data-unsent-drop]")) { tell("drop", { key: target.dataset.unsentDrop }); if (unsent().length) openList(); else $("[data-dialog]").close(); }
    else openList();
  });
  let isShowing = false;
  on("outbox:changed", () => {
    if (isShowing) return;
    isShowing = true;
    setTimeout(() => { isShowing = false; show(); }, 50);
  });

  /* The office PC is shared: who signs out leaves nothing behind, and is told before what would be lost. */
  const leave = (form) => { isLeaving = true; fresh().forEach(({ key }) => forget(key)); form.submit(); };
  on("submit", async (event) => {
    const form = event.target;
    if (!form.matches("[data-sign-out]") || !fresh().length) return;
    event.preventDefault();
    await Promise.race([send(), new Promise((done) => { setTimeout(done, 4000); })]);
    const left = fresh();
    if (!left.length) { leave(form); return; }
    left.forEach((item) => keep({ ...item, tried: true }));
    const away = make("button", `Đăng xuất, xóa ${left.length} mục`, { class: "button danger", type: "button" });
    away.addEventListener("click", () => leave(form));
    openDialog(`Còn ${left.length} mục chưa gửi`, `Đăng xuất sẽ xóa ${left.length} mục này khỏi máy và không lấy lại được.`, make("button", "Ở lại", { class: "button primary", type: "button", "data-dialog-close": "" }), away);
    tell("changed");
    say(`Còn ${left.length} mục chưa gửi`);
  });

  /* A file is not sent off while something of it still waits here, unless the person says so. */
  let isSure = false;
  on("submit", async (event) => {
    const { target, submitter } = event;
    const left = () => items().filter((item) => new URL(item.page, location.href).pathname === location.pathname);
    if (event.defaultPrevented || isSure || submitter?.value !== "gui" || !left().length) return;
    event.preventDefault();
    await Promise.race([send(), new Promise((done) => { setTimeout(done, 4000); })]);
    const go = () => { isSure = true; target.requestSubmit(submitter); };
    if (!left().length) { go(); return; }
    left().forEach((item) => keep({ ...item, tried: true }));
    const away = make("button", "Vẫn gửi thẩm định", { class: "button danger", type: "button" });
    away.addEventListener("click", go);
    openDialog(`Còn ${left().length} mục chưa gửi lên cổng`, "Những mục này chưa có trong hồ sơ. Gửi hoặc chọn xong rồi hãy gửi thẩm định.", make("button", "Ở lại", { class: "button primary", type: "button", "data-dialog-close": "" }), away);
    tell("changed");
  });

  window.addEventListener("online", send);
  window.addEventListener("focus", () => { if (unsent().length) send(); });
  window.addEventListener("storage", ({ key }) => { if (key === null || key.startsWith(HOME)) { copy = null; tell("changed"); } });
  window.addEventListener("pageshow", () => { copy = null; });
  show();
  /* Not before the page's own script listens. */
  on("DOMContentLoaded", () => { if (items().length) send(); });
})();
