/* 信用核查插件 v1: the check inside another department's acceptance page. One script, no dependence, no global style.

   <script defer src="https://credit.example/static/plugin/v1.js"
     data-form="#acceptance" data-token-url="/credit-token" data-matter="#matter" data-stage="before"
     data-file-number="#file_number" data-subjects="applicant:#code legal_representative:#legal_id"></script>

   It asks by itself when the applicant is filled in, shows the answer in the official words, and holds the form until
   a person has chosen. It refuses nothing: where no answer comes, it says 未能核查, and the person still chooses.
   Everything that comes from outside is shown by textContent. docs/manual/plugin.md tells the rest. */
"use strict";
(() => {
  const script = document.currentScript;
  const WAIT = 10000; // milliseconds: then it counts as not reached
  const AWAY = "未能连接信用平台：未能核查，不得据此认定为无记录。请稍后重新核查。";
  const NO_TOKEN = "受理系统没有取得核查令牌：未能核查，不得据此认定为无记录。请重新核查；仍不行的，请联系受理系统管理员。";
  const NOTHING = "没有填写事项或任何核查对象：未能核查，不得据此认定为无记录。请填写后重新核查。";
  const lost = (text) => `受理页面上找不到 ${text}：未能核查，不得据此认定为无记录。请联系受理系统管理员。`;
  const today = () => new Date(Date.now() + 8 * 3600000).toISOString().slice(0, 10); // the day in Shanghai
  const CHOICES = { hold: "暂缓受理，转实施部门确认", go_on: "继续受理并说明理由" };
  const CSS = `
    :host { all: initial; display: block; margin: 12px 0; color: #1b2430; text-align: left;
      font: 15px/1.5 "Microsoft YaHei", "Noto Sans SC", "Noto Sans CJK SC", "PingFang SC", sans-serif; }
    * { box-sizing: border-box; }
    h2, p, dl, dd { margin: 0; } .soft.number { white-space: nowrap; }
    .live { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
    .wait, .chosen, .actions, article { border: 1px solid #c9d1da; background: #fff; }
    .wait { padding: .6em .9em; }
    article { border-left: .5em solid var(--tone); margin-bottom: .6em; --tone: #36485c; --pale: #eef2f6; }
    .hit { --tone: #a81c12; --pale: #fcefed; } .gap { --tone: #7a4100; --pale: #fdf3e3; }
    .clear { --tone: #14643a; --pale: #eef7f1; } .identify { --tone: #553a99; --pale: #f3f0fa; }
    header { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 1em; padding: .4em .9em; color: var(--tone);
      background: var(--pale); }
    h2 { font-size: 1.35em; line-height: 1.35; }
    .hit > header, .gap > header { background: var(--tone); color: #fff; }
    .shape { display: inline-block; min-width: 1.3em; }
    .subject { font-weight: 700; overflow-wrap: anywhere; }
    .code { font-family: Consolas, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
    article > p, dl > div { padding: .4em .9em; }
    dl > div { display: grid; grid-template-columns: 6em 1fr; gap: 0 .8em; border-top: 1px solid #e3e8ed; }
    dt { font-weight: 700; color: #4d5866; } dt.must { color: #a81c12; } dt.gap { color: #7a4100; }
    dd { overflow-wrap: anywhere; } dd > * + * { margin-top: .3em; }
    .soft { color: #4d5866; } .held b { text-decoration: line-through; }
    .actions, .chosen { display: flex; flex-wrap: wrap; align-items: center; gap: .5em; padding: .6em .9em; }
    .actions > p, .actions > .reason { flex: 1 1 100%; }
    .reason { display: flex; flex-wrap: wrap; gap: .5em; align-items: center; } .reason[hidden] { display: none; }
    input { font: inherit; flex: 1 1 12em; min-width: 0; min-height: 2.6em; padding: .3em .6em; color: inherit;
      background: #fff; border: 1px solid #6b7683; }
    button { font: inherit; min-height: 2.6em; padding: .3em .9em; color: #0b5cad; background: #fff; border: 1px solid;
      cursor: pointer; text-align: left; }
    button.first { color: #fff; background: #0b5cad; border-color: #0b5cad; }
    button:disabled { color: #4d5866; background: #eef2f6; cursor: default; }
    :focus-visible, h2:focus, .chosen:focus { outline: 3px solid #ffbf00; outline-offset: 1px; box-shadow: 0 0 0 1px #000; }
    .mend { color: #a81c12; font-weight: 700; }
    @media (max-width: 480px) { dl > div { grid-template-columns: 1fr; } }`;

  const h = (tag, said = {}, ...inner) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(said)) {
      if (name === "on") { made.addEventListener("click", value); } else if (value !== false) { made.setAttribute(name, value === true ? "" : value); }
    }
    made.append(...inner.flat().filter((one) => one !== null && one !== undefined && one !== ""));
    return made;
  };
  const row = (title, mark, ...inner) => h("div", {}, h("dt", { class: mark }, title), h("dd", {}, ...inner));
  const lines = (title, mark, texts) => (texts.length ? row(title, mark, texts.map((text) => h("p", {}, text))) : null);
  const listed = (one) => h("p", {}, h("strong", {}, one.name), ` ${one.document_no} ${one.authority}`,
    one.ground ? ` · ${one.ground}` : "", ` ${one.span}`);
  const measure = (one) => h("div", { class: one.suspended ? "held" : "" },
    h("p", {}, h("b", {}, one.content), ` ${one.until}`),
    h("p", {}, `${one.articles} ${one.department}`, one.means ? ` · ${one.means}` : ""),
    one.because.map((text) => h("p", { class: "soft" }, `因 ${text}`)),
    one.own_term ? h("p", {}, one.own_term) : null,
    one.suspended ? h("p", { class: "mend" }, one.suspended) : null);

  /* One subject of the application: the same lines in the same order as on the platform's own page. */
  const panel = (one, take) => {
    const groups = new Map();
    for (const each of one.measures) { groups.set(each.wording, [...(groups.get(each.wording) || []), each]); }
    return h("article", { class: one.shape },
      h("header", {}, h("h2", { tabindex: "-1" }, h("span", { class: "shape", "aria-hidden": "true" }, one.mark), one.headline),
        h("span", {}, one.role), h("span", { class: "subject" }, one.name), one.code ? h("span", { class: "code" }, one.code) : null),
      one.sentence ? h("p", {}, one.sentence) : null,
      h("dl", {},
        [...groups].map(([wording, all]) => row(wording, wording === "依法应当" ? "must" : "", all.map(measure))),
        one.bad.length ? row("失信信息", "", one.bad.map(listed)) : null,
        one.good.length ? row("守信激励", "", one.good.map(listed)) : null,
        one.rewards.length ? row("激励", "", one.rewards.map((r) => h("p", {}, h("strong", {}, r.state), `：${r.content} ${r.articles}`))) : null,
        lines("异议", "", one.disputes), lines("关联", "", one.related), lines("▲ 未能核查", "gap", one.gaps), lines("提示", "", one.warnings),
        one.candidates.length ? row("相近主体", "", one.candidates.map((c) => h("p", {},
          take ? h("button", { type: "button", on: () => take(c.code) }, `${c.name} ${c.code}`) : h("span", {}, `${c.name} ${c.code}`),
          h("span", { class: "soft" }, ` ${c.area} ${c.why}`)))) : null));
  };

  const attach = (said) => {
    const form = document.querySelector(said.form);
    if (!form) { throw new Error(`信用核查插件：没有找到表单 ${said.form}`); }
    const server = said.server.replace(/\/$/, "");
    const subjects = said.subjects.trim().split(/\s+/).map((pair) => {
      const at = pair.indexOf(":");
      return { role: pair.slice(0, Math.max(at, 0)), place: pair.slice(at + 1) };
    });
    /* Fields are looked for each time: the page may have drawn them anew. */
    const isPlace = (text) => /^[#.[]/.test(text || "");
    const fieldOf = (place) => document.querySelector(place);
    const textOf = (place) => (fieldOf(place)?.value || "").trim();
    const valueOf = (text) => (isPlace(text) ? textOf(text) : (text || "").trim());
    const places = [...subjects.map((one) => one.place), ...[said.matter, said.stage, said.fileNumber].filter(isPlace)];
    const missing = () => places.find((place) => !fieldOf(place));
    const watches = (field) => places.some((place) => fieldOf(place) === field);
    const ofSubject = (field) => subjects.some(({ place }) => fieldOf(place) === field);
    const hidden = Object.fromEntries(["receipt", "answer", "choice", "reason", "recorded"].map((what) => {
      const name = `${said.name || "credit"}_${what}`;
      const there = form.querySelector(`input[name="${name}"]`) || h("input", { type: "hidden", name });
      if (!there.parentNode) { form.append(there); }
      return [what, there];
    }));

    const host = h("credit-check", { role: "region", "aria-label": "信用核查" });
    const root = host.attachShadow({ mode: "open" });
    const live = h("p", { class: "live", role: "status" });
    const body = h("div");
    root.append(live, body);
    try { // a constructed sheet needs no leave of the page's Content-Security-Policy
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(CSS);
      root.adoptedStyleSheets = [sheet];
    } catch (_) { root.prepend(h("style", {}, CSS)); }
    const place = said.place ? document.querySelector(said.place) : null;
    if (place) { place.append(host); } else { form.insertBefore(host, form.querySelector("[type=submit], button:not([type])")?.closest("form > *") || null); }

    let state = "idle", asked = "", answer = null, turn = 0;
    const question = () => ({
      matter: valueOf(said.matter), stage: valueOf(said.stage) || "before", file_number: valueOf(said.fileNumber),
      subjects: written().map(({ role, place }) => ({ ...(role ? { role } : {}), text: textOf(place) })),
    });
    const written = () => subjects.filter(({ place }) => textOf(place));
    const unaskable = (wanted) => (missing() ? lost(missing()) : wanted.matter && wanted.subjects.length ? "" : NOTHING);
    const filled = () => !unaskable(question());
    const key = (wanted) => JSON.stringify([today(), wanted]); // an answer holds for the day on which it was given
    const current = () => asked === key(question());
    const free = () => current() && (state === "go" || state === "chosen");
    const tell = (name) => form.dispatchEvent(new CustomEvent(name, { bubbles: true,
      detail: Object.fromEntries(Object.entries(hidden).map(([what, input]) => [what, input.value])) }));
    const fill = (values) => { for (const what of Object.keys(hidden)) { hidden[what].value = values[what] || ""; } };
    const show = (...inner) => { body.replaceChildren(...inner.flat().filter(Boolean)); };
    const focus = (selector) => { const target = body.querySelector(selector); if (target) { target.focus(); } };
    const note = (text) => h("p", { class: "wait" }, text);

    const send = async (url, headers, data, options) => {
      const stop = new AbortController(), timer = setTimeout(() => stop.abort(), WAIT);
      try {
        const response = await fetch(url, { method: "POST", body: JSON.stringify(data), signal: stop.signal, cache: "no-store",
          headers: { "Content-Type": "application/json", ...headers }, ...options });
        const told = await response.json().catch(() => ({}));
        return { ok: response.ok, status: response.status, told };
      } finally { clearTimeout(timer); }
    };
    const bearer = (token) => ({ Authorization: `Bearer ${token}` });
    const apart = { mode: "cors", credentials: "omit", referrerPolicy: "no-referrer" };

    /* Asks about what the form says now. `by`: the button that was pressed to send the form, to go on with it. */
    const ask = async (by) => {
      const wanted = question(), mine = ++turn;
      asked = key(wanted); state = "asking"; answer = null;
      fill({});
      show(note("正在核查…"));
      let problem = unaskable(wanted);
      if (!problem) { try {
        const pass = await send(said.tokenUrl, { "X-Requested-With": "credit-check" },
          { matter: wanted.matter, stage: wanted.stage, file_number: wanted.file_number }, { credentials: "same-origin" }).catch(() => null);
        if (mine !== turn) { return; }
        if (!pass || !pass.ok || !pass.told.token) {
          problem = (pass && pass.told.title && `未能核查：${pass.told.title}`) || NO_TOKEN;
        } else {
          const found = await send(`${server}/api/v1/plugin/checks`, bearer(pass.told.token), { subjects: wanted.subjects }, apart);
          if (mine !== turn) { return; }
          if (found.ok) { answer = found.told; } else { problem = found.told.title ? `未能核查：${found.told.title}` : AWAY; }
        }
      } catch (_) { problem = AWAY; } }
      if (mine !== turn) { return; }
      if (!current()) { stale(); return; }
      if (problem) { away(problem); } else { answered(); }
      tell("credit-check");
      if (by && free()) { form.requestSubmit ? form.requestSubmit(by.form === form ? by : undefined) : form.submit(); } else if (by) { focus("h2"); }
    };
    const again = () => h("button", { type: "button", on: () => ask().then(() => focus("h2")) }, "重新核查");

    const answered = () => {
      state = answer.hold;
      fill({ receipt: answer.number, answer: answer.answer });
      const leader = answer.panels.find((one) => one.leads) || answer.panels[0];
      live.textContent = `信用核查：${leader.headline}。${state === "go" ? "可以继续办理。" : "请选择处理方式。"}`;
      const texts = written(); // panels come in the order in which the subjects were asked about
      const takes = answer.panels.length === texts.length ? texts.map(({ place }) => (code) => take(place, code)) : [];
      show(answer.panels.map((one, at) => panel(one, takes[at])), state === "go" ? note(`回执 ${answer.number}。${answer.note}`) : actions(answer.department));
    };
    const away = (problem) => {
      state = "confirm";
      fill({ answer: "could_not_check" });
      live.textContent = problem;
      show(h("article", { class: "gap" }, h("header", {}, h("h2", { tabindex: "-1" }, h("span", { class: "shape", "aria-hidden": "true" }, "▲"), "未能核查")),
        h("p", {}, problem), h("p", {}, "确需先行办理的，请选择处理方式；平台恢复后请补查。")), actions(""));
    };
    const stale = () => {
      state = "idle"; asked = ""; answer = null; turn += 1;
      fill({});
      show(note("申请信息已修改，尚未核查。"));
    };
    const take = (place, code) => {
      const field = fieldOf(place);
      if (field) { field.value = code; field.dispatchEvent(new Event("change", { bubbles: true })); }
      ask().then(() => focus("h2"));
    };

    const actions = (department) => {
      const why = h("input", { id: "why", maxlength: "200", autocomplete: "off" });
      const wrong = h("p", { class: "mend", role: "alert" });
      const reason = h("div", { class: "reason", hidden: true }, h("label", { for: "why" }, "继续受理的理由"), why,
        h("button", { type: "button", class: "first", on: () => choose("go_on", why, wrong) }, "登记并继续受理"));
      why.addEventListener("keydown", (event) => {
        if (event.key === "Enter" && !event.isComposing) { event.preventDefault(); choose("go_on", why, wrong); }
      });
      return h("div", { class: "actions", role: "group", "aria-label": "处理选择" },
        h("p", {}, state === "confirm" ? "有应查信息未能核查，请选择处理方式：" : "请选择处理方式：", answer ? h("span", { class: "soft number" }, ` 回执 ${answer.number}`) : ""),
        state === "confirm" ? again() : null,
        h("button", { type: "button", class: "first", on: () => choose("hold", why, wrong) }, `暂缓受理，转${department || "实施部门"}确认`),
        h("button", { type: "button", on: () => { reason.hidden = false; why.focus(); } }, "继续受理并说明理由"), reason, wrong);
    };

    const choose = async (what, why, wrong) => {
      const text = what === "go_on" ? why.value.trim() : "";
      if (what === "go_on" && !text) { wrong.textContent = "请填写继续受理的理由。"; why.focus(); return; }
      const buttons = [...body.querySelectorAll(".actions button")], mine = turn;
      for (const button of buttons) { button.disabled = true; }
      let found = null;
      if (answer) {
        found = await send(`${server}/api/v1/plugin/choices`, bearer(answer.choice_token), { what, reason: text }, apart).catch(() => null);
        if (mine !== turn) { return; }
        if (found && !found.ok && found.status < 500) {
          for (const button of buttons) { button.disabled = false; }
          wrong.textContent = found.told.title || "没有登记。请重新核查。";
          if (found.status === 401) { body.querySelector(".actions").append(again()); }
          return;
        }
      }
      const recorded = Boolean(found && found.ok);
      state = "chosen";
      fill({ receipt: answer ? answer.number : "", answer: answer ? answer.answer : "could_not_check", choice: what, reason: text, recorded: recorded ? "yes" : "no" });
      const told = `✓ ${recorded ? "已登记" : "已选择"}：${CHOICES[what]}${text ? `（${text}）` : ""}`;
      body.querySelector(".actions").replaceWith(h("p", { class: "chosen", tabindex: "-1" }, told,
        recorded ? "" : h("span", { class: "mend" }, "没有登记到信用平台，随申请表提交给受理系统。")));
      live.textContent = told;
      focus(".chosen");
      tell("credit-choice");
    };

    form.addEventListener("input", (event) => { if (watches(event.target) && asked && !current()) { stale(); } });
    form.addEventListener("change", (event) => {
      if (!watches(event.target)) { return; }
      if (asked && !current()) { stale(); }
      if (filled() && !current() && written().length === subjects.length) { ask(); }
    });
    form.addEventListener("focusout", (event) => { // the clerk has left the applicant's fields: what is there is asked about
      if (!ofSubject(event.target)) { return; }
      setTimeout(() => {
        if (!ofSubject(document.activeElement) && filled() && !current()) { ask(); }
      });
    });
    document.addEventListener("submit", (event) => { // before the page's own listeners
      if (event.target !== form || free()) { return; }
      event.preventDefault();
      event.stopImmediatePropagation();
      if (state === "asking" && current()) { return; }
      if (current()) { focus("h2"); } else { ask(event.submitter || true); }
    }, true);
    form.addEventListener("reset", () => setTimeout(() => { asked = ""; state = "idle"; answer = null; turn += 1; fill({}); show(); }));
    if (missing()) { ask(); throw new Error(`信用核查插件：没有找到字段 ${missing()}`); } // the form is held none the less
    return { check: () => ask(), free };
  };

  window.CreditCheck = { attach };
  const start = () => attach({ ...script.dataset, server: script.dataset.server || new URL(script.src).origin });
  if (script && script.dataset.form) {
    if (document.readyState === "loading") { document.addEventListener("DOMContentLoaded", start); } else { start(); }
  }
})();
