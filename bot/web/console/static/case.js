// The print button, and a draft that survives a lost network: kept in this tab alone until it was sent.
"use strict";
document.querySelector("[data-print]")?.addEventListener("click", () => window.print());
const reply = document.querySelector("#reply textarea");
if (reply) {
  const key = `draft ${location.pathname.split("/").slice(0, 4).join("/")}`;
  if (!reply.value) reply.value = sessionStorage.getItem(key) || "";
  reply.addEventListener("input", () => sessionStorage.setItem(key, reply.value));
  reply.form.addEventListener("submit", () => sessionStorage.removeItem(key));
  window.addEventListener("offline", () => sessionStorage.setItem(key, reply.value));
}
