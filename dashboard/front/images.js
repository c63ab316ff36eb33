// The picture of a chart as a file, made in the browser by the plotting library itself: nothing is asked of a server,
// near or far. The picture takes along what it is: its title, its definition and the build it was drawn from.
(() => {
  if (window.nianbaoImages) return;
  window.nianbaoImages = true;
  const BREAK = "\u003cbr>";  // written so, because a script with a tag in it is taken for an attack and dropped
  const broken = (text, width) => {  // Chinese has no spaces to break at
    const lines = [];
    let line = "", size = 0;
    for (const sign of text) {
      size += sign.charCodeAt(0) > 255 ? 1 : 0.55;
      if (size > width) { lines.push(line); line = ""; size = 1; }
      line += sign;
    }
    return [...lines, line].join(BREAK);
  };
  const told = (asked, graph, width) => {
    const ink = graph._fullLayout.font.color, family = graph._fullLayout.font.family;
    const title = broken(asked.title, width / 19), note = broken(asked.note, width / 14);
    const lines = title.split(BREAK).length, more = note.split(BREAK).length;
    const head = lines * 26 + 14, foot = more * 19 + 12;
    const text = {x: 0, xshift: 8 - graph._fullLayout._size.l, xanchor: "left", xref: "paper", yref: "paper", showarrow: false, align: "left"};
    return {
      head, foot,
      annotations: [
        {...text, y: 1, yanchor: "bottom", yshift: (graph._fullLayout.margin.t || 0) + 6, text: title,
          font: {size: 18, color: ink, family}},
        {...text, y: 0, yanchor: "top", yshift: -graph._fullLayout._size.b - 4, text: note,
          font: {size: 13, color: ink, family}},
      ],
    };
  };
  const save = (asked) => {
    const title = document.querySelector(`[data-nb-card="${CSS.escape(asked.card)}"]`);
    const graph = title?.closest('[class*="st-key-card-"]')?.querySelector(".js-plotly-plot");
    const button = graph?._fullLayout?._modeBar?.buttons?.flat().find((each) => each.name === "toImage");
    if (!button) return false;
    const ground = getComputedStyle(document.querySelector(".stApp")).backgroundColor;
    const width = graph.clientWidth, height = graph.clientHeight, layout = graph.layout;
    const {head, foot, annotations} = told(asked, graph, width);
    const size = graph._fullLayout._size;
    const held = {margin: layout.margin, annotations: layout.annotations, paper: layout.paper_bgcolor};
    layout.margin = {...layout.margin, t: (graph._fullLayout.margin.t || 0) + head, b: size.b + foot};
    layout.annotations = [...(held.annotations || []), ...annotations];
    layout.paper_bgcolor = ground;
    graph._context.toImageButtonOptions = {
      format: asked.format, filename: asked.file, scale: asked.format === "png" ? 2 : 1,
      width, height: height + head + foot,
    };
    try {
      button.click(graph);
    } finally {
      layout.margin = held.margin;
      layout.annotations = held.annotations;
      layout.paper_bgcolor = held.paper;
    }
    return true;
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-nb-image]");
    if (!link) return;
    const asked = {format: link.dataset.nbImage, card: link.dataset.card, file: link.dataset.file,
      title: link.dataset.title, note: link.dataset.note};
    if (save(asked)) return;
    link.textContent = "请先把看法换成图";
    setTimeout(() => { link.textContent = link.dataset.label; }, 2500);
  });
})();
