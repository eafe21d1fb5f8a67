// A terminal in a hall: after two minutes without a touch or a key it goes back to its first page, which signs out.
// Twenty seconds before, it says so. Without this script a refresh in <noscript> does the same, without a warning.
(() => {
  const IDLE = 120, WARN = 20;
  const notice = document.getElementById("idle");
  let last = Date.now();
  const touched = () => { last = Date.now(); notice.hidden = true; };
  for (const what of ["pointerdown", "keydown", "input", "scroll"]) addEventListener(what, touched, { passive: true });
  setInterval(() => {
    const idle = (Date.now() - last) / 1000;
    if (idle >= IDLE) location.replace(notice.dataset.home);
    else if (idle >= IDLE - WARN) notice.hidden = false;
  }, 1000);
  addEventListener("pageshow", (event) => { if (event.persisted) location.replace(notice.dataset.home); });
})();
