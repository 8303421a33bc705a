// The parents' page. Keeps nothing but what is not yet sent; draws what the stream brings; never makes markup of words.

import { attach, button, dateOf, el, fill, timeOf } from "./draw.js";

const KEPT = "elternlotse";
const BURST = 2500; // messages within so many milliseconds belong together and are shown from the first one on
const HELP = /\b11[02]\b|🆘/u; // words for help that need no language
const ALWAYS_THERE = new Set(["c.sprache", "c.mensch", "c.hilfe"]); // the header has them

const page = document.documentElement;
const main = document.querySelector("main");
const list = document.querySelector("#log ul");
const form = document.querySelector("form");
const [log, status, trouble, danger, writing, choices, extras, news, text] =
  ["log", "status", "trouble", "danger", "writing", "choices", "extras", "news", "text"].map((id) => document.getElementById(id));
let words = JSON.parse(document.getElementById("words").textContent);

// ---- what is not yet sent

const kept = recall();
const queue = kept.queue;

function recall() {
  try {
    const { queue = [], draft = "" } = JSON.parse(localStorage.getItem(KEPT)) ?? {};
    return { queue, draft };
  } catch {
    return { queue: [], draft: "" }; // no storage here (a private window): then it lives as long as the page
  }
}

function keep() {
  try {
    localStorage.setItem(KEPT, JSON.stringify(kept));
  } catch {} // as above
}

function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");
}

function put(item) {
  queue.push({ id: newId(), ...item });
  keep();
  if (item.kind !== "start") {
    showOwn(queue.at(-1));
    expectAnswer();
  }
  flush();
}

function drop(id) {
  const place = queue.findIndex((item) => item.id === id);
  if (place >= 0) queue.splice(place, 1);
  keep();
}

// ---- up: one after the other, again until it is taken

let sending = false;
let pause = 0;
let retry = 0;

async function flush() {
  if (sending) return;
  sending = true;
  clearTimeout(retry);
  while (queue.length) {
    const item = queue[0];
    const answer = await post("/chat/messages", item);
    if (answer === 202) {
      pause = 0;
      drop(item.id);
      danger.hidden = true;
      mark(item.id, "sent");
      if (!stream) connect();
    } else if (answer === 401) {
      trouble.hidden = false;
      break;
    } else if (answer >= 400 && answer < 500 && ![408, 425, 429].includes(answer)) {
      drop(item.id);
      mark(item.id, "refused");
      delete shown.get(item.id)?.dataset.open;
    } else {
      pause = Math.min(30000, pause * 2 || 1000);
      for (const { id } of queue) mark(id, "waiting");
      danger.hidden = !queue.some(({ token, text }) => token === "c.hilfe" || HELP.test(text)); // help needs no server
      retry = setTimeout(flush, pause * (0.75 + Math.random() / 2));
      break;
    }
  }
  sending = false;
}

async function post(path, data) {
  try {
    const signal = AbortSignal.timeout?.(20000);
    const headers = { "content-type": "application/json" };
    return (await fetch(path, { method: "POST", headers, body: JSON.stringify(data), signal })).status;
  } catch {
    return 0;
  }
}

function begin() {
  const asked = new URLSearchParams(location.search);
  const [flow, language] = [asked.get("flow") ?? "", asked.get("lang") ?? ""];
  if (location.search) history.replaceState(null, "", location.pathname);
  if (queue.some((item) => item.kind === "start")) return flush();
  put({ kind: "start", hint: navigator.language, flow, language });
}

// ---- down

let stream = null;
let cursor = "";
let again = 0;
let late = 0;

