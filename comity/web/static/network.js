// The signed graph on a canvas: thousands of ties without stutter. Ties are drawn in a few strokes by colour, never one by
// one; the layout runs in animation frames and rests when it has settled.
import { signed } from "./charts.js";

export function drawNetwork(figure, plot, values) {
  const nodes = values.meta.nodes.map(([code, name, camp, position, ties]) => ({ id: code, name, camp, position, ties }));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const links = values.rows.map(([a, b, index, mass, frustrated]) => ({ source: byId.get(a), target: byId.get(b), index, mass, frustrated }));
  plot.replaceChildren();
  const bar = toolbar(nodes);
  const wrap = document.createElement("div");
  wrap.className = "netwrap";
  const canvas = document.createElement("canvas");
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "application");
  canvas.setAttribute("aria-label", `Signed graph of ${nodes.length} actors and ${links.length} ties. Arrow keys move, plus and minus zoom; the list above chooses an actor, and the table below says the same.`);
  wrap.append(canvas);
  const side = document.createElement("div");
  side.className = "netside";
  side.setAttribute("aria-live", "polite");
  plot.append(bar.element, wrap, side, key());
  const pen = canvas.getContext("2d");
  let transform = d3.zoomIdentity, chosen = null, asked = false, palette = colours();
  const size = () => { const ratio = devicePixelRatio || 1; canvas.width = canvas.clientWidth * ratio; canvas.height = canvas.clientHeight * ratio; };
  size();
  const reach = Math.min(canvas.clientWidth, canvas.clientHeight);
  const spread = Math.max(40, reach / Math.sqrt(nodes.length + 1));
  // Friends are drawn together; enemies are not linked in the layout, the camps push them apart.
  const friendly = links.filter((link) => link.index > 0);
  nodes.forEach((node, number) => {
    const angle = number * 2.399963, away = Math.sqrt(number + 0.5) * spread * 0.5;
    node.x = (node.camp === 2 ? reach * 0.35 : -reach * 0.35) + away * Math.cos(angle);
    node.y = away * Math.sin(angle);
  });
  const simulation = d3.forceSimulation(nodes)
    .force("link", d3.forceLink(friendly).distance((link) => spread * (1.6 - link.index / 10)).strength((link) => Math.min(0.12, 2 / Math.sqrt(links.length)) * link.index / 10))
    .force("charge", d3.forceManyBody().strength(-spread * 3.2).distanceMax(reach * 1.5).theta(1.1))
    .force("x", d3.forceX((node) => (node.camp === 2 ? 1 : -1) * reach * 0.42).strength(0.11))
    .force("y", d3.forceY(0).strength(0.09))
    .force("collide", d3.forceCollide(spread * 0.28))
    .alphaDecay(0.045).stop();
  const radius = (node) => 3 + Math.sqrt(node.ties) * 0.9;
  const shown = () => bar.sign.value;

  function paint() {
    asked = false;
    const ratio = devicePixelRatio || 1, width = canvas.clientWidth, height = canvas.clientHeight;
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.fillStyle = palette.paper;
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.setTransform(ratio * transform.k, 0, 0, ratio * transform.k, ratio * (transform.x + width / 2), ratio * (transform.y + height / 2));
    const many = links.length > 400;
    const near = chosen && new Set(links.flatMap((link) => (link.source === chosen ? [link.target] : link.target === chosen ? [link.source] : [])));
    for (const [positive, colour, dash] of [[true, palette.coop, []], [false, palette.conf, [6, 4]]]) {
      if (shown() === (positive ? "conflict" : "cooperation")) continue;
      for (const strong of [false, true]) {
        pen.beginPath();
        for (const link of links) {
          if ((link.index > 0) !== positive || (Math.abs(link.index) >= 4) !== strong) continue;
          if (chosen && link.source !== chosen && link.target !== chosen) continue;
          if (shown() === "frustrated" && !link.frustrated) continue;
          pen.moveTo(link.source.x, link.source.y);
          pen.lineTo(link.target.x, link.target.y);
        }
        pen.strokeStyle = colour;
        pen.globalAlpha = chosen ? 0.9 : many ? (strong ? 0.32 : 0.14) : strong ? 0.75 : 0.4;
        pen.lineWidth = (strong ? 1.9 : 1) / transform.k;
        pen.setLineDash(links.length > 1500 && !chosen ? [] : dash.map((part) => part / transform.k));
        pen.stroke();
      }
    }
    pen.globalAlpha = 1;
    pen.setLineDash([]);
    for (const camp of [1, 2]) {
      for (const dim of [true, false]) {
        pen.beginPath();
        for (const node of nodes) {
          if (node.camp !== camp || (chosen ? node !== chosen && !near.has(node) : false) !== dim) continue;
          const r = radius(node) / Math.sqrt(transform.k);
          if (camp === 1) { pen.moveTo(node.x + r, node.y); pen.arc(node.x, node.y, r, 0, 2 * Math.PI); } else pen.rect(node.x - r * 0.88, node.y - r * 0.88, r * 1.76, r * 1.76);
        }
        pen.globalAlpha = dim ? 0.25 : 1;
        pen.fillStyle = camp === 1 ? palette.camp1 : palette.camp2;
        pen.fill();
        pen.strokeStyle = palette.paper;
        pen.lineWidth = 1 / transform.k;
        pen.stroke();
      }
    }
    pen.globalAlpha = 1;
    const letters = 12 / transform.k;
    pen.font = `${letters}px system-ui, sans-serif`;
    pen.textAlign = "center";
    pen.lineWidth = 3 / transform.k;
    pen.strokeStyle = palette.paper;
    pen.fillStyle = palette.ink;
    const named = new Set([...nodes].sort((a, b) => b.ties - a.ties).slice(0, Math.max(10, Math.round(26 * transform.k * transform.k))));
    for (const node of nodes) {
      if (chosen ? node !== chosen && !near.has(node) : !named.has(node)) continue;
      const y = node.y - radius(node) / Math.sqrt(transform.k) - 3 / transform.k;
      pen.strokeText(node.name, node.x, y);
      pen.fillText(node.name, node.x, y);
    }
  }
  const ask = () => { if (!asked) { asked = true; requestAnimationFrame(paint); } };
  const settle = () => {
    if (!canvas.isConnected) return;
    // A frame's share of the work: the page stays answering while the layout finds its place.
    const until = performance.now() + 9;
    do simulation.tick(); while (performance.now() < until && simulation.alpha() > 0.02);
    if (!zoomed) fit();
    ask();
    if (simulation.alpha() > 0.02) requestAnimationFrame(settle); else figure.dataset.settled = "yes";
  };
  let zoomed = false, fitting = false;
  const fit = () => {
    const [left, right] = d3.extent(nodes, (node) => node.x), [top, bottom] = d3.extent(nodes, (node) => node.y);
    const k = Math.min(2.2, 0.86 * canvas.clientWidth / Math.max(60, right - left), 0.84 * canvas.clientHeight / Math.max(60, bottom - top));
    fitting = true;
    d3.select(canvas).call(zoom.transform, d3.zoomIdentity.scale(k).translate(-(left + right) / 2, -(top + bottom) / 2));
    fitting = false;
  };
  const zoom = d3.zoom().scaleExtent([0.15, 8]).on("zoom", (event) => { transform = event.transform; if (!fitting) zoomed = true; ask(); });
  const at = (event) => {
    const [px, py] = d3.pointer(event, canvas);
    const x = (px - transform.x - canvas.clientWidth / 2) / transform.k, y = (py - transform.y - canvas.clientHeight / 2) / transform.k;
    const found = d3.least(nodes, (node) => Math.hypot(node.x - x, node.y - y));
    return found && Math.hypot(found.x - x, found.y - y) < (radius(found) + 8) / Math.min(transform.k, 1.5) ? found : null;
  };
  d3.select(canvas).call(d3.drag().container(canvas).subject((event) => at(event.sourceEvent) && { node: at(event.sourceEvent), x: event.x, y: event.y })
    .on("start", (event) => { event.subject.moved = false; })
    .on("drag", (event) => {
      const { node } = event.subject;
      event.subject.moved = true;
      node.x = (event.x - transform.x - canvas.clientWidth / 2) / transform.k;
      node.y = (event.y - transform.y - canvas.clientHeight / 2) / transform.k;
      ask();
    })
    .on("end", (event) => { if (!event.subject.moved) choose(event.subject.node); })).call(zoom).on("dblclick.zoom", null);
  canvas.addEventListener("pointermove", (event) => { canvas.style.cursor = at(event) ? "pointer" : "grab"; });
  canvas.addEventListener("click", (event) => { if (!at(event)) choose(null); });
  canvas.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: [40, 0], ArrowRight: [-40, 0], ArrowUp: [0, 40], ArrowDown: [0, -40] }[event.key];
    const selection = d3.select(canvas);
    if (step) selection.call(zoom.translateBy, step[0] / transform.k, step[1] / transform.k);
    else if (event.key === "+" || event.key === "=") selection.call(zoom.scaleBy, 1.25);
    else if (event.key === "-") selection.call(zoom.scaleBy, 0.8);
    else if (event.key === "0") { zoomed = false; fit(); }
    else if (event.key === "Escape") choose(null);
    else return;
    event.preventDefault();
  });
  function choose(node) {
    chosen = node && node !== chosen ? node : null;
    bar.actor.value = chosen?.id ?? "";
    side.replaceChildren();
    if (chosen) {
      const own = links.filter((link) => link.source === chosen || link.target === chosen).sort((a, b) => b.index - a.index);
      const head = document.createElement("p"), list = document.createElement("ul");
      const link = document.createElement("a");
      link.href = `/actor/${chosen.id}`;
      link.textContent = chosen.name;
      head.append(link, `: camp ${chosen.camp}, ${own.length} tie${own.length === 1 ? "" : "s"}`);
      for (const tie of own.slice(0, 60)) {
        const other = tie.source === chosen ? tie.target : tie.source;
        const item = document.createElement("li"), go = document.createElement("a"), value = document.createElement("span");
        go.href = `/tie/${chosen.id}/${other.id}`;
        go.textContent = other.name;
        value.className = tie.index > 0 ? "together" : "apart";
        value.textContent = ` ${signed(tie.index)}`;
        item.append(go, value, ` (${tie.mass} acts)${tie.frustrated ? ", against the camps" : ""}`);
        list.append(item);
      }
      side.append(head, list);
    }
    ask();
  }
  bar.actor.addEventListener("change", () => { chosen = null; choose(byId.get(bar.actor.value) ?? null); });
  bar.sign.addEventListener("change", ask);
  document.addEventListener("comity:theme", () => { palette = colours(); ask(); });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { palette = colours(); ask(); });
  figure.comitySvg = () => svgText(canvas, nodes, links, transform, palette, radius);
  settle();
  return () => { size(); if (!zoomed) fit(); ask(); };
}

