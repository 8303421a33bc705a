// Words as elements: paragraphs, bold spans, links, buttons. Never makes markup of a string.

export const el = (tag, name = "", content = "") =>
  Object.assign(document.createElement(tag), { className: name, textContent: content });

export function button(token, label, lang) {
  const b = Object.assign(el("button", "", label), { type: "button", dir: "auto", lang });
  b.dataset.token = token;
  return b;
}

// Latin digits, dd.mm.yyyy and 24 hours in every language, as on the paper in the parent's hand.
const joined = (numbers, mark) => numbers.map((n) => String(n).padStart(2, "0")).join(mark);
export const dateOf = (at) => joined([at.getDate(), at.getMonth() + 1, at.getFullYear()], ".");
export const timeOf = (at) => joined([at.getHours(), at.getMinutes()], ":");

// Web addresses, and telephone numbers standing in isolates as the house writes them (beginning with +, 0 or 11).
const LINKS = /(https:\/\/[^\s\u2066-\u2069]*[^\s\u2066-\u2069.,;:!?)]|\u2068(?:\+|0|11)\d[\d ()/-]*\u2069)/;

// Paragraphs, bold spans and addresses as elements; every word as text. `bold` counts code points, as Python does.
export function fill(box, said, bold, dir, links) {
  const points = Array.from(said);
  let p = null;
  let at = 0;
  const paragraph = () => {
    p = box.appendChild(el("p"));
    p.dir = dir;
  };
  const cut = (end, tag) => {
    const parts = points.slice(at, end).join("").split(/\n{2,}/);
    at = end;
    parts.forEach((part, n) => {
      if (n || !p) paragraph();
      const into = tag ? p.appendChild(el(tag)) : p;
      // split by a group: every second piece is an address or a number
      (links ? part.split(LINKS) : [part]).forEach((piece, i) => into.append(i % 2 ? link(piece) : piece));
    });
  };
  for (const [from, to] of bold) {
    cut(from);
    cut(to, "b");
  }
  cut(points.length);
}

function link(piece) {
  if (piece.startsWith("https://")) return Object.assign(beside(piece, "", piece), { dir: "ltr" });
  return Object.assign(el("a", "", piece), { href: `tel:${piece.replace(/[^+\d]/g, "")}` });
}

// A link that opens beside the chat.
const beside = (href, name, content) =>
  Object.assign(el("a", name, content), { href, target: "_blank", rel: "noopener noreferrer" });

// What goes with a message: pictures above its words; what can be heard, read or opened below them.
export function attach(box, { media = [], links = [], dir }) {
  const add = (e) => box.appendChild(Object.assign(e, { dir }));
  const card = (href, label, about) => {
    const a = add(beside(href, "card", label));
    a.append(Object.assign(el("span", "", about), { dir: "ltr" }));
  };
  for (const { kind, src, alt, width, height, about } of media) {
    if (kind === "picture") {
      const a = beside(src, "picture");
      const image = Object.assign(el("img"), { alt, width, height, loading: "lazy", decoding: "async", src });
      image.onerror = () => a.replaceWith(Object.assign(el("p", "gone", alt), { dir }));
      a.append(image);
      box.prepend(a);
    } else if (kind === "audio") {
      add(el("p", "", alt));
      add(Object.assign(el("audio"), { controls: true, preload: "none", src })).setAttribute("aria-label", alt);
    } else card(src, alt, about);
  }
  for (const [label, url] of links) {
    if (url.startsWith("https://")) card(url, label, `↗\u00a0${url.split(/[/?#]/)[2]}`);
  }
}
