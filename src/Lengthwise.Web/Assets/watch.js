// Keeps the page up to date: replaces the elements that the server says have changed, and presses its buttons without leaving it.

const byId = id => document.getElementById(id);
const path = document.body.dataset.at;
const messageSeconds = 12;

// The token has become a cookie by now; it need not stand in the history.
const address = new URL(location.href);
if (address.searchParams.has("token")) {
  address.searchParams.delete("token");
  history.replaceState(null, "", address);
}

function show(id, text) {
  const element = byId(id);
  if (element.textContent !== text) element.textContent = text;
  element.hidden = text === "";
}

// What a reader has done to an element stays: focus, and how far a log is scrolled.
function replace({ id, html }) {
  const old = byId(id);
  if (!old) {
    // What stands there has become something else: a folder that was awaited is a comparison now.
    location.reload();
    return;
  }
  const template = document.createElement("template");
  template.innerHTML = html;
  const fresh = template.content.firstElementChild;
  const focused = old.contains(document.activeElement) ? focusKey(old, document.activeElement) : null;
  const scrolled = [...old.querySelectorAll("pre, .scroll")].map(e => ({ top: e.scrollTop, left: e.scrollLeft, atEnd: atEnd(e) }));
  old.replaceWith(fresh);
  [...fresh.querySelectorAll("pre, .scroll")].forEach((element, i) => {
    if (!scrolled[i]) return;
    element.scrollLeft = scrolled[i].left;
    element.scrollTop = scrolled[i].atEnd && element.matches("pre") ? element.scrollHeight : scrolled[i].top;
  });
  if (focused) focusable(fresh, focused)?.focus({ preventScroll: true });
}

const atEnd = element => element.scrollTop + element.clientHeight >= element.scrollHeight - 4;
const focusKey = (part, element) => element.id || [...part.querySelectorAll("[tabindex]")].indexOf(element);
const focusable = (part, key) => typeof key === "string" ? byId(key) : part.querySelectorAll("[tabindex]")[key];

function listen() {
  const events = new EventSource("/events?at=" + encodeURIComponent(path));
  events.onopen = () => show("connection", "");
  events.onmessage = message => {
    const change = JSON.parse(message.data);
    document.title = change.title;
    change.parts.forEach(replace);
    if (change.say) byId("announcement").textContent = change.say;
  };
  events.onerror = () => show("connection", events.readyState === EventSource.CLOSED
    ? "This page is no longer live: 'lengthwise watch' was started again. Open the address that it printed. Training goes on as before."
    : "This page is not live at the moment: 'lengthwise watch' does not answer. Training goes on without it.");
}

document.addEventListener("submit", async event => {
  event.preventDefault();
  const form = event.target;
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { Accept: "application/json" } });
    const text = await answer.text();
    show("message", answer.headers.get("content-type")?.startsWith("application/json") ? JSON.parse(text).message : text);
  } catch {
    show("message", "'lengthwise watch' does not answer.");
  }
  button.disabled = false;
  setTimeout(() => show("message", ""), messageSeconds * 1000);
});

document.querySelectorAll("pre.log").forEach(log => { log.scrollTop = log.scrollHeight; });
listen();