function colours() {
  const css = getComputedStyle(document.documentElement);
  return Object.fromEntries(["paper", "ink", "coop", "conf", "camp1", "camp2"].map((name) => [name, css.getPropertyValue(`--${name}`).trim()]));
}

function toolbar(nodes) {
  const element = document.createElement("div");
  element.className = "plotbar";
  const field = (text, options) => {
    const label = document.createElement("label"), select = document.createElement("select");
    select.id = `network-${text.toLowerCase()}`;
    label.htmlFor = select.id;
    label.textContent = text;
    for (const [value, words] of options) { const option = document.createElement("option"); option.value = value; option.textContent = words; select.append(option); }
    element.append(label, select);
    return select;
  };
  const actor = field("Actor", [["", "all"], ...[...nodes].sort((a, b) => a.name.localeCompare(b.name)).map((node) => [node.id, node.name])]);
  const sign = field("Ties", [["all", "all"], ["cooperation", "cooperation"], ["conflict", "conflict"], ["frustrated", "that do not fit the camps"]]);
  return { element, actor, sign };
}

function key() {
  const list = document.createElement("ul");
  list.className = "legend";
  const entry = (draw, words) => {
    const item = document.createElement("li");
    draw(d3.select(item).append("svg").attr("viewBox", "0 0 26 14").attr("aria-hidden", "true"));
    item.append(words);
    list.append(item);
  };
  const line = (name, dash) => (svg) => svg.append("line").attr("x1", 0).attr("x2", 26).attr("y1", 7).attr("y2", 7).style("stroke", `var(${name})`).style("stroke-width", 2.5).style("stroke-dasharray", dash);
  entry(line("--coop", null), "cooperation");
  entry(line("--conf", "6 4"), "conflict");
  entry((svg) => svg.append("circle").attr("cx", 13).attr("cy", 7).attr("r", 5.5).style("fill", "var(--camp1)"), "first camp");
  entry((svg) => svg.append("rect").attr("x", 8).attr("y", 2).attr("width", 10).attr("height", 10).style("fill", "var(--camp2)"), "second camp");
  return list;
}

