// The charts: drawn from the table that stands in the figure, which is also what the CSV holds. Nothing is drawn before it
// is near the screen, and anew when its width changes.
import { drawMap } from "./map.js";
import { drawNetwork } from "./network.js";
import { saver } from "./saving.js";

const KINDS = { course: drawCourse, waterfall: drawWaterfall, smalls: drawSmalls, directions: drawDirections, beside: drawBeside, map: drawMap, network: drawNetwork };
export const signed = (value, digits = 1) => {
  if (value === null || value === undefined) return "–";
  const text = Math.abs(value).toFixed(digits);
  return Number(text) === 0 ? text : (value > 0 ? "+" : "−") + text;
};
export const way = (value) => (value > 0 ? "together" : value < 0 ? "apart" : "even");

export function charts(root) {
  for (const figure of root.querySelectorAll("figure[data-chart]")) {
    const values = JSON.parse(figure.querySelector("[data-values]").textContent);
    const plot = figure.querySelector("[data-plot]");
    saver(figure, values);
    let width = 0, redraw = null;
    const draw = () => {
      const now = Math.round(plot.clientWidth);
      if (!now || now === width || !window.d3) return;
      width = now;
      if (redraw) redraw(now); else redraw = KINDS[figure.dataset.chart](figure, plot, values, now) ?? null;
      figure.dataset.drawn = "yes";
    };
    new ResizeObserver(draw).observe(plot);
    draw();
  }
}

/** An empty drawing in the place of what was there. */
export function canvas(plot, width, height, label) {
  plot.replaceChildren();
  return d3.select(plot).append("svg").attr("viewBox", `0 0 ${width} ${height}`).attr("width", width).attr("height", height)
    .attr("role", label ? "img" : null).attr("aria-label", label ?? null);
}

/** A box beside the pointer or the focus. */
export function tip(plot) {
  const box = document.createElement("div");
  box.className = "tip";
  box.hidden = true;
  box.setAttribute("aria-hidden", "true");
  plot.append(box);
  return {
    show(lines, x, y) {
      box.replaceChildren(...lines.flatMap((line, number) => (number ? [document.createElement("br"), line] : [line])));
      box.hidden = false;
      const room = plot.clientWidth - box.offsetWidth;
      box.style.left = `${Math.max(0, Math.min(room, x - box.offsetWidth / 2))}px`;
      box.style.top = `${y - box.offsetHeight - 12 < 0 ? y + 14 : y - box.offsetHeight - 12}px`;
    },
    hide() { box.hidden = true; },
  };
}

const objects = ({ columns, rows }) => rows.map((row) => Object.fromEntries(row.map((cell, n) => [columns[n], cell])));
const day = (text) => new Date(`${text}T00:00:00Z`);

