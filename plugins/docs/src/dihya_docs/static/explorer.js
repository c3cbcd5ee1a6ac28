// The API explorer: search among the operations, and send what the forms say.

const operations = [...document.querySelectorAll(".docs-operation")];
const search = document.getElementById("docs-search");
const count = document.getElementById("docs-count");

function filter() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const operation of operations) {
    const text = operation.querySelector("summary").textContent.toLowerCase();
    operation.hidden = !words.every((word) => text.includes(word));
    shown += operation.hidden ? 0 : 1;
  }
  for (const group of document.querySelectorAll(".docs-group")) {
    group.hidden = !group.querySelector(".docs-operation:not([hidden])");
  }
  count.textContent = shown === 1 ? count.dataset.one : count.dataset.many.replace("{count}", shown);
}

// Returns the address and the options of the request that a form describes.
function described(form) {
  let path = form.dataset.path;
  const query = new URLSearchParams();
  const headers = {};
  for (const input of form.querySelectorAll("[name][data-place]")) {
    const value = input.value;
    if (input.dataset.place === "path") path = path.replace(`{${input.name}}`, encodeURIComponent(value).replaceAll("%2F", "/"));
    else if (value !== "" && input.dataset.place === "query") query.set(input.name, value);
    else if (value !== "" && input.dataset.place === "header") headers[input.name] = value;
  }
  const options = { method: form.dataset.method, headers, credentials: "same-origin" };
  const body = form.querySelector("[data-place=body]");
  if (body) {
    headers["Content-Type"] = body.dataset.type;
    options.body = body.value;
  }
  const token = document.querySelector("meta[name=csrf-token]");
  if (token && options.method !== "GET") headers["X-CSRF-Token"] = token.content;
  return [query.size ? `${path}?${query}` : path, options];
}

function pretty(text, type) {
  if (!type.includes("json")) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

async function send(event) {
  event.preventDefault();
  const form = event.currentTarget;
  const button = form.querySelector("button");
  const answer = form.querySelector(".docs-answer");
  const status = answer.querySelector(".docs-status");
  const shown = answer.querySelector("pre");
  button.disabled = true;
  answer.hidden = false;
  status.textContent = "…";
  shown.textContent = "";
  try {
    const began = performance.now();
    const response = await fetch(...described(form));
    const text = await response.text();
    status.textContent = `${response.status} ${response.statusText} · ${Math.round(performance.now() - began)} ms`;
    const headers = [...response.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
    shown.textContent = `${headers}\n\n${pretty(text, response.headers.get("Content-Type") || "")}`;
  } catch (error) {
    status.textContent = String(error.message || error);
  } finally {
    button.disabled = false;
  }
}

search.addEventListener("input", filter);
document.getElementById("docs-search-form").addEventListener("submit", (event) => event.preventDefault());
for (const form of document.querySelectorAll(".docs-try")) form.addEventListener("submit", send);
const linked = location.hash && document.getElementById(location.hash.slice(1));
if (linked instanceof HTMLDetailsElement) linked.open = true;
filter();
