// The article: a coded stretch under the pointer or the focus shows its coding in the margin, and the other way round.

export function reading(root) {
  const article = root.querySelector?.(".article");
  if (!article) return;
  const marks = [...article.querySelectorAll("[data-events]")];
  const cards = new Map([...root.querySelectorAll("[data-card]")].map((card) => [card.id, card]));
  const aside = root.querySelector(".margin");
  const spans = (id) => marks.filter((mark) => mark.dataset.events.split(" ").includes(id));
  const light = (ids, scroll) => {
    for (const mark of marks) mark.classList.toggle("lit", mark.matches(".trigger, .party") && mark.dataset.events.split(" ").some((id) => ids.includes(id)));
    for (const [id, card] of cards) card.classList.toggle("chosen", ids.includes(id));
    const first = cards.get(ids[0]);
    // The margin scrolls by itself; the article stays where the reader is.
    if (scroll && first && getComputedStyle(aside).position === "sticky") aside.scrollTop = first.offsetTop - aside.offsetTop - 40;
  };
  for (const mark of marks) {
    const ids = mark.dataset.events.split(" ");
    const show = () => light(ids, true);
    mark.addEventListener("pointerenter", show);
    mark.addEventListener("focus", show);
    if (mark.matches(".trigger")) {
      mark.setAttribute("aria-describedby", ids[0]);
      mark.addEventListener("click", (event) => {
        event.preventDefault();
        history.replaceState(null, "", `#${ids[0]}`);
        light(ids, true);
        cards.get(ids[0]).focus({ preventScroll: getComputedStyle(aside).position === "sticky" });
      });
    }
  }
  for (const [id, card] of cards) {
    card.addEventListener("pointerenter", () => { if (!aside.contains(document.activeElement)) light([id], false); });
    card.addEventListener("click", () => light([id], false));
    card.addEventListener("focusin", () => light([id], false));
  }
  const arrive = () => {
    const id = decodeURIComponent(location.hash.slice(1));
    if (!cards.has(id)) return;
    light([id], true);
    const trigger = spans(id).find((mark) => mark.matches(".trigger")) ?? spans(id)[0];
    if (trigger && getComputedStyle(aside).position === "sticky") trigger.scrollIntoView({ block: "center" });
  };
  addEventListener("hashchange", arrive);
  requestAnimationFrame(arrive);
}
