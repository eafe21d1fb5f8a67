/* 数据报送: dragging a file, how much of it is over, milestones read out, suggestions taken over, which boxes a kind of
   subject needs. Every page works without this file; the server says the same things. */
"use strict";
(() => {
  const MB = 1024 * 1024;
  const one = (selector, root = document) => root.querySelector(selector);
  const say = (text) => { one("#live").textContent = text; };
  const name = (file) => `${file.name}（${(file.size / MB).toFixed(1)} MB）`;

  // --- a file ---------------------------------------------------------------------------------------------------------
  const problem = (input) => {
    const file = input.files[0];
    if (!file) return "";
    if (!/\.(xlsx|xls|csv)$/i.test(file.name)) return "只能报送 .xlsx、.xls 或 .csv 表格，请在表格软件中另存后重新选择。";
    if (file.size === 0) return "文件是空的，没有可读取的内容。请检查后重新选择。";
    if (file.size > Number(input.dataset.limit)) return `文件有 ${Math.ceil(file.size / MB)} MB，超过 ${Math.floor(input.dataset.limit / MB)} MB 的上限。请删去图片和无关的工作表，或分成几个文件报送。`;
    return "";
  };
  const chosen = (input) => {
    const wrong = problem(input);
    one("[data-file-problem]").textContent = wrong;
    input.setAttribute("aria-invalid", String(Boolean(wrong)));
    if (!wrong && input.files[0]) { say(`已选择 ${name(input.files[0])}`); }
  };
  const zone = one("[data-drop]");
  if (zone) {
    const input = one("input[type=file]", zone);
    one("[data-drop-hint]", zone).hidden = false;
    input.addEventListener("change", () => chosen(input));
    for (const kind of ["dragenter", "dragover"]) {
      zone.addEventListener(kind, (event) => { event.preventDefault(); zone.classList.add("over"); });
    }
    for (const kind of ["dragleave", "drop"]) { zone.addEventListener(kind, () => zone.classList.remove("over")); }
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      if (!event.dataTransfer.files.length) return;
      input.files = event.dataTransfer.files;
      chosen(input);
      input.focus();
    });
  }
  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = event.target;
    if (!form.matches("[data-upload]")) return;
    if (problem(one("input[type=file]", form))) { event.preventDefault(); one("input[type=file]", form).focus(); return; }
    one("[data-sending]", form).hidden = false;
  });
  document.addEventListener("htmx:xhr:progress", (event) => {
    const bar = one("#sent");
    if (!bar || !event.detail.lengthComputable || !event.detail.total) return;
    const percent = Math.floor((event.detail.loaded / event.detail.total) * 100);
    if (percent < bar.value) return; // the answer's own progress comes after the file's
    if (Math.floor(percent / 25) > Math.floor(bar.value / 25)) { say(`已上传 ${percent}%`); }
    bar.value = percent;
    one("[data-sent]").textContent = percent < 100 ? `${percent}%` : "已上传，正在保存";
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target;
    if (!form.matches("[data-upload]")) return;
    if (event.detail.successful && event.detail.xhr.getResponseHeader("HX-Redirect")) return;
    one("[data-sending]", form).hidden = true;
    one("#sent").value = 0;
    if (event.detail.xhr.status === 413) { one("[data-file-problem]").textContent = "文件超过服务器的上限，没有收下。请分成几个文件报送。"; }
    if (event.detail.xhr.status === 0) { one("[data-file-problem]").textContent = "网络中断，文件没有传完，也没有保存任何内容。请重新报送。"; }
  });

  document.addEventListener("htmx:afterSettle", (event) => { // what was refused stands above the form, and is read out
    if (event.target.matches("[data-upload]")) { one("main .refusal [data-focus]").focus(); }
  });

  // --- progress -------------------------------------------------------------------------------------------------------
  let told = "";
  const milestone = () => {
    const panel = one("[data-milestone]");
    if (!panel || panel.dataset.milestone === told) return;
    told = panel.dataset.milestone;
    say(told);
  };
  document.addEventListener("htmx:afterSettle", milestone);

  // --- boxes ----------------------------------------------------------------------------------------------------------
  const put = (id, text) => {
    const box = document.getElementById(id);
    if (!box || !text) return;
    box.value = text;
    box.focus();
  };
  document.querySelectorAll(".js-only").forEach((button) => { button.hidden = false; });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-adopt], [data-name-box]");
    if (!button) return;
    event.preventDefault();
    if (button.dataset.adopt) {
      put(button.dataset.adopt, button.dataset.value);
      say(`已填入 ${button.dataset.value}，请核对`);
      return;
    }
    put(button.dataset.nameBox, button.dataset.name);
    put(button.dataset.usccBox, button.dataset.uscc);
    say(`已填入 ${button.dataset.name} ${button.dataset.uscc}，请与执照核对`);
    one("#candidates").replaceChildren();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    const form = event.target.closest("[data-ctrl-enter]");
    if (!form) return;
    event.preventDefault();
    form.requestSubmit(one("button.go", form));
  });
  const kinds = (word) => {
    if (!word) return [];
    if (word.includes("自然人")) return ["natural_person"];
    return word.includes("个体") ? ["sole_trader"] : ["legal_person", "other_organisation"];
  };
  const form = one("[data-entry][data-kind]");
  const select = form && document.getElementById(form.dataset.kind);
  const fit = () => { // a box that this kind of subject must leave empty is not shown; what must be filled has its star
    const wanted = kinds(select.value);
    form.querySelectorAll("[data-box]").forEach((box) => {
      const needs = wanted.map((kind) => box.getAttribute(`data-${kind}`)).filter(Boolean);
      const away = needs.length > 0 && needs.every((need) => need === "-");
      const filled = [...box.querySelectorAll("input:not([type=checkbox]), textarea, select")].some((field) => field.value);
      box.hidden = away && !filled;
      const star = one("[data-star]", box);
      if (star) { star.hidden = !(needs.length && needs.every((need) => need === "R")); }
    });
  };
  if (select) { select.addEventListener("change", fit); fit(); }
})();
