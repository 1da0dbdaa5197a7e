/* Appraisal: keys between files, copying the slip. Comfort only: the links and the text are on the page. */
(() => {
  "use strict";
  const $ = (selector, from = document) => from.querySelector(selector);
  const say = (text) => { const live = $("[data-live]"); if (live) live.textContent = text; };
  const isTyping = (event) =>
    event.isComposing || event.keyCode === 229 || event.target.closest?.("input, select, textarea, [contenteditable]");

  /* Single letters can be turned off, for those who steer by voice. */
  const OFF = "antq-letters-off";
  const areOff = () => { try { return localStorage.getItem(OFF) === "1"; } catch { return false; } };
  const toggle = $("[data-letter-keys]");
  const name = () => { toggle.textContent = areOff() ? "Phím j, k: tắt" : "Phím j, k: bật"; toggle.setAttribute("aria-pressed", String(!areOff())); };
  if (toggle && window.matchMedia?.("(hover: hover) and (pointer: fine) and (min-width: 48rem)").matches) {
    toggle.hidden = false;
    name();
    toggle.addEventListener("click", () => { try { localStorage.setItem(OFF, areOff() ? "0" : "1"); } catch { /* storage is off */ } name(); });
  }

  /* j, k or Alt+Shift+arrows: the next and the previous file. Never inside a field, never while composing. */
  const wanted = (event) => {
    if (event.ctrlKey || event.metaKey) return "";
    if (event.altKey) return event.shiftKey ? { ArrowRight: "next", ArrowLeft: "prev" }[event.key] || "" : "";
    return event.shiftKey || areOff() ? "" : { j: "next", k: "prev" }[event.key] || "";
  };
  document.addEventListener("keydown", (event) => {
    const rel = wanted(event);
    if (!rel || event.repeat || isTyping(event) || $("dialog[open]")) return;
    const link = $(`main a[rel="${rel}"]`);
    if (!link) { say(rel === "next" ? "Không còn hồ sơ sau" : "Không còn hồ sơ trước"); return; }
    event.preventDefault();
    link.click();
  });

  /* The button is there only where it works. */
  const copy = async (button) => {
    const text = document.getElementById(button.dataset.copy);
    text.select();
    try {
      if (navigator.clipboard) await navigator.clipboard.writeText(text.value);
      else if (!document.execCommand("copy")) throw new Error("no clipboard");
      button.textContent = "Đã sao chép";
      say("Đã sao chép phiếu yêu cầu bổ sung");
    } catch { say("Chưa sao chép được, chữ đã được bôi đen: bấm Ctrl+C"); }
  };
  document.querySelectorAll("[data-copy]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => copy(button));
  });
})();
