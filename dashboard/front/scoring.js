// 人工评分 without a mouse: 1 to 5 choose the share, then the reason takes the letters; Enter saves.
(() => {
  if (window.nianbaoScoring) return;
  window.nianbaoScoring = true;
  document.addEventListener("keydown", (event) => {
    const form = document.querySelector(".st-key-score-entry");
    if (!form || event.ctrlKey || event.altKey || event.metaKey) return;
    const typing = event.target.closest?.("input:not([type=radio]), textarea, select, [contenteditable]");
    if (typing) return;
    if (/^[1-5]$/.test(event.key)) {
      const choices = [...form.querySelectorAll("input[type=radio]")];
      if (choices.length !== 5) return;
      event.preventDefault();
      choices[Number(event.key) - 1].click();
      form.querySelector('[class*="st-key-score-why-"] input')?.focus();
    } else if (event.key === "Enter" && !event.target.closest?.("button, a")) {
      event.preventDefault();
      form.querySelector(".st-key-score-save button")?.click();
    }
  });
})();
