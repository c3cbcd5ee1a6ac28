// Live progress of a generation; without this file the page says the same after a reload.
const section = document.querySelector("[data-events]");
const EVERY = 3000;

if (section && section.dataset.running === "yes") {
  const list = section.querySelector("#progress");
  const bar = section.querySelector("#bar");
  const stream = new EventSource(`${section.dataset.events}?after=${section.dataset.after}`);
  let last = Number(section.dataset.after);

  const show = (line) => {
    if (line.number <= last) return;
    last = line.number;
    const item = document.createElement("li");
    item.className = line.state;
    item.textContent = line.message;
    if (line.check) item.dataset.check = "";
    else section.querySelector("#now").textContent = line.message;
    list.append(item);
    if (line.share !== null) bar.value = line.share;
    section.querySelector("#left").textContent = line.left;
  };
  // The server has no place for one more stream: ask now and then instead.
  const ask = async () => {
    try {
      const answer = await fetch(section.dataset.events.replace(/\/events$/, ""), { headers: { Accept: "application/json" } });
      if (answer.ok) {
        const generation = await answer.json();
        generation.progress.forEach(show);
        if (generation.status !== "generating") return location.reload();
      }
    } catch {
      // no connection at this moment
    }
    setTimeout(ask, EVERY);
  };

  stream.addEventListener("progress", (event) => show(JSON.parse(event.data)));
  stream.addEventListener("end", () => {
    stream.close();
    location.reload();
  });
  stream.addEventListener("error", () => {
    if (stream.readyState === EventSource.CLOSED) setTimeout(ask, EVERY);
  });
}

// What is checked after the offer: the page is read again when nothing is left.
const later = document.querySelector("[data-later]");
if (later) {
  const look = async () => {
    try {
      const answer = await fetch(later.dataset.later, { headers: { Accept: "application/json" } });
      if (answer.ok && !(await answer.json()).proof.some((check) => check.later && !check.passed)) return location.reload();
    } catch {
      // no connection at this moment
    }
    setTimeout(look, EVERY);
  };
  setTimeout(look, EVERY);
}
