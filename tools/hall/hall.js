"use strict";
// the page's own script: it knows nothing of the plug-in but its event
document.addEventListener("credit-choice", (event) => {
  const button = document.querySelector("#submit");
  button.textContent = event.detail.choice === "hold" ? "暂缓受理并转办" : "受理";
});
document.addEventListener("credit-check", () => { document.querySelector("#submit").textContent = "受理"; });
const finish = document.querySelector("form[data-number]");
if (finish && !finish.dataset.number) { finish.remove(); }
