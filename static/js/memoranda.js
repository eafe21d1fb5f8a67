/* 备忘录分解: a piece of the text is marked, a button makes a row of it. Without this file the piece is copied by hand. */
"use strict";
(() => {
  const one = (selector) => document.querySelector(selector);
  const text = one("[data-memo-text]");
  const buttons = document.querySelectorAll("[data-mark]");
  if (!text || !buttons.length) return;
  const marked = () => text.value.slice(text.selectionStart, text.selectionEnd).trim();
  const fit = () => {
    const empty = !marked();
    buttons.forEach((button) => { button.disabled = empty; });
    one("[data-marked]").textContent = empty ? "" : `已选 ${[...marked()].length} 字`;
  };
  one("[data-mark-tools]").hidden = false;
  text.readOnly = false; // in a box that is read only the keys move no caret, and nothing could be marked with them
  text.setAttribute("aria-readonly", "true");
  ["beforeinput", "drop"].forEach((name) => { text.addEventListener(name, (event) => event.preventDefault()); });
  ["select", "mouseup", "focus", "touchend"].forEach((name) => { text.addEventListener(name, () => setTimeout(fit)); });
  ["keydown", "keyup"].forEach((name) => { text.addEventListener(name, fit); }); // at once: on a busy machine the key that presses the button overtakes a timer
  buttons.forEach((button) => button.addEventListener("click", () => {
    const piece = marked();
    const box = one(`[data-mark-target="${button.dataset.mark}"]`);
    if (!piece || !box) return;
    box.value = piece;
    const basis = button.dataset.mark === "measure" && one("[data-mark-basis]");
    const articles = piece.match(/《[^》]+》(?:第[一二三四五六七八九十百千零〇\d]+条)?/g);
    if (basis && articles && !basis.value.trim()) { basis.value = [...new Set(articles)].join("\n"); }
    box.closest("details")?.setAttribute("open", "");
    box.focus();
    box.scrollIntoView({ block: "center" });
    one("#live").textContent = "已填入，请补充其他内容后保存";
  }));
  fit();
})();
