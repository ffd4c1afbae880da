// A choice that is its own button: forms are sent when a marked field changes. Without scripts the button does it.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
});
document.documentElement.classList.add("scripted");
