// A field that offers actors while one types: the combobox of the ARIA practices, with a list of options below.

let counter = 0;

export function comboboxes(root) {
  for (const input of root.querySelectorAll("input[data-combobox]")) combobox(input);
}

function combobox(input) {
  const list = document.createElement("ul");
  list.className = "options";
  list.id = `options-${++counter}`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Actors");
  list.hidden = true;
  const anchor = document.createElement("span");
  anchor.className = "anchor";
  input.after(anchor);
  anchor.append(list);
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"],
    ["aria-controls", list.id], ["spellcheck", "false"]]) input.setAttribute(name, value);
  let chosen = -1, timer = 0, asked = 0;

  const close = () => {
    list.hidden = true;
    chosen = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const mark = (to) => {
    const options = [...list.children];
    if (!options.length) return;
    chosen = (to + options.length) % options.length;
    options.forEach((option, number) => option.setAttribute("aria-selected", String(number === chosen)));
    input.setAttribute("aria-activedescendant", options[chosen].id);
    options[chosen].scrollIntoView({ block: "nearest" });
  };
  const take = (option) => {
    const short = input.closest("[data-judge]");
    input.value = short ? option.dataset.code : option.dataset.name;
    close();
    input.dispatchEvent(new Event("change", { bubbles: true }));
    if (input.id === "quick") input.form.requestSubmit();
  };
  const show = (found) => {
    list.replaceChildren(...found.map((actor, number) => {
      const option = document.createElement("li");
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.id = `${list.id}-${number}`;
      option.dataset.code = actor.code;
      option.dataset.name = actor.name;
      const name = document.createElement("span");
      name.textContent = actor.name;
      const beside = document.createElement("small");
      beside.textContent = `${actor.code} · ${actor.events} ${actor.events === 1 ? "event" : "events"}`;
      option.append(name, beside);
      option.addEventListener("pointerdown", (event) => { event.preventDefault(); take(option); });
      return option;
    }));
    list.hidden = !found.length;
    chosen = -1;
    input.setAttribute("aria-expanded", String(Boolean(found.length)));
  };
  const ask = async () => {
    const mine = ++asked;
    const query = new URLSearchParams({ q: input.value.trim(), limit: "8" });
    const other = input.dataset.beside && document.getElementById(input.dataset.beside)?.value.trim();
    if (other) query.set("beside", other);
    try {
      let answer = await fetch(`/api/v1/actors?${query}`);
      if (!answer.ok && other) { query.delete("beside"); answer = await fetch(`/api/v1/actors?${query}`); }
      const found = answer.ok ? (await answer.json()).items : [];
      if (mine === asked && document.activeElement === input) show(found);
    } catch (error) {
      close();
    }
  };
  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 120); });
  input.addEventListener("blur", () => { clearTimeout(timer); asked++; close(); });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) ask(); else mark(chosen + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter" && !list.hidden && chosen >= 0) {
      event.preventDefault();
      take(list.children[chosen]);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    } else if (event.key === "Tab" && !list.hidden && chosen >= 0) {
      take(list.children[chosen]);
    }
  });
}
