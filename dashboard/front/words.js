(() => {
  document.documentElement.lang = "zh-CN";
  if (window.nianbaoWords) return;
  const words = window.nianbaoWords = WORDS;
  const phrases = PHRASES.map(([pattern, word]) => [new RegExp(pattern), word]);
  const names = ["aria-label", "title", "placeholder"];
  const chinese = (text) => {
    if (!text) return null;
    if (words[text]) return words[text];
    for (const [pattern, word] of phrases) if (pattern.test(text)) return text.replace(pattern, word);
    return null;
  };
  const mend = (node) => {
    if (node.nodeType === Node.TEXT_NODE) {
      const word = chinese(node.nodeValue.trim());
      if (word) node.nodeValue = word;
      return;
    }
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    for (const name of names) {
      const word = chinese(node.getAttribute(name));
      if (word) node.setAttribute(name, word);
    }
    if (node.childElementCount < 200) node.childNodes.forEach(mend);
  };
  const show = (node) => {  // a marked cell at the right of a wide table comes into view
    const fault = node.querySelector?.(".nb-paper .nb-fault"), paper = fault?.closest(".nb-paper");
    if (paper) paper.scrollLeft = Math.max(0, fault.offsetLeft + fault.offsetWidth - paper.clientWidth + 8);
  };
  new MutationObserver((changes) => {
    if (document.documentElement.lang !== "zh-CN") document.documentElement.lang = "zh-CN";
    for (const change of changes) {
      if (change.type === "childList") change.addedNodes.forEach((node) => { mend(node); show(node); });
      else mend(change.target);
    }
  }).observe(document.body, {
    childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: names,
  });
  mend(document.body);
})();