function drawCourse(figure, plot, values) {
  const points = objects(values);
  const address = (period) => {
    const query = new URLSearchParams(location.search);
    query.set("at", period);
    query.delete("offset");
    return `${location.pathname}?${query}#events`;
  };
  const draw = (width) => {
    const tall = Math.max(190, Math.min(300, width * 0.32)), gap = 26, low = 62, left = 38, right = 8, top = 10;
    const svg = canvas(plot, width, top + tall + gap + low + 22);
    svg.attr("role", "group").attr("aria-label", `Course of the tie of ${values.meta.a} and ${values.meta.b}; arrow keys go from point to point`);
    const known = points.filter((point) => point.index !== null);
    const reach = Math.min(10, Math.ceil(Math.max(2, ...known.flatMap((p) => [Math.abs(p.low), Math.abs(p.high)]))));
    const x = d3.scaleUtc([day(points[0].start), day(points.at(-1).end)], [left, width - right]);
    const y = d3.scaleLinear([-reach, reach], [top + tall, top]);
    const most = Math.max(1, d3.max(points, (p) => p.mass));
    const bottom = top + tall + gap + low;
    const m = d3.scaleLinear([0, most], [bottom, bottom - low]);
    const axis = (scale, count, at, format) => svg.append("g").attr("class", "axis grid").attr("transform", `translate(${at},0)`)
      .call(d3.axisLeft(scale).ticks(count).tickSize(-(width - left - right)).tickFormat(format));
    axis(y, 5, left, (value) => signed(value, 0));
    axis(m, 2, left, d3.format("d"));
    svg.append("g").attr("class", "axis").attr("transform", `translate(0,${bottom})`)
      .call(d3.axisBottom(x).ticks(Math.max(2, Math.floor(width / 95))).tickSizeOuter(0));
    svg.append("line").attr("class", "zero").attr("x1", left).attr("x2", width - right).attr("y1", y(0)).attr("y2", y(0));
    svg.append("text").attr("x", left).attr("y", top + tall + gap - 9).text("acts remembered");
    svg.append("text").attr("class", "ends-text").attr("x", width - right).attr("y", y(reach) + 13).attr("text-anchor", "end").text("cooperation ↑");
    svg.append("text").attr("class", "ends-text").attr("x", width - right).attr("y", y(-reach) - 6).attr("text-anchor", "end").text("conflict ↓");
    const has = (p) => p.index !== null;
    svg.append("path").attr("class", "band").attr("d", d3.area().defined(has).x((p) => x(day(p.end))).y0((p) => y(p.low)).y1((p) => y(p.high))(points));
    for (const change of values.meta.changes ?? []) {
      const mark = svg.append("g").attr("class", `change ${way(change.by)}`);
      const from = Math.max(left, x(day(change.start))), to = Math.min(width - right, x(day(change.end)));
      mark.append("rect").attr("class", "doubt").attr("x", from).attr("width", Math.max(1, to - from)).attr("y", top).attr("height", tall);
      mark.append("line").attr("x1", x(day(change.date))).attr("x2", x(day(change.date))).attr("y1", top).attr("y2", top + tall);
      const late = x(day(change.date)) > width - 130;
      mark.append("text").attr("x", x(day(change.date)) + (late ? -5 : 5)).attr("y", top + 10).attr("text-anchor", late ? "end" : "start")
        .text(`${change.by > 0 ? "▲" : "▼"} ${change.period} ${signed(change.by)}`);
    }
    const wide = Math.max(1, (width - left - right) / points.length - 1);
    svg.append("g").selectAll("rect").data(points).join("rect").attr("class", "mass").attr("x", (p) => x(day(p.end)) - wide)
      .attr("width", wide).attr("y", (p) => m(p.mass)).attr("height", (p) => bottom - m(p.mass));
    svg.append("path").attr("class", "line").attr("d", d3.line().defined(has).x((p) => x(day(p.end))).y((p) => y(p.index))(points));
    const told = tip(plot);
    // A point can be chosen where something happened; the others are there to be looked at.
    const eventful = points.filter((p) => p.events && has(p));
    const words = (p) => [`${p.period}: index ${signed(p.index)}`, `90 % interval ${signed(p.low)} to ${signed(p.high)}`,
      `${p.mass} acts remembered, ${p.events} event${p.events === 1 ? "" : "s"}`];
    const show = (p) => told.show(words(p), x(day(p.end)), y(p.index));
    const links = svg.append("g").selectAll("a").data(eventful).join("a").attr("class", "point").attr("href", (p) => address(p.period))
      .attr("data-period", (p) => p.period).attr("tabindex", -1).attr("aria-label", (p) => `${words(p).join(", ")}; show its events`)
      .on("focus", (_, p) => show(p)).on("blur", () => told.hide());
    links.append("circle").attr("class", (p) => `pt ${way(p.index)}${p.period === values.meta.at ? " chosen" : ""}`)
      .attr("cx", (p) => x(day(p.end))).attr("cy", (p) => y(p.index)).attr("r", (p) => (p.period === values.meta.at ? 5.5 : eventful.length > 160 ? 2.6 : 3.8));
    const nodes = links.nodes();
    const start = Math.max(0, eventful.findIndex((p) => p.period === values.meta.at));
    nodes[start]?.setAttribute("tabindex", "0");
    links.on("keydown", (event) => {
      const at = nodes.indexOf(event.currentTarget);
      const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: nodes.length - 1 }[event.key];
      if (to === undefined || !nodes[to]) return;
      event.preventDefault();
      nodes[at].setAttribute("tabindex", "-1");
      nodes[to].setAttribute("tabindex", "0");
      nodes[to].focus();
    });
    const nearest = (event) => {
      const [px] = d3.pointer(event, svg.node());
      return d3.least(known, (p) => Math.abs(x(day(p.end)) - px));
    };
    svg.on("pointermove", (event) => { const p = nearest(event); if (p) show(p); }).on("pointerleave", () => told.hide())
      .on("click", (event) => {
        if (event.target.closest?.("a.point")) return;
        const [px, py] = d3.pointer(event, svg.node());
        const p = d3.least(eventful, (q) => Math.hypot(x(day(q.end)) - px, (y(q.index) - py) / 3));
        if (p && Math.abs(x(day(p.end)) - px) < 30) choose(p.period);
      });
    links.on("click", (event, p) => { event.preventDefault(); choose(p.period); });
  };
  const choose = async (period) => {
    const { exchange } = await import("./app.js");
    await exchange(address(period).replace("#events", ""), null);
    const events = document.getElementById("events");
    events?.focus({ preventScroll: true });
    events?.scrollIntoView({ block: "start" });
  };
  draw(plot.clientWidth);
  // Change points come after the page.
  const part = () => {
    if (!figure.isConnected) { document.removeEventListener("comity:part", part); return; }
    const found = document.querySelector("[data-changes]");
    if (!found || values.meta.changes) return;
    values.meta.changes = JSON.parse(found.textContent);
    if (!plot.contains(document.activeElement)) draw(plot.clientWidth);
  };
  document.addEventListener("comity:part", part);
  return draw;
}

