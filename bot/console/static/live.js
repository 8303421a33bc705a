// The desk's stream: tells which questions changed. It is closed while nobody looks, because six open streams of one
// origin block the seventh tab; who comes back is told at once what they missed.
const AGAIN = 5000;

export function live(status, changed) {
  let source;
  let timer;

  const say = (state) => {
    status.dataset.state = state;
    if (status.textContent !== status.dataset[state]) status.textContent = status.dataset[state];
  };
  const close = () => {
    clearTimeout(timer);
    source?.close();
    source = undefined;
  };
  const open = () => {
    if (source || document.hidden) return;
    source = new EventSource("/desk/events");
    source.onopen = () => say("connected");
    source.onerror = () => {
      say("waiting");
      if (source?.readyState !== EventSource.CLOSED) return;
      close();
      timer = setTimeout(open, AGAIN);
    };
    source.addEventListener("changed", (event) => changed(JSON.parse(event.data).tickets));
    source.addEventListener("over", () => {
      close();
      document.removeEventListener("visibilitychange", turn);
      say("over");
    });
  };
  const turn = () => (document.hidden ? close() : open());

  document.addEventListener("visibilitychange", turn);
  addEventListener("pagehide", close);
  addEventListener("pageshow", open);
  open();
}

// Fetch a page of ours as a document. Undefined when there is none to be had now.
export async function page(address) {
  try {
    const answer = await fetch(address, { headers: { "x-live": "1" } });
    return answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : undefined;
  } catch {
    return undefined;
  }
}