function svgText(canvas, nodes, links, transform, palette, radius) {
  const width = canvas.clientWidth, height = canvas.clientHeight;
  const svg = d3.create("svg").attr("xmlns", "http://www.w3.org/2000/svg").attr("width", width).attr("height", height).attr("viewBox", `0 0 ${width} ${height}`);
  svg.append("rect").attr("width", width).attr("height", height).attr("fill", palette.paper);
  const whole = svg.append("g").attr("transform", `translate(${transform.x + width / 2},${transform.y + height / 2}) scale(${transform.k})`);
  const many = links.length > 400;
  whole.selectAll("line").data(links).join("line").attr("x1", (l) => l.source.x).attr("y1", (l) => l.source.y).attr("x2", (l) => l.target.x).attr("y2", (l) => l.target.y)
    .attr("stroke", (l) => (l.index > 0 ? palette.coop : palette.conf)).attr("stroke-width", (l) => (Math.abs(l.index) >= 4 ? 1.9 : 1) / transform.k).attr("opacity", many ? 0.3 : 0.6)
    .attr("stroke-dasharray", (l) => (l.index > 0 ? null : `${6 / transform.k} ${4 / transform.k}`));
  const point = whole.selectAll("g").data(nodes).join("g");
  point.append("circle").attr("cx", (n) => n.x).attr("cy", (n) => n.y).attr("r", (n) => radius(n) / Math.sqrt(transform.k)).attr("fill", (n) => (n.camp === 1 ? palette.camp1 : palette.camp2));
  point.append("text").attr("x", (n) => n.x).attr("y", (n) => n.y - radius(n) / Math.sqrt(transform.k) - 3 / transform.k).attr("text-anchor", "middle").attr("font-family", "sans-serif").attr("font-size", 12 / transform.k).attr("fill", palette.ink).text((n) => n.name);
  return new XMLSerializer().serializeToString(svg.node());
}