function connect() {
  disconnect();
  stream = new EventSource(`/chat/events?after=${encodeURIComponent(cursor)}`);
  stream.onopen = () => {
    tell("connected");
    flush();
  };
  stream.onerror = () => {
    tell("waiting");
    if (stream?.readyState === EventSource.CLOSED) again = setTimeout(connect, 1000 + Math.random() * 1000);
  };
  stream.onmessage = (event) => {
    cursor = event.lastEventId;
    show(JSON.parse(event.data));
  };
  stream.addEventListener("page", (event) => speak(JSON.parse(event.data)));
  stream.addEventListener("ready", () => log.setAttribute("aria-busy", "false"));
  stream.addEventListener("unknown", () => {
    disconnect();
    cursor = "";
    begin();
  });
  stream.addEventListener("gone", async () => {
    disconnect();
    (await import("./gone.js")).leave(kept, words, post);
  });
  stream.addEventListener("cookie", () => {
    disconnect();
    trouble.hidden = false;
  });
}

function disconnect() {
  clearTimeout(again);
  stream?.close();
  stream = null;
}

function tell(state) {
  clearTimeout(late);
  const now = navigator.onLine ? state : "offline";
  const say = () => {
    status.dataset.word = now;
    status.textContent = words[now];
  };
  if (now === "waiting") late = setTimeout(say, 1500); // nobody's worry yet
  else say();
}

// ---- the page's own language

function speak(own) {
  words = own.words;
  page.lang = own.lang;
  page.dir = own.dir;
  for (const e of document.querySelectorAll("[data-word]")) e.textContent = words[e.dataset.word];
  for (const e of document.querySelectorAll("[data-label]")) e.setAttribute("aria-label", words[e.dataset.label]);
  text.placeholder = words.placeholder;
  count();
}

function labelled(tag, name, word) {
  const e = el(tag, name, words[word]);
  e.dataset.word = word;
  return e;
}

// ---- messages

const shown = new Map(); // token -> its <li>
const seen = new Set(); // shown, not yet told so
let telling = 0;
let day = "";

function show(line) {
  const known = shown.get(line.token);
  if (line.side === "me") {
    drop(line.token);
    answeredBy(line.kind);
    if (known) return confirm(known, line.token);
  }
  if (known) return;
  const li = draw(line);
  list.insertBefore(li, open());
  if (line.side === "me") return mark(line.token, "sent");
  writing.hidden = true;
  offer(line);
  follow(li);
  tellSeen(line.token);
}

// The parent's own lines stand last until the stream brings them: then they have their place in the talk.
const open = () => list.querySelector("[data-open]");

function confirm(li, token) {
  if ("open" in li.dataset && li !== open()) list.insertBefore(li, open());
  delete li.dataset.open;
  mark(token, "sent");
}

function showOwn(item) {
  const li = draw({ side: "me", token: item.id, text: item.text ?? item.label, at: Date.now() });
  li.dataset.open = "";
  list.append(li);
  mark(item.id, pause ? "waiting" : "pending");
  answeredBy(item.kind);
  reachEnd();
}

function draw(line) {
  const li = el("li", line.side);
  shown.set(line.token, li);
  const at = new Date(line.at);
  const date = dateOf(at);
  if (date !== day) {
    if (day || at.toDateString() !== new Date().toDateString()) list.insertBefore(el("li", "day", date), open());
    day = date;
  }
  const who = line.side === "bot" ? el("span", "who", "Elternlotse") : labelled("span", "who", line.side === "me" ? "you" : "adviser");
  const said = el("div", "said");
  if (line.lang) said.lang = line.lang;
  fill(said, line.text, line.bold ?? [], line.side === "bot" ? line.dir : "auto", line.side !== "me");
  attach(said, line);
  li.append(who, said, el("small", "", timeOf(at)));
  return li;
}

function mark(id, state) {
  const li = shown.get(id);
  if (!li || li.dataset.state === state) return;
  li.dataset.state = state;
  li.querySelector(".state")?.remove();
  li.querySelector("small").append(labelled("span", "state", state === "waiting" ? "pending" : state));
}

function tellSeen(token) {
  seen.add(token);
  telling ||= setTimeout(async () => {
    telling = 0;
    const tokens = [...seen];
    seen.clear();
    if ((await post("/chat/seen", { tokens })) !== 204) tokens.forEach((t) => seen.add(t)); // told with the next message
  }, 300);
}

