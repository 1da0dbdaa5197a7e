/* Files over a line that breaks: sent in pieces before their form, gone on with where it broke.
   Without this file the form sends them itself. No inline handlers, no globals. */
(() => {
  "use strict";
  const START = "/tai-len/";
  const SMALL = 200 * 1024;
  const LARGE_PHOTO = 1.2 * 1024 * 1024;
  const LONGEST_SIDE = 2600;
  const PATIENCE = 60000;
  const LONGEST_PAUSE = 30;
  const MEMORY = "tai-len";

  class Stopped extends Error {}
  const make = (tag, props = {}, ...inside) => { const made = Object.assign(document.createElement(tag), props); made.append(...inside); return made; };
  const megabytes = (bytes) => (bytes < 104858 ? `${Math.ceil(bytes / 1024)} kB` : `${(bytes / 1048576).toLocaleString("vi-VN", { maximumFractionDigits: 1 })} MB`);
  const remember = (all) => { try { sessionStorage.setItem(MEMORY, JSON.stringify(all)); } catch { /* no memory, no hint */ } };
  const remembered = () => { try { return JSON.parse(sessionStorage.getItem(MEMORY)) || {}; } catch { return {}; } };
  const note = (file, share) => { const all = remembered(); if (share < 1) all[`${file.name}|${file.size}`] = share; else delete all[`${file.name}|${file.size}`]; remember(all); };

  /* A large photograph is made as small as the paper needs before it is sent, and loses its place and time. */
  const lighter = async (file) => {
    if (file.type !== "image/jpeg" || file.size < LARGE_PHOTO || !window.OffscreenCanvas || !window.createImageBitmap) return file;
    try {
      const drawn = await createImageBitmap(file, { imageOrientation: "from-image" });
      const scale = Math.min(1, LONGEST_SIDE / Math.max(drawn.width, drawn.height));
      const canvas = new OffscreenCanvas(Math.round(drawn.width * scale), Math.round(drawn.height * scale));
      canvas.getContext("2d").drawImage(drawn, 0, 0, canvas.width, canvas.height);
      drawn.close();
      const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.85 });
      return blob.size < file.size ? new File([blob], file.name, { type: "image/jpeg" }) : file;
    } catch { return file; }
  };

  const fingerprint = async (file) => {
    if (!window.crypto?.subtle) return "";
    const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
    return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  };

  /* One form's sending: what it shows, whether it was stopped, and its token. */
  class Sending {
    constructor(form) {
      this.form = form;
      this.stop = new AbortController();
      this.bar = make("progress", { max: 100, value: 0 });
      this.text = make("p", { className: "small" });
      this.text.setAttribute("role", "status");
      this.cancel = make("button", { type: "button", className: "button compact", textContent: "Dừng tải" });
      this.cancel.addEventListener("click", () => this.stop.abort());
      this.box = make("div", { className: "notice upload" }, this.bar, this.text, this.cancel);
      this.bar.setAttribute("aria-label", "Tiến độ tải tệp");
      form.querySelector("[data-upload-shown]")?.remove();
      this.box.dataset.uploadShown = "";
      (form.querySelector(".action-bar") || form.querySelector("button[type=submit]:last-of-type")?.parentElement || form).before(this.box);
      if (!this.box.isConnected) form.append(this.box);
      this.box.scrollIntoView({ block: "nearest" });
    }

    get token() { return this.form.querySelector("input[name=csrfmiddlewaretoken]").value; }

    say(words) { if (this.text.textContent !== words) this.text.textContent = words; }

    pause(seconds) {
      return new Promise((done, fail) => {
        const timer = setTimeout(go, seconds * 1000);
        function go() { clearTimeout(timer); window.removeEventListener("online", go); done(); }
        window.addEventListener("online", go);
        this.stop.signal.addEventListener("abort", () => { clearTimeout(timer); fail(new Stopped()); }, { once: true });
      });
    }

    /* After a new sign-in in another tab the page's token is stale. */
    async renewToken() {
      const answer = await fetch(location.href, { credentials: "same-origin" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("input[name=csrfmiddlewaretoken]");
      if (answer.redirected || !fresh) return false;
      document.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach((field) => { field.value = fresh.value; });
      return true;
    }

    async once(url, body) {
      const limit = AbortSignal.timeout ? AbortSignal.timeout(PATIENCE) : undefined;
      const signal = limit && AbortSignal.any ? AbortSignal.any([this.stop.signal, limit]) : this.stop.signal;
      const headers = { "X-CSRFToken": this.token, Accept: "application/json" };
      if (!(body instanceof URLSearchParams)) headers["Content-Type"] = "application/octet-stream";
      const answer = await fetch(url, { method: "POST", body, headers, signal, credentials: "same-origin" });
      const isJson = (answer.headers.get("Content-Type") || "").includes("json");
      return { status: isJson ? answer.status : answer.status >= 500 ? 500 : answer.status === 404 ? 404 : 401, data: isJson ? await answer.json() : {} };
    }

    /* Ask until there is an answer: a broken line, a busy server, an ended session are waited for. */
    async ask(url, body) {
      for (let pause = 1; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
        let answer;
        try { answer = await this.once(url, body); } catch { answer = { status: 0 }; }
        if (this.stop.signal.aborted) throw new Stopped();
        if (answer.status && answer.status < 500 && answer.status !== 401) return answer;
        if (answer.status === 401 && await this.renewToken().catch(() => false) && pause === 1) continue;
        this.say(answer.status === 401
          ? "Phiên làm việc đã hết. Mở thẻ khác đăng nhập lại, cổng tự tải tiếp."
          : `Mất kết nối, tự thử lại sau ${pause} giây. Phần đã gửi không phải gửi lại.`);
        await this.pause(pause);
      }
    }

    async file(original, done, total) {
      const file = await lighter(original);
      const begin = new URLSearchParams({ name: original.name, size: file.size, sha256: await fingerprint(file) });
      let state = null;
      while (!state?.done) {
        const answer = state
          ? await this.ask(`${START}${state.id}/?tu=${state.offset}`, file.slice(state.offset, state.offset + state.piece))
          : await this.ask(START, begin);
        if (answer.status === 200) state = answer.data;
        else if (answer.status === 409) state.offset = answer.data.offset;
        else if (answer.status === 404 && state) { state = null; continue; }
        else throw new Error(answer.data.message || "Không tải được tệp này.");
        const share = state.offset / file.size;
        note(original, share);
        this.bar.value = 100 * (done + share) / total;
        this.say(`Đang tải “${original.name}”: ${Math.floor(share * 100)} % của ${megabytes(file.size)}`);
      }
      return state.id;
    }
  }

  /* What was chosen, in the order asked for: of several photographs the order can be changed. */
  const chosen = new WeakMap();
  const orderOf = (input) => chosen.get(input) || [...input.files];
  const showPages = (input) => {
    const list = orderOf(input);
    input.parentElement.querySelector("[data-pages-list]")?.remove();
    if (list.length < 2) return;
    const move = (from, to) => { list.splice(to, 0, ...list.splice(from, 1)); chosen.set(input, list); showPages(input); input.parentElement.querySelectorAll("[data-pages-list] li")[to].querySelector("button:not([disabled])")?.focus(); };
    const items = list.map((file, place) => make("li", {}, make("span", { textContent: `${file.name} (${megabytes(file.size)}) ` }),
      ...[["Lên", -1], ["Xuống", 1]].map(([word, by]) => {
        const button = make("button", { type: "button", className: "button compact quiet", textContent: word, disabled: !list[place + by] });
        button.setAttribute("aria-label", `${word}: trang ${place + 1}, ${file.name}`);
        button.addEventListener("click", () => move(place, place + by));
        return button;
      })));
    const shown = make("ol", { className: "pages" }, ...items);
    shown.dataset.pagesList = "";
    input.after(shown);
  };

  const complain = (input, words) => {
    const id = `${input.name}-loi`;
    document.getElementById(id)?.remove();
    input.before(make("p", { className: "error", id, textContent: words }));
    input.setAttribute("aria-invalid", "true");
    input.setAttribute("aria-describedby", id);
    input.focus();
  };

  const send = async (form, inputs, submitter) => {
    const sending = new Sending(form);
    const total = inputs.reduce((count, input) => count + orderOf(input).length, 0);
    let done = 0;
    for (const input of inputs) {
      try {
        const ids = [];
        for (const file of orderOf(input)) ids.push(await sending.file(file, done++, total));
        form.querySelectorAll(`input[type=hidden][name="${input.name}-tai-len"]`).forEach((old) => old.remove());
        ids.forEach((id) => form.append(make("input", { type: "hidden", name: `${input.name}-tai-len`, value: id })));
        input.disabled = true;
      } catch (wrong) {
        sending.box.remove();
        inputs.forEach((each) => { each.disabled = false; });
        delete form.dataset.sending;
        complain(input, wrong instanceof Stopped ? "Đã dừng tải. Gửi lại thì tải tiếp từ chỗ dừng." : wrong.message);
        return;
      }
    }
    sending.say("Đã tải xong, đang lưu.");
    form.dataset.sending = "done";
    form.requestSubmit(submitter);
  };

  document.addEventListener("change", (event) => {
    const input = event.target;
    if (!input.matches?.("input[type=file][multiple]")) return;
    chosen.delete(input);
    showPages(input);
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.dataset.sending === "done" || event.defaultPrevented) return;
    const inputs = [...form.querySelectorAll("input[type=file]")].filter((input) => input.files.length && !input.disabled);
    const bytes = inputs.flatMap((input) => [...input.files]).reduce((sum, file) => sum + file.size, 0);
    const isOrdered = inputs.some((input) => chosen.has(input));
    if (!inputs.length || (bytes <= SMALL && !isOrdered)) return;
    event.preventDefault();
    if (form.dataset.sending) return;
    form.dataset.sending = "now";
    send(form, inputs, event.submitter);
  });

  /* A page that came back from the browser's memory begins anew. */
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    document.querySelectorAll("form[data-sending]").forEach((form) => {
      delete form.dataset.sending;
      form.querySelectorAll('input[type=hidden][name$="-tai-len"]').forEach((old) => old.remove());
      form.querySelectorAll("input[type=file]").forEach((input) => { input.disabled = false; });
    });
  });

  /* In an empty "Lưu tại" the key "=" writes the place used last, or the first of the usual ones. */
  const USUAL = "input[list=noi-luu]";
  let lastPlace = document.querySelector("#noi-luu option")?.value || "";
  const hint = (field) => { if (lastPlace && !field.value) field.placeholder = `gõ = là ${lastPlace}`; };
  document.addEventListener("focusin", (event) => { if (event.target.matches?.(USUAL)) hint(event.target); });
  document.addEventListener("change", (event) => { if (event.target.matches?.(USUAL) && event.target.value.trim()) lastPlace = event.target.value.trim(); });
  document.addEventListener("keydown", (event) => {
    const field = event.target;
    if (event.key !== "=" || event.isComposing || !field.matches?.(USUAL) || field.value || !lastPlace) return;
    event.preventDefault();
    field.value = lastPlace;
    for (const type of ["input", "change"]) field.dispatchEvent(new Event(type, { bubbles: true }));
  });

  /* With this file pages are ordered by buttons, not by numbers; what broke off is named. */
  document.querySelectorAll("[data-pages-order]").forEach((field) => { field.closest(".field").hidden = true; });
  const [broken] = Object.entries(remembered());
  const first = broken && document.querySelector("input[type=file][data-pages]");
  if (first) {
    const name = broken[0].split("|")[0];
    first.after(make("p", { className: "hint", textContent: `Lần trước tải dở “${name}” (${Math.floor(broken[1] * 100)} %). Chọn lại tệp ấy thì tải tiếp.` }));
  }
})();
