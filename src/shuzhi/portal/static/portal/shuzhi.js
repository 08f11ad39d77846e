// What HTML cannot do by itself: the menu on a phone, closing drop-downs, batch boxes, forms that send themselves.
"use strict";

function setMenu(open) {
  document.body.classList.toggle("menu-open", open);
  const button = document.querySelector("[data-menu]");
  if (button) button.setAttribute("aria-expanded", String(open));
}

document.addEventListener("click", (event) => {
  const target = event.target;
  if (target.closest("[data-menu]")) setMenu(!document.body.classList.contains("menu-open"));
  else if (target.closest("[data-menu-close]")) setMenu(false);
  else if (target.closest("[data-back]")) history.back();
  for (const open of document.querySelectorAll("details.drop[open]")) {
    if (!open.contains(target)) open.removeAttribute("open");
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  setMenu(false);
  for (const open of document.querySelectorAll("details.drop[open]")) {
    open.removeAttribute("open");
    open.querySelector("summary").focus();
  }
});

document.addEventListener("change", (event) => {
  const target = event.target;
  const batch = target.closest("[data-batch]");
  if (batch) {
    const boxes = [...batch.querySelectorAll("input[name=chosen]")];
    if (target.matches("[data-choose-all]")) for (const box of boxes) box.checked = target.checked;
    batch.classList.toggle("has-chosen", boxes.some((box) => box.checked));
  }
  const form = target.closest("form[data-submit-on-change]");
  if (form && target.matches("select, input[type=date]")) form.requestSubmit();
});

// On a phone the tabs scroll sideways; the one that is open is brought into sight.
for (const tab of document.querySelectorAll(".tabs [aria-current]")) {
  tab.parentElement.scrollLeft = tab.offsetLeft - (tab.parentElement.clientWidth - tab.offsetWidth) / 2;
}

// A form is sent once, however often its button is pressed.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) event.preventDefault();
  else form.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// A chosen file is named where the page says so, in the page's language and not the browser's.
document.addEventListener("change", (event) => {
  const box = event.target.closest("[data-file]");
  const files = event.target.files;
  if (box && files && files.length) box.querySelector("[data-file-name]").textContent = files[0].name;
});
