// A person's word on an event, in Review and beside an article: by button or by key, kept without leaving the page.

const token = () => document.querySelector('meta[name="csrf-token"]').content;

async function send(method, address, body) {
  const answer = await fetch(address, { method, headers: { "content-type": "application/json", "x-csrf-token": token() }, body: body && JSON.stringify(body) });
  const found = await answer.json();
  if (!answer.ok) throw new Error(found.detail ?? found.title);
  return found;
}

function judgement(form, verdict) {
  const data = new FormData(form);
  const said = { event: data.get("event"), verdict, note: data.get("note") ?? "" };
  if (verdict === "changed") {
    said.coding = {
      event: data.get("type"), mode: data.get("mode") || null, source: data.get("source"), target: data.get("target") || null,
      reciprocal: data.has("reciprocal"), auxiliary: data.getAll("auxiliary"),
    };
  }
  return said;
}

const WORDS = { right: "judged right", no_event: "judged no event", changed: "corrected" };
let last = null;

export function judging(root, say) {
  for (const form of root.querySelectorAll("form[data-judge]")) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const verdict = event.submitter?.value ?? "changed";
      if (verdict !== "changed" ? false : !form.reportValidity()) return;
      const said = form.querySelector(".said");
      said.textContent = "";
      form.inert = true;
      try {
        const kept = await send("POST", "/api/v1/corrections", judgement(form, verdict));
        last = kept.id;
        settle(form, kept, say);
      } catch (error) {
        said.textContent = error.message;
        form.inert = false;
      }
    });
    // A mode belongs to a type: the others cannot be chosen.
    const type = form.querySelector("[data-modes]"), mode = form.elements.mode;
    const fit = () => {
      const own = type.selectedOptions[0].dataset.modes.split(" ");
      for (const group of mode.querySelectorAll("optgroup")) group.disabled = group.label !== type.value;
      if (mode.value && (!own.includes(mode.value) || mode.selectedOptions[0].parentElement.disabled)) mode.value = "";
    };
    type.addEventListener("change", fit);
    fit();
  }
  for (const button of root.querySelectorAll("[data-withdraw]")) {
    button.addEventListener("click", async (event) => {
      event.preventDefault();
      await send("DELETE", `/api/v1/corrections/${encodeURIComponent(button.dataset.withdraw)}`);
      location.reload();
    });
  }
  const queue = root.querySelector?.("[data-queue]");
  if (queue) keys(queue, say);
}

function settle(form, kept, say) {
  const item = form.closest("[data-item], [data-card]");
  const tag = document.createElement("p");
  tag.className = "tag judged";
  tag.textContent = `${WORDS[kept.verdict]}; kept, and applied whenever the document is coded`;
  form.replaceWith(tag);
  say(`${WORDS[kept.verdict]}.`);
  if (!item.matches("[data-item]")) return;
  item.classList.add("gone");
  const next = [...document.querySelectorAll("[data-item]:not(.gone)")].find((other) => item.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING)
    ?? document.querySelector("[data-item]:not(.gone)");
  if (next) next.focus(); else location.reload();
}

function keys(queue, say) {
  const items = () => [...queue.querySelectorAll("[data-item]:not(.gone)")];
  const current = () => queue.querySelector(".current:not(.gone)") ?? items()[0];
  queue.addEventListener("focusin", (event) => {
    for (const item of queue.children) item.classList.toggle("current", item.contains(event.target));
  });
  const move = (by) => {
    const all = items();
    all[Math.max(0, Math.min(all.length - 1, all.indexOf(current()) + by))]?.focus();
  };
  document.addEventListener("keydown", async (event) => {
    if (!queue.isConnected || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input:not([type=checkbox]), select, textarea")) return;
    const item = current();
    const press = (key) => item?.querySelector(`[data-key="${key}"]`);
    if (event.key === "j") move(queue.querySelector(".current") ? 1 : 0);
    else if (event.key === "k") move(-1);
    else if (event.key === "a" || event.key === "n") press(event.key)?.click();
    else if (event.key === "f") {
      const fix = item?.querySelector("details.fix");
      if (!fix) return;
      fix.open = true;
      fix.querySelector("select").focus();
    } else if (event.key === "u" && last) {
      await send("DELETE", `/api/v1/corrections/${encodeURIComponent(last)}`);
      say("The last judgement is taken back.");
      location.reload();
    } else return;
    event.preventDefault();
  });
}
