/* What <backprop-train> computes and draws: a start, steps, the size of each layer's gradient, and its words.
 *
 * `lab.train.machine` makes the passes of nets.js with typed arrays, since a frame has room for few milliseconds; what
 * one point or one parameter goes through (activation, loss, output delta, optimiser) is core.js and nets.js. The first
 * weights are network.init's own: Python hands over its stream of normals. `roll` takes the stream from further on.
 */
(function (lab) {
  "use strict";
  if (lab.train) return;
  const { activations, nets, format, show, draw } = lab;

  const LOSS = "binary_cross_entropy";
  const KEPT = [0, 1, 2, 3, 4].flatMap((k) => [1, 2, 5].map((m) => m * 10 ** k));

  const sizesOf = (s) => [2, ...Array(s.depth).fill(s.units), 1];

  /* θ as network.init makes it, W times scale; or the reader's own network, as long as its shape is kept. */
  function first(s, given) {
    const sizes = sizesOf(s), theta = [], { normals } = given;
    const own = given.theta && !s.roll && ["depth", "units", "activation"].every((key) => s[key] === given[key]);
    let next = 101 * s.roll;
    for (let l = 1; l < sizes.length; l += 1) {
      const [inputs, units] = [sizes[l - 1], sizes[l]];
      const variance = s.activation === "relu" && l < sizes.length - 1 ? 2 / inputs : 2 / (inputs + units);
      for (let i = 0; i < inputs * units; i += 1, next += 1) {
        theta.push((own ? given.theta[theta.length] : normals[next % normals.length] * Math.sqrt(variance)) * s.scale);
      }
      for (let i = 0; i < units; i += 1) theta.push(own ? given.theta[theta.length] : 0);
    }
    return Float64Array.from(theta);
  }

  /* Forward and backward for m points at once; `inputs` is [all x₁, all x₂]. A table has a unit's m numbers in a row. */
  function machine(sizes, activation, m) {
    const L = sizes.length - 1, tables = () => sizes.map((n) => new Float64Array(n * m));
    const z = tables(), a = tables(), delta = tables(), at = [0, 0];
    for (let l = 1; l <= L; l += 1) at.push(at[l] + sizes[l] * (sizes[l - 1] + 1));
    const kind = (l) => activations[l === L ? "sigmoid" : activation];
    const net = { sizes, loss: LOSS, activations: { [L]: "sigmoid" } };
    function forward(theta, inputs) {
      a[0].set(inputs[0]);
      a[0].set(inputs[1], m);
      for (let l = 1; l <= L; l += 1) {
        const Z = z[l], A = a[l], In = a[l - 1], before = sizes[l - 1], f = kind(l).value;
        for (let i = 0; i < sizes[l]; i += 1) {
          const row = i * m, bias = theta[at[l] + sizes[l] * before + i];
          Z.fill(0, row, row + m);
          for (let k = 0; k < before; k += 1) {
            const w = theta[at[l] + i * before + k], from = k * m;
            for (let j = 0; j < m; j += 1) Z[row + j] += w * In[from + j];
          }
          for (let j = row; j < row + m; j += 1) A[j] = f(Z[j] += bias);
        }
      }
      return a[L];
    }
    function gradient(theta, inputs, classes) {
      forward(theta, inputs);
      const cache = { z: { [L]: [Array.from(z[L])] }, a: { [L]: [Array.from(a[L])] } }, g = new Float64Array(at[L + 1]);
      delta[L].set(nets.outputDelta(net, cache, [classes])[0]);
      for (let l = L; l > 0; l -= 1) {
        const D = delta[l], In = a[l - 1], before = sizes[l - 1], n = sizes[l];
        if (l > 1) delta[l - 1].fill(0);
        for (let i = 0; i < n; i += 1) {
          const row = i * m;
          for (let k = 0; k < before; k += 1) {
            const from = k * m, w = theta[at[l] + i * before + k], B = delta[l - 1];
            let sum = 0;
            for (let j = 0; j < m; j += 1) sum += D[row + j] * In[from + j];
            g[at[l] + i * before + k] = sum;
            if (l > 1) for (let j = 0; j < m; j += 1) B[from + j] += w * D[row + j];
          }
          let sum = 0;
          for (let j = row; j < row + m; j += 1) sum += D[j];
          g[at[l] + n * before + i] = sum;
        }
        if (l > 1) {
          const B = delta[l - 1], slope = kind(l - 1).derivative, Z = z[l - 1];
          for (let j = 0; j < B.length; j += 1) B[j] *= slope(Z[j]);
        }
      }
      const right = classes.reduce((sum, y, i) => sum + ((a[L][i] > 0.5) === (y > 0.5)), 0);
      return { L: nets.loss(net, cache, [classes]), g, right };
    }
    /* The root-mean-square of each layer's ∂L/∂W. */
    const rms = (g) => nets.range(1, L).map((l) => {
      const weights = g.subarray(at[l], at[l] + sizes[l] * sizes[l - 1]);
      return Math.sqrt(weights.reduce((sum, v) => sum + v * v, 0) / weights.length);
    });
    return { forward, gradient, rms };
  }

  /* A run at step 0; and one step further, in place. Entry t belongs to θ before update t, as in training.train. */
  function begin(s, given, points) {
    const [x1, x2, classes] = points, sizes = sizesOf(s), theta = first(s, given);
    const engine = machine(sizes, s.activation, classes.length);
    const run = { engine, sizes, inputs: [x1, x2], classes, theta, state: {}, steps: 0, halted: false, losses: [], every: 1, lines: [] };
    return look(Object.assign(run, engine.gradient(theta, run.inputs, classes)));
  }
  function look(run) {
    if (run.steps % run.every === 0) run.losses.push(run.L);
    if (run.losses.length > 240) {
      run.losses = run.losses.filter((_, i) => i % 2 === 0);
      run.every *= 2;
    }
    if (!run.steps || KEPT.includes(run.steps)) run.lines.push([run.steps, run.L, run.right]);
    return run;
  }
  function step(run, s) {
    if (run.halted) return run;
    const { theta, state } = nets.optimisers[s.optimiser](run, run.g, { learning_rate: s.rate });
    const next = run.engine.gradient(theta, run.inputs, run.classes);
    run.halted = !(Number.isFinite(next.L) && next.g.every(Number.isFinite));
    return run.halted ? run : look(Object.assign(run, { theta, state, steps: run.steps + 1 }, next));
  }

  /* The sentences and the trace of train_reading.py. */
  function verdict(rms, loss, rate) {
    const last = rms.length, most = Math.max(...rms), ratio = rms[0] / rms[last - 1], brief = (v) => show(v, 2);
    if (loss < 0.02) return "The loss is nearly 0: there is little left to learn, so every gradient is small.";
    if (most > 30) {
      return `Layer ${rms.indexOf(most) + 1}'s gradient is ${show(most, 3)}: it explodes. A plain step with η = ${show(rate)} ` +
        `would move each weight there by about ${show(rate * most, 3)}.`;
    }
    if (most === 0) return "Every gradient is 0: no weight learns.";
    if (most < 1e-4) return `No layer gets more than ${brief(most)}: signals vanish forward and back, and no weight learns much.`;
    if (rms[0] === 0) return "Layer 1's gradient is 0: nothing gets back to it, and it does not learn.";
    const gets = `Layer 1 gets ${brief(ratio)} ${ratio < 0.1 ? "of" : "times"} layer ${last}'s gradient: `;
    if (ratio < 0.01) return `${gets}it vanishes on the way back, and layer 1 hardly learns.`;
    if (ratio < 0.1) return `${gets}it learns more slowly.`;
    return gets + (ratio > 10 ? "it grows on the way back." : "all layers learn.");
  }
  const halted = (run) =>
    `Stopped: update ${run.steps + 1} makes the loss infinite or undefined. Try a smaller learning rate or scale.`;
  const conclude = (run, s) => verdict(run.engine.rms(run.g), run.L, s.rate);
  function trace(run, s) {
    const m = run.classes.length, lines = run.lines.filter(([k]) => k < run.steps);
    return [
      `A network ${run.sizes.join("-")}: ${s.activation}, then sigmoid; loss ${LOSS}`,
      `Data: ${s.data}, ${m} points, ${run.classes.reduce((sum, y) => sum + y, 0)} of them of class 1`,
      `Initial weights times ${format(s.scale)}; ${s.optimiser}, learning rate ${format(s.rate)}`, "",
      ...[...lines, [run.steps, run.L, run.right]].map(([k, L, right]) => `step ${k}: L = ${format(L, 4)}, ${right} of ${m} right`),
      "", `Root-mean-square of ∂L/∂W after step ${run.steps}`,
      ...run.engine.rms(run.g).map((v, i) => `  layer ${i + 1}: ${format(v, 4)}`),
      "", conclude(run, s), ...(run.halted ? [halted(run)] : []),
    ].join("\n");
  }

  /* The square that is drawn: left, bottom, side. */
  function view([x1, x2]) {
    if (!x1.length) return [-2, -2, 4];
    const ends = [x1, x2].map((x) => [Math.min(...x), Math.max(...x)]);
    const side = 1.2 * Math.max(...ends.map(([low, high]) => high - low), 1e-3);
    return [...ends.map(([low, high]) => (low + high - side) / 2), side];
  }

  /* Where the output is ½: across each square of four neighbours, from side to side. */
  function contour(p, n, cell) {
    let d = "";
    const cut = (a, b) => (0.5 - a) / (b - a);
    for (let i = 0; i + 1 < n; i += 1) {
      for (let j = 0; j + 1 < n; j += 1) {
        const at = i * n + j, [a, b, c, e] = [p[at], p[at + 1], p[at + n + 1], p[at + n]], found = [];
        if ((a > 0.5) !== (b > 0.5)) found.push([j + cut(a, b), i]);
        if ((b > 0.5) !== (c > 0.5)) found.push([j + 1, i + cut(b, c)]);
        if ((e > 0.5) !== (c > 0.5)) found.push([j + cut(e, c), i + 1]);
        if ((a > 0.5) !== (e > 0.5)) found.push([j, i + cut(a, e)]);
        found.forEach(([x, y], k) => { d += `${k % 2 ? "L" : "M"}${(x * cell).toFixed(1)} ${(y * cell).toFixed(1)}`; });
      }
    }
    return d;
  }

  /* Each layer's gradient, as a bar on decades from 10⁻¹⁰ to 10⁴. */
  function bars(rms, width) {
    const left = 62, wide = width - left - 84, at = (v) => left + wide * Math.min(1, Math.max(0, (Math.log10(v) + 10) / 14));
    let out = "";
    for (const power of [-9, -6, -3, 0, 3]) {
      const x = at(10 ** power);
      out += draw.path(`M${x.toFixed(1)} 20V${24 + 24 * rms.length}`, "--faint") + draw.text(x, 13, show(10 ** power), "soft small", "middle");
    }
    rms.forEach((v, i) => {
      const y = 24 + 24 * i;
      out += draw.text(0, y + 16, `layer ${i + 1}`) + draw.text(width, y + 16, show(v, 3), "strong", "end");
      out += `<rect x="${left}" y="${y + 4}" width="${Math.max(1.5, at(v) - left).toFixed(1)}" height="14" ` +
        'fill="var(--backward-fill)" stroke="var(--backward)" stroke-width="1.5"/>';
    });
    return draw.svg(width, 28 + 24 * rms.length, `Root-mean-square of each layer's gradient: ${rms.map((v) => show(v, 3)).join(", ")}`, out);
  }
  function curve(run, width) {
    const left = 44, base = 104, most = Math.max(...run.losses, 0.1), last = Math.max(run.steps, 20);
    const X = (k) => left + (k / last) * (width - left - 8), Y = (L) => base - (L / most) * (base - 14);
    const points = [...run.losses.map((L, i) => [i * run.every, L]), [run.steps, run.L]];
    const line = `M${points.map(([k, L]) => `${X(k).toFixed(1)} ${Y(L).toFixed(1)}`).join("L")}`;
    return draw.svg(width, 128, `The loss over ${run.steps} steps, from ${show(run.losses[0])} to ${show(run.L)}`,
      draw.path(`M${left} 8V${base}H${width}`, "--line") + draw.path(line, "--forward", 2.5) +
      `<circle cx="${X(run.steps).toFixed(1)}" cy="${Y(run.L).toFixed(1)}" r="4" fill="var(--forward-ink)"/>` +
      draw.text(left - 6, 18, show(most, 3), "soft small", "end") + draw.text(left - 6, base + 4, "0", "soft small", "end") +
      draw.text(left - 12, 62, "L", "symbol", "end") + draw.text(left, 122, "0", "soft small") +
      draw.text((left + width) / 2, 122, "steps", "soft small", "middle") + draw.text(width, 122, String(last), "soft small", "end"));
  }

  const mark = (x, y, triangle) => (triangle
    ? `<path d="M${x.toFixed(1)} ${(y - 5.5).toFixed(1)}l5.5 9.5h-11z" fill="var(--ink)" stroke="var(--ground)"/>`
    : `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="4.2" fill="var(--ground)" stroke="var(--ink)" stroke-width="1.5"/>`);
  lab.train = { mark, bars, curve, first, machine, begin, step, verdict, conclude, halted, trace, view, contour };
})(globalThis.backpropLab);
