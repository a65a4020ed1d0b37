// Curves of runs, drawn by uPlot. The page brings the numbers; while a run goes on its events bring what is new.
"use strict";
(() => {
  const language = document.documentElement.lang;
  const short = new Intl.NumberFormat(language, { notation: "compact", maximumSignificantDigits: 4 });
  const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
  const exact = new Intl.NumberFormat(language, { maximumFractionDigits: 3 });
  const long = { format: (value) => (Math.abs(value) < 100 ? exact : whole).format(value) };
  const time = (parts) => new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", ...parts });
  const clock = time({});
  const clockWithSeconds = time({ second: "2-digit" });
  const day = time({ month: "short", day: "numeric" });

  const DASHES = { solid: [], dashed: [9, 5], dotted: [2, 4] };
  const HEIGHT = { tall: 280, low: 180 };
  const [A_WHILE, A_DAY] = [600, 86400];
  const SECONDS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, A_DAY, 2 * A_DAY, 7 * A_DAY, 30 * A_DAY];
  const WHOLE = [1, 2, 5].flatMap((first) => Array.from({ length: 10 }, (unused, digits) => first * 10 ** digits)).sort((one, other) => one - other);
  const MOST_POINTS = 4000;
  const MOST_ROWS = 24;
  const DRAW_EVERY_MS = 500;
  const BURN_EVERY_MS = 2000;
  const ASK_EVERY_MS = 5000;

  const duration = (seconds) => {
    const whole = Math.round(seconds);
    const two = (part) => String(part).padStart(2, "0");
    const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
    return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
  };
  const said = (over, value) => (over === "seconds" ? duration(value) : long.format(value));

  // What a run has taken. The same as org.aifactory.training.Burn, here for what comes while the page is open.
  const ran = (span, at) => Math.max(0, Math.min(span.until ?? at, at) - span.from);
  const amount = (burn, at) => {
    const all = burn.spans.map((span) => {
      if (span.until === null) return burn.rate * ran(span, at);
      return span.until > span.from ? (span.charged * ran(span, at)) / (span.until - span.from) : 0;
    });
    return Math.min(burn.held, all.reduce((sum, one) => sum + one, 0));
  };
  const seconds = (burn, at) => burn.spans.reduce((sum, span) => sum + ran(span, at), 0);
  const instant = (text) => (text ? Date.parse(text) / 1000 : null);
  const read = (burn) => ({
    ...burn,
    spans: burn.spans.map((span) => ({ from: instant(span.from), until: instant(span.until), charged: span.charged })),
  });

  const has = (curve, column) => curve[column].some((value) => value !== null);

  // One line as two columns, without the places where either is missing.
  const line = (curve, over, what) => {
    const pairs = curve[over].map((x, place) => [x, curve[what][place]]).filter(([x, y]) => x !== null && y !== null);
    pairs.sort((one, other) => one[0] - other[0]);
    return [pairs.map(([x]) => x), pairs.map(([, y]) => y)];
  };

  // What was taken, as time goes by: up to now, what is held, and where it leads.
  const budget = (charts, what) => {
    const { burn } = charts;
    if (!burn.spans.length) return [[], []];
    const now = charts.now();
    const from = burn.spans[0].from;
    const goesOn = burn.spans.at(-1).until === null;
    const until = goesOn ? now : burn.spans.at(-1).until;
    const end = Math.max(until, (goesOn && burn.foreseen) || 0);
    const hours = (at) => amount(burn, at) / 3600;
    if (what === "held") return [[from, end], [burn.held / 3600, burn.held / 3600]];
    if (what === "foreseen") return goesOn && end > until ? [[until, end], [hours(until), hours(end)]] : [[], []];
    const times = burn.spans.flatMap((span) => [span.from, span.until ?? until]);
    return [times, times.map(hours)];
  };

  // Colours come from the stylesheet, which knows light from dark.
  const paint = (host) => {
    const style = getComputedStyle(host);
    return { ink: style.color, grid: style.borderBlockEndColor, font: `${style.fontSize} ${style.fontFamily}` };
  };

  class Figure {
    constructor(charts, element) {
      this.charts = charts;
      this.element = element;
      this.host = element.querySelector(".plot");
      this.lines = [...element.querySelectorAll("[data-line]")];
      this.isBudget = element.dataset.figure === "budget";
      for (const item of this.lines) {
        const box = item.querySelector("input");
        if (!box) continue;
        box.hidden = this.lines.length < 2;
        box.addEventListener("change", () => this.draw());
      }
      this.place = document.createElement("li");
      this.place.className = "soft number";
      element.querySelector(".chart-legend").append(this.place);
      new ResizeObserver(() => this.fit()).observe(this.host);
      this.draw();
    }

    get over() {
      return this.isBudget ? "clock" : this.charts.over;
    }

    tables() {
      return this.lines.map((item) => {
        if (this.isBudget) return budget(this.charts, item.dataset.line);
        return line(this.charts.curves[item.dataset.curve ?? 0], this.charts.over, item.dataset.line || this.charts.what);
      });
    }

    data(tables) {
      return tables.length === 1 ? tables[0] : uPlot.join(tables);
    }

    size() {
      return { width: Math.max(160, this.host.clientWidth), height: "low" in this.element.dataset ? HEIGHT.low : HEIGHT.tall };
    }

    series(item, table) {
      const style = getComputedStyle(item.querySelector(".chart-key"));
      return {
        scale: "right" in item.dataset ? "right" : "y",
        stroke: style.color,
        width: 2,
        dash: DASHES[style.borderBlockStartStyle] ?? [],
        spanGaps: true,
        show: item.querySelector("input")?.checked ?? true,
        points: { show: table[0].length === 1 || ("right" in item.dataset && table[0].length < 60), size: 6, fill: style.color },
      };
    }

    options(tables) {
      const { ink, grid, font } = paint(this.host);
      const axis = { stroke: ink, font, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid, width: 1, size: 6 } };
      const below = (value, splits) => {
        const span = splits.at(-1) - splits[0];
        if (this.isBudget) return (span > A_DAY ? day : span < A_WHILE ? clockWithSeconds : clock).format(value * 1000);
        return this.over === "seconds" ? duration(value) : short.format(value);
      };
      const numbers = (plot, splits) => splits.map((value) => (value === null ? "" : short.format(value)));
      const right = this.lines.some((item, place) => "right" in item.dataset && tables[place][0].length);
      return {
        ...this.size(),
        legend: { show: false },
        cursor: { drag: { x: false, y: false }, ...(this.isBudget ? {} : { sync: { key: "curves", scales: ["x", null] } }) },
        padding: [12, right ? 0 : this.isBudget ? 28 : 14, 0, 0],
        scales: {
          x: { time: this.isBudget },
          y: this.isBudget ? { range: (plot, least, most) => [0, (most || 1) * 1.1] } : {},
          right: {},
        },
        axes: [
          { ...axis, size: 32, ...this.steps(), values: (plot, splits) => splits.map((value) => (value === null ? "" : below(value, splits))) },
          { ...axis, size: 54, values: numbers },
          ...(right ? [{ ...axis, side: 1, scale: "right", size: 50, grid: { show: false }, values: numbers }] : []),
        ],
        series: [{}, ...this.lines.map((item, place) => this.series(item, tables[place]))],
        hooks: { setCursor: [() => this.tell()], drawAxes: [(plot) => this.turn(plot, ink)] },
      };
    }

    // Where something else is learned from the loss begins anew.
    turn(plot, ink) {
      const item = this.element.querySelector("[data-turn]");
      const [curve] = this.charts.curves;
      if (!item) return;
      item.hidden = curve.turn === null;
      const at = curve[this.over]?.[curve.step.indexOf(curve.turn)];
      if (at === undefined || at === null) return;
      const x = plot.valToPos(at, "x", true);
      const { ctx, bbox } = plot;
      ctx.save();
      ctx.strokeStyle = ink;
      ctx.lineWidth = devicePixelRatio;
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
      ctx.restore();
    }

    // How far apart the marks of the axis below stand.
    steps() {
      if (this.isBudget) return { space: 90, incrs: SECONDS };
      return this.over === "seconds" ? { space: 70, incrs: SECONDS } : this.over === "hours" ? { space: 60 } : { space: 60, incrs: WHOLE };
    }

    draw() {
      const tables = this.tables();
      const isEmpty = tables.every(([xs]) => !xs.length);
      const empty = this.element.querySelector("[data-empty]");
      if (empty) empty.hidden = !isEmpty;
      this.element.querySelector(".chart-legend").hidden = isEmpty && empty !== null;
      this.host.hidden = isEmpty;
      this.plot?.destroy();
      this.plot = null;
      if (isEmpty) return;
      for (const [place, item] of this.lines.entries()) {
        if (!item.querySelector("input")) item.hidden = !tables[place][0].length;
      }
      this.plot = new uPlot(this.options(tables), this.data(tables), this.host);
      this.shape = this.shapeOf(tables);
      this.tell();
    }

    // A line that begins or becomes one of many points is drawn differently.
    shapeOf(tables) {
      return tables.map(([xs]) => Math.min(xs.length, 60)).join();
    }

    update() {
      const tables = this.tables();
      if (!this.plot || this.shape !== this.shapeOf(tables)) this.draw();
      else this.plot.setData(this.data(tables));
      this.tell();
    }

    fit() {
      if (this.plot && this.host.clientWidth && this.plot.width !== this.size().width) this.plot.setSize(this.size());
    }

    // Says the values under the pointer, or else the last ones.
    tell() {
      if (!this.plot) return;
      const { idx } = this.plot.cursor;
      this.lines.forEach((item, place) => {
        const values = this.plot.data[place + 1];
        let at = idx ?? values.length - 1;
        while (at > 0 && (values[at] === null || values[at] === undefined)) at--;
        const value = values[at];
        item.querySelector("[data-value]").textContent = value === null || value === undefined ? "–" : long.format(value);
      });
      const x = idx === null || idx === undefined ? null : this.plot.data[0][idx];
      this.place.textContent = x === null ? "" : this.isBudget ? clockWithSeconds.format(x * 1000) : `${this.charts.overWords} ${said(this.over, x)}`;
    }
  }

  class Charts {
    constructor(group) {
      const { curves, burn, now, after, stage } = JSON.parse(group.dataset.charts);
      this.group = group;
      this.state = group.dataset.state;
      this.curves = curves;
      this.burn = burn && read(burn);
      this.after = after;
      this.stage = stage;
      this.ahead = now ? Date.parse(now) - Date.now() : 0;
      this.what = this.choose("[data-what]", (column) => (this.what = column), "loss");
      this.over = this.choose("[data-over]", (column) => (this.over = column), "step");
      this.figures = [...group.querySelectorAll("[data-figure]")].map((element) => new Figure(this, element));
      group.querySelector("details")?.addEventListener("toggle", () => this.fill());
      if (group.dataset.live) this.follow();
    }

    now() {
      return (Date.now() + this.ahead) / 1000;
    }

    get overWords() {
      return this.group.querySelector("[data-over]")?.selectedOptions[0]?.textContent ?? "";
    }

    choose(selector, take, otherwise) {
      const select = this.group.querySelector(selector);
      if (!select) return otherwise;
      this.offer(select);
      select.addEventListener("change", () => {
        take(select.value);
        for (const figure of this.figures) if (!figure.isBudget) figure.draw();
      });
      return select.value;
    }

    // Only what some curve has can be chosen.
    offer(select) {
      for (const option of select.options) option.hidden = option.disabled = !this.curves.some((curve) => has(curve, option.value));
      select.parentElement.hidden = [...select.options].filter((option) => !option.disabled).length < 2;
      if (select.selectedOptions[0]?.disabled) select.value = [...select.options].find((option) => !option.disabled)?.value ?? "step";
    }

    follow() {
      const path = `/api/runs/${this.group.dataset.live}`;
      const events = new EventSource(`${path}/events?after=${this.after}`);
      events.addEventListener("metric", (event) => this.note(JSON.parse(event.data)));
      events.addEventListener("state", (event) => this.take(JSON.parse(event.data)));
      events.addEventListener("end", (event) => {
        this.take(JSON.parse(event.data));
        this.stop();
      });
      // A browser tries again by itself unless it was refused, as where somebody watches too many runs.
      events.addEventListener("error", () => {
        if (events.readyState === EventSource.CLOSED && !this.asking) this.asking = setInterval(() => this.ask(path), ASK_EVERY_MS);
      });
      this.events = events;
      this.burning = setInterval(() => this.figures.filter((figure) => figure.isBudget).forEach((figure) => figure.update()), BURN_EVERY_MS);
      window.addEventListener("pagehide", () => this.stop());
    }

    stop() {
      this.events?.close();
      clearInterval(this.asking);
      clearInterval(this.burning);
    }

    async ask(path) {
      const answers = await Promise.all([fetch(`${path}/metrics?after=${this.after}`), fetch(path)]).catch(() => []);
      if (!answers.length || !answers.every((answer) => answer.ok)) return;
      const [metrics, run] = await Promise.all(answers.map((answer) => answer.json()));
      for (const metric of metrics) this.note(metric);
      this.take(run);
      if (run.ended) this.stop();
    }

    // A run that goes on from a checkpoint writes some of its steps again.
    note({ number, step, at, values }) {
      const [curve] = this.curves;
      const finite = (value) => (Number.isFinite(value) ? value : null);
      const taken = this.burn.spans.length ? amount(this.burn, instant(at)) / 3600 : 0;
      const point = {
        step,
        seconds: finite(values.seconds) ?? seconds(this.burn, instant(at)),
        tokens: finite(values.tokens),
        hours: taken,
        loss: finite(values.loss),
        heldOut: finite(values.bitsPerByte),
        speed: finite(values.tokensPerSecond),
      };
      if (values.stage === "CONVERSATIONS" && this.stage === "TEXT") curve.turn ??= step;
      this.stage = values.stage;
      let place = curve.step.length;
      while (place > 0 && curve.step[place - 1] >= step) place--;
      const isAgain = curve.step[place] === step;
      for (const [column, value] of Object.entries(point)) curve[column].splice(place, isAgain ? 1 : 0, value);
      if (curve.step.length > MOST_POINTS) this.thin(curve);
      this.after = Math.max(this.after, number);
      this.later();
    }

    // What was held out is measured seldom, and stays.
    thin(curve) {
      const kept = curve.step.map((step, place) => place % 2 === 0 || step === curve.turn || curve.heldOut[place] !== null || place === curve.step.length - 1);
      for (const column of Object.keys(curve)) if (Array.isArray(curve[column])) curve[column] = curve[column].filter((value, place) => kept[place]);
    }

    take(run) {
      this.burn.held = run.budget.held;
      this.burn.spans = run.attempts
        .filter((attempt) => attempt.started)
        .map((attempt) => ({
          from: instant(attempt.started),
          until: attempt.state ? (instant(attempt.ended) ?? instant(attempt.started)) : null,
          charged: attempt.charged,
        }));
      this.burn.foreseen = instant(run.forecastEnd);
      this.later();
      const live = this.group.closest("[data-live][hx-get]");
      if (live && this.state !== run.state) htmx.trigger(live, "changed");
      this.state = run.state;
    }

    later() {
      this.drawing ??= setTimeout(() => {
        this.drawing = null;
        for (const select of this.group.querySelectorAll("select")) this.offer(select);
        for (const figure of this.figures) figure.update();
        this.fill();
      }, DRAW_EVERY_MS);
    }

    // The table of the one run that goes on; while nobody looks at it, it can wait.
    fill() {
      const details = this.group.querySelector("details");
      if (!this.group.dataset.live || !details?.open) return;
      const table = details.querySelector("[data-values]");
      const heads = [...table.querySelectorAll("[data-column]")];
      const [curve] = this.curves;
      const count = curve.step.length;
      const rows = Math.min(count, MOST_ROWS);
      table.tBodies[0].replaceChildren(
        ...Array.from({ length: rows }, (unused, row) => {
          const place = rows < 2 ? 0 : Math.floor((row * (count - 1)) / (rows - 1));
          const line = document.createElement("tr");
          heads.forEach((head, column) => {
            const cell = document.createElement(column ? "td" : "th");
            if (!column) cell.scope = "row";
            cell.className = "number";
            cell.dataset.label = head.textContent;
            const value = curve[head.dataset.column][place];
            cell.textContent = value === null ? "–" : long.format(value);
            line.append(cell);
          });
          return line;
        }),
      );
    }

    again() {
      for (const figure of this.figures) figure.draw();
    }
  }

  const groups = [...document.querySelectorAll("[data-charts]")].map((group) => new Charts(group));
  const again = () => groups.forEach((charts) => charts.again());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
  new MutationObserver(again).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  // Some browsers forget the focus of what is moved into the page that comes.
  let focused = null;
  document.addEventListener("htmx:beforeSwap", () => {
    focused = document.activeElement?.closest("[hx-preserve]") ? document.activeElement : null;
  });
  document.addEventListener("htmx:afterSettle", () => focused?.focus({ preventScroll: true }));
  // A page that the browser kept has stopped to listen.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted && groups.some((charts) => charts.events)) location.reload();
  });
})();
