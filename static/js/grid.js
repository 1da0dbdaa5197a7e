/* Grids of many units. Comfort only: every grid is a form that saves without this file. No globals. */
(() => {
  "use strict";
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const on = (type, handler, options) => document.addEventListener(type, handler, options);
  const say = (text) => { const live = document.querySelector("[data-live]"); if (live) live.textContent = text; };

  /* Grids: Enter down, Shift+Enter up, arrows, Ctrl+D or a button fills down, a column pasted from Excel. */
  const CELL = "input:not([type=hidden], [data-check]), select";
  const place = (cell) => { const td = cell.closest("td, th"); return { table: td.closest("[data-grid]"), row: td.parentElement, column: td.cellIndex }; };
  const cellAt = (row, column) => { const cell = row?.cells?.[column]?.querySelector(CELL); return cell && !cell.disabled && !cell.readOnly ? cell : null; };
  const column = (cell) => { const { table, column: n } = place(cell); return all("tbody tr", table).map((row) => cellAt(row, n)); };
  const step = (cell, by) => {
    const list = column(cell);
    for (let i = list.indexOf(cell) + by; i >= 0 && i < list.length; i += by) if (list[i]) return list[i];
    return null;
  };
  const beside = (cell, by) => {
    const { row, column: n } = place(cell);
    for (let i = n + by; i >= 0 && i < row.cells.length; i += by) { const found = cellAt(row, i); if (found) return found; }
    return null;
  };
  const go = (cell) => { if (!cell) return false; cell.focus(); cell.select?.(); cell.scrollIntoView({ block: "nearest", inline: "nearest" }); return true; };
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").trim().toLowerCase();
  const write = (cell, text) => {
    if (cell.type === "checkbox") cell.checked = ["x", "1", "co", "true"].includes(plain(text));
    else if (cell.tagName === "SELECT") {
      const option = [...cell.options].find((each) => plain(each.text) === plain(text) || each.value === text.trim());
      if (!option) return false;
      cell.value = option.value;
    } else cell.value = text.trim().normalize("NFC");
    cell.dispatchEvent(new Event("input", { bubbles: true }));
    cell.dispatchEvent(new Event("change", { bubbles: true }));
    return true;
  };
  const valueOf = (cell) => (cell.type === "checkbox" ? (cell.checked ? "x" : "") : cell.value);
  const fillDown = (source) => {
    const list = column(source);
    const empty = list.slice(list.indexOf(source) + 1).filter((cell) => cell && valueOf(cell) === "");
    empty.forEach((cell) => write(cell, valueOf(source)));
    say(`Đã điền ${empty.length} ô trống phía dưới.`);
  };
  on("keydown", (event) => {
    const cell = event.target;
    if (event.isComposing || event.keyCode === 229 || !cell.matches?.(CELL) || !cell.closest("[data-grid]")) return;
    const isText = cell.matches("input:not([type=checkbox], [type=radio])");
    const atStart = !isText || (cell.selectionStart === 0 && cell.selectionEnd === 0) || cell.selectionEnd - cell.selectionStart === cell.value.length;
    const atEnd = !isText || cell.selectionStart === cell.value.length || atStart && cell.selectionEnd === cell.value.length;
    let moved = false;
    if (event.key === "Enter") { go(step(cell, event.shiftKey ? -1 : 1)); moved = true; }
    else if (event.ctrlKey && event.key.toLowerCase() === "d") { fillDown(cell); moved = true; }
    else if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    else if (event.key === "ArrowDown" && isText) moved = go(step(cell, 1));
    else if (event.key === "ArrowUp" && isText) moved = go(step(cell, -1));
    else if (event.key === "ArrowLeft" && atStart) moved = go(beside(cell, -1));
    else if (event.key === "ArrowRight" && atEnd) moved = go(beside(cell, 1));
    if (moved) event.preventDefault();
  });
  let lastCell = null;
  on("focusin", (event) => { if (event.target.matches?.(CELL) && event.target.closest("[data-grid]")) lastCell = event.target; });
  on("click", (event) => {
    const button = event.target.closest?.("[data-fill-down]");
    if (!button) return;
    const { table, column: n } = place(button);
    const source = lastCell && place(lastCell).table === table && place(lastCell).column === n
      ? lastCell : all("tbody tr", table).map((row) => cellAt(row, n)).find((cell) => cell && valueOf(cell) !== "");
    if (source) fillDown(source);
  });
  on("paste", (event) => {
    const first = event.target;
    const text = event.clipboardData?.getData("text/plain") || "";
    if (!first.matches?.(CELL) || !first.closest("[data-grid]") || !/[\n\t]/.test(text.trimEnd())) return;
    event.preventDefault();
    const { table, row, column: n } = place(first);
    const rows = all("tbody tr", table);
    let written = 0;
    let skipped = 0;
    text.replace(/\r?\n$/, "").split(/\r?\n/).forEach((line, down) => line.split("\t").forEach((value, across) => {
      const cell = cellAt(rows[rows.indexOf(row) + down], n + across);
      if (cell && write(cell, value)) written += 1; else skipped += 1;
    }));
    say(`Đã dán ${written} ô${skipped ? `, bỏ qua ${skipped} ô không nhận được` : ""}.`);
  });
})();
