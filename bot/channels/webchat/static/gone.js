// The end of a talk: everything was erased. The last line is the goodbye, and then this page knows nobody any more.
// Loaded only then.

import { el } from "./draw.js";

const AGAIN = 3000; // milliseconds until the server is told once more

export async function leave(kept, words, post) {
  kept.queue.length = 0;
  kept.draft = "";
  localStorage.clear();
  const by = (id) => document.getElementById(id);
  const list = document.querySelector("#log ul");
  list.replaceChildren(...[list.lastElementChild].filter(Boolean));
  for (const e of [document.querySelector("form"), by("writing"), by("news"), by("extras")]) e.hidden = true;
  const anew = Object.assign(el("button", "", words.anew), { type: "button" });
  anew.dataset.word = "anew";
  by("choices").replaceChildren(anew);
  by("choices").hidden = false;
  by("log").setAttribute("aria-busy", "false");
  for (const name of ["visibilitychange", "online"]) {
    addEventListener(name, (event) => event.stopImmediatePropagation(), true); // it does not begin anew by itself
  }
  document.addEventListener("click", (event) => {
    const pressed = event.target.closest("button");
    if (!pressed) return;
    event.stopImmediatePropagation(); // nothing is sent from here any more
    if (pressed.dataset.token === "c.hilfe") by("danger").hidden = false; // the numbers need no talk
    else location.replace(location.pathname);
  }, true);
  while ((await post("/chat/end", {})) !== 204) await new Promise((later) => setTimeout(later, AGAIN));
}
