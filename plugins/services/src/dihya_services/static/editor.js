// Edits without loading the whole page: the same forms and links are sent and followed, and what comes back is put in place.
// Without this file each of them loads a page that says the same.
const live = document.createElement("p");
live.className = "visually-hidden";
live.setAttribute("role", "status");
document.querySelector("main").append(live);

const editor = () => document.getElementById("editor");
const key = (input) => `${input.form?.querySelector("[name=form]")?.value}#${input.id || `${input.name}=${input.value}`}`;
const typed = (input) => (input.type === "checkbox" || input.type === "radio" ? input.checked !== input.defaultChecked
  : input.tagName === "SELECT" ? [...input.options].some((each) => each.selected !== each.defaultSelected) && input.selectedIndex > 0
  : input.value !== input.defaultValue);
const inputs = () => [...editor().querySelectorAll("input:not([type=hidden]), select, textarea")];

// What somebody has typed into the other forms stays when one of them is sent.
function unsent(form) {
  return new Map(inputs().filter((each) => each.form !== form && !each.matches(":disabled") && typed(each)).map((each) => [key(each), each]));
}

function keep(others) {
  for (const input of inputs()) {
    const before = others.get(key(input));
    if (!before) continue;
    if (input.type === "checkbox" || input.type === "radio") input.checked = before.checked;
    else input.value = before.value;
  }
}

async function show(answer, others, push) {
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const next = page.getElementById("editor");
  if (!next) return location.assign(answer.url);
  const here = location.pathname;
  const open = new Set([...editor().querySelectorAll("details[open] > summary")].map((each) => each.textContent.trim()));
  editor().replaceWith(document.adoptNode(next));
  document.title = page.title;
  const same = new URL(answer.url).pathname === here;
  if (answer.ok && push && (!same || push === "link")) history.pushState(null, "", answer.url);
  if (same) {
    keep(others);
    for (const each of next.querySelectorAll("details > summary")) if (open.has(each.textContent.trim())) each.parentElement.open = true;
  }
  (next.querySelector("[autofocus]") ?? next.querySelector("h1")).focus();
  live.textContent = next.querySelector("#said, #error")?.textContent.trim() ?? "";
}

async function load(url, options, others, push) {
  editor().setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(url, { ...options, headers: { Accept: "text/html" }, credentials: "same-origin" });
    await show(answer, others, push);
  } catch {
    return false; // no connection, or no page: the browser says so in its own way
  } finally {
    editor().removeAttribute("aria-busy");
  }
  return true;
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!editor().contains(form) || form.hasAttribute("data-whole")) return;
  event.preventDefault();
  if (form.dataset.busy) return;
  form.dataset.busy = "yes";
  const body = new URLSearchParams(new FormData(form, event.submitter));
  if (!(await load(form.action, { method: "POST", body }, unsent(form), "form"))) form.submit();
  delete form.dataset.busy;
});

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[href]");
  if (!link || !editor().contains(link) || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (!new URL(link.href).pathname.startsWith(editor().dataset.base) || link.hash) return;
  event.preventDefault();
  if (!(await load(link.href, {}, new Map(), "link"))) location.assign(link.href);
});

addEventListener("popstate", () => location.reload());