function drawWaterfall(figure, plot, values) {
  const { before, digits, unit } = values.meta;
  const steps = values.rows.map((row, number) => ({ name: row[0], change: row[values.columns.indexOf("change")], number, when: unit === "index" ? row[1] : null }));
  let at = before;
  for (const step of steps) { step.from = at; at += step.change; step.to = at; }
  const after = at;
  const rows = [{ name: "at the start", total: before }, ...steps, { name: "at the end", total: after }];
  const draw = (width) => {
    const narrow = width < 560, name = narrow ? Math.min(150, width * 0.42) : 270, high = 25, top = 22;
    const svg = canvas(plot, width, top + rows.length * high + 8).attr("role", "group").attr("aria-label", figure.querySelector("h3").textContent);
    const all = rows.flatMap((row) => (row.total === undefined ? [row.from, row.to] : [0, row.total]));
    const reach = d3.extent([...all, 0]);
    const pad = Math.max((reach[1] - reach[0]) * 0.16, 10 ** -digits);
    // The figure of a bar that ends left of zero stands left of it, and must not run into the names.
    const x = d3.scaleLinear([reach[0] - pad, reach[1] + pad], [name + (narrow && reach[0] < 0 ? 40 : 10), width - 46]);
    svg.append("g").attr("class", "axis grid").attr("transform", `translate(0,${top - 4})`).call(d3.axisTop(x).ticks(narrow ? 3 : 6)
      .tickSize(-(rows.length * high)).tickFormat((v) => signed(v, Math.abs(reach[1] - reach[0]) < 0.5 ? 2 : 1)));
    svg.append("line").attr("class", "zero").attr("x1", x(0)).attr("x2", x(0)).attr("y1", top - 4).attr("y2", top + rows.length * high);
    const cut = (text) => { const most = Math.floor(name / 6.6); return text.length > most ? `${text.slice(0, most - 1)}…` : text; };
    rows.forEach((row, number) => {
      const y = top + number * high;
      const target = row.total === undefined ? targetOf(figure, row.number) : null;
      const group = target ? svg.append("a").attr("class", "bar-link").attr("href", `#${target.id}`) : svg.append("g");
      const low = row.total === undefined ? row.from : 0, end = row.total === undefined ? row.to : row.total;
      const value = row.total === undefined ? signed(row.change, digits) : signed(row.total, digits);
      if (target) {
        group.attr("aria-label", `${row.name}: ${value}; open`).on("click", (event) => {
          event.preventDefault();
          target.open = true;
          target.querySelector("summary").focus();
          target.scrollIntoView({ block: "center" });
        });
      }
      group.append("rect").attr("class", "hit").attr("x", 0).attr("width", width).attr("y", y).attr("height", high - 2);
      group.append("text").attr("class", "label").attr("x", name).attr("y", y + 15).attr("text-anchor", "end").text(cut(row.name)).append("title").text(row.name);
      group.append("rect").attr("class", `bar ${row.total === undefined ? way(row.change) : "total"}`).attr("x", Math.min(x(low), x(end))).attr("width", Math.max(1, Math.abs(x(end) - x(low)))).attr("y", y + 4).attr("height", high - 11);
      const right = end >= low;
      group.append("text").attr("class", "label").attr("x", x(end) + (right ? 5 : -5)).attr("y", y + 15).attr("text-anchor", right ? "start" : "end").text(value);
      if (number < rows.length - 1) svg.append("line").attr("class", "join").attr("x1", x(end)).attr("x2", x(end)).attr("y1", y + high - 7).attr("y2", y + high + 4);
    });
  };
  draw(plot.clientWidth);
  return draw;
}

