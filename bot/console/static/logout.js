// Whoever logs out leaves no drafts on a device that others may use.
document.getElementById("logout").addEventListener("submit", () => {
  for (const name of Object.keys(localStorage)) if (name.startsWith("desk:")) localStorage.removeItem(name);
});
