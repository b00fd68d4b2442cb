/* The rectangles of the converter figure: every array of a layer to scale, its sides named, one convention a picture. */
(function (lab) {
  "use strict";
  if (lab.converter.picture) return;
  const { draw, converter } = lab, { ARRAYS } = converter;

  // How an array is drawn: forward solid, backward dashed.
  const skin = (back) => (back ? ["--backward", "6 3", "--backward-fill", "backward"] : ["--forward", "", "--forward-fill", "forward"]);

  /* `words` is this book's convention or the other; a click on an array follows it. */
  function picture(r, words, width) {
    const { s } = r, perRow = width < 330 ? 4 : 5, slot = width / perRow, room = perRow === 4 || width < 400 ? 26 : 34;
    const q = Math.min(13, (slot - room) / 6), shapes = Object.fromEntries(ARRAYS.map((name) => [name, ["one", ...words.sides[name]].slice(-2)]));
    let out = "", y = 0;
    for (let start = 0; start < ARRAYS.length; start += perRow) {
      const row = ARRAYS.slice(start, start + perRow), high = Math.max(...row.map((name) => r.sizes[shapes[name][0]])) * q;
      row.forEach((name, k) => {
        const [rows, columns] = shapes[name].map((side) => r.sizes[side]), [stroke, dashes, fill, tone] = skin(s.back.includes(name));
        const named = (x, at) => draw.text(x, at, words.names[name], `symbol ${tone}`, "middle"), chosen = name === s.array;
        const middle = (k + 0.5) * slot + (words.first[name] ? 14 : 9), left = middle - (columns * q) / 2, upper = y + 20 + high - rows * q;
        const hit = `data-array="${name}" style="cursor:pointer" pointer-events="all"`;
        if (words.first[name] && (name === "b" || name === "db")) {  // it has no array of its own
          const at = (k + 0.5) * slot;
          out += `<rect x="${at - slot / 2 + 4}" y="${y + 20}" width="${slot - 8}" height="${high + 34}" fill="${chosen ? `var(${fill})` : "none"}" ${hit}/>` +
            `<g pointer-events="none">${draw.text(at, y + 24 + high / 2, "inside", "soft small", "middle")}${named(at, y + 40 + high / 2)}</g>`;
          return;
        }
        let lines = "";
        for (let i = 1; i < rows; i += 1) lines += `M${left} ${upper + i * q} h${columns * q} `;
        for (let j = 1; j < columns; j += 1) lines += `M${left + j * q} ${upper} v${rows * q} `;
        if (chosen) out += `<rect x="${left}" y="${upper}" width="${columns * q}" height="${rows * q}" fill="var(${fill})"/>`;
        out += draw.path(lines, "--faint");
        out += `<rect x="${left}" y="${upper}" width="${columns * q}" height="${rows * q}" fill="none" ` +
          `stroke="var(${stroke})" stroke-width="${chosen ? 3 : 1.5}" stroke-dasharray="${dashes}" ${hit}/>`;
        // The first row or column is something else: a thick line parts it.
        const first = words.first[name];
        if (first) out += draw.path(first === "row" ? `M${left} ${upper + q} h${columns * q}` : `M${left + q} ${upper} v${rows * q}`, "--ink", 2);
        const sides = words.sides[name].map((side) => s.sides[side]);
        out += draw.text(middle, upper - 5, sides.at(-1), "soft small", "middle");
        if (sides.length === 2) out += draw.text(left - 4, upper + (rows * q) / 2 + 4, sides[0], "soft small", "end");
        out += named(middle, y + high + 38) + draw.text(middle, y + high + 54, converter.numbersOf(r, words, name), `small${chosen ? " strong" : ""}`, "middle");
      });
      y += high + 64;
    }
    const told = ARRAYS.map((name) => `${words.names[name]} ${converter.numbersOf(r, words, name)}`).join(", ");
    return draw.svg(width, y - 4, told, out);
  }

  converter.picture = picture;
})(globalThis.backpropLab);
