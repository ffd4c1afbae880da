// Copy a link or a line; without scripts it is marked and copied by hand.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
  document.getElementById("copied").textContent = button.dataset.done;
  button.classList.add("copied");
});
