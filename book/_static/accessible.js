// What the theme leaves undone for readers who listen to a page instead of looking at it.
document.addEventListener("DOMContentLoaded", () => {
  // The block with the logo is no part of the page's text, and lies outside every landmark.
  const logo = document.querySelector(".sidebar-primary-item a.logo")?.parentElement;
  logo?.setAttribute("role", "navigation");
  logo?.setAttribute("aria-label", "Home");

  // A label that differs from the words on the button hides them from whoever says them aloud.
  for (const button of document.querySelectorAll("button[aria-label], a[aria-label]")) {
    if (button.innerText.trim()) button.removeAttribute("aria-label");
  }

  // The theme's switch is named by its button; its icons would be three more names.
  for (const icon of document.querySelectorAll(".theme-switch")) icon.removeAttribute("title");

  // The bibliography is a list, whose entries carry a role that lists no longer know.
  for (const entry of document.querySelectorAll("[role=doc-biblioentry]")) entry.setAttribute("role", "listitem");
});
