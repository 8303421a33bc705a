// Copies the one-time link, where the browser allows it.
const link = document.getElementById("link");
const copy = document.getElementById("copy");
if (copy && navigator.clipboard) {
  copy.hidden = false;
  copy.onclick = async () => {
    await navigator.clipboard.writeText(link.value);
    copy.textContent = copy.dataset.done;
  };
}
