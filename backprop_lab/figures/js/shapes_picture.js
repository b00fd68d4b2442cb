/* The pictures of the shapes figure: a product laid out so that its inner edges meet at a corner, and all tables. */
(function (lab) {
  "use strict";
  if (lab.shapes.picture) return;
  const { draw, shapes } = lab, { EDGES, name, symbol, counted } = shapes;
  const BACK = ["E", "G", "D", "dW", "db"];
  // How a table is drawn: forward solid, backward dashed, constants grey.
  const skin = (table) => (table === "one" ? ["--line", "", "--panel", ""] : BACK.includes(table)
    ? ["--backward", "6 3", "--backward-fill", "backward"] : ["--forward", "", "--forward-fill", "forward"]);
  const rect = (x, y, w, h, fill, stroke, width = 1, dashes = "", more = "") => `<rect x="${x.toFixed(1)}" y="${y.toFixed(1)}" ` +
    `width="${w.toFixed(1)}" height="${h.toFixed(1)}" fill="${fill}" stroke="var(${stroke})" stroke-width="${width}" stroke-dasharray="${dashes}" ${more}/>`;

  /* A number as a cell has room for it: two decimals, one, none, or its sign. */
  function inCell(v, u) {
    if (v === 0) return "0";
    const digits = u >= 39 ? 2 : u >= 27 ? 1 : 0, sign = v < 0 ? "−" : "", said = Math.abs(v).toFixed(digits);
    if (u < 27 || said.length > digits + 2) return Math.round(Math.abs(v)) >= 10 && Math.abs(v) < 1000 ? sign + Math.abs(v).toFixed(0) : sign || "+";
    if (!Number(said)) return "≈ 0";
    return sign + said.replace(/\.?0+$/, "");
  }

  /* A table of cells; `lit(i, j)` says which light up, `more(i, j)` gives attributes. */
  function cells(x, y, u, table, values, lit, more = () => "") {
    const [stroke, dashes, fill] = skin(table), [rows, columns] = [values.length, values[0].length];
    let inside = "", numbers = "";
    values.forEach((row, i) => row.forEach((v, j) => {
      const on = lit(i + 1, j + 1);
      inside += rect(x + j * u, y + i * u, u, u, on ? `var(${fill})` : "var(--ground)", "--faint", 1, "", more(i + 1, j + 1));
      numbers += draw.text(x + (j + 0.5) * u, y + (i + 0.5) * u + 4.5, inCell(v, u), `small${on && u >= 34 ? " strong" : ""}${u < 27 ? " sign" : ""}`, "middle");
    }));
    return `${inside}<g pointer-events="none">${numbers}${rect(x, y, columns * u, rows * u, "none", stroke, 2, dashes)}</g>`;
  }

  /* The left factor below, the right one above, the result where its rows and their columns cross. Between them is a
   * corner: an arc turns either inner edge towards the other, and the two arcs join only if the edges are equal. */
  function picture(r, width) {
    const [rows, inner, other, columns] = r.edges, { sizes } = r, [L, R] = r.factors, bias = r.withBias ? 1 : 0;
    const narrow = width < 420, x = narrow ? 44 : 52, top = 46, gap = narrow ? 22 : 30, plus = narrow ? 24 : 34;
    const across = sizes[inner] + sizes[columns] + bias;
    const u = Math.min(42, (width - x - gap - plus * bias - 2) / across);
    const pivot = [x + sizes[inner] * u, top + sizes[other] * u], right = pivot[0] + gap, low = pivot[1] + gap;
    const wide = sizes[columns] * u, high = sizes[rows] * u, bad = r.kind === "misfit" || r.kind === "accident";
    const ink = bad ? "--backward-ink" : "--line", tone = bad ? "backward strong" : "soft";
    const label = (at, y, said, kind, anchor = "middle") => draw.text(at, y, said, kind, anchor);
    const big = (at, y, said, kind) => `<g style="font-size:17px">${label(at, y, said, `symbol ${kind}`)}</g>`;
    let out = "";
    // The corner.
    const half = Math.SQRT1_2, arm = (k) => sizes[k] * u, dashes = bad ? "5 3" : "";
    const end = (k) => [pivot[0] - arm(k) * half, pivot[1] - arm(k) * half].map((v) => v.toFixed(1)).join(" ");
    out += draw.path(`M${x} ${low} V${pivot[1]} A${arm(inner)} ${arm(inner)} 0 0 1 ${end(inner)}`, ink, 1.5, dashes);
    out += draw.path(`M${right} ${top} H${pivot[0]} A${arm(other)} ${arm(other)} 0 0 0 ${end(other)}`, ink, 1.5, dashes);
    for (const k of [inner, other]) {
      const [ex, ey] = end(k).split(" ");
      out += `<circle cx="${ex}" cy="${ey}" r="3.5" fill="var(${ink})"/>`;
    }
    // The factors.
    out += cells(x, low, u, r.left, L, (i) => i === r.i) + cells(right, top, u, r.right, R, (i, j) => j === r.j);
    if (bad) out += draw.path(`M${x} ${low} h${sizes[inner] * u} M${right} ${top} v${sizes[other] * u}`, ink, 5);
    out += label(pivot[0] - arm(inner) / 2, low - (narrow ? 6 : 9), counted(r, inner), tone);
    out += label(right - 8, top + arm(other) / 2 + 5, counted(r, other), tone, "end");
    out += label(x - 8, low + high / 2 + 5, counted(r, rows), "soft", "end");
    out += label(right + wide / 2, top - 8, counted(r, columns), "soft");
    out += big(x + arm(inner) / 2, low + high + 22, name(r, r.left, r.turn), skin(r.left)[3]);
    out += big(right + wide / 2, top - 25, name(r, r.right, r.turned), skin(r.right)[3]);
    // The result.
    const said = r.kind === "right" ? name(r, r.target) : shapes.names(r).join(" ");
    if (r.result) {
      const at = (i, j) => `data-i="${i}" data-j="${j}" style="cursor:pointer"`, target = r.kind === "right" ? r.target : "one";
      out += cells(right, low, u, target, r.result, (i, j) => i === r.i && j === r.j, at);
      out += rect(right + (r.j - 1) * u, low + (r.i - 1) * u, u, u, "none", "--ink", 2.5, "", 'pointer-events="none"');
    } else {
      out += rect(right, low, wide, high, "none", "--line", 1.5, "2 4") + big(right + wide / 2, low + high / 2 + 6, "?", "soft");
    }
    out += big(right + wide / 2, low + high + 22, r.kind === "misfit" ? "no product" : said, r.kind === "right" ? skin(r.target)[3] : "soft");
    if (bias) {
      const bx = right + wide + plus, y = low + (r.i - 0.5) * u;
      out += cells(bx, low, u, "b", r.tables.b, (i) => i === r.i) + draw.arrow([[bx - 3, y], [right + wide + 5, y]], "--forward");
      out += big(bx - plus / 2 + 1, y - 8, "+", "") + big(bx + u / 2, low + high + 22, name(r, "b"), "forward");
    }
    const told = `${shapes.product(r)}: ${r.kind === "misfit" ? "the inner edges do not meet" : `${r.shape.join(" × ")}, entry ${r.i}, ${r.j} is chosen`}`;
    return draw.svg(width, low + high + 32, told, out);
  }

  /* All tables of the layer, one unit or example as long in each; those of the product are filled. */
  function shelf(r, width) {
    let out = "", y = 4;
    for (const row of [["A", "W", "b", "Z", "H", "V"], [...BACK]]) {
      const slot = width / row.length, q = Math.min(9, (slot - 10) / 6);
      const high = Math.max(...row.map((table) => r.sizes[EDGES[table][0]])) * q;
      row.forEach((table, k) => {
        const [rows, columns] = EDGES[table].map((edge) => r.sizes[edge]), [stroke, dashes, fill, tone] = skin(table);
        const used = [r.left, r.right, r.target, r.withBias && "b"].includes(table), middle = (k + 0.5) * slot;
        const left = middle - columns * q / 2, upper = y + high - rows * q;
        out += rect(left, upper, columns * q, rows * q, used ? `var(${fill})` : "none", stroke, used ? 2.5 : 1.2, dashes);
        for (let i = 1; i < rows; i += 1) out += draw.path(`M${left} ${upper + i * q} h${columns * q}`, "--faint");
        for (let j = 1; j < columns; j += 1) out += draw.path(`M${left + j * q} ${upper} v${rows * q}`, "--faint");
        out += draw.text(middle, y + high + 18, name(r, table), `symbol ${tone}${used ? " strong" : ""}`, "middle");
        out += draw.text(middle, y + high + 34, EDGES[table].map((edge) => symbol(r, edge)).join(" × "), "soft small", "middle");
        out += draw.text(middle, y + high + 49, `${rows} × ${columns}`, `small${used ? " strong" : ""}`, "middle");
      });
      y += high + 66;
    }
    const told = Object.keys(EDGES).filter((table) => table !== "one").map((table) => `${name(r, table)} ${EDGES[table].map((e) => r.sizes[e]).join(" × ")}`);
    return draw.svg(width, y - 10, told.join(", "), out);
  }

  Object.assign(shapes, { picture, shelf });
})(globalThis.backpropLab);
