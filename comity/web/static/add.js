// Additions: sent without leaving the page, and asked after until they are done.

const token = () => document.querySelector('meta[name="csrf-token"]').content;
const STATES = { waiting: "waits", reading: "is read", coding: "is coded", writing: "is written", done: "done", failed: "failed" };

export function adding(root, say) {
  const place = root.querySelector?.("[data-jobs]");
  if (!place) return;
  for (const form of root.querySelectorAll("form[data-add]")) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      form.querySelector(".wrong")?.remove();
      const data = new FormData(form);
      const files = form.dataset.add === "files";
      if (!data.get("published")) data.delete("published");
      const body = files ? data : JSON.stringify(Object.fromEntries([...data].filter(([, value]) => value)));
      const headers = files ? {} : { "content-type": "application/json" };
      const button = form.querySelector("button");
      button.disabled = true;
      try {
        const answer = await fetch(files ? "/api/v1/additions/files" : "/api/v1/additions", { method: "POST", body, headers: { ...headers, "x-csrf-token": token() } });
        const found = await answer.json();
        if (!answer.ok) throw new Error(found.detail ?? found.title);
        form.reset();
        say("Taken.");
        follow(place, say);
      } catch (error) {
        const words = document.createElement("p");
        words.className = "wrong";
        words.setAttribute("role", "alert");
        words.textContent = error.message;
        form.append(words);
      } finally {
        button.disabled = false;
      }
    });
  }
  for (const drop of root.querySelectorAll("[data-drop]")) {
    const input = drop.querySelector("input");
    for (const name of ["dragenter", "dragover"]) drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("over"); });
    for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => drop.classList.remove("over"));
    drop.addEventListener("drop", (event) => { event.preventDefault(); input.files = event.dataTransfer.files; });
  }
  follow(place, say);
}

let following = false;

async function follow(place, say) {
  if (following) return;
  following = true;
  let open = true, wait = 400;
  while (open && place.isConnected) {
    let jobs = [];
    try {
      jobs = await (await fetch("/api/v1/additions")).json();
    } catch (error) {
      wait = Math.min(wait * 2, 10_000);
      await new Promise((done) => setTimeout(done, wait));
      continue;
    }
    if (jobs.length) place.replaceChildren(...jobs.map(show));
    open = jobs.some((job) => !["done", "failed"].includes(job.state));
    if (open) await new Promise((done) => setTimeout(done, wait));
    else if (jobs.length) say(`Done: ${jobs[0].documents.length} documents, ${jobs[0].events} events.`);
  }
  following = false;
}

function show(job) {
  const box = document.createElement("div");
  box.className = "job";
  box.dataset.state = job.state;
  const line = document.createElement("p");
  line.textContent = `${job.started.slice(11, 16)} UTC: ${STATES[job.state]}; ${job.done} of ${job.total} documents, ${job.events} events, ${job.seconds.toFixed(0)} s`;
  box.append(line);
  if (!["done", "failed"].includes(job.state)) {
    const bar = document.createElement("progress");
    bar.setAttribute("aria-label", "Progress of the addition");
    if (job.total) { bar.max = job.total; bar.value = job.done; }
    box.append(bar);
  }
  const list = document.createElement("ul");
  list.className = "plainlist";
  for (const document_ of job.documents) {
    const item = document.createElement("li"), link = document.createElement("a");
    link.href = `/document/${encodeURIComponent(document_.id)}`;
    link.textContent = document_.title ?? "Untitled";
    item.append(link, `: ${document_.events} events, ${document_.claims} claims`);
    list.append(item);
  }
  for (const failure of job.failures) {
    const item = document.createElement("li");
    item.className = "wrong";
    item.textContent = failure;
    list.append(item);
  }
  if (list.children.length) box.append(list);
  return box;
}
