// Helps with the form of an office: Monday's hours for the other working days, and the place where one stands.
document.addEventListener("DOMContentLoaded", () => {
  const copy = document.querySelector("[data-copy-hours]");
  if (copy) {
    copy.hidden = false;
    copy.addEventListener("click", () => {
      for (const first of document.querySelectorAll('input[name*="_Mo_"]')) {
        for (const day of ["Tu", "We", "Th", "Fr"]) {
          document.querySelector(`input[name="${first.name.replace("_Mo_", `_${day}_`)}"]`).value = first.value;
        }
      }
    });
  }
  const locate = document.querySelector("[data-locate]");
  if (locate && "geolocation" in navigator) {
    const said = document.querySelector("[data-locate-said]");
    locate.hidden = false;
    locate.addEventListener("click", () => navigator.geolocation.getCurrentPosition((found) => {
      document.querySelector("input[name=latitude]").value = found.coords.latitude.toFixed(5);
      document.querySelector("input[name=longitude]").value = found.coords.longitude.toFixed(5);
      said.textContent = said.dataset.done;
    }, () => { said.textContent = said.dataset.failed; }, { enableHighAccuracy: true, timeout: 15000 }));
  }
});
