/* The pictures of the broadcast figure: two shapes aligned from the right, the sum with its copies, and the sum of Δ.
 * A copy is pale, dotted and in brackets: colour alone says nothing.
 */
(function (lab) {
  "use strict";
  if (lab.broadcast.forward) return;
  const { draw, nets, show, broadcast } = lab, { shape } = broadcast;
  const HIGH = 26;
  const skin = (name) => (name === "D" || name === "db" ? ["--backward", "6 3", "backward"] : ["--forward", "", "forward"]);

  /* A table of numbers; where `own(i, j)` is false stands a copy. */
  function cells(x, y, u, name, values, own = () => true) {
    const [stroke, dashes] = skin(name);
    return values.map((row, i) => row.map((v, j) => {
      const here = own(i, j), said = show(v, 3), line = here ? `stroke="var(${stroke})" stroke-dasharray="${dashes}"` : 'stroke="var(--line)" stroke-dasharray="2 3"';
      return `<rect x="${(x + j * u).toFixed(1)}" y="${y + i * HIGH}" width="${u.toFixed(1)}" height="${HIGH}" fill="var(${here ? `${stroke}-fill` : "--ground"})" ${line}/>` +
        draw.text(x + (j + 0.5) * u, y + i * HIGH + 17.5, here ? said : `(${said})`, here ? "small" : "small soft", "middle");
    }).join("")).join("");
  }
  const broken = (said, most) => said.split(" ").reduce((lines, word) => {
    const last = `${lines.at(-1)} ${word}`.trim();
    return last.length > most && lines.at(-1) ? [...lines, word] : [...lines.slice(0, -1), last];
  }, [""]);

  /* Two rows of boxes, one for each axis; under each what NumPy does. */
  function aligned(r, width) {
    const left = 38, half = Math.min(190, (width - left) / 2), wide = Math.min(84, half - 24), most = Math.floor(half / 7.4);
    let out = "", lines = 1;
    r.axes.forEach((axis, k) => {
      const middle = left + (k + 0.5) * half, bad = axis.kind === "refused" || axis.kind === "grown", ink = bad ? "--backward" : "--line";
      out += draw.text(middle, 12, `axis ${k}`, "soft small", "middle");
      [axis.WA, axis.b].forEach((size, row) => {
        const y = 20 + row * 36;
        out += `<rect x="${middle - wide / 2}" y="${y}" width="${wide}" height="28" rx="4" fill="none" stroke="var(${ink})" stroke-width="${bad ? 2.5 : 1.5}" ` +
          `stroke-dasharray="${size === null ? "3 3" : ""}"/>${draw.text(middle, y + 19, size === null ? "none" : String(size), bad ? "strong" : "", "middle")}`;
      });
      const said = broken(broadcast.met(axis), most);
      said.forEach((line, at) => { out += draw.text(middle, 108 + 16 * at, line, bad ? "small strong backward" : "small", "middle"); });
      lines = Math.max(lines, said.length);
    });
    out += draw.text(0, 39, "W A", "symbol") + draw.text(0, 75, "b", "symbol");
    const told = r.axes.map((axis) => `axis ${axis.number}: ${axis.WA} and ${axis.b ?? "none"}, ${broadcast.met(axis)}`).join("; ");
    return draw.svg(width, 98 + 16 * lines, told, out);
  }

  /* W A + b = Z, side by side, or Z below them; where NumPy refuses, b as it is and a question mark. */
  function forward(r, width) {
    const grown = r.kind === "grown", size = r.fits ? nets.shape(r.result) : null;
    const arrow = (own) => (size && shape(own) !== shape(size) ? ` → ${shape(size)}` : "");
    const WA = grown ? r.result.map((row, i) => row.map(() => r.tables.WA[i][0])) : r.tables.WA;
    const shown = [
      ["W A", "WA", WA, shape([r.n, r.m]) + arrow([r.n, r.m]), (i, j) => !(grown && j)],
      ["b", "b", r.fits ? r.stretched : r.tables.b, shape(r.shape) + arrow(r.shape), r.fits ? r.original : undefined],
      ["Z", "Z", r.result, size ? shape(size) : "no sum"],
    ];
    const across = width >= 560 ? 3 : 2, gap = across === 3 ? 44 : 24, room = (width - gap * (across - 1)) / across;
    const tables = shown.map(([, , values]) => values).filter(Boolean), high = Math.max(...tables.map((values) => values.length)) * HIGH;
    const most = Math.max(...tables.map((values) => values[0].length)), u = Math.min(46, room / most), slot = Math.min(room, Math.max(u * most, 118));
    let out = "", bottom = 0;
    shown.forEach(([name, table, values, words, own], k) => {
      const below = k >= across, x = below ? 0 : k * (slot + gap), top = below ? 56 + high : 0, y = top + 40;
      out += draw.text(x, top + 14, below ? `= ${name}` : name, `symbol strong ${skin(table)[2]}`) + draw.text(x, top + 31, words, "soft small");
      if (k && !below) out += draw.text(x - gap / 2, y + high / 2 + 5, k === 1 ? "+" : "=", "strong", "middle");
      if (values) out += cells(x, y, u, table, values, own);
      else {
        out += `<rect x="${x + 1}" y="${y}" width="${2 * u}" height="${high}" fill="none" stroke="var(--line)" stroke-width="1.5" stroke-dasharray="2 4"/>` +
          draw.text(x + u, y + high / 2 + 5, "?", "soft", "middle");
      }
      bottom = y + high;
    });
    return draw.svg(width, bottom + 6, `W A plus b: ${r.fits ? `Z is ${shape(size)}` : "no sum"}`, out);
  }

  /* Δ, an arrow along each axis that is summed, and ∂L/∂b at its end. */
  function backward(r, width) {
    const { D } = r.tables, { summed } = r, [rows, columns] = nets.shape(D), has = (k) => summed.includes(k);
    const x = has(0) ? 52 : 24, y = has(1) ? 30 : 6, u = Math.min(46, (width - x - (has(1) ? 36 : 0)) / (columns + (has(1) ? 1 : 0)));
    const right = x + columns * u, low = y + rows * HIGH, name = `∂L/∂b ${shape(r.back)}`;
    let out = draw.text(0, y + 17, "Δ", "symbol strong backward") + cells(x, y, u, "D", D), bottom = low;
    if (has(1)) out += draw.arrow([[x, y - 9], [right + 28, y - 9]], "--backward-ink", "5 3") + draw.text(x, y - 16, "sum over axis 1", "small backward");
    if (has(0)) out += draw.arrow([[x - 9, y], [x - 9, low + 24]], "--backward-ink", "5 3") + draw.text(0, low + 14, "axis 0", "small backward");
    const gx = has(1) ? right + 34 : x, gy = has(0) ? low + 30 : y;
    const table = r.gradient;
    if (summed.length) {
      out += cells(gx, gy, u, "db", table);
      bottom = Math.max(low, gy + table.length * HIGH);
    }
    out += draw.text(has(1) ? gx + u : x, bottom + 22, summed.length ? name : `${name} = Δ`, "symbol strong backward", has(1) ? "end" : "start");
    const told = `Δ, ${shape([rows, columns])}, ${summed.length ? `summed over ${summed.map((k) => `axis ${k}`).join(" and ")}` : "not summed"}, gives ∂L/∂b, ${shape(r.back)}`;
    return draw.svg(width, bottom + 32, told, out);
  }

  Object.assign(broadcast, { aligned, forward, backward });
})(globalThis.backpropLab);
