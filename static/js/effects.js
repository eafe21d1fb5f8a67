/* 奖惩成效统计: draws what the table says. Without this file, or without a canvas, the table is all there is. */
"use strict";
(() => {
  const draw = (place) => {
    const said = JSON.parse(document.getElementById(place.dataset.chart).textContent);
    const style = getComputedStyle(document.documentElement);
    const ink = getComputedStyle(document.body).color;
    const colours = ["--clear", "--gap", "--hit", "--proceed"].map((name) => style.getPropertyValue(name).trim());
    const fallback = ["#1a6b3c", "#8a5a00", "#b3261e", "#36485c"];
    const font = parseFloat(style.fontSize) * 0.85;
    place.style.height = `${said.across ? Math.max(120, said.labels.length * 40 + 60) : 320}px`;
    const chart = window.echarts.init(place, null, { renderer: "canvas" });
    const text = { color: ink, fontSize: font };
    const short = (label) => (label.length > 16 ? `${label.slice(0, 15)}…` : label);
    const names = { type: "category", data: said.labels, inverse: said.across, axisLabel: { ...text, formatter: short } };
    const numbers = { type: "value", minInterval: 1, axisLabel: text };
    chart.setOption({
      animation: false,
      textStyle: text,
      color: colours.map((colour, place) => colour || fallback[place]),
      grid: { left: 8, right: 24, top: 8, bottom: 8, containLabel: true },
      xAxis: said.across ? numbers : names,
      yAxis: said.across ? names : numbers,
      series: said.series.map((one) => ({ name: one.name, type: "bar", stack: "all", barMaxWidth: 32, data: one.data })),
    });
    new ResizeObserver(() => chart.resize()).observe(place);
  };
  const begin = () => { if (window.echarts) document.querySelectorAll("[data-chart]").forEach(draw); };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin); else begin();
})();
