// Small improvements for every page; each page works without them.

// A form is sent once, however often its button is pressed in a hurry.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  if (form.method !== "post" || event.defaultPrevented) return;
  form.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-busy", "true");
  setTimeout(release, 5000, form); // the answer was a download, and the page is still here
});

function release(form) {
  delete form.dataset.sent;
  form.querySelector("[aria-busy]")?.removeAttribute("aria-busy");
}

// Somebody who comes back with the browser's button may send again.
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));

// <button data-copy="#element" data-copied="Copied" hidden>: copies the text of the element.
for (const button of document.querySelectorAll("button[data-copy]")) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.querySelector(button.dataset.copy).textContent.trim());
    const label = button.textContent;
    button.textContent = button.dataset.copied ?? label;
    setTimeout(() => { button.textContent = label; }, 2000);
  });
}

// <button data-print hidden>: opens the print dialog.
for (const button of document.querySelectorAll("button[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// Ctrl-K, and / where nobody is typing, put the cursor into the search of all lists, or lead to it. Whoever wants no single key
// as a command (WCAG 2.1.4) takes data-shortcuts away in the settings.
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, select, textarea, [contenteditable]");
  const together = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k";
  const alone = event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !typing
    && "shortcuts" in document.documentElement.dataset;
  const field = document.getElementById("seek"), link = document.querySelector("a[data-search]");
  if (!(together || alone) || event.defaultPrevented || !(field || link)) return;
  event.preventDefault();
  if (field) field.select();
  else location.assign(link.href);
});

// Escape closes the menu of a narrow screen and gives the focus back.
document.addEventListener("keydown", (event) => {
  const menu = document.querySelector("details.menu[open]");
  if (event.key !== "Escape" || !menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// What went wrong is read first.
document.querySelector("[data-focus]")?.focus();
