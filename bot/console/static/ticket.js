// One question, live: the thread renews itself, drafts stay on this device until they are sent, Ctrl+Enter sends.
import { live, page } from "./live.js";

const ticket = document.getElementById("ticket");
const status = document.getElementById("live");
const key = (form) => `desk:${ticket.dataset.id}:${form.dataset.draft}`;
const at = (id) => document.getElementById(id);
const SAVE = 300;

function draft(form) {
  const text = form.querySelector("textarea");
  const kept = form.id === "answer" ? at("kept") : undefined;
  if (!text.value) text.value = localStorage.getItem(key(form)) ?? "";
  if (kept) kept.hidden = !text.value;
  let timer;
  const save = () => {
    if (text.value) localStorage.setItem(key(form), text.value);
    else localStorage.removeItem(key(form));
    if (kept) kept.hidden = !text.value;
  };
  text.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(save, SAVE);
  });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    save();
  });
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
}

// A button pressed twice sends once.
function once(form) {
  form.addEventListener("submit", () => setTimeout(() => form.querySelectorAll("button").forEach((b) => (b.disabled = true))));
}

// What was sent needs no draft: the page after it says what was done.
const done = { answered: "answer", noted: "note", transferred: "transfer" }[new URLSearchParams(location.search).get("said")];
if (done) localStorage.removeItem(`desk:${ticket.dataset.id}:${done}`);
history.replaceState(null, "", `/desk/tickets/${ticket.dataset.id}`);

function ready() {
  for (const form of document.querySelectorAll("form")) {
    if (form.dataset.ready) continue;
    form.dataset.ready = "yes";
    if (form.dataset.draft) draft(form);
    once(form);
  }
}

const writes = () => Boolean(at("text")?.value) || at("deeds").contains(document.activeElement) ||
  document.activeElement === at("text") || Boolean(document.querySelector("#deeds details[open]"));

const lines = (root) => [...root.querySelectorAll("#thread li")];
let latest = 0;

// Who is writing keeps their form as it is, with the version they have seen: sending shows once what came in.
async function renew(tickets) {
  if (!tickets.includes(Number(ticket.dataset.id))) return;
  const turn = ++latest;
  const next = await page(`/desk/tickets/${ticket.dataset.id}`);
  if (next?.getElementById("gone")) {
    for (const name of Object.keys(localStorage)) if (name.startsWith(`desk:${ticket.dataset.id}:`)) localStorage.removeItem(name);
    return location.reload(); // its words are erased: nothing of them stays on this screen
  }
  if (turn !== latest || !next?.getElementById("thread")) return;
  const known = lines(document);
  const now = lines(next);
  now.forEach((line, place) => line.classList.toggle("new", known[place]?.classList.contains("new") ?? true));
  if (!writes()) {
    for (const part of ticket.querySelectorAll("details[open][class]")) {
      next.querySelector(`details.${part.className}`)?.setAttribute("open", ""); // what is being read stays open
    }
    ticket.replaceChildren(...next.getElementById("ticket").childNodes);
    ready();
  } else {
    at("facts").replaceWith(next.getElementById("facts"));
    if (now.length > known.length) at("thread").replaceWith(next.getElementById("thread"));
  }
  if (now.length > known.length) status.textContent = status.dataset.new;
}

addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("button").forEach((button) => (button.disabled = false));
});
// The newest words stand just above the answer, as in every messenger; a question's first reading begins at the top.
if (lines(document).length > 1 && at("answer") && !document.querySelector(".notice")) {
  document.documentElement.style.setProperty("--answer", `${at("answer").offsetHeight}px`);
  lines(document).at(-1).scrollIntoView({ block: "end" });
}
ready();
live(status, renew);
