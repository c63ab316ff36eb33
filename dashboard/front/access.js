// What Streamlit draws, put so that a keyboard and a screen reader get on with it: the menu is one stop of the Tab key,
// in which the arrow keys go up and down; its lists are lists; the small line of a large figure says its figures.
(() => {
  if (window.nianbaoAccess) return;
  window.nianbaoAccess = true;
  const LINK = "[data-testid=stSidebarNavLink]";
  const put = (node, name, value) => { if (node.getAttribute(name) !== value) node.setAttribute(name, value); };
  const links = () => [...document.querySelectorAll(LINK)];
  const menu = () => {
    const all = links(), here = all.find((link) => link.getAttribute("aria-current")) || all[0];
    all.forEach((link) => put(link, "tabindex", link === here ? "0" : "-1"));
    document.querySelectorAll("[data-testid=stSidebarNavItems]:has(> div > li)").forEach((list) => {
      put(list, "role", "presentation");
      [...list.children].forEach((part) => {
        put(part, "role", "list");
        put(part, "aria-label", part.querySelector("header")?.innerText.split("\n")[0] || "页面");
      });
    });
  };
  const lines = () => document.querySelectorAll("[data-testid=stMetricChart]").forEach((chart) => {
    const told = chart.closest("[class*=st-key-metric-]")?.querySelector("[data-nb-past]");
    put(chart, "role", "img");
    put(chart, "aria-label", told?.dataset.nbPast || "走势");
    chart.removeAttribute("aria-roledescription");
    chart.querySelectorAll("svg").forEach((picture) => put(picture, "aria-hidden", "true"));
  });
  document.addEventListener("keydown", (event) => {
    const all = links(), at = all.indexOf(event.target.closest?.(LINK));
    const to = {ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1}[event.key];
    if (at === -1 || to === undefined) return;
    event.preventDefault();
    all[to]?.focus();
  });
  const mend = () => { menu(); lines(); };
  new MutationObserver(mend).observe(document.body, {
    childList: true, subtree: true, attributes: true, attributeFilter: ["aria-current", "aria-label"],
  });
  mend();
})();
