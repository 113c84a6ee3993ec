// Applies the chosen theme before the first paint. A file of its own, because the
// Content-Security-Policy refuses inline scripts. Without a choice the system decides.
(function () {
  try {
    var theme = localStorage.getItem("mintmark-theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch {
    // Storage can be switched off; then the system decides.
  }
})();
