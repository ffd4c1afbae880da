// Help while writing: nothing typed is lost without a network, names of figures and offices come with a click, and
// others are told when the page is closed. Without scripts the form works all the same.
const form = document.querySelector("form[data-keep]");
if (form) {
  const store = `amparo draft ${form.dataset.keep}`;
  const offline = document.getElementById("offline");
  const restored = document.getElementById("restored");
  let sending = false;
  let last = form.elements.body || form.elements.why;

  const fields = () => [...form.elements].filter((one) => one.name && one.name !== "csrf" && one.name !== "base"
    && one.name !== "channel" && one.name !== "on" && ["INPUT", "TEXTAREA", "SELECT"].includes(one.tagName));
  const typed = () => fields().map((one) => [one.name, one.type === "checkbox" ? one.checked : one.value]);
  const keep = () => {
    try {
      localStorage.setItem(store, JSON.stringify(typed()));
    } catch {
      // a full or forbidden store: the server keeps drafts too
    }
  };
  const forget = () => {
    try {
      localStorage.removeItem(store);
    } catch {
      // as above
    }
  };
  const kept = () => {
    try {
      return JSON.parse(localStorage.getItem(store) || "null");
    } catch {
      return null;
    }
  };

  form.addEventListener("input", keep);
  form.addEventListener("focusin", (event) => {
    if (event.target.matches("textarea, input[name=until]")) last = event.target;
  });
  form.addEventListener("submit", (event) => {
    sending = true;
    if (!navigator.onLine) {
      event.preventDefault();
      sending = false;
      keep();
      if (offline) offline.hidden = false;
      return;
    }
    if (event.submitter && event.submitter.value === "drop") forget();
  });

  const before = kept();
  if (before && JSON.stringify(before) !== JSON.stringify(typed()) && restored) {
    restored.hidden = false;
    document.getElementById("restore").addEventListener("click", () => {
      const places = {};
      for (const [name, value] of before) {
        const number = places[name] = (places[name] ?? -1) + 1;
        const one = fields().filter((field) => field.name === name)[number];
        if (!one) continue;
        if (one.type === "checkbox") one.checked = value;
        else one.value = value;
      }
      restored.hidden = true;
      last.dispatchEvent(new Event("input", { bubbles: true }));
      last.focus();
    });
  }

  for (const button of form.querySelectorAll("[data-insert]")) {
    button.addEventListener("click", () => {
      last.setRangeText(button.dataset.insert, last.selectionStart, last.selectionEnd, "end");
      last.dispatchEvent(new Event("input", { bubbles: true }));
      last.focus();
    });
  }

  document.body.addEventListener("htmx:sendError", () => {
    keep();
    if (offline) offline.hidden = false;
  });
  document.body.addEventListener("htmx:afterRequest", (event) => {
    if (!event.detail.successful) return;
    if (offline) offline.hidden = true;
    if (event.detail.elt.id === "kept") forget();
  });
  window.addEventListener("pagehide", () => {
    if (sending || !form.dataset.leave) return;
    const left = new FormData();
    left.append("csrf", form.elements.csrf.value);
    navigator.sendBeacon(form.dataset.leave, left);
  });

  const problems = document.querySelector(".problem[role=alert]");
  if (problems) {
    problems.tabIndex = -1;
    problems.focus();
  }
}
