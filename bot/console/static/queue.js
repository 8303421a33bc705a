// The queue renews itself. Rows never move under a finger: while the list is scrolled, touched or has the focus, new
// rows wait behind a button that says how many they are.
import { live, page } from "./live.js";

const board = document.getElementById("board");
const fresh = document.getElementById("fresh");
const EVERY = 60000;
let waiting;
let shown = board.innerHTML.trim();
let touched = false;
let asked = false;
let busy = false;

const cards = (root) => [...root.querySelectorAll(".card")];
const resting = () =>
  scrollY < 8 && !touched && !board.contains(document.activeElement) &&
  !(matchMedia("(hover: hover)").matches && board.querySelector(".cards:hover"));

function show(next) {
  waiting = undefined;
  shown = next.body.innerHTML.trim();
  fresh.hidden = true;
  board.replaceChildren(...next.body.childNodes);
  ready();
}

// Renew what is in place, without moving anything, and count what is not there yet.
function hold(next) {
  const found = new Map(cards(next).map((card) => [card.dataset.id, card]));
  for (const card of cards(board)) {
    const renewed = found.get(card.dataset.id);
    found.delete(card.dataset.id);
    if (!renewed) gone(card);
    else if (renewed.innerHTML !== card.innerHTML && !card.contains(document.activeElement)) {
      card.className = renewed.className;
      card.replaceChildren(...renewed.cloneNode(true).childNodes);
    }
  }
  waiting = next;
  fresh.textContent = fresh.dataset.text.replace("#", found.size);
  fresh.hidden = found.size === 0;
}

function gone(card) {
  if (card.classList.contains("gone")) return;
  card.classList.add("gone");
  card.querySelector("form")?.remove();
  const facts = card.querySelector(".facts");
  facts.replaceChildren(Object.assign(document.createElement("span"), { textContent: board.dataset.gone }));
}

async function renew() {
  if (busy) {
    asked = true;
    return;
  }
  busy = true;
  do {
    asked = false;
    const query = new URLSearchParams({ view: board.dataset.view, language: board.dataset.language });
    const next = await page(`/desk/cards?${query}`);
    if (next && next.body.innerHTML.trim() !== shown) resting() ? show(next) : hold(next);
  } while (asked);
  busy = false;
}

function ready() {
  const select = board.querySelector("select");
  if (select) {
    select.onchange = () => select.form.requestSubmit();
    select.form.querySelector("button").hidden = true;
  }
  const count = board.querySelector("#cards").dataset.takeable;
  document.title = document.title.replace(/^(\(\d+\) )?/, count === "0" ? "" : `(${count}) `);
}

fresh.onclick = () => {
  const known = new Set(cards(board).map((card) => card.dataset.id));
  show(waiting);
  const first = cards(board).find((card) => !known.has(card.dataset.id));
  first?.querySelector("a").focus({ preventScroll: true });
  first?.scrollIntoView({ block: "nearest" });
};
board.addEventListener("pointerdown", () => (touched = true));
for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => setTimeout(() => (touched = false), 400));

ready();
live(document.getElementById("live"), renew);
setInterval(() => document.hidden || renew(), EVERY);
