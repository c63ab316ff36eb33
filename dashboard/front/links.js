// The address of what is seen now, copied for a message.
(() => {
  if (window.nianbaoLinks) return;
  window.nianbaoLinks = true;
  const copied = (text) => {  // over plain http, as on an intranet, a browser has no clipboard to offer
    const field = document.createElement("textarea");
    field.value = text;
    field.style.position = "fixed";
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-nb-copy]");
    if (!link) return;
    event.preventDefault();
    const label = link.textContent;
    link.textContent = copied(location.href) ? "已复制" : "请从地址栏复制";
    setTimeout(() => { link.textContent = label; }, 2000);
  });
})();
