/* The window's own keys: lines in the input, a scanner's lines, the picker of matters. The page works without it. */
"use strict";
(() => {
  const BURST = 25; // milliseconds between two keys of a scanner; no hand types eight in a row like that
  const LINE = 30; // a scanner's Enter ends a line, unless nothing follows for this long
  const one = (selector) => document.querySelector(selector);
  const form = one("#ask"), field = one("#id_text"), matter = one("#id_matter"), list = one("#matter-list");
  const stage = one("#id_stage");

  // --- the input: Enter checks, Shift+Enter begins a line; it grows with its lines ---------------------------------
  const grow = () => { field.rows = Math.min(8, Math.max(1, field.value.split("\n").length)); };
  let quick = 0, last = 0, ending = 0;
  const insertLine = () => { field.setRangeText("\n", field.selectionStart, field.selectionEnd, "end"); grow(); };
  field.addEventListener("input", grow);
  field.addEventListener("keydown", (event) => {
    const at = event.timeStamp;
    quick = at - last < BURST ? quick + 1 : 0;
    last = at;
    if (ending && event.key.length === 1) { clearTimeout(ending); ending = 0; insertLine(); } // the scan goes on
    if (event.key !== "Enter" || event.shiftKey || event.altKey || event.ctrlKey || event.isComposing) return;
    event.preventDefault();
    if (quick < 8) { form.requestSubmit(one("#ask .go")); return; }
    clearTimeout(ending);
    ending = setTimeout(() => { ending = 0; form.requestSubmit(one("#ask .go")); }, LINE);
  });
  grow();

  // --- the picker: type to filter, arrows to move, Enter or Alt+digit to choose -------------------------------------
  const options = () => [...list.querySelectorAll("[role=option]")];
  const open = () => !list.hidden;
  let chosen = matter.value; // what was chosen last: Escape goes back to it
  let stale = false, entered = false; // the list is not yet of what was typed; Enter was pressed meanwhile
  const mark = (option) => {
    options().forEach((other) => { other.classList.toggle("active", other === option); });
    if (option) { matter.setAttribute("aria-activedescendant", option.id); option.scrollIntoView({ block: "nearest" }); } else { matter.removeAttribute("aria-activedescendant"); }
  };
  const show = (shown) => {
    list.hidden = !shown;
    matter.setAttribute("aria-expanded", String(shown));
    if (!shown) { mark(null); }
  };
  const star = (starred) => {
    const button = one("#star");
    button.setAttribute("aria-pressed", starred);
    button.setAttribute("hx-vals", JSON.stringify({ star: starred === "true" ? "off" : "on" }));
    button.firstElementChild.textContent = starred === "true" ? "★" : "☆";
  };
  const choose = (option) => {
    matter.value = chosen = option.dataset.value;
    const stages = option.dataset.stages.split(" ");
    if (!stages.includes(stage.value)) { stage.value = stages[0]; }
    star(option.dataset.starred);
    stale = entered = false;
    show(false);
    field.focus();
    one("#live").textContent = `已选事项 ${chosen}`;
  };
  const back = () => { matter.value = chosen; stale = entered = false; show(false); };
  matter.addEventListener("focus", () => { matter.select(); });
  matter.addEventListener("mousedown", () => { if (!open()) { htmx.trigger(matter, "find-matters"); } });
  matter.addEventListener("blur", () => { if (open()) { back(); } });
  matter.addEventListener("keydown", (event) => {
    const all = options(), now = all.findIndex((option) => option.classList.contains("active"));
    const digit = event.altKey && /^Digit[1-9]$/.test(event.code) && open() && all[Number(event.code[5]) - 1];
    if (digit) { choose(digit); } else if (event.altKey || event.ctrlKey || event.isComposing) { return; }
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!open()) { htmx.trigger(matter, "find-matters"); } else if (all.length) {
        mark(all[(now + (event.key === "ArrowDown" ? 1 : all.length - 1 + (now < 0 ? 1 : 0))) % all.length]);
      }
    } else if (event.key === "Enter") {
      if (stale) { entered = true; } // quicker than the list: what was typed counts, not what stands there still
      else if (open() && all.length) { choose(all[Math.max(now, 0)]); } else { field.focus(); }
    } else if (event.key === "Escape") { back(); } else { return; }
    event.preventDefault();
    event.stopPropagation();
  });
  list.addEventListener("mousedown", (event) => { // before the input loses the focus
    const option = event.target.closest("[role=option]");
    event.preventDefault();
    if (option) { choose(option); }
  });
  matter.addEventListener("input", () => { stale = true; });
  list.addEventListener("htmx:afterSettle", (event) => { // not before: settling gives every class back
    if (document.activeElement !== matter) return;
    stale = new URL(event.detail.xhr.responseURL).searchParams.get("matter") !== matter.value;
    show(true);
    mark(options()[0]);
    if (entered && !stale) { entered = false; if (options().length) { choose(options()[0]); return; } }
    one("#live").textContent = options().length ? `${options().length} 个事项` : list.innerText;
  });

  // --- the keys that lead there --------------------------------------------------------------------------------------
  const ways = { KeyM: () => { matter.focus(); htmx.trigger(matter, "find-matters"); }, KeyN: () => { one("#id_file_number").select(); one("#id_file_number").focus(); }, KeyS: () => one("#star").click() };
  document.addEventListener("keydown", (event) => {
    if (!event.altKey || event.ctrlKey || event.metaKey || event.target.closest("dialog") || !ways[event.code]) return;
    event.preventDefault();
    ways[event.code]();
  });
  document.addEventListener("htmx:afterSettle", () => {
    const button = one("#star[data-said]");
    if (button) { one("#live").textContent = button.dataset.said; button.removeAttribute("data-said"); }
  });
})();
