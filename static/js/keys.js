/* Everything by keyboard. Pages work without this file; it only makes them quicker.
   A digit presses the button that shows it, but only when nothing follows at once: a scanner types a whole code in a
   few milliseconds, and its first digit must never press a button. */
"use strict";
(() => {
  const PAUSE = 180; // milliseconds of silence after which a digit was a digit
  const LEAVE = "leave"; // where a form waits in this tab while its writer logs in again
  const one = (selector) => document.querySelector(selector);
  const typing = (target) => target.matches("input:not([type=checkbox]):not([type=radio]), textarea, select");
  const free = (event) => !event.ctrlKey && !event.metaKey && !event.isComposing;
  let held = "", timer = 0;

  const input = () => one("[data-check-input]");
  const fill = (field, text) => { field.value = text; field.dispatchEvent(new Event("input")); };
  const say = (text) => { one("#live").textContent = text; };
  const toInput = (text = "") => {
    const field = input();
    if (!field) return false;
    field.focus();
    if (text) { fill(field, text); } else { field.select(); }
    return true;
  };
  const press = (key) => {
    const button = one(`[data-key="${key}"]:not(:disabled)`);
    if (button) { button.focus(); button.click(); }
    return Boolean(button);
  };
  const release = () => { // silence: a lone digit is a button, anything longer was typed or scanned
    const text = held;
    held = "";
    if (text.length === 1) { press(text); }
  };
  const hold = (event) => {
    clearTimeout(timer);
    held += event.key;
    if (held.length > 1 && toInput(held)) { held = ""; } else { timer = setTimeout(release, PAUSE); }
  };
  const rows = (event) => {
    const here = event.target.closest("[data-rows] a, [data-rows] button");
    if (!here) return;
    const all = [...here.closest("[data-rows]").querySelectorAll("a, button")];
    const next = all[all.indexOf(here) + (event.key === "ArrowDown" ? 1 : -1)];
    if (next) { next.focus(); event.preventDefault(); }
  };

  document.addEventListener("keydown", (event) => {
    if (event.target.closest("dialog") || !free(event)) return;
    if (event.altKey) {
      if (/^Digit\d$/.test(event.code) && press(event.code[5])) { event.preventDefault(); }
      return;
    }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") { rows(event); return; }
    const slash = event.key === "/"; // inside the input it is typed, unless it would be the first character
    const help = event.key === "?" || event.key === "？";
    const wholly = event.target === input() && event.target.selectionEnd - event.target.selectionStart === event.target.value.length;
    if (typing(event.target) && !(help && event.target === input() && !event.target.value) && !(slash && (wholly || event.target.matches("select")))) {
      if (event.key === "Escape" && event.target === input()) { fill(event.target, ""); }
      return;
    }
    if (slash) { if (toInput()) { event.preventDefault(); } return; }
    if (help) { one("#keys").showModal(); event.preventDefault(); return; }
    if (/^\d$/.test(event.key) && (held || one(`[data-key="${event.key}"]`))) { hold(event); event.preventDefault(); return; }
    if (held && event.key.length === 1) { hold(event); event.preventDefault(); return; }
    if (event.key.length === 1 && event.key !== " " && one("#result [data-focus]")) { toInput(); } // the next applicant
  });

  document.addEventListener("click", (event) => {
    const target = event.target.closest("[data-next], [data-print], [data-open-keys]");
    if (!target) return;
    if (target.matches("[data-next]")) {
      if (!input()) return;
      event.preventDefault();
      one("#result").replaceChildren();
      document.querySelectorAll("#ask [name=text], #ask [name=file_number]").forEach((field) => { fill(field, ""); });
      toInput();
      say("请输入下一位申请人");
    } else if (target.matches("[data-print]")) { window.print(); } else { one("#keys").showModal(); }
  });
  document.addEventListener("change", (event) => { // a choice that changes the page, where the page says so
    if (event.target.matches("[data-submit-on-change]")) { event.target.form.requestSubmit(one(event.target.dataset.submitOnChange)); }
  });

  const land = (root) => { // after a swap: the verdict is read out, and stands under the reader's eye
    const heading = root.querySelector("[data-focus]");
    if (heading) { heading.focus({ preventScroll: true }); heading.scrollIntoView({ block: "nearest" }); }
    if (heading && heading.closest("[data-identified]") && !one("#result .verdict:not([data-identified])") && input()) {
      fill(input(), ""); // ready for the next one, and no personal number stays on the screen
    }
  };
  document.addEventListener("htmx:beforeSwap", (event) => { // a refusal stands beside what it refused, not in its place
    const { target, xhr } = event.detail;
    if (xhr.status < 400 || !target.matches("[data-keep]")) return;
    document.querySelectorAll("main .refusal").forEach((old) => { old.remove(); });
    event.detail.swapOverride = "beforebegin";
  });
  document.addEventListener("htmx:afterSettle", (event) => { land(event.target); }); // once for each piece that came in
  document.addEventListener("htmx:sendError", (event) => {
    const lost = one("#lost");
    if (lost) { event.detail.target.replaceChildren(lost.content.cloneNode(true)); land(event.detail.target); }
  });

  // an expired session sends us to the log-in page: what stood in the form waits here for the same person, in this tab
  const fields = (form) => [...form.elements].filter((field) => field.name && !["hidden", "password"].includes(field.type));
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    const form = event.detail.elt.closest("form");
    if (event.detail.xhr.status !== 401 || !form) return;
    const kept = { user: document.body.dataset.user, path: location.pathname, form: form.id, values: fields(form).map((f) => [f.name, f.value]) };
    sessionStorage.setItem(LEAVE, JSON.stringify(kept));
  });
  const kept = JSON.parse(sessionStorage.getItem(LEAVE) || "null");
  if (kept && document.body.dataset.user) {
    sessionStorage.removeItem(LEAVE);
    const form = document.getElementById(kept.form);
    if (form && kept.user === document.body.dataset.user && kept.path === location.pathname) {
      kept.values.forEach(([name, value]) => { if (form.elements[name]) { form.elements[name].value = value; } });
      say("已恢复重新登录前填写的内容");
    }
  }

  if (document.body.hasAttribute("data-print-now")) { window.print(); }
  const first = one("[data-land]");
  if (first) { land(first); }
})();
