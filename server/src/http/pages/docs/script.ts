/**
 * The script of the pages under /docs, as text, so that it ships wherever the code does. Without it a page lacks only
 * its copy buttons.
 */
export const DOCS_SCRIPT = `"use strict";
(function () {
  var said = document.querySelector(".said");

  // Without TLS browsers keep the clipboard from scripts; what is selected can be copied all the same.
  function select(code) {
    var range = document.createRange();
    range.selectNodeContents(code);
    var selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    return document.execCommand("copy");
  }

  function copy(code) {
    if (!navigator.clipboard) return Promise.resolve(select(code));
    return navigator.clipboard.writeText(code.textContent.trimEnd()).then(
      function () { return true; },
      function () { return select(code); },
    );
  }

  // What is printed, and has no language, nobody types.
  document.querySelectorAll('.code:not([data-language="text"])').forEach(function (block) {
    var button = document.createElement("button");
    button.type = "button";
    button.textContent = "Copy";
    button.setAttribute("aria-label", "Copy this code");
    button.addEventListener("click", function () {
      copy(block.querySelector("code")).then(function (done) {
        button.textContent = done ? "Copied" : "Selected";
        said.textContent = done ? "Copied to the clipboard." : "The code is selected; copy it with the keyboard.";
        setTimeout(function () {
          button.textContent = "Copy";
          said.textContent = "";
        }, 2500);
      });
    });
    block.append(button);
  });
})();
`;