// ---- buttons: those of the newest message that has some

let answered = false;

function offer(line) {
  // a person's words stand beside the bot's question: its buttons stay
  if (line.buttons.length || (answered && line.side === "bot")) buttons(choices, line.buttons, line.lang);
  buttons(extras, line.extras.filter(([token]) => !ALWAYS_THERE.has(token)), line.lang);
  answered &&= line.side !== "bot";
}

function answeredBy(kind) {
  answered = true;
  if (kind === "press") buttons(choices, []);
}

function buttons(box, pairs, lang) {
  const held = box.contains(document.activeElement);
  box.replaceChildren(...pairs.map(([token, label]) => button(token, label, lang)));
  box.hidden = !pairs.length;
  if (held) main.focus({ preventScroll: true });
}

document.addEventListener("click", (event) => {
  const pressed = event.target.closest("[data-token]");
  if (pressed) put({ kind: "press", token: pressed.dataset.token, label: (pressed.querySelector("span") ?? pressed).textContent });
});

// ---- while it is answered

let soon = 0;

function expectAnswer() {
  clearTimeout(soon);
  soon = setTimeout(() => {
    if (queue.length || list.lastElementChild?.className !== "me") return;
    writing.hidden = false;
    reachEnd();
    soon = setTimeout(() => { writing.hidden = true; }, 3000);
  }, 400);
}

// ---- scrolling: never away from what is being read

let target = 0; // where we last scrolled to by ourselves
let first = null; // the first message of this burst
let [last, unread] = [0, 0];

// On a low screen, or with very large letters, the whole page scrolls instead of the talk (see chat.css).
const whole = () => getComputedStyle(main).overflowY === "visible";
const box = () => (whole() ? document.scrollingElement : main);
const end = () => box().scrollHeight - box().clientHeight;
const topOf = (li) => li.offsetTop + (whole() ? main.offsetTop : 0) - 12;

function follow(li) {
  const now = performance.now();
  if (!first || now - last > BURST) first = li;
  last = now;
  if (box().scrollTop < target - 40) {
    unread += 1;
    count();
  } else {
    reach(Math.min(end(), topOf(first)));
  }
}

function reach(place) {
  box().scrollTop = Math.max(box().scrollTop, place);
  target = box().scrollTop;
}

function reachEnd() {
  first = null;
  reach(end());
}

function count() {
  news.hidden = !unread;
  news.textContent = words.new.replace("{count}", unread);
}

document.addEventListener("scroll", () => {
  if (!unread || box().scrollTop < end() - 40) return;
  unread = 0;
  target = box().scrollTop;
  count();
}, { passive: true, capture: true });
news.addEventListener("click", () => {
  unread = 0;
  count();
  reachEnd();
});
new ResizeObserver(() => {
  if (!unread && target) reach(first ? Math.min(end(), topOf(first)) : end());
}).observe(main);

// ---- the field

function grow() {
  if (CSS.supports("field-sizing", "content")) return;
  text.style.blockSize = "auto";
  text.style.blockSize = `${text.scrollHeight + 2}px`;
}

text.value = kept.draft;
text.addEventListener("input", () => {
  kept.draft = text.value;
  keep();
  grow();
});
text.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || !matchMedia("(pointer: fine)").matches) return;
  event.preventDefault();
  form.requestSubmit();
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const typed = text.value.trim();
  if (!typed) return text.focus();
  text.value = kept.draft = "";
  grow();
  put({ kind: "text", text: typed });
});

// ---- beginning

addEventListener("online", () => {
  pause = 0;
  connect();
  flush();
});
addEventListener("offline", () => tell("offline"));
document.addEventListener("visibilitychange", () => {
  if (document.hidden) disconnect();
  else connect();
});
queue.filter((item) => item.kind !== "start").forEach(showOwn);
if (text.value) grow();
if (document.body.dataset.known === "yes" && !location.search) {
  connect();
  flush();
} else {
  begin();
}
