// What a click opens stands below the picture, often under the lower edge of the screen: it is brought into sight.
(() => {
  if (window.nianbaoReveal) return;
  window.nianbaoReveal = true;
  const PANELS = '[class*="st-key-source-"]:not([class*="st-key-source-of-"]), .st-key-finding-detail';
  const sign = (panel) => panel.className + panel.innerText.slice(0, 120);
  const all = () => [...document.querySelectorAll(PANELS)];
  let turn = 0;
  document.addEventListener("click", (event) => {
    if (!event.isTrusted || !event.target.closest?.('[data-testid="stMain"]')) return;
    const before = new Set(all().map(sign)), mine = ++turn, until = Date.now() + 4000;
    const look = () => {
      if (mine !== turn || Date.now() > until) return;
      const rests = document.querySelector('[data-test-script-state="notRunning"]');
      const opened = rests && all().find((panel) => !before.has(sign(panel)));
      if (!opened) { setTimeout(look, 120); return; }
      const box = opened.getBoundingClientRect();
      if (box.bottom > innerHeight) opened.scrollIntoView({block: box.height < innerHeight - 80 ? "end" : "start"});
    };
    setTimeout(look, 120);
  }, true);
})();
// A link names its year also where that is the one a page opens with. Streamlit takes that out of the address again, which
// is one more step for whoever goes back: it is left out when the link is followed.
(() => {
  if (window.nianbaoSteps) return;
  window.nianbaoSteps = true;
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.('[data-testid="stMain"] a[href*="y="]');
    if (!link || new URL(location.href).searchParams.has("y")) return;
    const shown = document.querySelector('[data-testid="stSidebar"] input[aria-label="年度"]')?.value;
    const to = new URL(link.href);
    if (to.origin !== location.origin || !shown || to.searchParams.get("y") !== shown) return;
    to.searchParams.delete("y");
    link.href = to.href;
  }, true);
})();
