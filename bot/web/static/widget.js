// Shows the chat in an office's own site: a button, and above it a frame. No style or script of the site is touched.
(() => {
  const script = document.currentScript;
  const home = new URL(script.src).origin;
  const { office = "", language = "", label = "Amparo" } = script.dataset;
  const address = `${home}/embed?office=${encodeURIComponent(office)}&language=${encodeURIComponent(language)}`;
  const place = (element, style) => Object.assign(element.style, style);

  const button = document.createElement("button");
  button.type = "button";
  button.textContent = label;
  button.setAttribute("aria-expanded", "false");
  place(button, {
    position: "fixed", right: "16px", bottom: "16px", zIndex: "2147483000", padding: "12px 18px", border: "0",
    borderRadius: "24px", background: "#14532d", color: "#fff", font: "600 16px system-ui, sans-serif", cursor: "pointer",
  });

  let frame;
  const show = (open) => {
    if (open && !frame) {
      frame = document.createElement("iframe");
      frame.src = address;
      frame.title = label;
      frame.setAttribute("referrerpolicy", "no-referrer");
      place(frame, {
        position: "fixed", right: "16px", bottom: "76px", zIndex: "2147483000", width: "min(400px, calc(100vw - 32px))",
        height: "min(620px, calc(100vh - 100px))", border: "1px solid #999", borderRadius: "12px", background: "#fff",
      });
      document.body.append(frame);
    }
    if (frame) frame.style.display = open ? "block" : "none";
    button.setAttribute("aria-expanded", String(open));
  };
  button.addEventListener("click", () => show(button.getAttribute("aria-expanded") !== "true"));
  document.addEventListener("keydown", (event) => event.key === "Escape" && show(false));
  document.body.append(button);
})();
