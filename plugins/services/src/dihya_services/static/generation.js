// Live progress of a generation; without this file the page says the same after a reload.
const section = document.querySelector("[data-events]");

if (section && section.dataset.running === "yes") {
  const list = section.querySelector("#progress");
  const stream = new EventSource(`${section.dataset.events}?after=${section.dataset.after}`);

  stream.addEventListener("progress", (event) => {
    const line = JSON.parse(event.data);
    const item = document.createElement("li");
    item.className = line.state;
    item.textContent = line.message;
    list.append(item);
  });
  stream.addEventListener("end", () => {
    stream.close();
    location.reload();
  });
}
