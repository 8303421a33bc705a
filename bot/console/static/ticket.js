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
history.replaceState(null, "", location.pathname);

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

// Who is writing keeps their form as it is, with the version they have seen: sending shows once what came in.
async function renew(tickets) {
  if (!tickets.includes(Number(ticket.dataset.id))) return;
  const next = await page(`/desk/tickets/${ticket.dataset.id}`);
  const thread = next?.getElementById("thread");
  if (!thread) return;
  const before = at("thread").querySelectorAll("li").length;
  const now = thread.querySelectorAll("li").length;
  if (writes()) {
    at("thread").replaceWith(thread);
    at("facts").replaceWith(next.getElementById("facts"));
  } else {
    ticket.replaceChildren(...next.getElementById("ticket").childNodes);
    ready();
  }
  if (now > before) status.textContent = status.dataset.new;
}

addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("button").forEach((button) => (button.disabled = false));
});
// The newest words stand just above the answer, as in every messenger; a question's first reading begins at the top.
const lines = at("thread").querySelectorAll("li");
if (lines.length > 1 && at("answer") && !document.querySelector(".notice")) {
  document.documentElement.style.setProperty("--answer", `${at("answer").offsetHeight}px`);
  lines[lines.length - 1].scrollIntoView({ block: "end" });
}
ready();
live(status, renew);
