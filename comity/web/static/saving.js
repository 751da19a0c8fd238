// A chart or its data as a file: SVG with the page's colours written into it, PNG from that, CSV with unrounded figures.

const PROPERTIES = ["fill", "stroke", "stroke-width", "stroke-dasharray", "opacity", "font-family", "font-size", "font-weight", "text-anchor", "display", "fill-opacity"];

export function saver(figure, values) {
  const tools = figure.querySelector("[data-tools]");
  tools.hidden = false;
  for (const button of tools.querySelectorAll("[data-save]")) {
    button.addEventListener("click", async () => {
      const name = `${fileName()}-${figure.dataset.name}`;
      if (button.dataset.save === "csv") return save(new Blob([csv(values)], { type: "text/csv" }), `${name}.csv`);
      const text = figure.comitySvg ? figure.comitySvg() : svgText(figure);
      if (!text) return undefined;
      if (button.dataset.save === "svg") return save(new Blob([text], { type: "image/svg+xml" }), `${name}.svg`);
      return save(await png(text), `${name}.png`);
    });
  }
}

const fileName = () => document.title.replace(/ · Comity$/, "").toLowerCase().normalize("NFKD").replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "") || "comity";

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

export function csv({ columns, rows }) {
  const cell = (value) => {
    let text = value === null || value === undefined ? "" : String(value);
    // A cell that begins like a formula would be run by a spreadsheet.
    if (typeof value === "string" && /^[=+\-@\t\r]/.test(text)) text = `'${text}`;
    return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [columns, ...rows].map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
}

/** The drawings of a figure as one SVG that needs no style sheet. */
function svgText(figure) {
  const drawn = [...figure.querySelectorAll("[data-plot] svg")].filter((svg) => !svg.closest(".legend"));
  if (!drawn.length) return null;
  const box = figure.querySelector("[data-plot]").getBoundingClientRect();
  const paper = getComputedStyle(document.body).backgroundColor, ink = getComputedStyle(document.body).color;
  const head = 34;
  const whole = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const width = Math.ceil(box.width) + 24, height = Math.ceil(box.height) + head + 16;
  for (const [key, value] of [["xmlns", "http://www.w3.org/2000/svg"], ["width", width], ["height", height], ["viewBox", `0 0 ${width} ${height}`]]) whole.setAttribute(key, value);
  const add = (name, attributes, text = "") => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.textContent = text;
    whole.append(element);
  };
  add("rect", { width, height, fill: paper });
  add("text", { x: 12, y: 23, fill: ink, "font-family": "Georgia, serif", "font-size": "16px", "font-weight": "600" }, `${document.title.replace(/ · Comity$/, "")}: ${figure.querySelector("h3").textContent}`);
  for (const svg of drawn) {
    const at = svg.getBoundingClientRect();
    const copy = svg.cloneNode(true);
    const from = [svg, ...svg.querySelectorAll("*")], to = [copy, ...copy.querySelectorAll("*")];
    from.forEach((element, number) => {
      const style = getComputedStyle(element);
      for (const name of ["tabindex", "class", "href", "role", "style"]) to[number].removeAttribute(name);
      // As presentation attributes: a style attribute made here would offend the page's own policy.
      for (const name of PROPERTIES) to[number].setAttribute(name, style.getPropertyValue(name));
    });
    for (const [key, value] of [["x", at.left - box.left + 12], ["y", at.top - box.top + head], ["width", at.width], ["height", at.height]]) copy.setAttribute(key, value);
    whole.append(copy);
  }
  return new XMLSerializer().serializeToString(whole);
}

async function png(text) {
  const image = new Image();
  image.src = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
  await image.decode();
  const picture = document.createElement("canvas");
  picture.width = image.width * 2;
  picture.height = image.height * 2;
  const pen = picture.getContext("2d");
  pen.scale(2, 2);
  pen.drawImage(image, 0, 0);
  URL.revokeObjectURL(image.src);
  return new Promise((done) => picture.toBlob(done, "image/png"));
}
