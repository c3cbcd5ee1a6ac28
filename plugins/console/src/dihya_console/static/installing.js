// Live progress of a change of the plugins; without this file the page says the same after a reload.
const list = document.querySelector("[data-progress-events]");

if (list) {
  const stream = new EventSource(list.dataset.progressEvents);
  const bar = document.querySelector("#bar");
  const now = document.querySelector("#now");

  stream.addEventListener("step", (event) => {
    const { step } = JSON.parse(event.data);
    const items = [...list.children];
    const at = items.findIndex((item) => item.dataset.step === step);
    if (at < 0) return;
    items.forEach((item, place) => { item.className = place < at ? "done" : place === at ? "running" : "waiting"; });
    bar.value = at;
    now.textContent = items[at].textContent;
  });
  stream.addEventListener("end", () => {
    stream.close();
    location.reload();
  });
  // The server has no place for one more stream, or none at all: look again now and then.
  stream.addEventListener("error", () => {
    if (stream.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), 3000);
  });
}
