// Saves reloads and data where a browser runs scripts; every form works without this.
"use strict";
(() => {
  const thread = document.getElementById("thread");
  const page = document.querySelector("main");
  const after = () => document.getElementById("after");

  function show(markup) {
    const part = new DOMParser().parseFromString(markup, "text/html");
    document.getElementById("last")?.removeAttribute("id");
    const lines = part.getElementById("lines");
    if (lines.dataset.language !== document.documentElement.lang) {
      location.reload(); // the conversation changed its language: the rest of the page follows
      return;
    }
    const fresh = [...lines.children];
    thread.append(...fresh);
    if (fresh.length) document.querySelector(".intro")?.remove();
    after().replaceWith(part.getElementById("after"));
    const first = fresh.find((line) => line.classList.contains("bot")) || fresh[0];
    first?.scrollIntoView({ block: "start" });
    if (after().dataset.pending) wait();
  }

  async function wait() {
    try {
      const answer = await fetch(`/new?after=${after().dataset.last}`);
      if (answer.ok) show(await answer.text());
    } catch {
      setTimeout(wait, 3000);
    }
  }

  function say(problem) {
    const line = document.createElement("p");
    line.className = "problem";
    line.setAttribute("role", "alert");
    line.textContent = problem;
    after().querySelector(".problem")?.remove();
    after().prepend(line);
  }

  page.addEventListener("submit", async (event) => {
    const form = event.target;
    if (form.getAttribute("action") !== "/say") return;
    event.preventDefault();
    if (form.dataset.busy) return;
    form.dataset.busy = "yes";
    const fields = new URLSearchParams(new FormData(form, event.submitter));
    fields.set("after", after().dataset.last);
    try {
      const answer = await fetch("/say", { method: "POST", body: fields, headers: { "X-Fragment": "1" } });
      show(await answer.text());
      if (form.id === "say" && answer.ok) {
        form.reset();
        document.getElementById("text").value = "";
        form.elements.nonce.value = crypto.getRandomValues(new Uint32Array(2)).join("");
      }
    } catch {
      say(document.getElementById("say").dataset.offline);
    } finally {
      delete form.dataset.busy;
    }
  });

  document.getElementById("text").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      document.getElementById("say").requestSubmit();
    }
  });

  document.getElementById("exit").addEventListener("submit", (event) => {
    event.preventDefault();
    const address = event.target.dataset.address;
    document.body.replaceChildren();
    document.title = "";
    const forgotten = fetch("/exit", { method: "POST", redirect: "manual", keepalive: true }).catch(() => {});
    const patience = new Promise((done) => setTimeout(done, 800));
    Promise.race([forgotten, patience]).finally(() => location.replace(address));
  });

  if (after().dataset.pending) wait();
})();
