// The screens of a projector: the arrow keys and the line at the foot turn them; the number stands at the root.
(() => {
  const root = document.documentElement;
  if (!root.dataset.nbScreen) root.dataset.nbScreen = "0";
  const names = () => [...document.querySelectorAll(".nb-turn [data-nb-screen]")];
  const mark = () => names().forEach((each) => {
    if (each.dataset.nbScreen === root.dataset.nbScreen) each.setAttribute("aria-current", "true");
    else each.removeAttribute("aria-current");
  });
  const turn = (number) => {
    root.dataset.nbScreen = String(Math.min(Math.max(number, 0), names().length - 1));
    mark();
    window.dispatchEvent(new Event("resize"));
  };
  if (window.nianbaoScreens) { mark(); return; }
  window.nianbaoScreens = true;
  const STEPS = {ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1};
  document.addEventListener("keydown", (event) => {
    if (!names().length || !STEPS[event.key] || event.target.closest?.("input, textarea, select")) return;
    event.preventDefault();
    turn(Number(root.dataset.nbScreen) + STEPS[event.key]);
  });
  document.addEventListener("click", (event) => {
    const asked = event.target.closest?.(".nb-turn [data-nb-screen]");
    if (!asked) return;
    event.preventDefault();
    turn(Number(asked.dataset.nbScreen));
  });
  new MutationObserver(mark).observe(document.body, {childList: true, subtree: true});
  mark();
})();
