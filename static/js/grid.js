/* Grids of many units: Enter down, arrows, letters choose, Ctrl+D fills down, blocks pasted from Excel.
   Comfort only: every grid is a form that saves without this file. */
(() => {
  "use strict";
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const on = (type, handler, options) => document.addEventListener(type, handler, options);
  const say = (text) => { const live = document.querySelector("[data-live]"); if (live) live.textContent = text; };
  const CELL = "input:not([type=hidden], [data-check]), select";

  /* Where a cell stands; found by walking, so that a key costs the same in five hundred rows as in five. */
  const place = (cell) => { const td = cell.closest("td, th"); return { table: td.closest("[data-grid]"), row: td.parentElement, column: td.cellIndex }; };
  const cellAt = (row, column) => { const cell = row?.cells?.[column]?.querySelector(CELL); return cell && !cell.disabled && !cell.readOnly ? cell : null; };
  const bodyRows = (table) => [...table.tBodies[0].rows];
  const column = (cell) => { const { table, column: n } = place(cell); return bodyRows(table).map((row) => cellAt(row, n)); };
  const step = (cell, by) => {
    const { row, column: n } = place(cell);
    const next = (one) => (by > 0 ? one.nextElementSibling : one.previousElementSibling);
    for (let one = next(row); one; one = next(one)) { const found = cellAt(one, n); if (found) return found; }
    return null;
  };
  const beside = (cell, by) => {
    const { row, column: n } = place(cell);
    for (let i = n + by; i >= 0 && i < row.cells.length; i += by) { const found = cellAt(row, i); if (found) return found; }
    return null;
  };
  /* Past the end of a column lies the top of the next one, as a list is worked through. */
  const onward = (cell, by) => {
    const found = step(cell, by);
    if (found) return found;
    const { table, column: n } = place(cell);
    const rows = bodyRows(table);
    if (by < 0) rows.reverse();
    const width = rows[0].closest("table").tHead.rows[0].cells.length;
    for (let i = n + by; i > 0 && i < width; i += by) for (const row of rows) { const next = cellAt(row, i); if (next) return next; }
    return null;
  };
  const go = (cell) => { if (!cell) return false; cell.focus({ preventScroll: true }); cell.select?.(); cell.scrollIntoView({ block: "nearest", inline: "nearest" }); return true; };

  /* What is typed or pasted: options by their words or the beginning of them, whatever case and diacritics. */
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").trim().toLowerCase();
  const optionFor = (select, text) => {
    const words = plain(text);
    const options = [...select.options];
    if (!words) return options.find((each) => !each.value);
    const same = options.find((each) => plain(each.text) === words || each.value === text.trim());
    if (same) return same;
    const begun = options.filter((each) => each.value && plain(each.text).startsWith(words));
    if (begun.length === 1) return begun[0];
    const isPlain = ["dat", "chua dat"].every((one) => options.some((each) => plain(each.text) === one));
    if (!isPlain) return null;
    const met = ["x", "co", "1"].includes(words) ? "met" : ["khong", "khong dat", "kd", "0"].includes(words) ? "not_met" : words === "kad" ? "na" : "";
    return options.find((each) => met && each.value === met) || null;
  };
  const tellChange = (cell) => ["input", "change"].forEach((type) => cell.dispatchEvent(new Event(type, { bubbles: true })));
  const write = (cell, text) => {
    if (cell.type === "checkbox") cell.checked = ["x", "1", "co", "true"].includes(plain(text));
    else if (cell.tagName === "SELECT") {
      const option = optionFor(cell, text);
      if (!option) return false;
      cell.value = option.value;
    } else cell.value = text.trim().normalize("NFC");
    tellChange(cell);
    return true;
  };
  const valueOf = (cell) => (cell.type === "checkbox" ? (cell.checked ? "x" : "") : cell.value);
  const fillDown = (source) => {
    const list = column(source);
    const empty = list.slice(list.indexOf(source) + 1).filter((cell) => cell && valueOf(cell) === "");
    empty.forEach((cell) => write(cell, valueOf(source)));
    say(`Đã điền ${empty.length} ô trống phía dưới.`);
  };

  /* In a closed list a letter chooses, Delete empties; figures are left to the browser's own search. */
  const choose = (select, key) => {
    if (key === "Delete" || key === "Backspace") { if (select.value) { select.value = ""; tellChange(select); } return true; }
    if (key.length !== 1 || !/\p{L}/u.test(key)) return false;
    const letter = plain(key);
    const found = [...select.options].filter((each) => each.value && plain(each.text).startsWith(letter));
    if (!found.length) return false;
    const next = found[(found.findIndex((each) => each.selected) + 1) % found.length];
    if (!next.selected) { select.value = next.value; tellChange(select); }
    return true;
  };
  const ARROWS = { ArrowDown: 1, ArrowUp: -1 };
  const edges = (cell) => {
    if (!cell.matches("input:not([type=checkbox], [type=radio])")) return { atStart: true, atEnd: true };
    const { selectionStart: from, selectionEnd: to, value } = cell;
    const isAll = to - from === value.length;
    return { atStart: isAll || to === 0, atEnd: isAll || from === value.length };
  };
  const moved = (cell, event) => {
    const { key } = event;
    if (key === "Enter") {
      if (event.ctrlKey) cell.dispatchEvent(new CustomEvent("grid:confirm", { bubbles: true }));
      go(onward(cell, event.shiftKey ? -1 : 1));
      return true;
    }
    if (event.ctrlKey && key.toLowerCase() === "d") { fillDown(cell); return true; }
    if (event.ctrlKey && key in ARROWS) { const list = column(cell).filter(Boolean); return go(ARROWS[key] > 0 ? list.at(-1) : list[0]); }
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey && key.length > 1) return false;
    if (key in ARROWS) { go(step(cell, ARROWS[key])); return true; }
    if (key === "ArrowLeft" && edges(cell).atStart) return go(beside(cell, -1));
    if (key === "ArrowRight" && edges(cell).atEnd) return go(beside(cell, 1));
    return cell.tagName === "SELECT" && choose(cell, key);
  };
  on("keydown", (event) => {
    const cell = event.target;
    if (event.isComposing || event.keyCode === 229 || !cell.matches?.(CELL) || !cell.closest("[data-grid]")) return;
    if (moved(cell, event)) event.preventDefault();
  });

  /* What the column is, in full, while somebody stands in it. */
  let lastCell = null;
  on("focusin", ({ target }) => {
    if (!target.matches?.(CELL) || !target.closest("[data-grid]")) return;
    lastCell = target;
    const spot = document.querySelector("[data-column-text]");
    if (!spot) return;
    const { table, column: n } = place(target);
    spot.textContent = table.tHead.rows[0].cells[n].title;
  });
  on("click", (event) => {
    const button = event.target.closest?.("[data-fill-down]");
    if (!button) return;
    const { table, column: n } = place(button);
    const source = lastCell && place(lastCell).table === table && place(lastCell).column === n
      ? lastCell : bodyRows(table).map((row) => cellAt(row, n)).find((cell) => cell && valueOf(cell) !== "");
    if (source) fillDown(source);
  });

  /* A block from Excel goes into the columns that are typed in, one after the other. */
  const typedColumns = (table, from) => {
    const width = table.tHead.rows[0].cells.length;
    const rows = bodyRows(table);
    return [...Array(width).keys()].filter((n) => n >= from && rows.some((row) => cellAt(row, n)));
  };
  on("paste", (event) => {
    const first = event.target;
    const text = event.clipboardData?.getData("text/plain") || "";
    if (!first.matches?.(CELL) || !first.closest("[data-grid]")) return;
    if (!/[\n\t]/.test(text.trimEnd()) && first.tagName !== "SELECT") return;
    event.preventDefault();
    const { table, row, column: n } = place(first);
    const rows = bodyRows(table).filter((one) => !one.matches(".wrong"));
    const start = rows.indexOf(row);
    const columns = typedColumns(table, n);
    let written = 0;
    let skipped = 0;
    text.replace(/\r?\n$/, "").split(/\r?\n/).forEach((line, down) => line.split("\t").forEach((value, across) => {
      const cell = cellAt(rows[start + down], columns[across]);
      if (cell && write(cell, value)) written += 1; else if (value.trim()) skipped += 1;
    }));
    say(`Đã dán ${written} ô${skipped ? `, bỏ qua ${skipped} ô không nhận được` : ""}.`);
  });
})();