/** The row of the page that tells what a bar stands for. */
function targetOf(figure, number) {
  const rows = document.getElementById(`${figure.dataset.name}-rows`);
  const found = rows?.querySelectorAll(":scope > details")[number];
  if (found && !found.id) found.id = `${figure.dataset.name}-${number}`;
  return found ?? null;
}

function drawSmalls(figure, plot, values) {
  const groups = d3.groups(objects(values), (row) => row.part);
  const draw = () => {
    plot.replaceChildren();
    const grid = document.createElement("div");
    grid.className = "small-multiples";
    plot.append(grid);
    const times = d3.extent(objects(values), (row) => day(row.end));
    for (const [part, points] of groups) {
      const cell = document.createElement("div");
      grid.append(cell);
      const width = cell.clientWidth || 240, height = 110;
      const svg = d3.select(cell).append("svg").attr("viewBox", `0 0 ${width} ${height}`).attr("role", "img")
        .attr("aria-label", `${part}: last ${signed(points.at(-1).index)}`);
      const x = d3.scaleUtc(times, [28, width - 6]), y = d3.scaleLinear([-10, 10], [height - 18, 18]);
      svg.append("text").attr("class", "label").attr("x", 0).attr("y", 11).text(part);
      svg.append("g").attr("class", "axis grid").attr("transform", "translate(28,0)").call(d3.axisLeft(y).tickValues([-10, 0, 10]).tickSize(-(width - 34)).tickFormat((v) => signed(v, 0)));
      svg.append("line").attr("class", "zero").attr("x1", 28).attr("x2", width - 6).attr("y1", y(0)).attr("y2", y(0));
      const has = (p) => p.index !== null;
      svg.append("path").attr("class", "band").attr("d", d3.area().defined(has).x((p) => x(day(p.end))).y0((p) => y(p.low)).y1((p) => y(p.high))(points));
      svg.append("path").attr("class", "line").attr("d", d3.line().defined(has).x((p) => x(day(p.end))).y((p) => y(p.index))(points));
      svg.append("g").attr("class", "axis").attr("transform", `translate(0,${height - 16})`).call(d3.axisBottom(x).ticks(3).tickSizeOuter(0));
    }
  };
  draw();
  return draw;
}

