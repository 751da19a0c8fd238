// The map: states in their camps, or, once one is chosen, as they stand to it. Shapes: Natural Earth 1:110m.
import { canvas, signed, tip, way } from "./charts.js";

let shared = null;
const load = () => (shared ??= Promise.all([
  fetch("/static/vendor/countries-110m.json").then((answer) => answer.json()),
  fetch("/map.json").then((answer) => answer.json()),
]));

export function drawMap(figure, plot, values) {
  let state = null, width = plot.clientWidth;
  load().then(([world, places]) => { state = prepare(world, places, values); draw(); }).catch(() => {
    plot.textContent = "The map could not be loaded; the table below says the same.";
  });
  let from = "";
  const draw = () => {
    if (!state) return;
    paint(figure, plot, state, width, from, (code) => { from = code === from ? "" : code; draw(); });
  };
  document.addEventListener("comity:theme", draw);
  return (now) => { width = now; draw(); };
}

function prepare(world, places, values) {
  const nodes = new Map(values.meta.nodes.map(([code, name, camp, position, ties]) => [code, { code, name, camp, position, ties }]));
  const edges = new Map();
  for (const [a, b, index, mass] of values.rows) { edges.set(`${a} ${b}`, { index, mass }); edges.set(`${b} ${a}`, { index, mass }); }
  const shapes = topojson.feature(world, world.objects.countries).features.filter((shape) => shape.id !== "010")
    .map((shape) => ({ shape, code: places.shapes[shape.id] ?? places.named[shape.properties.name] ?? null, name: shape.properties.name }));
  return { nodes, edges, shapes, points: places.points, names: places.names };
}

function paint(figure, plot, state, width, from, choose) {
  const focused = plot.contains(document.activeElement) ? document.activeElement.dataset?.code : null;
  const height = Math.round(width * 0.47);
  const svg = canvas(plot, width, height).attr("class", "map").attr("role", "group").attr("aria-label", "Map of the world; tab goes through the states with ties");
  const projection = d3.geoEqualEarth().rotate([-11, 0]).fitSize([width, height], { type: "MultiPoint", coordinates: [[-168, 0], [190, 0], [0, 83], [0, -56]] });
  const path = d3.geoPath(projection);
  const hatch = svg.append("defs").append("pattern").attr("id", "hatch").attr("patternUnits", "userSpaceOnUse").attr("width", 5).attr("height", 5).attr("patternTransform", "rotate(45)");
  hatch.append("rect").attr("width", 5).attr("height", 5).attr("class", "hatch-ground");
  hatch.append("line").attr("x1", 0).attr("x2", 0).attr("y1", 0).attr("y2", 5).attr("class", "hatch-line");
  const css = getComputedStyle(document.documentElement);
  const colour = (name) => css.getPropertyValue(name).trim();
  hatch.select("rect").attr("fill", colour("--camp2"));
  hatch.select("line").attr("stroke", colour("--paper")).attr("stroke-width", 1.6);
  const scale = d3.scaleLinear([-8, 0, 8], [colour("--conf"), colour("--raised"), colour("--coop")]).clamp(true);
  const told = tip(plot);
  const fill = (code) => {
    if (from) {
      if (code === from) return colour("--ink");
      const edge = state.edges.get(`${from} ${code}`);
      return edge ? scale(edge.index) : colour("--land");
    }
    const camp = state.nodes.get(code)?.camp;
    return camp === 1 ? colour("--camp1") : camp === 2 ? "url(#hatch)" : colour("--land");
  };
  const words = (code, name) => {
    const node = state.nodes.get(code);
    if (!node) return [name, "no tie of that strength on record"];
    if (from && from !== code) {
      const edge = state.edges.get(`${from} ${code}`);
      return [`${node.name} and ${state.nodes.get(from).name}`, edge ? `index ${signed(edge.index)}, ${edge.mass} acts` : "no tie of that strength on record"];
    }
    return [node.name, `camp ${node.camp}; mean index ${signed(node.position)} over ${node.ties} tie${node.ties === 1 ? "" : "s"}`];
  };
  const link = (selection) => selection.each(function each(item) {
    const code = item.code, node = state.nodes.get(code);
    const here = d3.select(this).attr("data-code", code);
    if (node) {
      here.attr("role", "button").attr("tabindex", 0).attr("aria-pressed", String(code === from)).attr("aria-label", words(code, node.name).join(": "))
        .on("click", () => choose(code)).on("keydown", (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); choose(code); } })
        .on("focus", () => { const [x, y] = item.at ?? path.centroid(item.shape); told.show(words(code, node.name), x, y); }).on("blur", () => told.hide());
    }
    here.on("pointermove", (event) => { const [x, y] = d3.pointer(event, svg.node()); told.show(words(code, item.name), x, y); }).on("pointerleave", () => told.hide());
  });
  const shapes = svg.append("g").selectAll("a").data(state.shapes).join("a").call(link);
  shapes.append("path").attr("class", (item) => `land${item.code && item.code === from ? " chosen" : ""}`).attr("d", (item) => path(item.shape)).attr("fill", (item) => fill(item.code)).style("fill", (item) => fill(item.code));
  const points = state.points.filter(([code]) => state.nodes.has(code)).map(([code, lon, lat]) => ({ code, name: state.names[code], at: projection([lon, lat]) }));
  const small = svg.append("g").selectAll("a").data(points).join("a").call(link);
  small.append("circle").attr("class", "land").attr("cx", (item) => item.at[0]).attr("cy", (item) => item.at[1]).attr("r", 3.6).style("fill", (item) => fill(item.code));
  legend(plot, state, from, choose, colour);
  if (focused) [...plot.querySelectorAll("[data-code]")].find((element) => element.dataset.code === focused)?.focus();
}

function legend(plot, state, from, choose, colour) {
  const list = document.createElement("ul");
  list.className = "legend";
  const entry = (fillWith, text, hatch = false) => {
    const item = document.createElement("li");
    d3.select(item).append("svg").attr("viewBox", "0 0 26 14").attr("aria-hidden", "true").append("rect").attr("width", 26).attr("height", 14).style("fill", hatch ? "url(#hatch)" : fillWith);
    item.append(text);
    list.append(item);
  };
  if (from) {
    entry(colour("--coop"), "cooperative");
    entry(colour("--conf"), "conflictual");
    entry(colour("--land"), "no such tie");
    const back = document.createElement("button");
    back.type = "button";
    back.textContent = `Seen from ${state.nodes.get(from).name}: back to the camps`;
    back.addEventListener("click", () => choose(from));
    const open = document.createElement("a");
    open.href = `/actor/${from}`;
    open.textContent = "its ties";
    list.append(back, open);
  } else {
    const count = (camp) => [...state.nodes.values()].filter((node) => node.camp === camp).length;
    entry(colour("--camp1"), `first camp (${count(1)})`);
    entry("", `second camp (${count(2)})`, true);
    entry(colour("--land"), "no such tie on record");
    const away = [...state.nodes.values()].filter((node) => !(node.code in state.names));
    if (away.length) {
      const item = document.createElement("li");
      item.textContent = `not on the map: ${away.map((node) => `${node.name} (${node.camp})`).join(", ")}`;
      list.append(item);
    }
  }
  plot.append(list);
}
