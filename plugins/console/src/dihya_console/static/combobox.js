// <select data-combobox="address">: becomes an input that finds its options while one types (ARIA, combobox with a list).
// It asks the address, which looks in more than the names, and among the options of the select; without this file the select stays
// what it is.
const SHOWN = 20;
const PAUSE = 150;

for (const select of document.querySelectorAll("select[data-combobox]")) combobox(select);

function combobox(select) {
  const { combobox: address, label } = select.dataset;
  const all = [...select.options].filter((option) => option.value).map((option) => ({ id: option.value, name: option.text }));
  const input = element("input", {
    id: select.id, type: "text", role: "combobox", autocomplete: "off", "aria-autocomplete": "list",
    "aria-expanded": "false", "aria-controls": `${select.id}--list`,
  });
  for (const name of ["aria-describedby", "aria-invalid"]) {
    if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
  }
  const list = element("ul", { id: `${select.id}--list`, role: "listbox", "aria-label": label, hidden: "" });
  const status = element("span", { class: "visually-hidden", role: "status" });
  const box = element("div", { class: "combobox" });
  const name = () => (select.value ? select.selectedOptions[0].text : "");
  let items = [], at = -1, wait = 0, asked = 0;

  input.required = select.required; // a hidden select that is empty would hold the form back without a word
  select.required = false;
  select.hidden = true;
  select.id += "--value";
  input.value = name();
  select.before(box);
  box.append(input, list, status, select);
  box.parentElement.querySelector("[data-without-script]")?.remove();

  input.addEventListener("input", () => {
    input.setCustomValidity("");
    clearTimeout(wait);
    wait = setTimeout(look, address ? PAUSE : 0);
  });
  input.addEventListener("click", () => (list.hidden ? look() : close()));
  input.addEventListener("blur", leave);
  input.addEventListener("keydown", press);
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the focus stays in the input
  list.addEventListener("click", (event) => {
    const place = [...list.children].indexOf(event.target.closest("[role=option]"));
    if (place >= 0) choose(items[place]);
  });

  async function look() {
    const words = input.value === name() ? "" : input.value.trim();
    const turn = ++asked;
    const found = await find(words);
    if (turn !== asked || document.activeElement !== input) return; // somebody typed on, or left
    show(found.items, found.more);
  }

  async function find(words) {
    const wanted = folded(words).split(/\s+/);
    const fitting = all.filter((one) => wanted.every((word) => folded(one.name).includes(word)));
    const answered = address && words ? await ask(words) : { items: [], more: false };
    const known = new Set(fitting.map((one) => one.id));
    const together = [...fitting, ...answered.items.filter((one) => !known.has(one.id))];
    return { items: together.slice(0, SHOWN), more: answered.more || together.length > SHOWN };
  }

  async function ask(words) {
    try {
      const answer = await fetch(`${address}?q=${encodeURIComponent(words)}`, { headers: { Accept: "application/json" } });
      if (answer.ok) return await answer.json();
    } catch {} // no network: what the page has is looked through
    return { items: [], more: false };
  }

  function show(found, more) {
    items = found;
    list.replaceChildren(...items.map((one, place) => {
      const option = element("li", {
        id: `${list.id}-${place}`, role: "option", "aria-selected": String(one.id === select.value),
      });
      option.textContent = one.name;
      return option;
    }));
    const { none, one, many, more: further } = select.dataset;
    const said = (more ? further : items.length > 1 ? many : items.length ? one : none).replace("{count}", items.length);
    status.textContent = said;
    if (more || !items.length) list.append(Object.assign(element("li", { class: "hint", role: "presentation" }), { textContent: said }));
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    move(-1);
  }

  function close() {
    asked += 1;
    clearTimeout(wait);
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    move(-1);
  }

  function move(to) {
    list.children[at]?.classList.remove("active");
    at = to;
    if (at < 0) return input.removeAttribute("aria-activedescendant");
    list.children[at].classList.add("active");
    list.children[at].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", list.children[at].id);
  }

  function choose(one) {
    if (![...select.options].some((option) => option.value === one.id)) select.add(new Option(one.name, one.id));
    select.value = one.id;
    input.value = name();
    input.setCustomValidity("");
    close();
    select.dispatchEvent(new Event("change", { bubbles: true }));
  }

  // What was typed and names one record is chosen; an emptied input chooses nothing; otherwise the choice stays as it was.
  function leave() {
    const typed = input.value.trim();
    const same = [...items, ...all].find((one) => folded(one.name) === folded(typed));
    close();
    if (typed && same) return choose(same);
    if (!typed) select.value = "";
    input.value = name();
  }

  function press(event) {
    const last = items.length - 1;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) return look();
      const down = event.key === "ArrowDown";
      move(last < 0 ? -1 : down ? (at < last ? at + 1 : 0) : at > 0 ? at - 1 : last);
    } else if (event.key === "Enter" && !list.hidden) {
      event.preventDefault(); // the list is answered first, the form is sent by the next Enter
      if (at >= 0) choose(items[at]);
      else leave();
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      input.value = name();
      close();
    }
  }
}

function folded(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

function element(tag, attributes) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}