function drawDirections(figure, plot, values) {
  const points = objects(values);
  const { a, b } = values.meta;
  const draw = (width) => {
    const tall = Math.max(150, Math.min(230, width * 0.25)), low = Math.max(80, tall * 0.5), gap = 34, left = 38, right = 8, narrow = width < 560, top = narrow ? 44 : 26;
    const svg = canvas(plot, width, top + tall + gap + low + 22, `The two directions of the tie; the figures are in the table`);
    const x = d3.scaleUtc([day(points[0].end), day(points.at(-1).end)], [left, width - right]);
    const reachOf = (found) => Math.min(20, Math.ceil(Math.max(2, ...found.filter((v) => v !== null).map(Math.abs))));
    const up = reachOf(points.flatMap((p) => [p.ab, p.ba])), most = reachOf(points.flatMap((p) => [p.low, p.high]));
    const y = d3.scaleLinear([-up, up], [top + tall, top]);
    const bottom = top + tall + gap + low;
    const z = d3.scaleLinear([-most, most], [bottom, bottom - low]);
    for (const [scale, count] of [[y, 5], [z, 3]]) {
      svg.append("g").attr("class", "axis grid").attr("transform", `translate(${left},0)`)
        .call(d3.axisLeft(scale).ticks(count).tickSize(-(width - left - right)).tickFormat((value) => signed(value, 0)));
      svg.append("line").attr("class", "zero").attr("x1", left).attr("x2", width - right).attr("y1", scale(0)).attr("y2", scale(0));
    }
    svg.append("g").attr("class", "axis").attr("transform", `translate(0,${bottom})`).call(d3.axisBottom(x).ticks(Math.max(2, Math.floor(width / 95))).tickSizeOuter(0));
    svg.append("path").attr("class", "band").attr("d", d3.area().defined((p) => p.low !== null).x((p) => x(day(p.end))).y0((p) => z(p.low)).y1((p) => z(p.high))(points));
    svg.append("path").attr("class", "line").attr("d", d3.line().defined((p) => p.difference !== null).x((p) => x(day(p.end))).y((p) => z(p.difference))(points));
    const keys = svg.append("g");
    let at = left, down = 9;
    for (const [name, label, kind] of [["ab", `${a} → ${b}`, "first"], ["ba", `${b} → ${a}`, "second"]]) {
      svg.append("path").attr("class", `line ${kind}`).attr("d", d3.line().defined((p) => p[name] !== null).x((p) => x(day(p.end))).y((p) => y(p[name]))(points));
      keys.append("line").attr("class", `line ${kind}`).attr("x1", at).attr("x2", at + 26).attr("y1", down).attr("y2", down);
      const text = keys.append("text").attr("class", "label").attr("x", at + 32).attr("y", down + 4).text(label);
      if (narrow) down += 18; else at += 32 + text.node().getComputedTextLength() + 20;
    }
    svg.append("text").attr("x", left).attr("y", top + tall + gap - 9).text(`difference: the first less the second`);
  };
  draw(plot.clientWidth);
  return draw;
}

function drawBeside(figure, plot, values) {
  const rows = objects(values);
  const draw = (width) => {
    const narrow = width < 560, name = narrow ? Math.min(130, width * 0.38) : 220, high = 36, top = 22;
    const svg = canvas(plot, width, top + rows.length * high + 8, figure.querySelector("h3").textContent + "; the figures are in the table");
    const all = rows.flatMap((row) => [row.whole ?? 0, row.without ?? 0]);
    const reach = d3.extent([...all, 0]);
    const pad = Math.max((reach[1] - reach[0]) * 0.14, 0.001);
    const x = d3.scaleLinear([reach[0] - pad, reach[1] + pad], [name + (narrow && reach[0] < 0 ? 40 : 10), width - (narrow ? 42 : 30)]);
    svg.append("g").attr("class", "axis grid").attr("transform", `translate(0,${top - 4})`).call(d3.axisTop(x).ticks(narrow ? 3 : 6).tickSize(-(rows.length * high)).tickFormat((v) => signed(v, 2)));
    svg.append("line").attr("class", "zero").attr("x1", x(0)).attr("x2", x(0)).attr("y1", top - 4).attr("y2", top + rows.length * high);
    rows.forEach((row, number) => {
      const most = Math.floor(name / 6.6), y = top + number * high;
      const text = row.third.length > most ? `${row.third.slice(0, most - 1)}…` : row.third;
      svg.append("text").attr("class", "label").attr("x", name).attr("y", y + 20).attr("text-anchor", "end").text(text).append("title").text(row.third);
      [["whole", "bar", 2], ["without", "bar open", 17]].forEach(([key, kind, down]) => {
        const value = row[key];
        if (value === null || value === undefined) {
          svg.append("text").attr("x", x(0) + 5).attr("y", y + down + 10).text("gone");
          return;
        }
        svg.append("rect").attr("class", `${kind} ${way(value)}`).attr("x", Math.min(x(0), x(value))).attr("width", Math.max(1, Math.abs(x(value) - x(0)))).attr("y", y + down).attr("height", 12);
        svg.append("text").attr("class", "label").attr("x", x(value) + (value >= 0 ? 5 : -5)).attr("y", y + down + 10).attr("text-anchor", value >= 0 ? "start" : "end").text(signed(value, 3));
      });
    });
  };
  draw(plot.clientWidth);
  return draw;
}
