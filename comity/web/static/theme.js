// Before anything is painted: the reader's own choice of light or dark, if there is one.
try {
  const kept = localStorage.getItem("comity-theme");
  if (kept === "light" || kept === "dark") document.documentElement.dataset.theme = kept;
} catch (error) {
  // Without storage the system's choice holds.
}
