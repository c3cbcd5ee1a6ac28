/** Beside each password: a button that shows it, and a word where capitals are locked. Without this script there is neither. */

for (const field of document.querySelectorAll('input[type="password"][data-show]')) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "quiet small";
  const say = () => {
    const shown = field.type === "text";
    button.textContent = shown ? field.dataset.hide : field.dataset.show;
    button.setAttribute("aria-pressed", String(shown));
  };
  button.setAttribute("aria-controls", field.id);
  button.addEventListener("click", () => {
    field.type = field.type === "password" ? "text" : "password";
    say();
    field.focus();
  });
  say();
  const hint = document.createElement("small");
  hint.className = "muted";
  hint.setAttribute("role", "status");
  const row = document.createElement("div");
  row.className = "row";
  row.append(button, hint);
  field.after(row);
  for (const kind of ["keydown", "keyup"]) {
    field.addEventListener(kind, (event) => {
      const locked = event.getModifierState && event.getModifierState("CapsLock");
      hint.textContent = locked ? field.dataset.capitals : "";
    });
  }
  field.form.addEventListener("submit", () => {
    field.type = "password"; // browsers keep what stands in a text field
  });
}
