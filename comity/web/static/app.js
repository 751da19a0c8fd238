// What every page needs. Each part looks for its own elements and leaves the rest alone, so that a page without them, or
// one whose content was exchanged, costs nothing.
import { comboboxes } from "./combobox.js";
import { charts } from "./charts.js";
import { judging } from "./judging.js";
import { reading } from "./document.js";
import { adding } from "./add.js";

export const say = (words) => { document.getElementById("status").textContent = words; };

/** Gives an element of the page, or one that was put into it later, its behaviour. */
export function enliven(root) {
  comboboxes(root);
  sliders(root);
  liveForms(root);
  parts(root);
  charts(root);
  judging(root, say);
  reading(root);
  adding(root, say);
}

function theme() {
  const button = document.querySelector("[data-theme-switch]");
  const dark = () => document.documentElement.dataset.theme
    ? document.documentElement.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  const show = () => button.setAttribute("aria-label", dark() ? "Switch to light" : "Switch to dark");
  button.hidden = false;
  show();
  button.addEventListener("click", () => {
    const next = dark() ? "light" : "dark";
    document.documentElement.dataset.theme = next;
    try { localStorage.setItem("comity-theme", next); } catch (error) { /* no storage: for this page alone */ }
    show();
    document.dispatchEvent(new CustomEvent("comity:theme"));
  });
}

/** The slider of days moves the date beside it; the form hears of it when the slider is let go. */
function sliders(root) {
  for (const slider of root.querySelectorAll("input[data-days]")) {
    const days = slider.dataset.days.split(" ");
    const date = slider.closest(".field").querySelector('input[type="date"]');
    const place = () => {
      const at = date.value ? days.findIndex((day) => day >= date.value) : days.length - 1;
      slider.value = at < 0 ? days.length - 1 : at;
      slider.setAttribute("aria-valuetext", days[slider.value]);
    };
    slider.hidden = false;
    place();
    slider.addEventListener("input", () => {
      date.value = days[slider.value];
      slider.setAttribute("aria-valuetext", days[slider.value]);
    });
  }
  for (const output of root.querySelectorAll("output[for]")) {
    const input = root.querySelector(`#${CSS.escape(output.htmlFor)}`);
    input?.addEventListener("input", () => { output.value = input.value; });
  }
}

/** A form whose answer takes the place of the page's content, so that figures change where they stand. */
function liveForms(root) {
  for (const form of root.querySelectorAll("form[data-live]")) {
    const go = () => {
      const query = new URLSearchParams();
      for (const [key, value] of new FormData(form)) {
        // What is asked for anyway stays out of the address: the last day, the whole, the month.
        const field = form.elements[key];
        const usual = key === "as_of" ? field.dataset?.last : { period: "month", dimension: "all", direction: "both" }[key];
        if (value && value !== usual) query.append(key, value);
      }
      const text = query.toString();
      exchange(`${location.pathname}${text ? `?${text}` : ""}`, document.activeElement?.name);
    };
    if (form.dataset.live !== "submit") form.addEventListener("change", (event) => {
      if (event.target.type !== "date" || event.target.value.length === 10 || !event.target.value) go();
    });
    form.addEventListener("submit", (event) => { event.preventDefault(); go(); });
  }
}

let waiting = null;

/** Puts the page at an address in the place of this one's content, and keeps the address. */
export async function exchange(address, focus, keep = true) {
  waiting?.abort();
  waiting = new AbortController();
  const main = document.getElementById("main");
  main.setAttribute("aria-busy", "true");
  const range = document.activeElement?.type === "range";
  try {
    const answer = await fetch(address, { signal: waiting.signal, headers: { accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("main");
    if (!fresh) { location.href = address; return; }
    main.replaceChildren(...document.adoptNode(fresh).childNodes);
    document.title = page.title;
    if (keep) history.pushState({ live: true }, "", address);
    enliven(main);
    const again = focus && main.querySelector(range ? `[name="${CSS.escape(focus)}"] , input[type=range]` : `[name="${CSS.escape(focus)}"]`);
    (range && main.querySelector('input[data-days]:not([hidden])') || again)?.focus({ preventScroll: true });
    say("The figures have changed.");
  } catch (error) {
    if (error.name === "AbortError") return;
    say("The server does not answer.");
    location.href = address;
  } finally {
    main.removeAttribute("aria-busy");
  }
}

/** What is fetched after the page: it takes long on a large store. */
function parts(root) {
  for (const place of root.querySelectorAll("[data-part]")) {
    const address = place.dataset.part;
    place.removeAttribute("data-part");
    fetch(address).then(async (answer) => {
      if (!answer.ok) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      place.replaceChildren(...document.adoptNode(page.body).childNodes);
      enliven(place);
      place.dispatchEvent(new CustomEvent("comity:part", { bubbles: true }));
    }).catch(() => {
      const words = document.createElement("p");
      words.className = "wrong";
      words.setAttribute("role", "alert");
      words.textContent = "This part could not be had; load the page again to try once more.";
      place.replaceChildren(words);
    });
  }
}

function keys() {
  let before = "";
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
    if (event.key === "/") {
      event.preventDefault();
      (document.getElementById("pair-a") ?? document.getElementById("quick")).focus();
    }
    const target = before === "g" && { h: "/", n: "/network", r: "/review", w: "/watch" }[event.key];
    before = event.key;
    if (target) location.href = target;
  });
}

document.documentElement.classList.add("scripted");
theme();
keys();
enliven(document);
addEventListener("popstate", () => exchange(location.pathname + location.search, null, false));
const busy = document.querySelector('[data-fault="store-busy"]');
if (busy) setTimeout(() => location.reload(), 5000);
